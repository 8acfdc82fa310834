"""People with an account: invited, changed, shut out, let in again (S-18, S-26)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose, SignInMethod
from kb.domain.errors import Conflict, InvalidFields, NotFound, NotPermitted
from kb.domain.letters import LetterKind
from kb.domain.people import PersonState
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, Letter, Organisation, User, UserSession
from kb.services import links, people, people_list, sessions
from tests import factories
from tests.accounts import make_user

HASH = "argon2-of-something"


def account(role: Role = Role.CONTRIBUTOR, **changes: object) -> User:
    """Someone who has joined: with a password."""
    return make_user(role, **{"password_hash": HASH, **changes})


def actor(user: User) -> Actor:
    return Actor(user.id, user.role, organisation_ids=frozenset(row.id for row in user.organisations))


def an_organisation(name: str = "Skogsstyrelsen") -> Organisation:
    with writing(db.session):
        return factories.organisation(name)


def letters() -> list[tuple[str, str]]:
    return [(row.kind, row.recipient) for row in db.session.scalars(select(Letter).order_by(Letter.id))]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


class TestInvite:
    def test_makes_an_account_a_letter_and_a_row_in_the_log(self, app: Flask) -> None:
        place = an_organisation()
        user_id, link_id = people.invite(
            " Anna.EK@Skogen.se ", "Anna  Ek", Role.CONTRIBUTOR, [place.id], SYSTEM, language="en"
        )
        user = db.session.get_one(User, user_id)
        assert (user.email, user.name, user.role, user.language) == (
            "anna.ek@skogen.se",
            "Anna Ek",
            Role.CONTRIBUTOR,
            "en",
        )
        assert [row.id for row in user.organisations] == [place.id]
        assert people.state_of(user) is PersonState.INVITED
        [letter] = db.session.scalars(select(Letter))
        assert (letter.kind, letter.recipient, letter.language) == (
            LetterKind.INVITATION,
            "anna.ek@skogen.se",
            "en",
        )
        assert link_id in letter.values
        assert letter.not_after is not None
        view = links.look(links.address_of(link_id).rpartition("/")[2])
        assert (view.user_id, view.expires_at) == (user_id, letter.not_after)
        assert actions() == ["user_invited"]

    def test_the_log_has_neither_name_nor_address(self, app: Flask) -> None:
        people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, [], SYSTEM)
        [event] = db.session.scalars(select(AuditEvent))
        assert "anna" not in event.detail.lower()

    def test_an_address_that_has_an_account_is_said(self, app: Flask) -> None:
        people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, [], SYSTEM)
        with pytest.raises(InvalidFields) as caught:
            people.invite("ANNA@skogen.se", "Anna Ek", Role.ADMIN, [], SYSTEM)
        [problem] = caught.value.problems
        assert (problem.field, "redan ett konto" in str(problem)) == ("email", True)
        assert len(letters()) == 1

    @pytest.mark.parametrize(
        ("email", "name", "role", "field"),
        [
            ("", "Anna Ek", Role.ADMIN, "email"),
            ("anna", "Anna Ek", Role.ADMIN, "email"),
            ("anna@localhost", "Anna Ek", Role.ADMIN, "email"),
            ("anna ek@skogen.se", "Anna Ek", Role.ADMIN, "email"),
            ("anna@skogen.se\nBcc: b@c.se", "Anna Ek", Role.ADMIN, "email"),
            ("a@b.se, c@d.se", "Anna Ek", Role.ADMIN, "email"),
            ("a" * 250 + "@skogen.se", "Anna Ek", Role.ADMIN, "email"),
            ("anna@skogen.se", "  ", Role.ADMIN, "name"),
            ("anna@skogen.se", "A" * 201, Role.ADMIN, "name"),
            ("anna@skogen.se", "Anna Ek", Role.CONTRIBUTOR, "organisations"),
        ],
    )
    def test_what_is_wrong_is_said_by_field(
        self, app: Flask, email: str, name: str, role: Role, field: str
    ) -> None:
        with pytest.raises(InvalidFields) as caught:
            people.invite(email, name, role, [], SYSTEM)
        assert [problem.field for problem in caught.value.problems] == [field]
        assert (letters(), actions()) == ([], [])
        assert db.session.scalar(select(User)) is None

    def test_all_that_is_wrong_is_said_at_once(self, app: Flask) -> None:
        with pytest.raises(InvalidFields) as caught:
            people.invite("anna", "", Role.CONTRIBUTOR, [], SYSTEM)
        assert [problem.field for problem in caught.value.problems] == ["email", "name", "organisations"]

    def test_an_organisation_that_is_gone(self, app: Flask) -> None:
        with pytest.raises(InvalidFields, match="fel ifyllt"):
            people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, ["01JD0000000000000000000000"], SYSTEM)

    @pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.MODERATOR])
    def test_only_an_administrator_may(self, app: Flask, role: Role | None) -> None:
        by = Actor("01", role) if role else READER
        with pytest.raises(NotPermitted):
            people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, [], by)
        assert db.session.scalar(select(User)) is None


class TestInviteAgain:
    def test_the_link_before_ends(self, app: Flask) -> None:
        user_id, first = people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, [], SYSTEM)
        second = people.invite_again(user_id, SYSTEM)
        with pytest.raises(NotFound):
            links.address_of(first)
        assert links.look(links.address_of(second).rpartition("/")[2]).user_id == user_id
        assert letters() == [("invitation", "anna@skogen.se")] * 2

    @pytest.mark.parametrize("shut_out", [True, False])
    def test_not_someone_who_has_joined_or_is_shut_out(self, app: Flask, shut_out: bool) -> None:
        user = make_user() if shut_out else account()
        if shut_out:
            people.disable(user.id, SYSTEM)
        with pytest.raises(Conflict):
            people.invite_again(user.id, SYSTEM)
        assert letters() == []


class TestRole:
    def test_changes_ends_sessions_and_tells(self, app: Flask) -> None:
        user, admin = account(), account(Role.ADMIN)
        token = sessions.begin(user.id, SignInMethod.PASSWORD, second_factor=False, device="", by=Actor())
        people.change_role(user.id, Role.MODERATOR, actor(admin))
        assert db.session.get_one(User, user.id).role is Role.MODERATOR
        assert sessions.find(token) is None
        assert letters() == [("role_changed", user.email)]
        event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "role_changed"))
        assert event is not None
        assert (event.actor_id, event.subject_id) == (admin.id, user.id)
        assert event.detail == '{"after":"moderator","before":"contributor"}'

    def test_the_same_role_is_no_change(self, app: Flask) -> None:
        user = account()
        people.change_role(user.id, Role.CONTRIBUTOR, SYSTEM)
        assert (letters(), actions()) == ([], [])

    def test_not_ones_own(self, app: Flask) -> None:
        account(Role.ADMIN, name="Bo Ek")
        admin = account(Role.ADMIN)
        with pytest.raises(NotPermitted):
            people.change_role(admin.id, Role.CONTRIBUTOR, actor(admin))
        assert db.session.get_one(User, admin.id).role is Role.ADMIN

    def test_a_contributor_needs_an_organisation(self, app: Flask) -> None:
        account(Role.ADMIN, name="Bo Ek")
        user = account(Role.MODERATOR, organisations=())
        with pytest.raises(InvalidFields):
            people.change_role(user.id, Role.CONTRIBUTOR, SYSTEM)

    def test_who_has_not_joined_gets_no_letter_of_it(self, app: Flask) -> None:
        user = make_user()
        people.change_role(user.id, Role.MODERATOR, SYSTEM)
        assert letters() == []


class TestTheLastAdministrator:
    """Someone who is invited, or shut out, runs nothing."""

    @pytest.fixture
    def last(self, app: Flask) -> User:
        make_user(Role.ADMIN, name="Inte Än")
        last = account(Role.ADMIN)
        people.disable(account(Role.ADMIN, name="Redan Ute").id, SYSTEM)
        return last

    def test_keeps_the_role(self, last: User) -> None:
        with pytest.raises(Conflict, match="enda administratören"):
            people.change_role(last.id, Role.MODERATOR, SYSTEM)

    def test_is_not_shut_out(self, last: User) -> None:
        with pytest.raises(Conflict, match="enda administratören"):
            people.disable(last.id, SYSTEM)
        assert db.session.get_one(User, last.id).disabled_at is None
        assert people_list.read(last.id, SYSTEM).is_last_administrator

    def test_may_go_when_there_is_another(self, last: User) -> None:
        account(Role.ADMIN, name="Ny Chef")
        people.disable(last.id, SYSTEM)
        assert db.session.get_one(User, last.id).disabled_at is not None

    def test_one_who_has_only_been_invited_may_go(self, app: Flask) -> None:
        user = make_user(Role.ADMIN)
        people.disable(user.id, SYSTEM)
        assert people.state_of(db.session.get_one(User, user.id)) is PersonState.DISABLED


class TestOrganisations:
    def test_changes_and_records_what_came_and_went(self, app: Flask) -> None:
        first, second = an_organisation(), an_organisation("Boverket")
        user = account(organisations=(first,))
        people.set_organisations(user.id, [second.id], SYSTEM)
        db.session.expire_all()
        assert [row.name for row in db.session.get_one(User, user.id).organisations] == ["Boverket"]
        [event] = db.session.scalars(select(AuditEvent))
        assert (event.action, event.detail) == (
            "membership_changed",
            f'{{"added":"{second.id}","removed":"{first.id}"}}',
        )

    def test_a_session_that_is_open_has_the_new_ones_at_once(self, app: Flask) -> None:
        first, second = an_organisation(), an_organisation("Boverket")
        user = account(organisations=(first,))
        token = sessions.begin(user.id, SignInMethod.PASSWORD, second_factor=False, device="", by=Actor())
        people.set_organisations(user.id, [second.id], SYSTEM)
        found = sessions.find(token)
        assert found is not None
        assert found.actor.organisation_ids == {second.id}

    def test_a_contributor_keeps_one(self, app: Flask) -> None:
        user = account()
        with pytest.raises(InvalidFields):
            people.set_organisations(user.id, [], SYSTEM)
        assert db.session.get_one(User, user.id).organisations

    def test_not_ones_own(self, app: Flask) -> None:
        admin = account(Role.ADMIN)
        with pytest.raises(NotPermitted):
            people.set_organisations(admin.id, [an_organisation().id], actor(admin))


class TestDisable:
    def test_all_that_lets_in_ends_at_once(self, app: Flask) -> None:
        """S-18."""
        user = account()
        token = sessions.begin(user.id, SignInMethod.PASSWORD, second_factor=False, device="", by=Actor())
        link = links.address_of(links.make(user.id, LinkPurpose.RESET)).rpartition("/")[2]
        people.disable(user.id, SYSTEM)
        assert sessions.find(token) is None
        assert db.session.scalar(select(UserSession)) is None
        with pytest.raises(NotFound):
            links.look(link)
        assert letters() == [("account_disabled", user.email)]
        people.enable(user.id, SYSTEM)
        with pytest.raises(NotFound):  # not even when the account is open again
            links.look(link)
        assert "user_disabled" in actions()

    def test_not_oneself(self, app: Flask) -> None:
        account(Role.ADMIN, name="Bo Ek")
        admin = account(Role.ADMIN)
        with pytest.raises(NotPermitted):
            people.disable(admin.id, actor(admin))

    @pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.MODERATOR])
    def test_only_an_administrator_may(self, app: Flask, role: Role) -> None:
        """A colleague knows of the person and may not; to anyone else there is no such person (S-27)."""
        place = an_organisation()
        user, colleague = account(organisations=(place,)), account(role, organisations=(place,))
        with pytest.raises(NotPermitted):
            people.disable(user.id, actor(colleague))
        stranger = account(role)
        with pytest.raises(NotFound):
            people.disable(user.id, actor(stranger))
        assert db.session.get_one(User, user.id).disabled_at is None

    def test_who_is_shut_out_is_not_changed(self, app: Flask) -> None:
        user = account()
        people.disable(user.id, SYSTEM)
        for change in (
            lambda: people.disable(user.id, SYSTEM),
            lambda: people.change_role(user.id, Role.ADMIN, SYSTEM),
            lambda: people.set_organisations(user.id, [an_organisation().id], SYSTEM),
        ):
            with pytest.raises(Conflict, match="avstängt"):
                change()

    def test_let_in_again(self, app: Flask) -> None:
        user = account()
        people.disable(user.id, SYSTEM)
        people.enable(user.id, SYSTEM)
        assert people.state_of(db.session.get_one(User, user.id)) is PersonState.ACTIVE
        with pytest.raises(Conflict):
            people.enable(user.id, SYSTEM)

    def test_what_is_erased_stays_so(self, app: Flask) -> None:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        user = account(disabled_at=at, erased_at=at)
        with pytest.raises(Conflict):
            people.enable(user.id, SYSTEM)


class TestIndex:
    @pytest.fixture
    def crowd(self, app: Flask) -> dict[str, User]:
        place = an_organisation()
        at = datetime(2026, 11, 1, tzinfo=UTC)
        return {
            "örn": account(name="Örjan Örn", organisations=(place,)),
            "ask": account(Role.MODERATOR, name="Åsa Ask", second_factor=False),
            "lind": make_user(Role.ADMIN, name="Lena Lind"),
            "ut": account(name="Ut Stängd", disabled_at=at),
            "bort": account(name="Tidigare medarbetare", disabled_at=at, erased_at=at),
        }

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({}, ["Lena Lind", "Ut Stängd", "Åsa Ask", "Örjan Örn"]),
            ({"query": "åsa"}, ["Åsa Ask"]),
            ({"query": "ÖRN örjan"}, ["Örjan Örn"]),
            ({"query": "lena.lind@"}, []),
            ({"query": "exempel.se lind"}, ["Lena Lind"]),
            ({"query": "%"}, []),
            ({"role": Role.MODERATOR}, ["Åsa Ask"]),
            ({"state": PersonState.INVITED}, ["Lena Lind"]),
            ({"state": PersonState.ACTIVE}, ["Åsa Ask", "Örjan Örn"]),
            ({"state": PersonState.DISABLED}, ["Ut Stängd"]),
            ({"state": PersonState.ERASED}, ["Tidigare medarbetare"]),
            ({"organisation": "skogsstyrelsen"}, ["Örjan Örn"]),
            ({"organisation": "finns-inte"}, []),
            ({"query": "ask", "role": Role.ADMIN}, []),
        ],
    )
    def test_who_is_found(self, crowd: dict[str, User], asked: dict[str, object], names: list[str]) -> None:
        found = people_list.index(SYSTEM, **asked)  # type: ignore[arg-type]
        assert [row.name for row in found.rows] == names
        assert (found.found, found.total) == (len(names), 4)

    def test_each_row_says_what_the_service_says_of_one(self, crowd: dict[str, User]) -> None:
        rows = people_list.index(SYSTEM).rows
        assert {row.id: row.state for row in rows} == {
            row.id: people.state_of(db.session.get_one(User, row.id)) for row in rows
        }
        lacking = [row.name for row in rows if row.lacks_second_factor]
        assert lacking == ["Åsa Ask"]

    def test_one_sees_those_whom_one_may_know_of(self, crowd: dict[str, User]) -> None:
        """S-26: the same rule as for one person, as a filter."""
        own = crowd["örn"]
        assert [row.name for row in people_list.index(actor(own)).rows] == ["Örjan Örn"]
        assert people_list.index(READER).rows == ()
        for user in crowd.values():
            seen = people_list.index(actor(own), state=people.state_of(user)).rows
            try:
                people.load(user.id, actor(own))
            except NotFound:
                assert user.id not in [row.id for row in seen]
            else:
                assert user.id in [row.id for row in seen]

    def test_pages(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(people_list, "PER_PAGE", 2)
        for letter in "ABC":
            make_user(name=f"{letter} Ek")
        pages = [people_list.index(SYSTEM, page=number) for number in (0, 1, 2, 99)]
        assert [[row.name for row in page.rows] for page in pages] == [
            ["A Ek", "B Ek"],
            ["A Ek", "B Ek"],
            ["C Ek"],
            ["C Ek"],
        ]
        assert {(page.found, page.pages) for page in pages} == {(3, 2)}

    def test_what_needs_an_administrator(self, crowd: dict[str, User]) -> None:
        assert people_list.to_mind(SYSTEM) == people_list.PeopleToMind(
            active=2, without_second_factor=1, waiting=1
        )
        with pytest.raises(NotPermitted):
            people_list.to_mind(actor(crowd["ask"]))


class TestRead:
    def test_a_person(self, app: Flask) -> None:
        user_id, _link = people.invite("anna@skogen.se", "Anna Ek", Role.ADMIN, [], SYSTEM)
        admin = account(Role.ADMIN)
        page = people_list.read(user_id, actor(admin))
        assert page.invited_until is not None
        assert (page.is_self, page.may_change, page.sessions) == (False, True, 0)
        own = people_list.read(admin.id, actor(admin))
        assert (own.is_self, own.may_change, own.is_last_administrator) == (True, False, True)

    def test_one_that_is_not_there(self, app: Flask) -> None:
        with pytest.raises(NotFound):
            people_list.read("01JD0000000000000000000000", SYSTEM)


def test_an_address_is_found_however_it_is_written(app: Flask) -> None:
    user_id, _link = people.invite("Åsa@skogen.se", "Åsa Ek", Role.ADMIN, [], SYSTEM)
    assert people.by_email(" ÅSA@Skogen.se ", SYSTEM).id == user_id
    with pytest.raises(NotFound, match="inget konto"):
        people.by_email("bo@skogen.se", SYSTEM)
