"""Signing in: one answer for every reason, slowed where someone guesses, and never locked (S-11, S-12)."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from argon2 import profiles as argon2_profiles
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.accounts import SignInMethod
from kb.domain.audit import AuditAction
from kb.domain.errors import DomainError, SignInFailed, SignInSlowed
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, SignInBackOff, User, now
from kb.services import back_off, second_factor, sessions, signing_in
from kb.services.back_off import RULES, Scope
from kb.services.signing_in import Passed, Proof
from tests import accounts
from tests.accounts import make_user
from tests.installation import running
from tests.shared import ROOT

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PASSWORD = "två glas mjölk till frukost"
WRONG = "tre glas mjölk till frukost"
HERE = Actor(address="192.0.2.1")
ELSEWHERE = Actor(address="198.51.100.1")


@pytest.fixture
def person(app: Flask) -> User:
    return make_user(name="Åsa Öberg", email="asa@exempel.se", password=PASSWORD)


def sign_in(
    password: str = PASSWORD, by: Actor = HERE, at: datetime = AT, email: str = "asa@exempel.se"
) -> Passed:
    return signing_in.with_password(email, password, by, at)


def fail(times: int = 1, **changes: Any) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            sign_in(WRONG, **changes)


def wait(**changes: Any) -> int:
    """For how many seconds even the right password is not looked at."""
    with pytest.raises(SignInSlowed) as raised:
        sign_in(**changes)
    return raised.value.retry_after


def events(action: AuditAction) -> list[AuditEvent]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action.value)))


def guessed(
    scope: Scope, failures: int, by: Actor = HERE, at: datetime = AT, email: str = "asa@exempel.se"
) -> None:
    """As many failures as these before, without waiting for each of them."""
    key = dict(back_off.for_account(email, by.address))[scope]
    with writing(db.session):
        row = SignInBackOff(
            scope=scope.value, key_hash=back_off._hash(scope, key), failures=failures, last_failed_at=at
        )
        db.session.merge(row)


class TestThePassword:
    def test_the_right_one(self, person: User) -> None:
        assert sign_in() == Passed(person.id, needs_code=False)

    @pytest.mark.parametrize("email", ["ASA@Exempel.se", " asa@exempel.se\n"])
    def test_an_address_is_the_same_however_it_is_typed(self, person: User, email: str) -> None:
        assert sign_in(email=email).user_id == person.id

    def test_who_has_a_second_factor_is_not_in_yet(self, app: Flask) -> None:
        make_user(Role.ADMIN, email="admin@exempel.se", password=PASSWORD)
        assert sign_in(email="admin@exempel.se").needs_code

    def test_it_begins_no_session_by_itself(self, person: User) -> None:
        sign_in()
        assert sessions.of_user(person.id, AT) == ()

    def test_a_hash_with_older_parameters_is_made_anew(self, person: User) -> None:
        """S-10."""
        with writing(db.session):
            person.password_hash = PasswordHasher.from_parameters(argon2_profiles.CHEAPEST).hash(PASSWORD)
        fail()
        db.session.expire_all()
        assert "$m=8,t=1" in (person.password_hash or "")
        sign_in()
        db.session.expire_all()
        assert (person.password_hash or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        sign_in()

    @pytest.mark.parametrize(
        "email", ["", "x\x00\ud800", "a" * 10_000, "'; DROP TABLE user", "asa@exempel.se%"]
    )
    @pytest.mark.parametrize("password", [PASSWORD, "", "\ud800", "x" * 100_000])
    def test_anything_else_that_is_typed_is_wrong(self, person: User, email: str, password: str) -> None:
        with pytest.raises(SignInFailed):
            sign_in(password, email=email)

    @pytest.mark.parametrize("password", ["", "\ud800", "\x00", "x" * 100_000, PASSWORD + " "])
    def test_so_is_any_other_password(self, person: User, password: str) -> None:
        with pytest.raises(SignInFailed):
            sign_in(password)


@pytest.fixture
def kinds(app: Flask) -> tuple[str, ...]:
    """An address for each reason not to be let in."""
    make_user(email="fel@exempel.se", password=PASSWORD)
    make_user(email="avstangd@exempel.se", password=WRONG, disabled_at=AT)
    make_user(email="raderad@exempel.se", password=WRONG, disabled_at=AT, erased_at=AT)
    make_user(email="inbjuden@exempel.se")
    return tuple(f"{kind}@exempel.se" for kind in ("fel", "okand", "avstangd", "raderad", "inbjuden"))


class TestOneAnswer:
    """S-12: whether there is an account cannot be asked."""

    def test_in_the_same_words(self, kinds: tuple[str, ...]) -> None:
        said = set()
        for email in kinds:
            with pytest.raises(SignInFailed) as raised:
                sign_in(WRONG, email=email)
            said.add((type(raised.value), str(raised.value)))
        assert len(said) == 1

    def test_and_the_same_wait(self, kinds: tuple[str, ...]) -> None:
        waits = set()
        for number, email in enumerate(kinds):
            by = Actor(address=f"192.0.2.{number}")
            fail(5, email=email, by=by)
            waits.add(wait(email=email, by=by))
        assert waits == {2}

    def test_after_the_same_time(self, kinds: tuple[str, ...]) -> None:
        """Fifty of each by turns, so that a busy machine slows all of them; medians within 20 %."""
        taken: dict[str, list[float]] = {email: [] for email in kinds}
        for number in range(50):
            for email, times in taken.items():
                by = Actor(address=f"10.{number}.0.1")
                began = time.perf_counter()
                fail(email=email, by=by, at=AT + number * HOUR)
                times.append(time.perf_counter() - began)
        medians = [statistics.median(times) for times in taken.values()]
        assert max(medians) - min(medians) <= 0.2 * max(medians), dict(zip(kinds, medians, strict=True))


class TestSlowing:
    """S-11."""

    def test_five_failures_are_free_and_then_waits_double(self, person: User) -> None:
        fail(5)
        at, waits = AT, []
        for _ in range(11):
            waits.append(wait(at=at))
            at += waits[-1] * SECOND
            fail(at=at)
        assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]

    def test_twenty_wrong_passwords_are_too_many(self, person: User) -> None:
        """As someone does who does not wait."""
        said = []
        for _ in range(20):
            with pytest.raises(DomainError) as raised:
                sign_in(WRONG)
            said.append(type(raised.value))
        assert said == [SignInFailed] * 5 + [SignInSlowed] * 15

    def test_the_right_password_works_after_the_wait_and_not_before(self, person: User) -> None:
        fail(5)
        assert wait(at=AT + 1.5 * SECOND) == 1
        assert sign_in(at=AT + 2 * SECOND).user_id == person.id

    def test_an_attempt_that_is_refused_does_not_make_it_longer(self, person: User) -> None:
        fail(5)
        assert [wait() for _ in range(10)] == [2] * 10

    def test_success_forgets_the_failures_here(self, person: User) -> None:
        fail(4)
        sign_in()
        fail(5)
        assert wait() == 2

    def test_failures_are_forgotten_with_time(self, person: User) -> None:
        fail(5)
        fail(5, at=AT + 75 * MINUTE)
        assert wait(at=AT + 75 * MINUTE) == 2
        fail(1, at=AT + 75 * MINUTE + 15 * MINUTE)
        assert wait(at=AT + 90 * MINUTE) == 2, "one was forgotten, one came"

    def test_no_wait_is_longer_than_a_quarter_of_an_hour(self, person: User) -> None:
        for scope in (Scope.ACCOUNT_AT_PLACE, Scope.PLACE, Scope.ACCOUNT):
            guessed(scope, 100_000)
        assert wait() == 900
        assert sign_in(at=AT + 15 * MINUTE).user_id == person.id

    def test_others_from_elsewhere_are_not_hit(self, person: User) -> None:
        other = make_user(email="bo@exempel.se", password=PASSWORD)
        fail(5)
        assert sign_in(by=ELSEWHERE).user_id == person.id
        assert sign_in(by=ELSEWHERE, email="bo@exempel.se").user_id == other.id

    def test_a_colleague_at_the_same_address_is_not_hit_by_a_few(self, person: User) -> None:
        other = make_user(email="bo@exempel.se", password=PASSWORD)
        fail(5)
        assert sign_in(email="bo@exempel.se").user_id == other.id

    def test_one_place_that_tries_many_accounts_is_slowed(self, person: User) -> None:
        for number in range(20):
            fail(email=f"namn{number}@exempel.se")
        assert wait() == 2
        assert sign_in(by=ELSEWHERE).user_id == person.id

    def test_a_place_is_a_whole_network_of_ipv6(self, person: User) -> None:
        for last in range(5):
            fail(by=Actor(address=f"2001:db8::{last}"))
        assert wait(by=Actor(address="2001:db8::ffff")) == 2

    def test_ones_own_success_does_not_clear_the_place(self, person: User) -> None:
        """Else a guesser with an account of their own would sign in between."""
        guessed(Scope.PLACE, 19)
        sign_in()
        fail(email="bo@exempel.se")
        assert wait() == 2

    def test_many_places_at_one_account_are_slowed_by_a_minute_at_most(self, person: User) -> None:
        guessed(Scope.ACCOUNT, 49, ELSEWHERE)
        fail(by=Actor(address="203.0.113.9"))
        assert wait() == 2
        guessed(Scope.ACCOUNT, 1_000, ELSEWHERE)
        assert wait() == 60
        assert sign_in(at=AT + MINUTE).user_id == person.id

    def test_but_not_where_the_account_has_signed_in_before(self, person: User) -> None:
        """Nobody far away can keep someone out of where they work."""
        sessions.begin(person.id, SignInMethod.PASSWORD, second_factor=False, device="", by=HERE)
        at = now()
        guessed(Scope.ACCOUNT, 1_000, ELSEWHERE, at)
        assert wait(by=ELSEWHERE, at=at) == 60
        assert sign_in(at=at).user_id == person.id
        guessed(Scope.ACCOUNT, 1_000, ELSEWHERE, at + 100 * 24 * HOUR)
        assert wait(at=at + 100 * 24 * HOUR) == 60, "that was long ago"

    def test_there_the_wait_of_the_place_still_holds(self, person: User) -> None:
        sessions.begin(person.id, SignInMethod.PASSWORD, second_factor=False, device="", by=HERE)
        at = now()
        guessed(Scope.ACCOUNT, 1_000, ELSEWHERE, at)
        fail(5, at=at)
        assert wait(at=at) == 2

    def test_nothing_of_whom_or_where_is_stored(self, app: Flask, person: User) -> None:
        with pytest.raises(SignInFailed):
            sign_in(WRONG, email="hemlig.person@exempel.se", by=Actor(address="203.0.113.77"))
        with db.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM sign_in_back_off").all()
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert len(rows) == 3
        assert "203.0.113.77" not in repr(rows)
        assert "hemlig.person" not in dump
        assert WRONG not in dump

    def test_what_is_long_past_is_deleted(self, person: User) -> None:
        fail(email="bo@exempel.se")
        fail(at=AT + 2 * 24 * HOUR)
        assert {row.last_failed_at for row in db.session.scalars(select(SignInBackOff))} == {
            AT + 2 * 24 * HOUR
        }

    def test_that_someone_is_slowed_is_in_the_log_once(self, person: User) -> None:
        fail(5)
        for _ in range(10):
            wait()
        assert len(events(AuditAction.SIGN_IN_SLOWED)) == 1
        assert len(events(AuditAction.SIGN_IN_FAILED)) == 5

    def test_all_rules_wait_at_most_a_quarter_of_an_hour(self) -> None:
        assert set(RULES) == set(Scope)
        assert {rule.wait_after(10**9) <= 15 * MINUTE for rule in RULES.values()} == {True}


def test_many_at_once_are_not_many_guesses(app: Flask, person: User) -> None:
    """S-11: each is counted before it is judged."""
    together = Barrier(12)

    def attempt(_number: int) -> type[Exception]:
        with app.app_context():
            together.wait(timeout=60)
            with pytest.raises(DomainError) as raised:
                sign_in(WRONG)
            return raised.type

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(attempt, range(12)))
    assert said.count(SignInFailed) == 5


_PROCESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kb.domain.errors import SignInFailed, SignInSlowed
from kb.domain.predicates import Actor
from kb.services import signing_in
from tests.installation import running
failed = 0
with running(Path(sys.argv[1])):
    for _ in range(4):
        try:
            signing_in.with_password("asa@exempel.se", "fel", Actor(address="192.0.2.1"),
                                     datetime(2026, 11, 23, 10, 20, tzinfo=UTC))
        except SignInFailed:
            failed += 1
        except SignInSlowed:
            pass
print(failed)
"""


