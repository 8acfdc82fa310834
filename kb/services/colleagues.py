"""The organisations that someone writes for, and who else does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kb.db import db
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import Organisation, User
from kb.models.permitted import permitted
from kb.models.user import membership

SHOWN_MAX = 100
_LAST_LETTERS = str.maketrans("åäö", "{|}")


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """``colleagues`` are those with an open account, but not the person; ``more`` have not been told."""

    slug: str
    name: str
    colleagues: tuple[Colleague, ...]
    more: int


def of_actor(by: Actor) -> tuple[OwnOrganisation, ...]:
    """The actor's own organisations by name, with the people of each that the actor may know of."""
    require(Permission.ACCOUNT_USE, by)
    rows = db.session.scalars(
        select(Organisation)
        .join(membership, membership.c.organisation_id == Organisation.id)
        .where(membership.c.user_id == by.user_id)
    )
    return tuple(_with_colleagues(one, by) for one in sorted(rows, key=lambda one: _place(one.name)))


def _with_colleagues(organisation: Organisation, by: Actor) -> OwnOrganisation:
    found = db.session.execute(
        select(User.name, User.role)
        .join(membership, membership.c.user_id == User.id)
        .where(
            membership.c.organisation_id == organisation.id,
            User.id != by.user_id,
            User.disabled_at.is_(None),
            permitted(Permission.USER_READ, by, User),
        )
    )
    people = sorted((Colleague(*row) for row in found), key=lambda one: _place(one.name))
    return OwnOrganisation(
        organisation.slug, organisation.name, tuple(people[:SHOWN_MAX]), len(people[SHOWN_MAX:])
    )


def _place(name: str) -> str:
    """Å, ä and ö come last, in this order."""
    return name.casefold().translate(_LAST_LETTERS)
