"""The numbers of what was sent in, and how long it usually waits for a decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select, text

from kb.db import db
from kb.domain.clock import swedish_date
from kb.domain.workflow import Action
from kb.models import ModerationEvent, Revision, now

_LOCK = 7_310_579_042
"""The advisory lock of the numbers on PostgreSQL: any number that nothing else takes."""
_LAST_DECISIONS = 50
_DECISIONS_MIN = 5
_NO_DECISIONS = (Action.SUBMIT, Action.RECALL, Action.UPLOAD, Action.WITHDRAW)


def next_number(at: datetime | None = None) -> str:
    """The next number of the year in Sweden, as EB-2026-0001; in the caller's transaction."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    start = f"EB-{swedish_date(at or now()).year}-"
    newest = db.session.scalar(
        select(Revision.case_number)
        .where(Revision.case_number.startswith(start, autoescape=True))
        .order_by(func.length(Revision.case_number).desc(), Revision.case_number.desc())
        .limit(1)
    )
    number = int(newest.removeprefix(start)) + 1 if newest else 1
    return f"{start}{number:04d}"


def usual_wait() -> timedelta | None:
    """The median time from sending in to the first decision, of the last 50; None until there are five."""
    decided_at = func.min(ModerationEvent.at)
    rows = db.session.execute(
        select(Revision.submitted_at, decided_at)
        .join(ModerationEvent, ModerationEvent.revision_id == Revision.id)
        .where(Revision.submitted_at.is_not(None), ModerationEvent.action.not_in(_NO_DECISIONS))
        .group_by(Revision.id, Revision.submitted_at)
        .order_by(decided_at.desc())
        .limit(_LAST_DECISIONS)
    ).all()
    if len(rows) < _DECISIONS_MIN:
        return None
    return timedelta(seconds=median((decided - sent).total_seconds() for sent, decided in rows if sent))
