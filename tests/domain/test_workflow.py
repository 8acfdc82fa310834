"""Every action from every position of an entry and every status of a version, by table."""

from __future__ import annotations

from itertools import product

import pytest

from kb.domain.errors import Conflict, Invalid
from kb.domain.permissions import Permission
from kb.domain.vocabulary import RevisionStatus
from kb.domain.workflow import TRANSITIONS, Action, Position, transition

_REASON = "Uppgifterna är fel."

# Written by hand: from where each action may start, of what version, and where both are afterwards.
NEW, PUBLISHED, WITHDRAWN = Position.NEW, Position.PUBLISHED, Position.WITHDRAWN
DRAFT, SUBMITTED = RevisionStatus.DRAFT, RevisionStatus.SUBMITTED
ALLOWED: dict[tuple[Action, Position, RevisionStatus], tuple[Position | None, RevisionStatus]] = {
    (Action.IMPORT, NEW, DRAFT): (PUBLISHED, RevisionStatus.PUBLISHED),
    (Action.REPLACE, PUBLISHED, DRAFT): (PUBLISHED, RevisionStatus.PUBLISHED),
    (Action.WITHDRAW, PUBLISHED, RevisionStatus.PUBLISHED): (WITHDRAWN, RevisionStatus.PUBLISHED),
    (Action.SUBMIT, NEW, DRAFT): (None, SUBMITTED),
    (Action.SUBMIT, PUBLISHED, DRAFT): (None, SUBMITTED),
    (Action.RECALL, NEW, SUBMITTED): (None, RevisionStatus.DISCARDED),
    (Action.RECALL, PUBLISHED, SUBMITTED): (None, RevisionStatus.DISCARDED),
    (Action.UPLOAD, NEW, DRAFT): (None, SUBMITTED),
    (Action.UPLOAD, PUBLISHED, DRAFT): (None, SUBMITTED),
}
REASON_NEEDED = {Action.WITHDRAW}
PERMISSIONS = {
    Action.IMPORT: Permission.ENTRY_PUBLISH,
    Action.REPLACE: Permission.ENTRY_PUBLISH,
    Action.WITHDRAW: Permission.ENTRY_WITHDRAW,
    Action.SUBMIT: Permission.ENTRY_EDIT,
    Action.RECALL: Permission.ENTRY_EDIT,
    Action.UPLOAD: Permission.ENTRY_IMPORT,
}


def test_every_action_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Action)


@pytest.mark.parametrize(("action", "position", "status"), list(product(Action, Position, RevisionStatus)))
def test_where_an_action_may_start_and_where_it_leads(
    action: Action, position: Position, status: RevisionStatus
) -> None:
    expected = ALLOWED.get((action, position, status))
    if expected is None:
        with pytest.raises(Conflict, match="Ladda om sidan"):
            transition(action, position, status, _REASON)
    else:
        row = transition(action, position, status, _REASON)
        assert (row.target, row.revision_to) == expected


@pytest.mark.parametrize("reason", ["", "  \n"])
@pytest.mark.parametrize(("action", "position", "status"), list(ALLOWED))
def test_which_actions_need_a_reason(
    action: Action, position: Position, status: RevisionStatus, reason: str
) -> None:
    if action in REASON_NEEDED:
        with pytest.raises(Invalid) as caught:
            transition(action, position, status, reason)
        assert caught.value.field == "reason"
    else:
        assert transition(action, position, status, reason).target is ALLOWED[action, position, status][0]


def test_the_place_is_checked_before_the_reason() -> None:
    with pytest.raises(Conflict):
        transition(Action.WITHDRAW, Position.WITHDRAWN, RevisionStatus.PUBLISHED, "")


def test_who_may() -> None:
    assert {action: row.permission for action, row in TRANSITIONS.items()} == PERMISSIONS