def test_processes_share_the_counts(instance: Path) -> None:
    """S-11."""
    command = [sys.executable, "-c", _PROCESS, str(instance)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(process.communicate(timeout=100)[0]) for process in started) == 5
    with running(instance), pytest.raises(SignInSlowed):
        sign_in(WRONG)


class TestTheCode:
    """S-13."""

    @pytest.fixture
    def admin(self, app: Flask) -> User:
        return make_user(Role.ADMIN, email="admin@exempel.se", password=PASSWORD)

    @staticmethod
    def code(at: datetime = AT) -> str:
        return pyotp.TOTP(accounts.SECRET).at(int(at.timestamp()))

    def test_the_right_one(self, admin: User) -> None:
        assert signing_in.with_code(admin.id, self.code(), HERE, AT) is False

    def test_once(self, admin: User) -> None:
        signing_in.with_code(admin.id, self.code(), HERE, AT)
        with pytest.raises(SignInFailed):
            signing_in.with_code(admin.id, self.code(), HERE, AT)

    def test_a_recovery_code_once(self, admin: User) -> None:
        codes = self.recovery_codes(admin)
        assert signing_in.with_code(admin.id, codes[3], HERE, AT) is True
        with pytest.raises(SignInFailed):
            signing_in.with_code(admin.id, codes[3], HERE, AT)
        [event] = events(AuditAction.RECOVERY_CODE_USED)
        assert event.actor_id == admin.id
        assert '"left":9' in event.detail.replace(" ", "")

    @staticmethod
    def recovery_codes(user: User) -> tuple[str, ...]:
        return second_factor.new_recovery_codes(user.id, Actor(user.id, user.role))

    def test_wrong_ones_are_slowed_from_wherever_they_come(self, admin: User) -> None:
        """Who guesses codes has the password already."""
        for number in range(5):
            with pytest.raises(SignInFailed):
                signing_in.with_code(admin.id, "000000", Actor(address=f"192.0.2.{number}"), AT)
        with pytest.raises(SignInSlowed) as raised:
            signing_in.with_code(admin.id, self.code(), ELSEWHERE, AT)
        assert raised.value.retry_after == 2
        signing_in.with_code(admin.id, self.code(), ELSEWHERE, AT + 2 * SECOND)
        assert len(events(AuditAction.SECOND_FACTOR_FAILED)) == 5

    @pytest.mark.parametrize("code", ["", "x", "1" * 5, "1" * 7, "å" * 6, "\ud800", "1" * 10_000, "-" * 16])
    def test_anything_else_is_wrong(self, admin: User, code: str) -> None:
        with pytest.raises(SignInFailed):
            signing_in.with_code(admin.id, code, HERE, AT)

    def test_no_account_has_no_code(self, app: Flask) -> None:
        with pytest.raises(SignInFailed):
            signing_in.with_code("ingen", "000000", HERE, AT)

    def test_an_account_that_was_shut_meanwhile(self, admin: User) -> None:
        codes = self.recovery_codes(admin)
        with writing(db.session):
            admin.disabled_at = AT
        for code in (self.code(), codes[0]):
            with pytest.raises(SignInFailed):
                signing_in.with_code(admin.id, code, HERE, AT)


