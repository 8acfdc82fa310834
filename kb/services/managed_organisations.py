"""Organisations as an administrator sees them, and the rules for what may be said of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select

from kb.db import db
from kb.domain.errors import Invalid, InvalidFields, NotFound
from kb.domain.permissions import Permission, require
from kb.domain.predicates import READER, Actor
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from kb.models import Entry, FormerSlug, Organisation, OrganisationAlias, Revision
from kb.models.entry import entry_partner
from kb.models.permitted import permitted
from kb.models.user import membership
from kb.services import organisation_choice

NAME_MAX = 200
SHORT_NAME_MAX = 40
ALIASES_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFields:
    """What may be said of an organisation."""

    name: str
    type: OrganisationType
    short_name: str = ""
    size: OrganisationSize | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """What hangs on an organisation: entries that it owns or takes part in, published or not, and people."""

    owned: int
    partnered: int
    published: int
    people: int


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry that may be handed over; one that has never been published is called by its newest text."""

    id: str
    title: str
    published: bool


@dataclass(frozen=True, slots=True)
class ManagedOrganisation:
    """``former`` are the addresses that lead on to it."""

    slug: str
    fields: OrganisationFields
    successor: tuple[str, str] | None
    former: tuple[str, ...]
    affected: Affected


def read(slug: str, by: Actor) -> ManagedOrganisation:
    """Raises ``NotPermitted``, ``NotFound``."""
    require(Permission.ORGANISATION_CHANGE, by)
    row = load(slug)
    former = select(FormerSlug.slug).where(FormerSlug.organisation_id == row.id).order_by(FormerSlug.slug)
    return ManagedOrganisation(
        slug=row.slug,
        fields=OrganisationFields(
            name=row.name,
            short_name=row.short_name,
            type=row.type,
            size=row.size,
            aliases=tuple(alias.alias for alias in row.aliases),
        ),
        successor=(row.successor.slug, row.successor.name) if row.successor else None,
        former=tuple(db.session.scalars(former)),
        affected=_affected(row),
    )


def named(name: str, by: Actor) -> ManagedOrganisation:
    """The one that is called so, in any way. Raises ``NotPermitted``, ``InvalidFields``."""
    require(Permission.ORGANISATION_CHANGE, by)
    [organisation_id] = organisation_choice.ids_of([name])
    return read(db.session.get_one(Organisation, organisation_id).slug, by)


def own_entries(slug: str, by: Actor) -> tuple[OwnEntry, ...]:
    """What it owns, by title. Raises ``NotPermitted``, ``NotFound``."""
    require(Permission.ORGANISATION_CHANGE, by)
    row = load(slug)
    revisions = db.session.execute(
        select(
            Entry.id,
            Revision.title,
            (Revision.id == Entry.published_revision_id).label("shown"),
            permitted(Permission.ENTRY_READ, READER, Entry).label("public"),
        )
        .outerjoin(Revision, Revision.entry_id == Entry.id)
        .where(Entry.owner_id == row.id)
        .order_by("shown", Revision.number)
    )
    # The last counts: the published text, else the newest.
    found = {each.id: OwnEntry(each.id, each.title or each.id, bool(each.public)) for each in revisions}
    return tuple(sorted(found.values(), key=lambda entry: (entry.title.casefold(), entry.id)))


def load(slug: str) -> Organisation:
    """The organisation at an address. Raises ``NotFound``."""
    row = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if row is None:
        raise NotFound("Myndigheten finns inte här. Se listan över myndigheter.")
    return row


def checked(given: OrganisationFields, row: Organisation | None = None) -> OrganisationFields:
    """The fields with spaces single and each alias once. Raises ``InvalidFields`` with all that is wrong."""
    aliases = {name.casefold(): name for name in map(_one_line, given.aliases) if name}
    fields = replace(
        given,
        name=_one_line(given.name),
        short_name=_one_line(given.short_name),
        aliases=tuple(aliases.values()),
    )
    problems = {problem.field: problem for problem in _problems(fields, row)}
    if problems:
        raise InvalidFields(tuple(problems.values()))
    return fields


def _problems(fields: OrganisationFields, row: Organisation | None) -> Iterator[Invalid]:
    """The last about a field is the one that is said."""
    taken = _taken(row)
    for field, names in (
        ("aliases", fields.aliases),
        ("short_name", (fields.short_name,)),
        ("name", (fields.name,)),
    ):
        limit = SHORT_NAME_MAX if field == "short_name" else NAME_MAX
        for name in names:
            if len(name) > limit or not name.isprintable():
                yield Invalid("Skriv högst %(limit)s tecken.", field=field, limit=limit)
            elif name and name.casefold() in taken:
                yield Invalid(
                    "”%(name)s” används redan av %(other)s. Slå ihop dem, eller välj ett annat namn.",
                    field=field,
                    name=name,
                    other=taken[name.casefold()],
                )
    if not fields.name:
        yield Invalid("Skriv myndighetens namn.", field="name")
    if len(fields.aliases) > ALIASES_MAX:
        yield Invalid("Skriv högst %(limit)s andra namn.", field="aliases", limit=ALIASES_MAX)


def _taken(row: Organisation | None) -> dict[str, str]:
    """What others are called, in lower case, and who."""
    own_id = row.id if row else ""
    others = db.session.execute(
        select(Organisation.name, Organisation.short_name).where(Organisation.id != own_id)
    ).all()
    aliases = db.session.execute(
        select(OrganisationAlias.alias, Organisation.name)
        .join(Organisation, Organisation.id == OrganisationAlias.organisation_id)
        .where(Organisation.id != own_id)
    )
    pairs = [
        *((alias, name) for alias, name in aliases),
        *((one.short_name, one.name) for one in others if one.short_name),
        *((one.name, one.name) for one in others),
    ]
    return {called.casefold(): name for called, name in pairs}


def _affected(row: Organisation) -> Affected:
    owns = Entry.owner_id == row.id
    joint = Entry.id.in_(select(entry_partner.c.entry_id).where(entry_partner.c.organisation_id == row.id))
    public = permitted(Permission.ENTRY_READ, READER, Entry)
    entries = select(func.count()).select_from(Entry)
    people = select(func.count()).select_from(membership).where(membership.c.organisation_id == row.id)
    return Affected(
        owned=db.session.scalar(entries.where(owns)) or 0,
        partnered=db.session.scalar(entries.where(joint)) or 0,
        published=db.session.scalar(entries.where(or_(owns, joint), public)) or 0,
        people=db.session.scalar(people) or 0,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
