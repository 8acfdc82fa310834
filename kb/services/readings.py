"""How often published stories are opened: a count for each day, never who, from where or at what time.

Written beside the page and never instead of it: a lock that is not free at once, or any other trouble,
leaves the reading uncounted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from kb.db import begin_briefly, db
from kb.domain.permissions import Permission, permits
from kb.domain.predicates import Actor
from kb.models import Entry, ReadingCount
from kb.services import moderation

log = structlog.get_logger(__name__)

RECENT_DAYS = 30

# The same words in SQLite and PostgreSQL: one statement, so that two processes never lose a reading.
_COUNT = text(
    "INSERT INTO reading_count (entry_id, day, readings) VALUES (:entry_id, :day, 1)"
    " ON CONFLICT (entry_id, day) DO UPDATE SET readings = reading_count.readings + 1"
)


@dataclass(frozen=True, slots=True)
class Readings:
    """In all, and on the last ``RECENT_DAYS`` days with today."""

    total: int = 0
    recent: int = 0


def count(entry_id: str, today: date, by: Actor) -> None:
    """Count that a story was opened, unless by one of those who write it. Never raises."""
    try:
        if by.user_id is not None and _writes(entry_id, by):
            return
        with begin_briefly(db.engine) as connection:
            connection.execute(_COUNT, {"entry_id": entry_id, "day": str(today)})
    except SQLAlchemyError as error:
        log.warning("reading_not_counted", error=type(error).__name__)


def of(entry_ids: Collection[str], today: date) -> Mapping[str, Readings]:
    """The readings of each of these entries."""
    since = today - timedelta(days=RECENT_DAYS - 1)
    recent = case((ReadingCount.day >= since, ReadingCount.readings), else_=0)
    rows = db.session.execute(
        select(ReadingCount.entry_id, func.sum(ReadingCount.readings), func.sum(recent))
        .where(ReadingCount.entry_id.in_(entry_ids))
        .group_by(ReadingCount.entry_id)
    )
    found = {entry_id: Readings(total, lately) for entry_id, total, lately in rows}
    return {entry_id: found.get(entry_id, Readings()) for entry_id in entry_ids}


def _writes(entry_id: str, by: Actor) -> bool:
    entry = db.session.get(Entry, entry_id)
    return entry is not None and permits(Permission.ENTRY_EDIT, by, moderation.subject_of(entry))
