"""Who is signed in: read anew for each request; ended by time, by hand, with the account (S-18, S-19)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.accounts import SignInMethod
from kb.domain.audit import AuditAction
from kb.domain.errors import NotFound
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, User, UserSession
from kb.services import sessions
from kb.services.sessions import SignedIn
from tests import factories
from tests.accounts import make_user
from tests.installation import running

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HERE = Actor(address="192.0.2.1")


def begin(user: User, **changes: Any) -> str:
    values: dict[str, Any] = {"second_factor": True, "device": "Firefox på Linux", "by": HERE, "at": AT}
    return sessions.begin(user.id, **{"method": SignInMethod.PASSWORD, **values, **changes})


def find(token: str, at: datetime = AT) -> SignedIn | None:
    """As another request does: with nothing read before."""
    db.session.rollback()
    return sessions.find(token, "192.0.2.1", at)


def found(token: str, at: datetime = AT) -> SignedIn:
    signed_in = find(token, at)
    assert signed_in is not None
    return signed_in


def actions(action: AuditAction) -> list[AuditEvent]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action.value)))


@pytest.fixture
def person(app: Flask) -> User:
    return make_user(name="Åsa Öberg", email="asa@exempel.se")


class TestBeginning:
    def test_it_is_found_again_with_who_it_is(self, person: User) -> None:
        signed_in = found(begin(person))
        assert (signed_in.user_id, signed_in.name, signed_in.email) == (
            person.id,
            "Åsa Öberg",
            "asa@exempel.se",
        )
        assert (signed_in.role, signed_in.language) == (Role.CONTRIBUTOR, "sv")
        actor = signed_in.actor
        assert actor == Actor(
            person.id, Role.CONTRIBUTOR, organisation_ids=frozenset([person.organisations[0].id])
        )
        assert actor.address == "192.0.2.1"

    def test_the_token_has_256_bits_and_only_its_hash_is_stored(self, person: User) -> None:
        tokens = {begin(person) for _ in range(20)}
        assert len(tokens) == 20
        assert {len(token) for token in tokens} == {43}
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert "user_session" in dump
        assert not any(token in dump for token in tokens)

    def test_it_is_in_the_log_without_the_token(self, person: User) -> None:
        token = begin(person)
        [event] = actions(AuditAction.SIGNED_IN)
        assert (event.actor_id, event.subject_id) == (person.id, person.id)
        assert found(token).session_id in event.detail
        assert token not in event.detail

    @pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
    def test_an_account_that_is_shut_never_signs_in(self, person: User, column: str) -> None:
        with writing(db.session):
            person.disabled_at = AT
            setattr(person, column, AT)
        with pytest.raises(NotFound):
            begin(person)

    def test_no_account_no_session(self, app: Flask) -> None:
        with pytest.raises(NotFound):
            sessions.begin("ingen", SignInMethod.PASSWORD, second_factor=False, device="", by=HERE, at=AT)

    def test_a_long_name_of_a_device_is_cut(self, person: User) -> None:
        begin(person, device="x" * 500)
        assert sessions.of_user(person.id, AT)[0].device == "x" * 80

    def test_sessions_that_have_ended_are_cleared_away(self, person: User) -> None:
        begin(person, at=AT - 2 * HOUR)
        begin(person)
        assert len(list(db.session.scalars(select(UserSession.id)))) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "å" * 43, "\ud800"])
def test_any_other_token_is_nobody(person: User, token: str) -> None:
    begin(person)
    assert find(token) is None
    assert find(secrets.token_urlsafe(32)) is None


class TestTime:
    """S-19: 45 minutes without a request, 10 hours in all, unless the settings say less."""

    def test_it_ends_when_it_is_idle(self, person: User) -> None:
        token = begin(person)
        assert found(token).idle_until == AT + 45 * MINUTE
        assert find(token, AT + 45 * MINUTE) is None

    def test_each_request_keeps_it_from_that(self, person: User) -> None:
        token = begin(person)
        assert found(token, AT + 44 * MINUTE).idle_until == AT + 89 * MINUTE
        assert found(token, AT + 88 * MINUTE).idle_until == AT + 133 * MINUTE

    def test_it_ends_however_busy_it_is(self, person: User) -> None:
        token = begin(person)
        for minutes in range(30, 600, 30):
            found(token, AT + minutes * MINUTE)
        last = found(token, AT + 599 * MINUTE)
        assert last.idle_until == last.ends_at == AT + 10 * HOUR
        assert find(token, AT + 10 * HOUR) is None

    def test_the_settings_say_when(self, instance: Path) -> None:
        with running(instance, session_idle_minutes=5, session_hours=1):
            person = make_user()
            token = begin(person)
            for minutes in range(4, 60, 4):
                found(token, AT + minutes * MINUTE)
            assert find(token, AT + HOUR) is None
            token = begin(person)
            assert find(token, AT + 5 * MINUTE) is None

    def test_it_is_noted_at_most_once_a_minute(self, person: User) -> None:
        token = begin(person)
        assert found(token, AT + timedelta(seconds=59)).idle_until == AT + 45 * MINUTE
        assert found(token, AT + timedelta(seconds=60)).idle_until == AT + 46 * MINUTE

    def test_another_who_writes_does_not_hold_it_up(self, app: Flask, person: User) -> None:
        """What cannot be noted now is noted by the next request; nobody waits and nobody is thrown out."""
        token = begin(person)
        with db.engine.connect() as other:
            other.execution_options(kb_write=True).exec_driver_sql("SELECT 1")
            assert found(token, AT + 10 * MINUTE).idle_until == AT + 45 * MINUTE
        assert found(token, AT + 10 * MINUTE).idle_until == AT + 55 * MINUTE

    def test_for_ten_minutes_it_is_recent(self, person: User) -> None:
        """S-15."""
        token = begin(person)
        assert found(token, AT + 10 * MINUTE).is_recent
        assert not found(token, AT + 10 * MINUTE + timedelta(seconds=1)).is_recent


class TestAsItIsNow:
    """Whatever is taken away is gone at the next request."""

    @pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
    def test_an_account_that_is_shut(self, person: User, column: str) -> None:
        """S-18: also if its sessions had been forgotten."""
        token = begin(person)
        with writing(db.session):
            person.disabled_at = AT
            setattr(person, column, AT)
        assert find(token) is None

    def test_a_role_and_an_organisation(self, app: Flask, person: User) -> None:
        token = begin(person, method=SignInMethod.FEDERATED)
        assert found(token).actor.role is Role.CONTRIBUTOR
        user_id = person.id
        with app.app_context(), writing(db.session):
            other = db.session.get_one(User, user_id)
            other.role, other.organisations = Role.MODERATOR, [factories.organisation("Boverket")]
            organisation_id = other.organisations[0].id
        signed_in = found(token)
        assert signed_in.actor.role is Role.MODERATOR
        assert signed_in.actor.organisation_ids == {organisation_id}

    def test_a_name_and_a_language(self, app: Flask, person: User) -> None:
        token, user_id = begin(person), person.id
        with app.app_context(), writing(db.session):
            other = db.session.get_one(User, user_id)
            other.name, other.language = "Åsa Ek", "en"
        assert (found(token).name, found(token).language) == ("Åsa Ek", "en")


class TestSecondFactor:
    """S-13: a role that needs one is no role until it has been shown in the session."""

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
    def test_without_it_the_role_may_not_be_used(self, app: Flask, role: Role) -> None:
        signed_in = found(begin(make_user(role), second_factor=False))
        assert (signed_in.role, signed_in.actor.role) == (role, None)
        assert signed_in.needs_second_factor
        assert not signed_in.second_factor

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
    def test_with_it_it_may(self, app: Flask, role: Role) -> None:
        signed_in = found(begin(make_user(role)))
        assert signed_in.actor.role is role
        assert (signed_in.second_factor, signed_in.needs_second_factor) == (True, False)

    def test_a_contributor_needs_none(self, person: User) -> None:
        signed_in = found(begin(person, second_factor=False))
        assert signed_in.actor.role is Role.CONTRIBUTOR
        assert not signed_in.needs_second_factor

    def test_a_contributor_who_has_one_must_show_it(self, app: Flask) -> None:
        signed_in = found(begin(make_user(second_factor=True), second_factor=False))
        assert signed_in.actor.role is None
        assert signed_in.needs_second_factor

    def test_one_that_was_taken_away_no_longer_counts(self, app: Flask) -> None:
        user = make_user(Role.ADMIN)
        token = begin(user)
        with writing(db.session):
            user.totp_secret = user.totp_confirmed_at = None
        assert found(token).actor.role is None

    def test_one_that_was_put_in_its_place_must_be_shown(self, app: Flask) -> None:
        user = make_user(Role.ADMIN)
        token = begin(user)
        with writing(db.session):
            user.totp_confirmed_at = AT + MINUTE
        assert found(token).actor.role is None

    def test_that_of_an_identity_provider_counts(self, app: Flask) -> None:
        user = make_user(Role.MODERATOR, second_factor=False)
        assert found(begin(user, method=SignInMethod.FEDERATED)).actor.role is Role.MODERATOR
        assert found(begin(user, method=SignInMethod.PASSWORD)).actor.role is None


class TestRenewing:
    def test_the_old_token_ends_and_the_session_goes_on(self, person: User) -> None:
        """S-18: no token from before the rights changed."""
        old = begin(person)
        before = found(old)
        new = sessions.renew(before.session_id, at=AT + MINUTE)
        assert new != old
        assert find(old, AT + MINUTE) is None
        after = found(new, AT + MINUTE)
        assert (after.session_id, after.ends_at) == (before.session_id, before.ends_at)
        assert after.authenticated_at == AT

    def test_it_may_say_that_the_person_has_proved_who_it_is(self, person: User) -> None:
        session_id = found(begin(person)).session_id
        token = sessions.renew(session_id, authenticated=True, at=AT + 30 * MINUTE)
        assert found(token, AT + 30 * MINUTE).is_recent

    def test_it_may_say_that_the_second_factor_was_shown(self, app: Flask) -> None:
        session_id = found(begin(make_user(Role.ADMIN), second_factor=False)).session_id
        token = sessions.renew(session_id, second_factor=True, at=AT)
        assert found(token).actor.role is Role.ADMIN

    def test_one_that_has_ended_is_not_brought_back(self, person: User) -> None:
        signed_in = found(begin(person))
        sessions.end(signed_in.session_id, signed_in.actor)
        with pytest.raises(NotFound):
            sessions.renew(signed_in.session_id)


class TestEnding:
    """S-18."""

    def test_signing_out_ends_it_here_and_is_in_the_log(self, person: User) -> None:
        token, other = begin(person), begin(person)
        signed_in = found(token)
        sessions.end(signed_in.session_id, signed_in.actor)
        assert find(token) is None
        assert found(other)
        sessions.end(signed_in.session_id, signed_in.actor)
        assert [event.actor_id for event in actions(AuditAction.SIGNED_OUT)] == [person.id]

    def test_one_of_the_list(self, person: User) -> None:
        token, other = begin(person), begin(person)
        sessions.end_own(person.id, found(other).session_id, found(token).actor)
        assert find(other) is None
        assert found(token)
        assert len(actions(AuditAction.SESSION_ENDED)) == 1

    def test_never_that_of_another(self, person: User) -> None:
        stranger = make_user(name="Bo Ek")
        token = begin(person)
        with pytest.raises(NotFound):
            sessions.end_own(stranger.id, found(token).session_id, Actor(user_id=stranger.id))
        assert found(token)

    def test_all_but_this_one(self, person: User) -> None:
        tokens = [begin(person) for _ in range(3)]
        strangers = begin(make_user(name="Bo Ek"))
        keep = found(tokens[1])
        assert sessions.end_others(person.id, keep.session_id, keep.actor) == 2
        assert [find(token) is not None for token in tokens] == [False, True, False]
        assert found(strangers)
        assert sessions.end_others(person.id, keep.session_id, keep.actor) == 0
        assert len(actions(AuditAction.SESSION_ENDED)) == 1, "nothing ended is nothing to tell"

    def test_all(self, person: User) -> None:
        tokens = [begin(person) for _ in range(3)]
        assert sessions.end_all(person.id, HERE) == 3
        assert [find(token) for token in tokens] == [None] * 3


def test_the_list_has_those_that_live_the_one_used_last_first(person: User) -> None:
    """S-18."""
    begin(person, device="gammal", at=AT - HOUR)
    first = begin(person, device="första")
    begin(person, device="andra", at=AT + MINUTE, method=SignInMethod.FEDERATED)
    begin(make_user(name="Bo Ek"), device="någon annans")
    found(first, AT + 2 * MINUTE)
    db.session.rollback()
    rows = sessions.of_user(person.id, AT + 2 * MINUTE)
    assert [row.device for row in rows] == ["första", "andra"]
    assert [row.method for row in rows] == [SignInMethod.PASSWORD, SignInMethod.FEDERATED]
    assert (rows[0].created_at, rows[0].last_seen_at) == (AT, AT + 2 * MINUTE)
    assert sessions.of_user(person.id, AT + 2 * HOUR) == ()
