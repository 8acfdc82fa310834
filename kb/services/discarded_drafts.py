"""Drafts that were thrown away: taken back within 30 days, then gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from kb.db import db, transaction
from kb.domain.errors import Conflict
from kb.domain.predicates import Actor
from kb.domain.vocabulary import OPEN_STATUSES, RevisionStatus
from kb.models import Draft, Entry, ModerationEvent, Revision, now
from kb.services import draft_store

KEPT = timedelta(days=30)


@transaction
def discard(entry_id: str, by: Actor) -> None:
    """Throw a draft away: it can be taken back for 30 days. Raises ``NotFound``."""
    draft_store.find(entry_id, by, to_write=True).draft.discarded_at = now()
    db.session.flush()


@transaction
def restore(entry_id: str, by: Actor) -> None:
    """Take back the draft that was thrown away last. Raises ``NotFound``, ``Conflict`` if another is open."""
    rows = draft_store.find(entry_id, by, discarded=True, to_write=True)
    is_other_open = db.session.scalar(
        select(Revision.id).where(
            Revision.entry_id == entry_id,
            Revision.status.in_(OPEN_STATUSES),
            Revision.id != rows.revision.id,
        )
    )
    if is_other_open:
        raise Conflict("Det finns redan ett nyare utkast av erfarenheten. Kasta det först.")
    rows.revision.status = RevisionStatus.DRAFT
    rows.draft.discarded_at = None
    db.session.flush()


def make_room(entry: Entry) -> None:
    """Let a new draft be begun where one was thrown away; its text is still there until it is purged."""
    thrown = db.session.scalars(
        select(Revision)
        .join(Draft, Draft.revision_id == Revision.id)
        .where(
            Revision.entry_id == entry.id,
            Revision.status == RevisionStatus.DRAFT,
            Draft.discarded_at.is_not(None),
        )
    )
    for one in thrown.all():
        one.status = RevisionStatus.DISCARDED
    db.session.flush()


@transaction
def purge(at: datetime | None = None) -> int:
    """Delete drafts that were thrown away more than 30 days ago; how many rows.

    The entry goes too where nothing of it has ever been sent in. For the worker, at any time.
    """
    before = (at or now()) - KEPT
    found = db.session.execute(
        select(Revision.id, Revision.entry_id)
        .join(Draft, Draft.revision_id == Revision.id)
        .where(Draft.discarded_at < before, Revision.submitted_at.is_(None))
    ).all()
    for revision_id, entry_id in found:
        forget(revision_id, entry_id)
    return len(found)


def forget(revision_id: str, entry_id: str) -> None:
    """Delete a version that was never sent in, and its entry if that is all there is, with their pictures."""
    db.session.execute(delete(Revision).where(Revision.id == revision_id))
    has_more = select(Revision.id).where(Revision.entry_id == entry_id)
    decided = select(ModerationEvent.id).where(ModerationEvent.entry_id == entry_id)
    if db.session.scalar(has_more.limit(1)) is None and db.session.scalar(decided.limit(1)) is None:
        db.session.execute(delete(Entry).where(Entry.id == entry_id))
    db.session.expire_all()
