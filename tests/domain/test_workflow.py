"""Every (action, position) and every (permission, actor) pair, by table."""

from __future__ import annotations

from itertools import product

import pytest

from kb.domain.errors import Conflict, Invalid, NotPermitted
from kb.domain.permissions import PERMISSIONS, Permission, permits, require
from kb.domain.predicates import READER, SYSTEM, Actor, Subject
from kb.domain.vocabulary import RevisionStatus, Role
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


ACTORS = {
    "reader": READER,
    "contributor": Actor("01", Role.CONTRIBUTOR),
    "moderator": Actor("02", Role.MODERATOR),
    "admin": Actor("03", Role.ADMIN),
    "system": SYSTEM,
}
PUBLIC, HIDDEN = Subject(is_public=True), Subject(is_public=False)
EVERYONE, SECRETARIAT = set(ACTORS), {"moderator", "admin"}
MAY = {
    (Permission.ENTRY_READ, PUBLIC): EVERYONE,
    (Permission.ENTRY_READ, HIDDEN): set(),
    (Permission.ENTRY_IMPORT, PUBLIC): {"system"},
    (Permission.ENTRY_IMPORT, HIDDEN): {"system"},
    (Permission.ENTRY_WITHDRAW, PUBLIC): SECRETARIAT,
    (Permission.ENTRY_WITHDRAW, HIDDEN): SECRETARIAT,
}


def test_every_permission_is_in_the_table_and_in_this_test() -> None:
    assert set(PERMISSIONS) == set(Permission) == {permission for permission, _ in MAY}


@pytest.mark.parametrize("actor", list(ACTORS))
@pytest.mark.parametrize(("permission", "subject"), list(MAY))
def test_who_may_do_what(permission: Permission, subject: Subject, actor: str) -> None:
    allowed = actor in MAY[permission, subject]
    assert permits(permission, ACTORS[actor], subject) is allowed
    if allowed:
        require(permission, ACTORS[actor], subject)
    else:
        with pytest.raises(NotPermitted, match="inte behörighet"):
            require(permission, ACTORS[actor], subject)
