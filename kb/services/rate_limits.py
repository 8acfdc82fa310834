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

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from kb.db import begin_briefly, db, transaction
from kb.domain.errors import TooManyAttempts
from kb.models import now

log = structlog.get_logger(__name__)

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
_SALTS = text("SELECT day, salt FROM rate_limit_salt")
_FORGET = text("DELETE FROM rate_limit_salt WHERE day < :day")
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
    _count(db.session.connection(), scope, place, limits, at or now())


def count_if_free(scope: str, place: Place, limit: Limit) -> None:
    """Count one more of what must not wait to be counted. Raises ``TooManyAttempts`` over the limit.

    It is a transaction of its own, which waits neither for the disk nor more than a moment for others; where
    the database cannot be written it is not counted.
    """
    try:
        with begin_briefly(db.engine) as connection:
            _count(connection, scope, place, (limit,), now())
    except SQLAlchemyError as error:
        log.info("not_counted", scope=scope, error=type(error).__name__)


def _count(
    connection: Connection, scope: str, place: Place, limits: Sequence[Limit], moment: datetime
) -> None:
    at = moment.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    elapsed = int((at - midnight).total_seconds())
    key_hash = _hash(scope, place, _salt_of(connection, str(midnight.date())))
    waits = []
    for limit in limits:
        number = elapsed // limit.seconds
        counted = connection.execute(
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


def _salt_of(connection: Connection, day: str) -> str:
    salts = {str(row.day): str(row.salt) for row in connection.execute(_SALTS)}
    if any(before < day for before in salts):
        connection.execute(_FORGET, {"day": day})
    if day not in salts:
        connection.execute(_SALT, {"day": day, "salt": secrets.token_hex(32)})
        salts = {str(row.day): str(row.salt) for row in connection.execute(_SALTS)}
    return salts[day]
