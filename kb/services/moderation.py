"""The one door for a change of status: load, permit, check, change, record (invariant 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.permissions import require
from kb.domain.predicates import Actor, Subject
from kb.domain.vocabulary import RevisionStatus
from kb.domain.workflow import TRANSITIONS, Action, Position, transition
from kb.models import Entry, ModerationEvent, Revision, now
from kb.services import audit


@transaction
def perform(action: Action, entry: Entry, revision: Revision, by: Actor, reason: str = "") -> ModerationEvent:
    """Do ``action`` to an entry by one of its revisions, and record it, in one transaction.

    Raises ``NotPermitted``, ``Conflict`` if the entry is not where the action starts, ``Invalid`` for a
    missing reason. The index follows after the commit.
    """
    require(TRANSITIONS[action].permission, by, subject_of(entry))
    before = position_of(entry)
    row = transition(action, before, revision.status, reason)
    at = now()
    _CHANGES[action](entry, revision, at, reason)
    event = ModerationEvent(
        entry_id=entry.id,
        revision_id=revision.id,
        action=action,
        from_position=before,
        to_position=row.target or before,
        actor_id=by.user_id,
        by_system=by.is_system,
        reason=reason,
        source_hash=revision.source_hash,
        at=at,
    )
    db.session.add(event)
    db.session.flush()
    audit.record(
        AuditAction.ENTRY_MODERATED,
        by,
        subject=(SubjectKind.ENTRY, entry.id),
        transition=action.value,
        before=before.value,
        after=(row.target or before).value,
        revision=revision.id,
    )
    return event


def subject_of(entry: Entry) -> Subject:
    """What permissions about an entry depend on."""
    return Subject(
        is_public=position_of(entry) is Position.PUBLISHED,
        writer_ids=frozenset(filter(None, (entry.created_by, *(one.user_id for one in entry.co_authors)))),
        organisation_ids=frozenset({entry.owner_id}),
    )


def position_of(entry: Entry) -> Position:
    if entry.published_revision_id is None:
        return Position.NEW
    return Position.PUBLISHED if entry.withdrawn_at is None else Position.WITHDRAWN


def _publish(entry: Entry, revision: Revision, at: datetime, _reason: str) -> None:
    """The revision is flushed before the entry points at it: the constraints hold at every step."""
    if entry.published_revision_id is not None:
        before = db.session.get_one(Revision, entry.published_revision_id)
        before.status = RevisionStatus.SUPERSEDED
        db.session.flush()
    revision.status = RevisionStatus.PUBLISHED
    revision.published_at = at
    db.session.flush()
    entry.published_revision_id = revision.id
    entry.first_published_at = entry.first_published_at or at
    db.session.flush()


def _submit(_entry: Entry, revision: Revision, at: datetime, _reason: str) -> None:
    revision.status = RevisionStatus.SUBMITTED
    revision.submitted_at = at
    db.session.flush()


def _recall(_entry: Entry, revision: Revision, _at: datetime, _reason: str) -> None:
    revision.status = RevisionStatus.DISCARDED
    db.session.flush()


def _withdraw(entry: Entry, _revision: Revision, at: datetime, reason: str) -> None:
    entry.withdrawn_at = at
    entry.withdrawn_reason = reason
    db.session.flush()


_CHANGES: dict[Action, Callable[[Entry, Revision, datetime, str], None]] = {
    Action.IMPORT: _publish,
    Action.REPLACE: _publish,
    Action.WITHDRAW: _withdraw,
    Action.SUBMIT: _submit,
    Action.RECALL: _recall,
    Action.UPLOAD: _submit,
}
