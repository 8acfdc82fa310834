"""Reading organisations: one with its stories, all, and those that a query names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from kb.db import db
from kb.domain.content import slugify
from kb.domain.errors import DomainError, NotFound
from kb.domain.published import OrganisationRef, PublishedStory, TermRef
from kb.models import Entry, FormerSlug, Organisation, OrganisationAlias, Revision
from kb.models.entry import entry_partner
from kb.models.story import load_public, public_entries, story_source

_SHORT = 6
"""A name up to this length may also be a word, so inside a longer query it counts only as it is written."""


_SUBJECTS = ("domain", "investment_type", "technology")
"""Vocabularies that say what a project was about; phases and perspectives say how it is told."""
_MOST_SUBJECTS = 12


class Moved(DomainError):
    """The organisation has another address now; ``slug`` is the one to go to."""

    def __init__(self, slug: str) -> None:
        super().__init__("Myndigheten finns på en annan adress.")
        self.slug = slug


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """``stories`` are those it owns or takes part in, ``inherited`` those of the ones it took over from."""

    organisation: OrganisationRef
    stories: int
    inherited: int = 0


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """No list holds anonymised stories: those must not be found through a name.

    ``inherited`` are those of the ones it took over from, ``passed_on`` those of the one that took over.
    """

    organisation: OrganisationRef
    successor: OrganisationRef | None
    predecessors: tuple[OrganisationRef, ...]
    owned: list[PublishedStory]
    partnered: list[PublishedStory]
    inherited: list[PublishedStory]
    passed_on: list[PublishedStory]

    @property
    def subjects(self) -> tuple[tuple[TermRef, int], ...]:
        """What its own and its joint stories are about, with the number of them: the most common first."""
        counts = Counter(
            term
            for story in (*self.owned, *self.partnered)
            for term in story.terms
            if term.vocabulary in _SUBJECTS
        )
        order = {vocabulary: place for place, vocabulary in enumerate(_SUBJECTS)}
        ranked = sorted(counts.items(), key=lambda item: (-item[1], order[item[0].vocabulary], item[0].label))
        return tuple(ranked[:_MOST_SUBJECTS])

    @property
    def collaborators(self) -> tuple[tuple[OrganisationRef, int], ...]:
        """Those it has projects together with, and in how many of the stories: the most frequent first."""
        counts = Counter(
            other
            for story in (*self.owned, *self.partnered)
            for other in (story.organisation, *story.partners)
            if other is not None and other.slug != self.organisation.slug
        )
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0].name)))


def read(slug: str, today: date) -> OrganisationPage:
    """An organisation and its stories. Raises ``NotFound``, or ``Moved`` for an alias or a former address."""
    row = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if row is None:
        raise _moved_or_missing(slug)
    named = _named_entries()
    owned = named.where(Entry.owner_id == row.id)
    partnered = named.join(entry_partner, entry_partner.c.entry_id == Entry.id).where(
        entry_partner.c.organisation_id == row.id
    )
    inherited = named.where(Entry.owner_id.in_([before.id for before in row.predecessors]))
    passed_on = named.where(Entry.owner_id == row.successor_id)
    return OrganisationPage(
        organisation=_own_names(row),
        successor=_own_names(row.successor) if row.successor else None,
        predecessors=tuple(_own_names(before) for before in row.predecessors),
        owned=_stories(load_public(db.session, owned), today),
        partnered=_stories(load_public(db.session, partnered), today),
        inherited=_stories(load_public(db.session, inherited), today),
        passed_on=_stories(load_public(db.session, passed_on), today) if row.successor else [],
    )


def index() -> list[OrganisationRow]:
    """All organisations by name, with the number of stories they own or take part in."""
    return _with_counts(db.session.scalars(_all_organisations()).all())


def matching(text: str, limit: int = 3) -> list[OrganisationRow]:
    """The organisations that a query names: the whole of it in any case, or a word of it as written.

    A short name inside a longer query counts only in its own capitals: "av" is a word, "AV" an authority.
    """
    words = [word.strip('"”“„«»(),.;:?!') for word in text.split()]
    whole = " ".join(words).casefold()
    padded = f" {whole} "
    named = {
        organisation_id
        for organisation_id, name in _known_names()
        if name.casefold() == whole
        or (name in words if len(name) <= _SHORT else f" {name.casefold()} " in padded)
    }
    if not named:
        return []
    rows = db.session.scalars(_all_organisations().where(Organisation.id.in_(named)).limit(limit)).all()
    return _with_counts(rows)


def labels(slugs: Iterable[str]) -> dict[str, str]:
    """Slug to name, for facets."""
    found = db.session.execute(
        select(Organisation.slug, Organisation.name).where(Organisation.slug.in_(list(slugs)))
    )
    return {row.slug: row.name for row in found}


def _all_organisations() -> Select[Organisation]:
    return (
        select(Organisation)
        .options(selectinload(Organisation.aliases), selectinload(Organisation.predecessors))
        .order_by(Organisation.name)
    )


def _named_entries() -> Select[Entry]:
    """Public entries whose organisation may be shown."""
    return (
        public_entries()
        .join(Revision, Revision.id == Entry.published_revision_id)
        .where(Revision.anonymised.is_(False))
        .order_by(Entry.first_published_at.desc(), Entry.id.desc())
    )


def _stories(entries: Iterable[Entry], today: date) -> list[PublishedStory]:
    return [
        PublishedStory.of(story_source(entry, entry.published_revision), today)
        for entry in entries
        if entry.published_revision is not None
    ]


def _with_counts(rows: Iterable[Organisation]) -> list[OrganisationRow]:
    named = _named_entries().subquery()
    counts = Counter(db.session.scalars(select(named.c.owner_id)))
    counts.update(
        db.session.scalars(
            select(entry_partner.c.organisation_id).join(named, named.c.id == entry_partner.c.entry_id)
        )
    )
    return [
        OrganisationRow(
            _own_names(row), counts[row.id], sum(counts[before.id] for before in row.predecessors)
        )
        for row in rows
    ]


def _known_names() -> Iterator[tuple[str, str]]:
    """Every name, short name and alias with the id of its organisation. Every search asks: columns only."""
    own = select(Organisation.id, Organisation.name, Organisation.short_name)
    for organisation_id, name, short_name in db.session.execute(own):
        yield organisation_id, name
        if short_name:
            yield organisation_id, short_name
    aliases = select(OrganisationAlias.organisation_id, OrganisationAlias.alias)
    for organisation_id, alias in db.session.execute(aliases):
        yield organisation_id, alias


def _own_names(row: Organisation) -> OrganisationRef:
    """Without the successor's names, which ``organisation_ref`` adds for search."""
    return OrganisationRef(
        slug=row.slug,
        name=row.name,
        type=row.type,
        short_name=row.short_name,
        aliases=tuple(alias.alias for alias in row.aliases),
        size=row.size,
    )


def _moved_or_missing(slug: str) -> DomainError:
    former = select(Organisation.slug).join(FormerSlug, FormerSlug.organisation_id == Organisation.id)
    moved_to = db.session.scalar(former.where(FormerSlug.slug == slug))
    if moved_to is not None:
        return Moved(moved_to)
    wanted = slugify(slug)
    named = next((found for found, name in _known_names() if slugify(name) == wanted), None)
    if named is not None:
        return Moved(db.session.get_one(Organisation, named).slug)
    return NotFound("Myndigheten finns inte här. Se listan över myndigheter.")
