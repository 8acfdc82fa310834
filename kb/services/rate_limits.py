"""How often the same may be done from one place: counted by all processes, without keeping the place.

The count lies under HMAC(the site's key and the day's salt, scope and place). The first count of a new day
(UTC) deletes the salt and the counters of the days before: then not even one who has the site's key can
find a place again by trying them all.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, text

from kb.db import db, transaction
from kb.domain.errors import TooManyAttempts
from kb.models import RateLimitSalt, now

HOUR = 3_600
DAY = 24 * HOUR

_NETWORK_BITS = 64
"""Whoever has one address of IPv6 has the whole /64."""

# The same words in SQLite and PostgreSQL: one statement, so that two processes never read the same count.
_COUNT = text(
    "INSERT INTO rate_limit_counter (day, scope, window_seconds, window_number, key_hash, count)"
    " VALUES (:day, :scope, :seconds, :number, :key_hash, 1)"
    " ON CONFLICT (day, scope, window_seconds, window_number, key_hash)"
    " DO UPDATE SET count = rate_limit_counter.count + 1 RETURNING count"
)
_SALT = text("INSERT INTO rate_limit_salt (day, salt) VALUES (:day, :salt) ON CONFLICT (day) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` times in each window of ``seconds``, which must divide a day."""

    count: int
    seconds: int

    def __post_init__(self) -> None:
        if self.count < 1 or self.seconds < 1 or DAY % self.seconds:
            raise ValueError("a limit counts in windows that divide a day")


@dataclass(frozen=True, slots=True)
class Place:
    """From where something is done, and the site's key that hides it. Never stored, never logged."""

    address: str
    secret: str

    def __repr__(self) -> str:
        return "Place(…)"


@transaction
def count(scope: str, place: Place, limits: Sequence[Limit], at: datetime | None = None) -> None:
    """Count one more. Raises ``TooManyAttempts`` over a limit; then this one has not been counted."""
    at = (at or now()).astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    elapsed = int((at - midnight).total_seconds())
    db.session.execute(delete(RateLimitSalt).where(RateLimitSalt.day < midnight.date()))
    key_hash = _hash(scope, place, _salt_of(midnight))
    waits = []
    for limit in limits:
        number = elapsed // limit.seconds
        counted = db.session.execute(
            _COUNT,
            {
                "day": str(midnight.date()),
                "scope": scope,
                "seconds": limit.seconds,
                "number": number,
                "key_hash": key_hash,
            },
        ).scalar_one()
        if counted > limit.count:
            waits.append((number + 1) * limit.seconds - elapsed)
    if waits:
        raise TooManyAttempts(retry_after=max(waits))


def place_of(address: str | None) -> str:
    """What is counted as one place: an IPv4 address, a /64 of IPv6; everything unreadable is one place."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(found), _NETWORK_BITS), strict=False))
        found = found.ipv4_mapped
    return str(found)


def _hash(scope: str, place: Place, salt: str) -> str:
    # Lengths apart: no scope and place can be read as another pair.
    message = f"{len(scope)}:{scope}:{place_of(place.address)}".encode()
    return hmac.new(f"{salt}:{place.secret}".encode(), message, hashlib.sha256).hexdigest()


def _salt_of(midnight: datetime) -> str:
    day = midnight.date()
    db.session.execute(_SALT, {"day": str(day), "salt": secrets.token_hex(32)})
    return db.session.scalars(select(RateLimitSalt.salt).where(RateLimitSalt.day == day)).one()
