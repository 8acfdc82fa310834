"""Who may do what, as data: any of the clauses, all of the predicates in a clause.

This is the one table of permissions. ``web/access.py`` says which of them a page needs, ``models/permitted``
makes each rule a filter of rows, and the matrix test holds every page against both.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from kb.domain.errors import NotFound, NotPermitted
from kb.domain.predicates import (
    NOTHING,
    Actor,
    Subject,
    has_organisation,
    is_admin,
    is_another,
    is_moderator,
    is_public,
    is_self,
    is_signed_in,
    is_system,
    is_writer,
    shares_organisation,
)

Predicate = Callable[[Actor, Subject], bool]


class Permission(StrEnum):
    """Named <what>:<doing>."""

    ACCOUNT_USE = "account:use"
    ADMINISTRATION_SEE = "administration:see"
    AUDIT_READ = "audit:read"
    ENTRY_EDIT = "entry:edit"
    ENTRY_IMPORT = "entry:import"
    ENTRY_PUBLISH = "entry:publish"
    ENTRY_READ = "entry:read"
    ENTRY_REVISE = "entry:revise"
    ENTRY_WITHDRAW = "entry:withdraw"
    ENTRY_WRITE = "entry:write"
    LETTER_MANAGE = "letter:manage"
    ORGANISATION_CHANGE = "organisation:change"
    RETENTION_DECIDE = "retention:decide"
    USER_CHANGE = "user:change"
    USER_ERASE = "user:erase"
    USER_EXPORT = "user:export"
    USER_INVITE = "user:invite"
    USER_READ = "user:read"


PERMISSIONS: dict[Permission, list[list[Predicate]]] = {
    Permission.ACCOUNT_USE: [[is_signed_in]],
    Permission.ADMINISTRATION_SEE: [[is_admin]],
    Permission.AUDIT_READ: [[is_admin], [is_system]],
    Permission.ENTRY_EDIT: [[is_writer, shares_organisation]],
    Permission.ENTRY_IMPORT: [[is_admin], [is_system]],
    Permission.ENTRY_PUBLISH: [[is_system]],
    Permission.ENTRY_READ: [[is_public]],
    Permission.ENTRY_REVISE: [[is_public, shares_organisation], [is_writer, shares_organisation]],
    Permission.ENTRY_WITHDRAW: [[is_moderator]],
    Permission.ENTRY_WRITE: [[has_organisation]],
    Permission.LETTER_MANAGE: [[is_admin], [is_system]],
    Permission.ORGANISATION_CHANGE: [[is_admin], [is_system]],
    Permission.RETENTION_DECIDE: [[is_admin], [is_system]],
    Permission.USER_CHANGE: [[is_admin, is_another], [is_system]],
    Permission.USER_ERASE: [[is_self], [is_system]],
    Permission.USER_EXPORT: [[is_self], [is_system]],
    Permission.USER_INVITE: [[is_admin], [is_system]],
    Permission.USER_READ: [[is_self], [shares_organisation], [is_admin], [is_system]],
}


def permits(permission: Permission, actor: Actor, subject: Subject = NOTHING) -> bool:
    return any(all(holds(actor, subject) for holds in clause) for clause in PERMISSIONS[permission])


def require(permission: Permission, actor: Actor, subject: Subject = NOTHING) -> None:
    """Raise ``NotPermitted`` unless the table allows it."""
    if not permits(permission, actor, subject):
        raise NotPermitted("Du har inte behörighet att göra det här.")


def require_to_know(permission: Permission, actor: Actor, subject: Subject) -> None:
    """Raise ``NotFound`` unless the table allows it: what may not be seen looks like what is not there."""
    if not permits(permission, actor, subject):
        raise NotFound("Sidan finns inte.")
