"""The second factor: codes of RFC 6238, each once; recovery codes, each once; secrets encrypted (S-13)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.accounts import SignInMethod
from kb.domain.audit import AuditAction
from kb.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, Letter, RecoveryCode, User
from kb.services import second_factor, sessions
from kb.services.sessions import SignedIn
from tests.accounts import SECRET, make_user
from tests.installation import running

AT = datetime(2026, 11, 23, 10, 20, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)
HERE = Actor(address="192.0.2.1")


def code(at: datetime = AT, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def as_self(user: User) -> Actor:
    return Actor(user.id, user.role)


def signed_in(user: User, *, shown: bool) -> SignedIn:
    token = sessions.begin(user.id, SignInMethod.PASSWORD, second_factor=shown, device="", by=HERE, at=AT)
    db.session.rollback()
    found = sessions.find(token, "", AT)
    assert found is not None
    return found


def enrol(user: User, session: SignedIn, at: datetime = AT) -> tuple[str, ...]:
    offered = second_factor.start(user.id, at)
    return second_factor.finish(
        user.id, offered.sealed, code(at, offered.secret), session.actor, session_id=session.session_id, at=at
    )


def count(action: AuditAction) -> int:
    db.session.expire_all()
    return len(list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action.value))))


def letters_of(user: User) -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter.kind).where(Letter.user_id == user.id)))


@pytest.fixture
def admin(app: Flask) -> User:
    return make_user(Role.ADMIN, email="admin@exempel.se")


@pytest.fixture
def newcomer(app: Flask) -> User:
    return make_user(Role.MODERATOR, email="ny@exempel.se", second_factor=False)


class TestCodes:
    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
        ],
    )
    def test_they_are_those_of_the_standard(self, app: Flask, seconds: int, expected: str) -> None:
        """The vectors of RFC 6238, appendix B, of six digits."""
        secret = base64.b32encode(b"12345678901234567890").decode()
        user = make_user(second_factor=True)
        with writing(db.session):
            user.totp_secret = second_factor.stored_form(secret)
        assert second_factor.take_code(user.id, expected, datetime.fromtimestamp(seconds, UTC))

    @pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_a_clock_may_be_one_step_off(self, admin: User, steps: int, taken: bool) -> None:
        assert second_factor.take_code(admin.id, code(AT + steps * STEP), AT) is taken

    def test_spaces_do_not_matter(self, admin: User) -> None:
        assert second_factor.take_code(admin.id, f" {code()[:3]} {code()[3:]} ", AT)

    def test_each_step_counts_once(self, admin: User) -> None:
        assert second_factor.take_code(admin.id, code(), AT)
        assert not second_factor.take_code(admin.id, code(), AT)
        assert not second_factor.take_code(admin.id, code(), AT + STEP)

    def test_no_step_before_one_that_was_used_counts(self, admin: User) -> None:
        assert second_factor.take_code(admin.id, code(AT + STEP), AT)
        assert not second_factor.take_code(admin.id, code(), AT)
        assert not second_factor.take_code(admin.id, code(AT - STEP), AT)
        assert second_factor.take_code(admin.id, code(AT + 2 * STEP), AT + STEP)

    def test_of_many_at_once_one_is_let_in(self, app: Flask, admin: User) -> None:
        user_id = admin.id
        assert race(app, lambda: second_factor.take_code(user_id, code(), AT)) == 1

    def test_a_code_of_another_is_wrong(self, admin: User, newcomer: User) -> None:
        assert not second_factor.take_code(newcomer.id, code(), AT)
        with writing(db.session):
            admin.totp_secret = second_factor.stored_form(pyotp.random_base32())
        assert not second_factor.take_code(admin.id, code(), AT)


def race(app: Flask, attempt: Callable[[], bool]) -> int:
    """How many of six that try at once succeed."""
    together = Barrier(6)
    db.session.rollback()

    def run(_number: int) -> bool:
        with app.app_context():
            together.wait(timeout=30)
            return attempt()

    with ThreadPoolExecutor(6) as pool:
        return sum(pool.map(run, range(6)))


class TestRecoveryCodes:
    def test_there_are_ten_of_eighty_bits_each_and_only_hashes_are_stored(self, admin: User) -> None:
        codes = second_factor.new_recovery_codes(admin.id, as_self(admin))
        assert len(set(codes)) == 10
        assert {len(one.replace("-", "")) for one in codes} == {16}
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        for one in codes:
            assert one not in dump
            assert one.replace("-", "") not in dump

    @pytest.mark.parametrize(
        "typed",
        [
            lambda one: one,
            lambda one: one.lower(),
            lambda one: one.replace("-", ""),
            lambda one: f" {one.replace('-', ' ')} ",
            lambda one: one.replace("1", "l").replace("0", "o"),
            lambda one: one.replace("1", "I"),
        ],
    )
    def test_however_one_is_typed(self, admin: User, typed: Callable[[str], str]) -> None:
        for one in second_factor.new_recovery_codes(admin.id, as_self(admin)):
            assert second_factor.take_recovery_code(admin.id, typed(one))

    def test_each_counts_once(self, admin: User) -> None:
        codes = second_factor.new_recovery_codes(admin.id, as_self(admin))
        assert second_factor.take_recovery_code(admin.id, codes[0])
        assert not second_factor.take_recovery_code(admin.id, codes[0])
        assert second_factor.codes_left(admin.id) == 9

    def test_of_many_at_once_one_is_let_in(self, app: Flask, admin: User) -> None:
        user_id = admin.id
        [one, *_] = second_factor.new_recovery_codes(user_id, as_self(admin))
        assert race(app, lambda: second_factor.take_recovery_code(user_id, one)) == 1

    def test_those_of_another_are_wrong(self, admin: User) -> None:
        codes = second_factor.new_recovery_codes(admin.id, as_self(admin))
        other = make_user(Role.ADMIN)
        assert not second_factor.take_recovery_code(other.id, codes[0])

    def test_new_ones_end_the_old(self, admin: User) -> None:
        old = second_factor.new_recovery_codes(admin.id, as_self(admin))
        new = second_factor.new_recovery_codes(admin.id, as_self(admin))
        assert not second_factor.take_recovery_code(admin.id, old[0])
        assert second_factor.take_recovery_code(admin.id, new[0])
        assert count(AuditAction.RECOVERY_CODES_MADE) == 2

    def test_none_without_a_factor(self, newcomer: User) -> None:
        with pytest.raises(Conflict):
            second_factor.new_recovery_codes(newcomer.id, as_self(newcomer))

    @pytest.mark.parametrize("by", [Actor(), Actor("en annan", Role.ADMIN), SYSTEM])
    def test_only_ones_own(self, admin: User, by: Actor) -> None:
        with pytest.raises(NotPermitted):
            second_factor.new_recovery_codes(admin.id, by)

    def test_not_before_the_factor_has_been_shown(self, admin: User) -> None:
        with pytest.raises(NotPermitted):
            second_factor.new_recovery_codes(admin.id, signed_in(admin, shown=False).actor)


class TestAdding:
    def test_looking_at_the_page_stores_nothing(self, newcomer: User) -> None:
        second_factor.start(newcomer.id, AT)
        db.session.expire_all()
        assert newcomer.totp_secret is None

    def test_the_qr_code_says_whose_it_is(self, newcomer: User) -> None:
        offered = second_factor.start(newcomer.id, AT)
        address = urlsplit(offered.uri)
        assert (address.scheme, address.netloc) == ("otpauth", "totp")
        assert unquote(address.path) == "/Erfarenhetsbanken:ny@exempel.se"
        assert parse_qs(address.query) == {"secret": [offered.secret], "issuer": ["Erfarenhetsbanken"]}
        assert len(base64.b32decode(offered.secret)) == 20
        assert offered.secret not in repr(offered)

    def test_the_same_is_offered_after_a_wrong_code(self, newcomer: User) -> None:
        offered = second_factor.start(newcomer.id, AT)
        assert second_factor.offered(newcomer.id, offered.sealed, AT) == offered
        assert offered.secret not in offered.sealed

    def test_its_code_makes_it_count(self, newcomer: User) -> None:
        session = signed_in(newcomer, shown=False)
        assert session.actor.role is None
        codes = enrol(newcomer, session)
        assert len(codes) == second_factor.codes_left(newcomer.id) == 10
        token = sessions.renew(session.session_id, at=AT)
        after = sessions.find(token, "", AT)
        assert after is not None
        assert after.actor.role is Role.MODERATOR
        assert count(AuditAction.SECOND_FACTOR_ADDED) == 1
        assert letters_of(newcomer) == ["second_factor_changed"]

    def test_the_code_that_made_it_count_is_used_up(self, newcomer: User) -> None:
        session = signed_in(newcomer, shown=False)
        offered = second_factor.start(newcomer.id, AT)
        shown = code(AT, offered.secret)
        second_factor.finish(
            newcomer.id, offered.sealed, shown, session.actor, session_id=session.session_id, at=AT
        )
        assert not second_factor.take_code(newcomer.id, shown, AT)
        assert second_factor.take_code(newcomer.id, code(AT + STEP, offered.secret), AT + STEP)

    def test_the_other_sessions_end(self, newcomer: User) -> None:
        other, session = signed_in(newcomer, shown=False), signed_in(newcomer, shown=False)
        enrol(newcomer, session)
        assert [row.session_id for row in sessions.of_user(newcomer.id, AT)] == [session.session_id]
        assert other.session_id != session.session_id

    @pytest.mark.parametrize("typed", ["", "000000", "12345", "\ud800"])
    def test_a_wrong_code_changes_nothing(self, newcomer: User, typed: str) -> None:
        session = signed_in(newcomer, shown=False)
        offered = second_factor.start(newcomer.id, AT)
        with pytest.raises(Invalid) as raised:
            second_factor.finish(
                newcomer.id, offered.sealed, typed, session.actor, session_id=session.session_id, at=AT
            )
        assert raised.value.field == "code"
        db.session.expire_all()
        assert newcomer.totp_confirmed_at is None

    @pytest.mark.parametrize("sealed", ["", "x", "å\ud800", "gAAAAA" * 20])
    def test_what_was_not_offered_is_not_taken(self, newcomer: User, sealed: str) -> None:
        with pytest.raises(Invalid):
            second_factor.offered(newcomer.id, sealed, AT)

    def test_what_was_offered_to_another_is_not_taken(self, newcomer: User, admin: User) -> None:
        """Else someone could have a victim take a secret that both know."""
        with pytest.raises(Invalid):
            second_factor.offered(newcomer.id, second_factor.start(admin.id, AT).sealed, AT)

    def test_an_offer_lasts_half_an_hour(self, newcomer: User) -> None:
        sealed = second_factor.start(newcomer.id, AT).sealed
        second_factor.offered(newcomer.id, sealed, AT + timedelta(minutes=30))
        with pytest.raises(Invalid):
            second_factor.offered(newcomer.id, sealed, AT + timedelta(minutes=30, seconds=1))

    def test_nobody_adds_one_for_another(self, newcomer: User, admin: User) -> None:
        offered = second_factor.start(newcomer.id, AT)
        with pytest.raises(NotPermitted):
            second_factor.finish(
                newcomer.id, offered.sealed, code(AT, offered.secret), as_self(admin), session_id="", at=AT
            )

    def test_no_account_is_offered_nothing(self, app: Flask) -> None:
        with pytest.raises(NotFound):
            second_factor.start("ingen")


class TestPuttingAnotherInItsPlace:
    def test_with_the_old_one_shown(self, admin: User) -> None:
        session = signed_in(admin, shown=True)
        old_codes = second_factor.new_recovery_codes(admin.id, session.actor)
        enrol(admin, session)
        assert not second_factor.take_code(admin.id, code(AT + STEP), AT + STEP)
        assert not second_factor.take_recovery_code(admin.id, old_codes[0])

    def test_never_without(self, admin: User) -> None:
        """Who has stolen a password would else bring a factor of their own."""
        session = signed_in(admin, shown=False)
        with pytest.raises(NotPermitted):
            enrol(admin, session)
        assert second_factor.take_code(admin.id, code(), AT)


class TestRemoving:
    def test_ones_own_where_the_role_needs_none(self, app: Flask) -> None:
        user = make_user(second_factor=True)
        second_factor.new_recovery_codes(user.id, as_self(user))
        second_factor.remove(user.id, as_self(user))
        db.session.expire_all()
        assert (user.totp_secret, user.totp_confirmed_at, user.totp_last_step) == (None, None, None)
        assert list(db.session.scalars(select(RecoveryCode))) == []
        assert count(AuditAction.SECOND_FACTOR_REMOVED) == 1
        assert letters_of(user) == ["second_factor_changed"]

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
    def test_not_where_the_role_needs_it(self, app: Flask, role: Role) -> None:
        user = make_user(role)
        with pytest.raises(Conflict):
            second_factor.remove(user.id, as_self(user))

    def test_not_before_it_has_been_shown(self, app: Flask) -> None:
        user = make_user(second_factor=True)
        with pytest.raises(NotPermitted):
            second_factor.remove(user.id, signed_in(user, shown=False).actor)

    @pytest.mark.parametrize("by", [Actor("en annan", Role.ADMIN), SYSTEM])
    def test_that_of_someone_who_has_lost_it(self, admin: User, by: Actor) -> None:
        signed_in(admin, shown=True)
        second_factor.remove(admin.id, by)
        assert sessions.of_user(admin.id, AT) == ()
        assert not second_factor.take_code(admin.id, code(), AT)

    @pytest.mark.parametrize("by", [Actor(), Actor("en annan", Role.MODERATOR), Actor("en annan")])
    def test_not_by_anyone(self, admin: User, by: Actor) -> None:
        with pytest.raises(NotPermitted):
            second_factor.remove(admin.id, by)
        assert second_factor.take_code(admin.id, code(), AT)

    def test_what_is_not_there_is_not_removed_again(self, app: Flask) -> None:
        user = make_user()
        second_factor.remove(user.id, as_self(user))
        assert count(AuditAction.SECOND_FACTOR_REMOVED) == 0


class TestAtRest:
    """The secrets are encrypted with keys made of those of the site (S-41)."""

    def test_the_database_does_not_hold_the_secret(self, admin: User) -> None:
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert "admin@exempel.se" in dump
        assert SECRET not in dump
        assert len(admin.totp_secret or "") <= 300

    def test_keys_are_changed_without_a_break(self, instance: Path) -> None:
        """S-41: with both keys in the list, then without the old one for who has signed in meanwhile."""
        old, new = "g" * 40, "n" * 40
        with running(instance, secret_key=old):
            prompt, late = (make_user(Role.ADMIN, name=name).id for name in ("Åsa Ek", "Bo Ek"))
        with running(instance, secret_key=f"{new},{old}"):
            assert second_factor.take_code(prompt, code(), AT)
        with running(instance, secret_key=new):
            later = AT + 2 * STEP
            assert second_factor.take_code(prompt, code(later), later)
            assert not second_factor.take_code(late, code(later), later), "and no error"

    def test_who_was_late_is_let_in_by_a_recovery_code(self, instance: Path) -> None:
        with running(instance, secret_key="g" * 40):
            user = make_user(Role.ADMIN)
            user_id, codes = user.id, second_factor.new_recovery_codes(user.id, as_self(user))
        with running(instance, secret_key="n" * 40):
            assert second_factor.take_recovery_code(user_id, codes[0])
