"""Who may do what, as data: any of the clauses, all of the predicates in a clause."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from kb.domain.errors import NotPermitted
from kb.domain.predicates import Actor, Subject, is_moderator, is_public, is_system

Predicate = Callable[[Actor, Subject], bool]


class Permission(StrEnum):
    ENTRY_READ = "entry:read"
    ENTRY_IMPORT = "entry:import"
    ENTRY_WITHDRAW = "entry:withdraw"


PERMISSIONS: dict[Permission, list[list[Predicate]]] = {
    Permission.ENTRY_READ: [[is_public]],
    Permission.ENTRY_IMPORT: [[is_system]],
    Permission.ENTRY_WITHDRAW: [[is_moderator]],
}


def permits(permission: Permission, actor: Actor, subject: Subject) -> bool:
    return any(all(holds(actor, subject) for holds in clause) for clause in PERMISSIONS[permission])


def require(permission: Permission, actor: Actor, subject: Subject) -> None:
    """Raise ``NotPermitted`` unless the table allows it."""
    if not permits(permission, actor, subject):
        raise NotPermitted("Du har inte behörighet att göra det här.")
