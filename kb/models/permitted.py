"""The table of permissions as a filter of rows: the database is asked for what one may see and no more.

A predicate about the actor alone is answered here and now; one about the row becomes SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from kb.domain.permissions import PERMISSIONS, Permission, Predicate
from kb.domain.predicates import (
    NOTHING,
    Actor,
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
from kb.models.draft import CoAuthor
from kb.models.entry import Entry
from kb.models.user import User, membership

_Filter = Callable[[Actor], ColumnElement[bool]]

_ABOUT_THE_ACTOR = (has_organisation, is_admin, is_moderator, is_signed_in, is_system)


def permitted(permission: Permission, actor: Actor, rows: type[Any]) -> ColumnElement[bool]:
    """The condition under which ``permits`` holds for a row of ``rows``, one of ``FILTERS``."""
    return or_(
        false(),
        *(
            and_(true(), *(_condition(predicate, actor, rows) for predicate in clause))
            for clause in PERMISSIONS[permission]
        ),
    )


def _condition(predicate: Predicate, actor: Actor, rows: type[Any]) -> ColumnElement[bool]:
    if predicate in _ABOUT_THE_ACTOR:
        return true() if predicate(actor, NOTHING) else false()
    return FILTERS[rows][predicate](actor)


def _is_self(actor: Actor) -> ColumnElement[bool]:
    return false() if actor.user_id is None else User.id == actor.user_id


def _is_another(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.user_id is None else User.id != actor.user_id


def _shares_organisation(actor: Actor) -> ColumnElement[bool]:
    if actor.role is None or not actor.organisation_ids:
        return false()
    return User.id.in_(
        select(membership.c.user_id).where(membership.c.organisation_id.in_(sorted(actor.organisation_ids)))
    )


def _is_public(_actor: Actor) -> ColumnElement[bool]:
    return and_(Entry.published_revision_id.is_not(None), Entry.withdrawn_at.is_(None))


def _is_writer(actor: Actor) -> ColumnElement[bool]:
    if actor.role is None or actor.user_id is None:
        return false()
    along = select(CoAuthor.entry_id).where(CoAuthor.user_id == actor.user_id)
    return or_(Entry.created_by == actor.user_id, Entry.id.in_(along))


def _owned_by_ones_organisation(actor: Actor) -> ColumnElement[bool]:
    if actor.role is None or not actor.organisation_ids:
        return false()
    return Entry.owner_id.in_(sorted(actor.organisation_ids))


FILTERS: dict[type[Any], dict[Predicate, _Filter]] = {
    Entry: {
        is_public: _is_public,
        is_writer: _is_writer,
        shares_organisation: _owned_by_ones_organisation,
    },
    User: {is_self: _is_self, is_another: _is_another, shares_organisation: _shares_organisation},
}
"""What each predicate about a row means for the rows of a table."""
