"""Every change of status as one table: who may, from where, to where, and whether a reason is needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.domain.errors import Conflict, Invalid
from kb.domain.permissions import Permission
from kb.domain.vocabulary import RevisionStatus


class Action(StrEnum):
    IMPORT = "import"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    SUBMIT = "submit"
    RECALL = "recall"
    UPLOAD = "upload"


class Position(StrEnum):
    """Where an entry stands for its readers and its secretariat."""

    NEW = "new"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


_ANY_SHOWN = frozenset({Position.NEW, Position.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Transition:
    """``target`` is None where the entry stays what it is to readers.

    ``revision_from`` are the statuses that the revision acted on may have and ``revision_to`` is its new
    one; where that is published, the one published before is superseded.
    """

    sources: frozenset[Position]
    target: Position | None
    permission: Permission
    revision_from: frozenset[RevisionStatus]
    revision_to: RevisionStatus
    reason_required: bool = False


_DRAFT = frozenset({RevisionStatus.DRAFT})

TRANSITIONS: dict[Action, Transition] = {
    Action.IMPORT: Transition(
        frozenset({Position.NEW}),
        Position.PUBLISHED,
        Permission.ENTRY_PUBLISH,
        _DRAFT,
        RevisionStatus.PUBLISHED,
    ),
    Action.REPLACE: Transition(
        frozenset({Position.PUBLISHED}),
        Position.PUBLISHED,
        Permission.ENTRY_PUBLISH,
        _DRAFT,
        RevisionStatus.PUBLISHED,
    ),
    Action.WITHDRAW: Transition(
        frozenset({Position.PUBLISHED}),
        Position.WITHDRAWN,
        Permission.ENTRY_WITHDRAW,
        frozenset({RevisionStatus.PUBLISHED}),
        RevisionStatus.PUBLISHED,
        reason_required=True,
    ),
    Action.SUBMIT: Transition(_ANY_SHOWN, None, Permission.ENTRY_EDIT, _DRAFT, RevisionStatus.SUBMITTED),
    Action.RECALL: Transition(
        _ANY_SHOWN,
        None,
        Permission.ENTRY_EDIT,
        frozenset({RevisionStatus.SUBMITTED}),
        RevisionStatus.DISCARDED,
    ),
    Action.UPLOAD: Transition(_ANY_SHOWN, None, Permission.ENTRY_IMPORT, _DRAFT, RevisionStatus.SUBMITTED),
}


def transition(action: Action, position: Position, status: RevisionStatus, reason: str) -> Transition:
    """The table's row for an action on a revision, or the error that says why it cannot be done now."""
    row = TRANSITIONS[action]
    if position not in row.sources or status not in row.revision_from:
        raise Conflict("Erfarenheten har fått ett annat läge. Ladda om sidan och försök igen.")
    if row.reason_required and not reason.strip():
        raise Invalid("Skriv varför. Skälet visas för läsarna.", field="reason")
    return row
