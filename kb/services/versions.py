"""Two versions of a story beside each other: those that readers may see, and those of who writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kb.db import db
from kb.domain.clock import swedish_date
from kb.domain.errors import NotFound
from kb.domain.predicates import Actor
from kb.domain.published import PublishedStory
from kb.domain.text import translatable
from kb.domain.vocabulary import RevisionStatus
from kb.models import Draft, Entry, Revision
from kb.services import draft_store, draft_view, stories

_NONE = translatable("Versionen finns inte. Välj en annan.")


@dataclass(frozen=True, slots=True)
class VersionPair:
    before: PublishedStory
    after: PublishedStory


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """A version as its writers see it. ``day`` is when it was published, submitted or begun."""

    number: int
    status: RevisionStatus
    day: date


@dataclass(frozen=True, slots=True)
class OwnStory:
    """The newest version of an entry, as readers will see it."""

    story: PublishedStory
    version: OwnVersion
    is_public: bool


def published_pair(entry_id: str, a: int, b: int, today: date) -> VersionPair:
    """Two versions that have been published, as readers may see them (invariant 8).

    Raises ``NotFound`` or ``Gone``.
    """
    return _pair(a, b, lambda number: stories.read_version(entry_id, number, today).story)


def own(entry_id: str, by: Actor) -> tuple[OwnVersion, ...]:
    """All versions of an entry but the drafts that were thrown away, newest first.

    Raises ``NotFound`` for who may not write in it.
    """
    return tuple(_version(row) for row in _revisions(draft_store.entry_to_edit(entry_id, by)))


def own_newest(entry_id: str, by: Actor, today: date) -> OwnStory:
    """The draft that is being written, else what was sent in last. Raises ``NotFound`` as ``own`` does."""
    entry = draft_store.entry_to_edit(entry_id, by)
    rows = _revisions(entry)
    if not rows:
        raise NotFound("Sidan finns inte.")
    is_public = entry.published_revision_id is not None and entry.withdrawn_at is None
    return OwnStory(_story(entry, rows[0], today), _version(rows[0]), is_public)


def own_pair(entry_id: str, a: int, b: int, by: Actor, today: date) -> VersionPair:
    """Two versions of an entry, drafts and those sent in among them. Raises ``NotFound`` as ``own`` does."""
    entry = draft_store.entry_to_edit(entry_id, by)
    rows = {row.number: row for row in _revisions(entry)}

    def story(number: int) -> PublishedStory:
        if number not in rows:
            raise NotFound(_NONE)
        return _story(entry, rows[number], today)

    return _pair(a, b, story)


def _pair(a: int, b: int, story: Callable[[int], PublishedStory]) -> VersionPair:
    return VersionPair(story(a), story(b))


def _version(row: Revision) -> OwnVersion:
    at = row.published_at or row.submitted_at or row.created_at
    return OwnVersion(row.number, row.status, swedish_date(at))


def _revisions(entry: Entry) -> list[Revision]:
    thrown_away = select(Draft.revision_id).where(Draft.discarded_at.is_not(None))
    rows = db.session.scalars(
        select(Revision)
        .where(Revision.entry_id == entry.id, Revision.id.not_in(thrown_away))
        .order_by(Revision.number.desc())
    )
    return list(rows)


def _story(entry: Entry, revision: Revision, today: date) -> PublishedStory:
    draft = db.session.get(Draft, revision.id)
    if draft is None:
        return draft_view.revision_as_story(entry, revision, today)
    rows = draft_store.DraftRows(entry, revision, draft)
    texts = draft_store.texts_of(rows.typed)
    return draft_view.draft_as_story(texts, revision.size, entry, revision.number, today)
