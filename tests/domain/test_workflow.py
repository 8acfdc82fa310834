"""Every (action, position) pair, by table."""

from __future__ import annotations

from itertools import product

import pytest

from kb.domain.errors import Conflict, Invalid
from kb.domain.permissions import Permission
from kb.domain.vocabulary import RevisionStatus
from kb.domain.workflow import TRANSITIONS, Action, Position, transition

ALLOWED = {
    (Action.IMPORT, Position.NEW): Position.PUBLISHED,
    (Action.REPLACE, Position.PUBLISHED): Position.PUBLISHED,
    (Action.WITHDRAW, Position.PUBLISHED): Position.WITHDRAWN,
}
REASON_NEEDED = {Action.WITHDRAW}


def test_every_action_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Action)


@pytest.mark.parametrize(("action", "position"), list(product(Action, Position)))
def test_where_an_action_may_start_and_where_it_leads(action: Action, position: Position) -> None:
    expected = ALLOWED.get((action, position))
    if expected is None:
        with pytest.raises(Conflict, match="Ladda om sidan"):
            transition(action, position, "Uppgifterna är fel.")
    else:
        assert transition(action, position, "Uppgifterna är fel.").target is expected


@pytest.mark.parametrize("reason", ["", "  \n"])
@pytest.mark.parametrize(("action", "position"), list(ALLOWED))
def test_which_actions_need_a_reason(action: Action, position: Position, reason: str) -> None:
    if action in REASON_NEEDED:
        with pytest.raises(Invalid) as caught:
            transition(action, position, reason)
        assert caught.value.field == "reason"
    else:
        assert transition(action, position, reason).target is ALLOWED[action, position]


def test_the_place_is_checked_before_the_reason() -> None:
    with pytest.raises(Conflict):
        transition(Action.WITHDRAW, Position.WITHDRAWN, "")


def test_what_each_action_makes_of_the_revision_and_who_may() -> None:
    assert {action: (row.revision_to, row.permission) for action, row in TRANSITIONS.items()} == {
        Action.IMPORT: (RevisionStatus.PUBLISHED, Permission.ENTRY_IMPORT),
        Action.REPLACE: (RevisionStatus.PUBLISHED, Permission.ENTRY_IMPORT),
        Action.WITHDRAW: (RevisionStatus.PUBLISHED, Permission.ENTRY_WITHDRAW),
    }
