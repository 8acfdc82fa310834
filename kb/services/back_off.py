"""Guessing made slow: after some failures each next try waits twice as long, at most a quarter of an hour.

An attempt is counted before it is judged and taken back when it succeeds: a hundred at once are not a hundred
guesses. Nobody is ever locked out: failures are forgotten with time, an attempt that is refused counts as
none, and a stranger's failures do not slow a place where the account has signed in before (S-11).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, text

from kb.db import db, transaction
from kb.domain.audit import AuditAction
from kb.domain.errors import SignInSlowed
from kb.domain.predicates import Actor
from kb.models import SignInBackOff, now
from kb.services import audit, site_settings
from kb.services.rate_limits import place_of

_KEPT = timedelta(days=1)
_LOCK = 7_310_579_042
"""The advisory lock of the counts on PostgreSQL; any number that nothing else takes."""


class Scope(StrEnum):
    """What failures are counted for."""

    ACCOUNT_AT_PLACE = "account_at_place"
    PLACE = "place"
    ACCOUNT = "account"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Rule:
    """``free`` failures cost nothing; the next waits 2 s, then 4, 8 … at most ``longest``.

    One failure is forgotten for each ``forgotten_each`` without a new one.
    """

    free: int
    longest: timedelta
    forgotten_each: timedelta

    def wait_after(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        doublings = min(failures - self.free + 1, 20)
        return min(timedelta(seconds=2**doublings), self.longest)

    def remembered(self, failures: int, since: timedelta) -> int:
        return max(0, failures - max(0, since // self.forgotten_each))


RULES: dict[Scope, Rule] = {
    # Someone who guesses at one account from one network.
    Scope.ACCOUNT_AT_PLACE: Rule(5, timedelta(minutes=15), timedelta(minutes=15)),
    # Someone who tries one password on many accounts; a whole authority may sit behind one address.
    Scope.PLACE: Rule(20, timedelta(minutes=15), timedelta(minutes=1)),
    # Many places that guess at one account. The wait is short: whose it is may be on a journey.
    Scope.ACCOUNT: Rule(50, timedelta(minutes=1), timedelta(minutes=10)),
    # Whoever guesses codes has the password already: from wherever.
    Scope.CODE: Rule(5, timedelta(minutes=15), timedelta(minutes=15)),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that is counted as failed until it has succeeded."""

    keys: tuple[tuple[Scope, str], ...]


def for_account(account: str, address: str) -> tuple[tuple[Scope, str], ...]:
    """What a try with a password counts for; ``account`` is what was typed, whether it exists or not."""
    place = place_of(address)
    return (
        (Scope.ACCOUNT_AT_PLACE, f"{len(account)}:{account}:{place}"),
        (Scope.PLACE, place),
        (Scope.ACCOUNT, account),
    )


def for_code(user_id: str, address: str) -> tuple[tuple[Scope, str], ...]:
    """What a try with a code counts for."""
    return (Scope.CODE, user_id), (Scope.PLACE, place_of(address))


@transaction
def begin(
    keys: Sequence[tuple[Scope, str]],
    by: Actor,
    *,
    spared: Sequence[Scope] = (),
    at: datetime | None = None,
) -> Attempt:
    """Count an attempt. Raises ``SignInSlowed`` while one of the keys waits; then nothing is counted.

    The scopes that are ``spared`` are counted and do not wait.
    """
    at = at or now()
    if db.engine.dialect.name == "postgresql":
        # One at a time counts; SQLite's BEGIN IMMEDIATE has seen to it already.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    hashed = tuple((scope, _hash(scope, key)) for scope, key in keys)
    db.session.execute(delete(SignInBackOff).where(SignInBackOff.last_failed_at < at - _KEPT))
    rows = {scope: _row(scope, key_hash) for scope, key_hash in hashed}
    waits = [
        row.last_failed_at + RULES[scope].wait_after(row.failures) - at
        for scope, row in rows.items()
        if row is not None and scope not in spared
    ]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        raise SignInSlowed(retry_after=-(-longest // timedelta(seconds=1)))
    for scope, key_hash in hashed:
        rule, row = RULES[scope], rows[scope]
        if row is None:
            row = SignInBackOff(scope=scope.value, key_hash=key_hash, failures=0)
            db.session.add(row)
        else:
            row.failures = rule.remembered(row.failures, at - row.last_failed_at)
        row.failures += 1
        row.last_failed_at = at
        if row.failures == rule.free and scope not in spared:
            audit.record(AuditAction.SIGN_IN_SLOWED, Actor(address=by.address), scope=scope.value)
    db.session.flush()
    return Attempt(hashed)


@transaction
def succeeded(attempt: Attempt) -> None:
    """It was no failure: forget those of the account here, and take this one back elsewhere."""
    for scope, key_hash in attempt.keys:
        row = _row(scope, key_hash)
        if row is None:
            continue
        if scope in (Scope.ACCOUNT_AT_PLACE, Scope.CODE) or row.failures == 1:
            db.session.delete(row)
        else:
            row.failures -= 1
    db.session.flush()


@transaction
def forget(keys: Sequence[tuple[Scope, str]]) -> None:
    """Forget the failures of an account whose password has been chosen anew; those of a place stay."""
    for scope, key in keys:
        if scope is not Scope.PLACE:
            db.session.execute(
                delete(SignInBackOff).where(
                    SignInBackOff.scope == scope.value, SignInBackOff.key_hash == _hash(scope, key)
                )
            )


def _row(scope: Scope, key_hash: str) -> SignInBackOff | None:
    return db.session.scalar(
        select(SignInBackOff)
        .where(SignInBackOff.scope == scope.value, SignInBackOff.key_hash == key_hash)
        .execution_options(populate_existing=True)
    )


def _hash(scope: Scope, key: str) -> str:
    secret = site_settings.keys("back-off")[0]
    return hmac.new(secret, f"{scope.value}:{key}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
