"""Searches without hits, kept as text and a count (ADR 8): never who asked, never when on the day.

Written beside the answer and never instead of it: a lock that is not free at once, or any other trouble,
leaves the search uncounted.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from kb.db import begin_briefly, db
from kb.domain.personal_data import holds_personal_data
from kb.models import ZeroHitQuery
from kb.models.zero_hit_query import TEXT_MAX

log = structlog.get_logger(__name__)

ROWS_MAX = 10_000
KEPT_DAYS = 90
_QUERY = ZeroHitQuery


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was asked for and not found."""

    text: str
    count: int
    first_on: date
    last_on: date


def note(query: str, today: date) -> None:
    """Count a search that found nothing, unless it is long or holds personal data. Never raises."""
    wanted = normalised(query)
    if not wanted or len(wanted) > TEXT_MAX or holds_personal_data(query):
        return
    try:
        with begin_briefly(db.engine) as connection:
            connection.execute(delete(_QUERY).where(_QUERY.last_on < today - timedelta(days=KEPT_DAYS)))
            _count(connection, wanted, today)
    except SQLAlchemyError as error:
        # The text of the error could hold the query.
        log.warning("zero_hit_not_counted", error=type(error).__name__)


def most_asked(limit: int) -> tuple[Gap, ...]:
    """What was asked for most often, the latest first among equals."""
    rows = db.session.scalars(
        select(_QUERY).order_by(_QUERY.count.desc(), _QUERY.last_on.desc(), _QUERY.text).limit(limit)
    )
    return tuple(Gap(row.text, row.count, row.first_on, row.last_on) for row in rows)


def normalised(query: str) -> str:
    """Lower case with single spaces, so that equal questions are one row."""
    return " ".join(unicodedata.normalize("NFC", query).lower().split())


def _count(connection: Connection, wanted: str, today: date) -> None:
    asked_before = connection.execute(
        update(_QUERY).where(_QUERY.text == wanted).values(count=_QUERY.count + 1, last_on=today)
    )
    if asked_before.rowcount:
        return
    if (connection.scalar(select(func.count()).select_from(_QUERY)) or 0) >= ROWS_MAX:
        _forget_the_least(connection)
    connection.execute(insert(_QUERY).values(text=wanted, count=1, first_on=today, last_on=today))


def _forget_the_least(connection: Connection) -> None:
    """Make room: of what was asked least often, the one that has waited longest."""
    least = select(_QUERY.text).order_by(_QUERY.count, _QUERY.last_on, _QUERY.text).limit(1)
    connection.execute(delete(_QUERY).where(_QUERY.text == least.scalar_subquery()))
