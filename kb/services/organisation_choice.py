"""Choosing organisations by what they are called: a name, a short name, an alias, an address or a former."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sqlalchemy import select

from kb.db import db
from kb.domain.errors import Invalid, InvalidFields
from kb.models import FormerSlug, Organisation, OrganisationAlias

FIELD = "organisations"
_LIKE_ENOUGH = 0.6


def ids_of(names: Iterable[str]) -> list[str]:
    """The ids, in the order given and each once. Raises ``InvalidFields`` for those that nobody is called.

    A name that some organisation has counts before a short name or an alias of another.
    """
    known = ids_by_name()
    found: dict[str, None] = {}
    problems = []
    for name in names:
        wanted = " ".join(name.split())
        if not wanted:
            continue
        if wanted.casefold() in known:
            found[known[wanted.casefold()]] = None
        else:
            problems.append(_unknown(wanted))
    if problems:
        raise InvalidFields(tuple(problems))
    return list(found)


def names() -> list[str]:
    """What all of them are called, for a list to choose from."""
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


def ids_by_name() -> dict[str, str]:
    """Everything that organisations are called, in lower case, with their ids."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.slug, Organisation.name, Organisation.short_name)
    ).all()
    pairs = [
        *db.session.execute(select(FormerSlug.slug, FormerSlug.organisation_id)),
        *db.session.execute(select(OrganisationAlias.alias, OrganisationAlias.organisation_id)),
        *((row.short_name, row.id) for row in rows if row.short_name),
        *((row.slug, row.id) for row in rows),
        *((row.name, row.id) for row in rows),
    ]
    return {name.casefold(): organisation_id for name, organisation_id in pairs}


def _unknown(wanted: str) -> Invalid:
    near = difflib.get_close_matches(wanted, names(), 1, _LIKE_ENOUGH)
    if near:
        return Invalid(
            "Det finns ingen organisation som heter ”%(name)s”. Menade du ”%(near)s”?",
            field=FIELD,
            name=wanted[:100],
            near=near[0],
        )
    return Invalid(
        "Det finns ingen organisation som heter ”%(name)s”. Skriv namnet som det står i listan.",
        field=FIELD,
        name=wanted[:100],
    )