class TestConfirming:
    """S-15: proving anew who one is."""

    def test_with_the_password(self, person: User) -> None:
        assert signing_in.proof_of(person.id) is Proof.PASSWORD
        signing_in.confirm(person.id, PASSWORD, Actor(person.id, person.role), AT)
        assert [event.actor_id for event in events(AuditAction.REAUTHENTICATED)] == [person.id]

    def test_a_wrong_one_is_refused_and_slowed(self, person: User) -> None:
        by = Actor(person.id, person.role, address="192.0.2.1")
        for _ in range(5):
            with pytest.raises(SignInFailed):
                signing_in.confirm(person.id, WRONG, by, AT)
        with pytest.raises(SignInSlowed):
            signing_in.confirm(person.id, PASSWORD, by, AT)
        assert events(AuditAction.REAUTHENTICATED) == []

    def test_with_a_code_by_one_who_has_no_password(self, app: Flask) -> None:
        user = make_user(Role.MODERATOR)
        assert signing_in.proof_of(user.id) is Proof.CODE
        signing_in.confirm(user.id, TestTheCode.code(), Actor(user.id), AT)
        with pytest.raises(SignInFailed):
            signing_in.confirm(user.id, TestTheCode.code(), Actor(user.id), AT)

    def test_a_code_is_not_a_password(self, app: Flask) -> None:
        user = make_user(Role.MODERATOR, password=PASSWORD)
        with pytest.raises(SignInFailed):
            signing_in.confirm(user.id, TestTheCode.code(), Actor(user.id), AT)

    @pytest.mark.parametrize("secret", ["", PASSWORD])
    def test_one_who_signs_in_elsewhere_proves_it_there(self, app: Flask, secret: str) -> None:
        user = make_user(email="annan@exempel.se")
        assert signing_in.proof_of(user.id) is Proof.PROVIDER
        with pytest.raises(SignInFailed):
            signing_in.confirm(user.id, secret, Actor(user.id, user.role), AT)


def test_no_secret_is_in_the_log(app: Flask, person: User, capfd: pytest.CaptureFixture[str]) -> None:
    """S-39: neither a wrong password, which is often the right one of another place, nor an address."""
    fail(6 - 1, email="asa@exempel.se")
    wait()
    sign_in(at=AT + HOUR)
    logged = "\n".join(f"{row.detail} {row.subject_id}" for row in db.session.scalars(select(AuditEvent)))
    printed = "".join(capfd.readouterr())
    for secret in (PASSWORD, WRONG, "asa@exempel.se"):
        assert secret not in logged + printed
