"""What people do with their own account, and what nobody is told of that of another (S-12, S-14, S-18)."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose, SignInMethod
from kb.domain.audit import AuditAction
from kb.domain.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotFound,
    NotPermitted,
    SignInFailed,
    SignInSlowed,
    TooManyAttempts,
)
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, ExternalIdentity, Letter, RateLimitCounter, User, now
from kb.services import accounts, links, passwords, sessions, signing_in
from tests import factories
from tests.accounts import make_user

PASSWORD = "två glas mjölk till frukost"
NEW = "sju hästar äter blåbär"
HERE = Actor(address="192.0.2.1")
HOUR = timedelta(hours=1)


@pytest.fixture
def person(app: Flask) -> User:
    return make_user(name="Åsa Öberg", email="asa@exempel.se", password=PASSWORD)


@pytest.fixture
def invited(app: Flask) -> User:
    return make_user(Role.MODERATOR, name="Ny Person", email="ny@exempel.se", second_factor=False)


def as_self(user: User) -> Actor:
    return Actor(user.id, user.role, address="192.0.2.1")


def letters(**values: Any) -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).filter_by(**values).order_by(Letter.id)))


def link_of(letter: Letter) -> str:
    return links.address_of(json.loads(letter.values)["link_id"]).rpartition("/")[2]


def actions() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def session_of(user: User) -> str:
    """The id of a session that has begun."""
    sessions.begin(user.id, SignInMethod.PASSWORD, second_factor=True, device="", by=HERE)
    return sessions.of_user(user.id)[0].session_id


class TestAskingForANewPassword:
    def test_a_link_is_sent_that_lasts_an_hour(self, person: User) -> None:
        accounts.ask_for_reset(" ASA@exempel.se", HERE)
        [letter] = letters()
        assert (letter.kind, letter.recipient, letter.user_id) == ("reset", "asa@exempel.se", person.id)
        view = links.look(link_of(letter))
        assert (view.purpose, view.user_id, letter.not_after) == (
            LinkPurpose.RESET,
            person.id,
            view.expires_at,
        )

    def test_the_letter_holds_no_link(self, person: User) -> None:
        accounts.ask_for_reset("asa@exempel.se", HERE)
        [letter] = letters()
        assert link_of(letter).partition(".")[2] not in letter.values

    def test_one_who_has_only_been_invited_is_invited_again(self, invited: User) -> None:
        accounts.ask_for_reset("ny@exempel.se", HERE)
        [letter] = letters()
        assert letter.kind == "invitation"
        assert links.look(link_of(letter)).purpose is LinkPurpose.INVITATION
        values = json.loads(letter.values)
        assert (values["role"], values["inviter_role"]) == ("moderator", "administrator")

    @pytest.mark.parametrize("elsewhere", [False, True])
    def test_who_cannot_have_one_is_told_so_by_letter(self, person: User, elsewhere: bool) -> None:
        with writing(db.session):
            if elsewhere:
                person.password_hash = None
                db.session.add(
                    ExternalIdentity(issuer="https://idp", subject="1", user_id=person.id, provider="idp")
                )
            else:
                person.disabled_at = now()
        accounts.ask_for_reset("asa@exempel.se", HERE)
        assert [(letter.kind, letter.values) for letter in letters()] == [("reset_impossible", "{}")]

    def test_one_who_can_sign_in_both_ways_gets_a_link(self, person: User) -> None:
        with writing(db.session):
            db.session.add(
                ExternalIdentity(issuer="https://idp", subject="1", user_id=person.id, provider="idp")
            )
        accounts.ask_for_reset("asa@exempel.se", HERE)
        assert [letter.kind for letter in letters()] == ["reset"]

    def test_no_account_no_letter_and_no_error(self, person: User) -> None:
        accounts.ask_for_reset("okand@exempel.se", HERE)
        assert letters() == []

    def test_nobody_writes_to_what_was_erased(self, person: User) -> None:
        with writing(db.session):
            person.disabled_at = person.erased_at = now()
        accounts.ask_for_reset("asa@exempel.se", HERE)
        assert letters() == []

    def test_what_is_no_address_is_said_at_once(self, app: Flask) -> None:
        with pytest.raises(Invalid) as raised:
            accounts.ask_for_reset("asa", HERE)
        assert raised.value.field == "email"

    def test_an_inbox_is_not_filled_by_a_stranger_who_is_not_told(self, person: User) -> None:
        for number in range(10):
            accounts.ask_for_reset("asa@exempel.se", Actor(address=f"192.0.2.{number}"))
        assert len(letters()) == 3
        accounts.ask_for_reset("asa@exempel.se", HERE, now() + HOUR + timedelta(seconds=1))
        assert len(letters()) == 4

    def test_one_place_does_not_ask_for_ever(self, app: Flask) -> None:
        for number in range(30):
            accounts.ask_for_reset(f"namn{number}@exempel.se", HERE)
        with pytest.raises(TooManyAttempts):
            accounts.ask_for_reset("asa@exempel.se", HERE)
        accounts.ask_for_reset("asa@exempel.se", Actor(address="198.51.100.1"))

    def test_it_takes_as_long_for_an_account_as_for_none(self, app: Flask) -> None:
        """S-12: fifty of each by turns; medians within 20 %."""
        make_user(email="asa@exempel.se", password=PASSWORD)
        make_user(email="ny@exempel.se")
        make_user(email="av@exempel.se", password=PASSWORD, disabled_at=now())
        kinds = ("asa@exempel.se", "ny@exempel.se", "av@exempel.se", "okand@exempel.se")
        taken: dict[str, list[float]] = {email: [] for email in kinds}
        for number in range(50):
            with writing(db.session):  # else the letters would stop after three
                db.session.execute(delete(Letter))
                db.session.execute(delete(RateLimitCounter))
            for email, times in taken.items():
                by = Actor(address=f"10.0.0.{number}")
                began = time.perf_counter()
                accounts.ask_for_reset(email, by)
                times.append(time.perf_counter() - began)
        medians = {email: statistics.median(times) for email, times in taken.items()}
        assert max(medians.values()) - min(medians.values()) <= 0.2 * max(medians.values()), medians

    def test_it_is_in_the_log_without_the_address(self, person: User) -> None:
        accounts.ask_for_reset("asa@exempel.se", HERE)
        accounts.ask_for_reset("okand@exempel.se", HERE)
        rows = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))
        assert [(row.action, row.subject_id) for row in rows] == [
            ("reset_asked", person.id),
            ("reset_asked", ""),
        ]
        assert not any("exempel.se" in row.detail for row in rows)


class TestSettingAPasswordByLink:
    @staticmethod
    def token(user: User, purpose: LinkPurpose = LinkPurpose.RESET) -> str:
        return links.address_of(links.make(user.id, purpose)).rpartition("/")[2]

    def test_the_new_one_counts_and_the_old_does_not(self, person: User) -> None:
        accounts.set_password_by_link(self.token(person), NEW, HERE)
        assert signing_in.with_password("asa@exempel.se", NEW, HERE).user_id == person.id
        with pytest.raises(SignInFailed):
            signing_in.with_password("asa@exempel.se", PASSWORD, HERE)
        assert [letter.kind for letter in letters()] == ["password_changed"]
        assert "password_changed" in actions()

    def test_once(self, person: User) -> None:
        token = self.token(person)
        accounts.set_password_by_link(token, NEW, HERE)
        with pytest.raises(NotFound):
            accounts.set_password_by_link(token, PASSWORD, HERE)

    def test_all_sessions_end_and_none_begins(self, person: User) -> None:
        session_of(person)
        accounts.set_password_by_link(self.token(person), NEW, HERE)
        assert sessions.of_user(person.id) == ()

    def test_a_second_factor_is_asked_for_as_ever(self, app: Flask) -> None:
        """S-14."""
        user = make_user(Role.ADMIN, email="admin@exempel.se", password=PASSWORD)
        accounts.set_password_by_link(self.token(user), NEW, HERE)
        assert signing_in.with_password("admin@exempel.se", NEW, HERE).needs_code
        db.session.expire_all()
        assert user.totp_confirmed_at is not None

    def test_other_links_to_a_password_end(self, person: User) -> None:
        first, second = self.token(person), self.token(person)
        accounts.set_password_by_link(first, NEW, HERE)
        with pytest.raises(NotFound):
            accounts.set_password_by_link(second, PASSWORD, HERE)

    @pytest.mark.parametrize("password", ["kort", "Lösenord123!", "åsa öberg kzqw 12", "asa@exempel.se!!"])
    def test_a_bad_one_is_refused_and_the_link_is_as_before(self, person: User, password: str) -> None:
        token = self.token(person)
        with pytest.raises(Invalid) as raised:
            accounts.set_password_by_link(token, password, HERE)
        assert raised.value.field == "password"
        accounts.set_password_by_link(token, NEW, HERE)

    def test_the_name_of_the_authority_is_a_bad_one(self, app: Flask) -> None:
        """S-09."""
        user = make_user(organisations=(committed("Skogsstyrelsen"),), password=PASSWORD)
        with pytest.raises(Invalid, match="namn"):
            accounts.set_password_by_link(self.token(user), "Skogsstyrelsen kzqw 77 lampor", HERE)

    def test_who_was_invited_says_their_name(self, invited: User) -> None:
        accounts.set_password_by_link(
            self.token(invited, LinkPurpose.INVITATION), NEW, HERE, name="  Ny  Persson "
        )
        db.session.expire_all()
        assert invited.name == "Ny Persson"
        assert signing_in.with_password("ny@exempel.se", NEW, HERE)
        assert "invitation_accepted" in actions()
        assert letters() == [], "nobody is told of a change that is none"

    def test_without_a_name_it_is_not_accepted(self, invited: User) -> None:
        token = self.token(invited, LinkPurpose.INVITATION)
        with pytest.raises(Invalid) as raised:
            accounts.set_password_by_link(token, NEW, HERE, name=" ")
        assert raised.value.field == "name"
        links.look(token)

    def test_a_reset_changes_no_name(self, person: User) -> None:
        accounts.set_password_by_link(self.token(person), NEW, HERE, name="Någon Annan")
        db.session.expire_all()
        assert person.name == "Åsa Öberg"

    def test_a_link_for_something_else_sets_nothing(self, person: User) -> None:
        link_id = links.make(person.id, LinkPurpose.EMAIL_CHANGE, "ny@exempel.se")
        with pytest.raises(NotFound):
            accounts.set_password_by_link(links.address_of(link_id).rpartition("/")[2], NEW, HERE)

    @pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
    def test_an_account_that_was_shut_stays_so(self, person: User, column: str) -> None:
        token = self.token(person)
        with writing(db.session):
            person.disabled_at = now()
            setattr(person, column, now())
        with pytest.raises(NotFound):
            accounts.set_password_by_link(token, NEW, HERE)

    def test_who_guessed_wrong_before_need_not_wait(self, person: User) -> None:
        for _ in range(5):
            with pytest.raises(SignInFailed):
                signing_in.with_password("asa@exempel.se", "fel", HERE)
        accounts.set_password_by_link(self.token(person), NEW, HERE)
        signing_in.with_password("asa@exempel.se", NEW, HERE)


def committed(name: str) -> Any:
    with writing(db.session):
        return factories.organisation(name)


class TestChangingThePassword:
    def test_it_counts_and_the_other_sessions_end(self, person: User) -> None:
        """S-18."""
        session_of(person)
        keep = session_of(person)
        accounts.change_password(person.id, PASSWORD, NEW, as_self(person), keep_session=keep)
        assert [row.session_id for row in sessions.of_user(person.id)] == [keep]
        assert signing_in.with_password("asa@exempel.se", NEW, HERE)
        assert [letter.kind for letter in letters()] == ["password_changed"]
        assert "password_changed" in actions()

    def test_a_link_that_waits_in_an_inbox_ends(self, person: User) -> None:
        accounts.ask_for_reset("asa@exempel.se", HERE)
        token = link_of(letters()[0])
        accounts.change_password(person.id, PASSWORD, NEW, as_self(person), keep_session="")
        with pytest.raises(NotFound):
            links.look(token)

    def test_the_old_one_must_be_right_and_is_not_guessed(self, person: User) -> None:
        for _ in range(5):
            with pytest.raises(Invalid) as raised:
                accounts.change_password(person.id, "fel", NEW, as_self(person), keep_session="")
            assert raised.value.field == "old_password"
        with pytest.raises(SignInSlowed):
            accounts.change_password(person.id, PASSWORD, NEW, as_self(person), keep_session="")

    def test_the_new_one_must_be_good(self, person: User) -> None:
        with pytest.raises(Invalid) as raised:
            accounts.change_password(person.id, PASSWORD, "kort", as_self(person), keep_session="")
        assert raised.value.field == "password"
        db.session.expire_all()
        assert passwords.verify(person.password_hash, PASSWORD)

    def test_who_signs_in_elsewhere_has_none_to_change(self, invited: User) -> None:
        with pytest.raises(Conflict):
            accounts.change_password(invited.id, "", NEW, as_self(invited), keep_session="")


class TestChangingTheAddress:
    @staticmethod
    def ask(user: User, email: str = "ny.adress@exempel.se") -> str:
        accounts.ask_for_email_change(user.id, email, as_self(user))
        [letter] = letters(kind="email_change")
        return link_of(letter)

    def test_the_link_goes_to_the_new_one_and_nothing_is_changed_yet(self, person: User) -> None:
        self.ask(person, " Ny.Adress@exempel.se ")
        assert [letter.recipient for letter in letters()] == ["ny.adress@exempel.se"]
        assert db.session.get_one(User, person.id).email == "asa@exempel.se"

    def test_the_link_changes_it_and_the_old_one_is_told(self, person: User) -> None:
        token = self.ask(person)
        accounts.confirm_email_change(token, HERE)
        assert db.session.get_one(User, person.id, populate_existing=True).email == "ny.adress@exempel.se"
        assert [letter.recipient for letter in letters(kind="email_changed")] == ["asa@exempel.se"]
        assert {"email_change_asked", "email_changed"} <= set(actions())
        with pytest.raises(NotFound):
            accounts.confirm_email_change(token, HERE)

    def test_a_link_in_the_old_inbox_ends(self, person: User) -> None:
        accounts.ask_for_reset("asa@exempel.se", HERE)
        reset = link_of(letters()[0])
        accounts.confirm_email_change(self.ask(person), HERE)
        with pytest.raises(NotFound):
            links.look(reset)

    def test_whether_another_has_it_is_not_told(self, person: User, invited: User) -> None:
        """S-12."""
        accounts.ask_for_email_change(person.id, "ny@exempel.se", as_self(person))
        assert letters() == []

    def test_an_address_that_was_taken_meanwhile(self, person: User) -> None:
        token = self.ask(person)
        make_user(email="ny.adress@exempel.se")
        with pytest.raises(Conflict):
            accounts.confirm_email_change(token, HERE)
        assert db.session.get_one(User, person.id, populate_existing=True).email == "asa@exempel.se"
        links.look(token)

    @pytest.mark.parametrize("email", ["", "asa", "asa@exempel.se", "ASA@exempel.se "])
    def test_none_and_ones_own_are_refused(self, person: User, email: str) -> None:
        with pytest.raises(Invalid) as raised:
            accounts.ask_for_email_change(person.id, email, as_self(person))
        assert raised.value.field == "email"

    def test_strangers_are_not_written_to_again_and_again(self, person: User) -> None:
        for number in range(10):
            accounts.ask_for_email_change(person.id, f"ny{number}@exempel.se", as_self(person))
        assert len(letters()) == 3

    def test_a_reset_does_not_change_an_address(self, person: User) -> None:
        link_id = links.make(person.id, LinkPurpose.RESET)
        with pytest.raises(NotFound):
            accounts.confirm_email_change(links.address_of(link_id).rpartition("/")[2], HERE)


class TestNameAndLanguage:
    def test_a_name(self, person: User) -> None:
        accounts.change_name(person.id, " Åsa  Ek ", as_self(person))
        accounts.change_name(person.id, "Åsa Ek", as_self(person))
        assert db.session.get_one(User, person.id, populate_existing=True).name == "Åsa Ek"
        assert actions() == [AuditAction.NAME_CHANGED.value], "no change is nothing to tell"

    def test_no_name_is_refused(self, person: User) -> None:
        with pytest.raises(Invalid):
            accounts.change_name(person.id, "", as_self(person))

    def test_a_language(self, person: User) -> None:
        accounts.change_language(person.id, "en", as_self(person))
        assert db.session.get_one(User, person.id, populate_existing=True).language == "en"
        with pytest.raises(Invalid):
            accounts.change_language(person.id, "xx", as_self(person))


def others(user: User) -> Iterator[Actor]:
    yield from (Actor(), SYSTEM, Actor("en annan", Role.ADMIN), Actor(user.id, None))


def test_everyone_changes_only_their_own_and_with_all_that_it_takes(person: User) -> None:
    """A stranger, the system, an administrator; and oneself before the second factor has been shown."""
    for by in others(person):
        for change in (
            lambda by: accounts.change_password(person.id, PASSWORD, NEW, by, keep_session=""),
            lambda by: accounts.ask_for_email_change(person.id, "x@exempel.se", by),
            lambda by: accounts.change_name(person.id, "X", by),
            lambda by: accounts.change_language(person.id, "en", by),
        ):
            with pytest.raises(NotPermitted):
                change(by)
    assert letters() == []


def test_an_account_that_was_shut_changes_nothing(person: User) -> None:
    with writing(db.session):
        person.disabled_at = now()
    by = as_self(person)
    for change in (
        lambda: accounts.change_password(person.id, PASSWORD, NEW, by, keep_session=""),
        lambda: accounts.ask_for_email_change(person.id, "x@exempel.se", by),
        lambda: accounts.change_name(person.id, "X", by),
    ):
        with pytest.raises(DomainError):
            change()
    assert (letters(), actions()) == ([], [])
