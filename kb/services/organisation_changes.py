"""Changing which organisations there are: added, renamed, merged, handed over to the one that took over.

An address that has been given out leads on for ever. What is published follows in the search index after the
commit, as after any change of an entry or an organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import selectinload

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.content import slugify
from kb.domain.errors import Conflict, Invalid, InvalidFields
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import Entry, FormerSlug, Organisation, OrganisationAlias, now
from kb.models.entry import entry_partner
from kb.models.user import membership
from kb.services import audit
from kb.services.managed_organisations import OrganisationFields, checked, load


@transaction
def add(given: OrganisationFields, by: Actor) -> str:
    """Add an organisation; returns its slug. Raises ``NotPermitted``, ``InvalidFields`` for a name taken."""
    require(Permission.ORGANISATION_CHANGE, by)
    fields = checked(given)
    row = Organisation(slug=_free_slug(fields.name), type=fields.type)
    _put(row, fields)
    db.session.add(row)
    db.session.flush()
    audit.record(AuditAction.ORGANISATION_ADDED, by, subject=_subject(row), slug=row.slug)
    return row.slug


@transaction
def change(slug: str, given: OrganisationFields, by: Actor) -> str:
    """Change an organisation; returns its slug, which follows the name.

    The name and the address that it had before lead on to it. Raises ``NotPermitted``, ``NotFound``,
    ``InvalidFields`` for a name that another has, and says which.
    """
    require(Permission.ORGANISATION_CHANGE, by)
    row = load(slug)
    fields = checked(given, row)
    before = row.name
    _put(row, fields)
    if fields.name != before:
        _also_called(row, before)
        _move(row, _free_slug(fields.name, row))
    db.session.flush()
    audit.record(
        AuditAction.ORGANISATION_CHANGED,
        by,
        subject=_subject(row),
        slug=row.slug,
        renamed=fields.name != before,
        moved=row.slug != slug,
    )
    return row.slug


@transaction
def merge(slug: str, into: str, by: Actor) -> str:
    """Let a duplicate go up in another organisation; returns the slug of the one that is left.

    Entries, partnerships, people, names and addresses move; the duplicate is no more. Raises
    ``NotPermitted``, ``NotFound``, ``InvalidFields`` for one merged into itself.
    """
    require(Permission.ORGANISATION_CHANGE, by)
    gone, left = load(slug), load(into)
    if gone is left:
        raise InvalidFields((Invalid("Välj en annan myndighet än den som ska bort.", field="into"),))
    entries = _entries_of(gone)
    for entry in entries:
        _replace(entry, gone, left)
    _move_people(gone, left)
    _move_successions(gone, left)
    names = [gone.name, gone.short_name, *(alias.alias for alias in gone.aliases)]
    gone.aliases.clear()
    db.session.flush()
    db.session.execute(
        update(FormerSlug).where(FormerSlug.organisation_id == gone.id).values(organisation_id=left.id)
    )
    db.session.add(FormerSlug(slug=gone.slug, organisation_id=left.id))
    gone_id, gone_slug = gone.id, gone.slug
    db.session.delete(gone)
    db.session.flush()
    for name in names:
        _also_called(left, name)
    left.edited_at = now()
    db.session.flush()
    audit.record(
        AuditAction.ORGANISATION_MERGED,
        by,
        subject=(SubjectKind.ORGANISATION, gone_id),
        slug=gone_slug,
        into=left.id,
        entries=len(entries),
    )
    return left.slug


@transaction
def hand_over(slug: str, to: str, by: Actor, entry_ids: Collection[str] | None = None) -> int:
    """Say which organisation took over, and give it entries: those chosen, or all that there are.

    Returns how many. Raises ``NotPermitted``, ``NotFound``, ``InvalidFields`` for a successor that it took
    over from itself, ``Conflict`` for an entry that is not the organisation's own any more.
    """
    require(Permission.ORGANISATION_CHANGE, by)
    row, heir = load(slug), load(to)
    check_successor(row, heir)
    own = list(db.session.scalars(_with_partners().where(Entry.owner_id == row.id)))
    chosen = own if entry_ids is None else [entry for entry in own if entry.id in entry_ids]
    if entry_ids is not None and len(chosen) != len(set(entry_ids)):
        raise Conflict("Någon av erfarenheterna har bytt ägare. Ladda om sidan och välj igen.")
    row.successor_id = heir.id
    row.edited_at = now()
    for entry in chosen:
        entry.owner_id = heir.id
        entry.partners = [partner for partner in entry.partners if partner.id != heir.id]
    db.session.flush()
    db.session.expire(row, ["successor"])
    audit.record(
        AuditAction.ORGANISATION_HANDED_OVER,
        by,
        subject=_subject(row),
        slug=row.slug,
        to=heir.id,
        entries=len(chosen),
    )
    return len(chosen)


def check_successor(row: Organisation, heir: Organisation) -> None:
    """Raise ``InvalidFields`` if the successor is the organisation itself, or one that it has succeeded."""
    if heir is row:
        raise InvalidFields((Invalid("Välj en annan myndighet än den som upphör.", field="successor"),))
    seen: Organisation | None = heir
    while seen is not None:
        if seen.id == row.id:
            raise InvalidFields(
                (
                    Invalid(
                        "%(heir)s kan inte ta över efter %(name)s: den har själv gått upp i %(name)s.",
                        field="successor",
                        heir=heir.name,
                        name=row.name,
                    ),
                )
            )
        seen = db.session.get(Organisation, seen.successor_id) if seen.successor_id else None


def _put(row: Organisation, fields: OrganisationFields) -> None:
    row.name, row.short_name, row.type, row.size = fields.name, fields.short_name, fields.type, fields.size
    _set_aliases(row, fields.aliases)
    row.edited_at = now()


def _set_aliases(row: Organisation, names: Sequence[str]) -> None:
    wanted = {name.casefold(): name for name in names if name.casefold() != row.name.casefold()}
    row.aliases[:] = [alias for alias in row.aliases if alias.key in wanted]
    held = {alias.key for alias in row.aliases}
    row.aliases += [OrganisationAlias(key=key, alias=name) for key, name in wanted.items() if key not in held]


def _also_called(row: Organisation, name: str) -> None:
    held = {alias.key for alias in row.aliases} | {row.name.casefold()}
    if name and name.casefold() not in held:
        row.aliases.append(OrganisationAlias(key=name.casefold(), alias=name))


def _move(row: Organisation, slug: str) -> None:
    """Give it another address; the one before leads there, and one that it comes back to is its own again."""
    if slug == row.slug:
        return
    db.session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    db.session.add(FormerSlug(slug=row.slug, organisation_id=row.id))
    row.slug = slug


def _free_slug(name: str, row: Organisation | None = None) -> str:
    """An address after the name that no other organisation has or has had."""
    own_id = row.id if row else ""
    wanted = slugify(name)
    taken = {
        *db.session.scalars(select(Organisation.slug).where(Organisation.id != own_id)),
        *db.session.scalars(select(FormerSlug.slug).where(FormerSlug.organisation_id != own_id)),
    }
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def _with_partners() -> Select[Entry]:
    return select(Entry).options(selectinload(Entry.partners)).order_by(Entry.id)


def _entries_of(row: Organisation) -> list[Entry]:
    """Those that it owns or takes part in."""
    joint = select(entry_partner.c.entry_id).where(entry_partner.c.organisation_id == row.id)
    return list(
        db.session.scalars(_with_partners().where(or_(Entry.owner_id == row.id, Entry.id.in_(joint))))
    )


def _replace(entry: Entry, gone: Organisation, left: Organisation) -> None:
    """Who owns it is not its partner too, and nobody is partner twice."""
    if entry.owner_id == gone.id:
        entry.owner_id = left.id
    partners = {left if partner is gone else partner: None for partner in entry.partners}
    entry.partners = [partner for partner in partners if partner.id != entry.owner_id]


def _move_people(gone: Organisation, left: Organisation) -> None:
    already = select(membership.c.user_id).where(membership.c.organisation_id == left.id)
    db.session.execute(
        delete(membership).where(membership.c.organisation_id == gone.id, membership.c.user_id.in_(already))
    )
    db.session.execute(
        update(membership).where(membership.c.organisation_id == gone.id).values(organisation_id=left.id)
    )


def _move_successions(gone: Organisation, left: Organisation) -> None:
    """Those whom the duplicate took over from, and the one that took over from it."""
    if left.successor_id == gone.id:
        left.successor_id = None
    elif left.successor_id is None and gone.successor_id != left.id:
        left.successor_id = gone.successor_id
    gone.successor_id = None
    for before in db.session.scalars(select(Organisation).where(Organisation.successor_id == gone.id)):
        before.successor_id = left.id if before is not left else None
    db.session.flush()
    db.session.expire(gone, ["predecessors", "successor"])
    db.session.expire(left, ["predecessors", "successor"])


def _subject(row: Organisation) -> tuple[SubjectKind, str]:
    return SubjectKind.ORGANISATION, row.id
