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


class Position(StrEnum):
    """Where an entry stands for its readers and its secretariat."""

    NEW = "new"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Transition:
    """``revision_to`` is the status of the revision acted on; the published one before is superseded."""

    source: Position
    target: Position
    permission: Permission
    revision_to: RevisionStatus
    reason_required: bool = False


TRANSITIONS: dict[Action, Transition] = {
    Action.IMPORT: Transition(
        Position.NEW, Position.PUBLISHED, Permission.ENTRY_IMPORT, RevisionStatus.PUBLISHED
    ),
    Action.REPLACE: Transition(
        Position.PUBLISHED, Position.PUBLISHED, Permission.ENTRY_IMPORT, RevisionStatus.PUBLISHED
    ),
    Action.WITHDRAW: Transition(
        Position.PUBLISHED,
        Position.WITHDRAWN,
        Permission.ENTRY_WITHDRAW,
        RevisionStatus.PUBLISHED,
        reason_required=True,
    ),
}


def transition(action: Action, position: Position, reason: str) -> Transition:
    """The table's row for an action, or the error that says why it cannot be done now."""
    row = TRANSITIONS[action]
    if position is not row.source:
        raise Conflict("Erfarenheten har fått ett annat läge. Ladda om sidan och försök igen.")
    if row.reason_required and not reason.strip():
        raise Invalid("Skriv varför. Skälet visas för läsarna.", field="reason")
    return row
