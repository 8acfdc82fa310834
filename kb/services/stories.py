"""Reading published stories: one, some, the newest, and how they are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql import Select

from kb.db import db
from kb.domain.clock import swedish_date
from kb.domain.errors import Gone, NotFound, SearchUnavailable
from kb.domain.published import PublishedStory
from kb.domain.text import translatable
from kb.domain.vocabulary import EntryKind, Outcome
from kb.models import Entry, Revision, RevisionOutcome
from kb.models.story import load_public, public_entries, revision_parts, story_source
from kb.search import sync

log = structlog.get_logger(__name__)

_NOT_FOUND = translatable("Erfarenheten finns inte. Kontrollera adressen eller sök efter den.")


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: int
    published_on: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    story: PublishedStory
    is_current: bool
    current_version: int


@dataclass(frozen=True, slots=True)
class StoryAddress:
    entry_id: str
    slug: str
    published_on: date


@dataclass(frozen=True, slots=True)
class SimilarStory:
    """Another story, and words that both have: the reason why it is shown."""

    story: PublishedStory
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """How many stories there are of each kind and outcome; a story may have several outcomes."""

    total: int
    kinds: Mapping[EntryKind, int]
    outcomes: Mapping[Outcome, int]
    organisations: int


def read(entry_id: str, today: date) -> PublishedStory:
    """The story as readers see it. Raises ``NotFound``, or ``Gone`` if it was withdrawn."""
    _existing(entry_id)
    (entry,) = load_public(db.session, public_entries().where(Entry.id == entry_id))
    return _present(entry, entry.published_revision, today)


def read_version(entry_id: str, version: int, today: date) -> VersionView:
    """A version that is or has been published, for citation. Raises ``NotFound`` or ``Gone``."""
    entry = _existing(entry_id)
    revision = db.session.scalar(
        select(Revision)
        .where(Revision.entry_id == entry_id, Revision.number == version, Revision.published_at.is_not(None))
        .options(*revision_parts())
    )
    if revision is None:
        raise NotFound("Versionen finns inte. Läs den senaste versionen av erfarenheten.")
    if entry.published_revision is None:
        raise NotFound(_NOT_FOUND)
    return VersionView(
        story=_present(entry, revision, today),
        is_current=revision.id == entry.published_revision_id,
        current_version=entry.published_revision.number,
    )


def versions(entry_id: str) -> tuple[VersionRow, ...]:
    """Every version that has been published, newest first."""
    entry = _existing(entry_id)
    rows = db.session.scalars(
        select(Revision)
        .where(Revision.entry_id == entry_id, Revision.published_at.is_not(None))
        .order_by(Revision.number.desc())
    )
    return tuple(
        VersionRow(row.number, swedish_date(row.published_at), row.id == entry.published_revision_id)
        for row in rows
        if row.published_at is not None
    )


def by_ids(ids: Sequence[str], today: date) -> list[PublishedStory]:
    """Stories in the order asked for; what readers may no longer see is left out."""
    entries = {
        entry.id: entry for entry in load_public(db.session, public_entries().where(Entry.id.in_(ids)))
    }
    return [
        _present(entries[entry_id], entries[entry_id].published_revision, today)
        for entry_id in ids
        if entry_id in entries
    ]


def similar(entry_id: str, today: date, limit: int = 4) -> tuple[SimilarStory, ...]:
    """Stories like one, the most alike first; none while the index does not answer."""
    try:
        hits = sync.of(db.engine).stories.similar(entry_id, limit)
    except SearchUnavailable as error:
        log.warning("similar_unavailable", reason=str(error))
        return ()
    shown = {story.entry_id: story for story in by_ids([hit.entry_id for hit in hits], today)}
    return tuple(SimilarStory(shown[hit.entry_id], hit.shared) for hit in hits if hit.entry_id in shown)


def newest(limit: int, today: date, *, offset: int = 0) -> list[PublishedStory]:
    """The newest stories first; ``offset`` leaves out as many of them."""
    newest_first = public_entries().order_by(Entry.first_published_at.desc(), Entry.id.desc())
    query = newest_first.limit(limit).offset(offset)
    return [_present(entry, entry.published_revision, today) for entry in load_public(db.session, query)]


def newest_of_each_kind(per_kind: int, today: date) -> list[PublishedStory]:
    """The newest of each kind by turns, so that a short list shows both what went well and what did not."""
    newest_first = (
        public_entries()
        .join(Revision, Revision.id == Entry.published_revision_id)
        .order_by(Entry.first_published_at.desc(), Entry.id.desc())
        .limit(per_kind)
    )
    columns = [
        [
            _present(entry, entry.published_revision, today)
            for entry in load_public(db.session, newest_first.where(Revision.kind == kind))
        ]
        for kind in EntryKind
    ]
    return [story for turn in zip_longest(*columns) for story in turn if story is not None]


def count() -> int:
    """How many stories readers may see."""
    return db.session.scalar(select(func.count()).select_from(public_entries().subquery())) or 0


def addresses(limit: int, *, offset: int = 0) -> list[StoryAddress]:
    """Where stories are read, in the order of their ids: for the site map, which may be very long."""
    rows = db.session.execute(
        public_entries()
        .join(Revision, Revision.id == Entry.published_revision_id)
        .with_only_columns(Entry.id, Entry.slug, Revision.published_at)
        .order_by(Entry.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        StoryAddress(entry_id, slug, swedish_date(published_at))
        for entry_id, slug, published_at in rows
        if published_at is not None
    ]


def balance(of: Select[Entry] | None = None) -> Balance:
    """How public entries are spread: those of a query, or all."""
    public = (public_entries() if of is None else of).order_by(None).subquery()
    revisions = select(public.c.published_revision_id)
    kinds = Counter(db.session.scalars(select(Revision.kind).where(Revision.id.in_(revisions))))
    outcomes = Counter(
        db.session.scalars(select(RevisionOutcome.outcome).where(RevisionOutcome.revision_id.in_(revisions)))
    )
    named = (
        select(public.c.owner_id)
        .join(Revision, Revision.id == public.c.published_revision_id)
        .where(Revision.anonymised.is_(False))
        .distinct()
    )
    return Balance(
        total=kinds.total(),
        kinds={kind: kinds[kind] for kind in EntryKind},
        outcomes={outcome: outcomes[outcome] for outcome in Outcome if outcomes[outcome]},
        organisations=len(db.session.scalars(named).all()),
    )


def _existing(entry_id: str) -> Entry:
    entry = db.session.scalar(
        select(Entry).where(Entry.id == entry_id).options(selectinload(Entry.published_revision))
    )
    if entry is None or entry.published_revision_id is None:
        raise NotFound(_NOT_FOUND)
    if entry.withdrawn_at is not None:
        raise Gone(
            "Erfarenheten är tillbakadragen.",
            withdrawn_on=swedish_date(entry.withdrawn_at),
            reason=entry.withdrawn_reason or "",
        )
    return entry


def _present(entry: Entry, revision: Revision | None, today: date) -> PublishedStory:
    if revision is None:
        raise NotFound(_NOT_FOUND)
    return PublishedStory.of(story_source(entry, revision), today)
