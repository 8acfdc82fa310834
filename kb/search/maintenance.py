"""Compare the indexes with the database, repair them, or build them anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.db import writing
from kb.domain.errors import SearchUnavailable
from kb.domain.published import PublishedStory
from kb.models import Entry, IndexChange, LessonText
from kb.models.story import public_entries
from kb.search.index import Progress, SearchDocument, fingerprint_of
from kb.search.sync import Copy, IndexSync

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Verification:
    """``missing`` and ``stale`` entries are published but not rightly indexed; ``orphaned`` only indexed.

    An entry is among them when the index of stories or that of lessons is wrong about it. ``unreadable`` says
    why, where one of them cannot be read.
    """

    checked: int
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    unreadable: str = ""
    repaired: bool = False

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.stale or self.orphaned or self.unreadable)


@dataclass(slots=True)
class _Comparison:
    """What one index holds, against what it should; ``right`` are the documents of what differs."""

    copy: Copy
    held: dict[str, str]
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    right: list[SearchDocument] = field(default_factory=list)

    def compare(self, story: PublishedStory) -> None:
        documents = self.copy.documents(story)
        if not documents:
            return
        fingerprint = self.held.pop(story.entry_id, None)
        if fingerprint is None:
            self.missing.append(story.entry_id)
        elif fingerprint != fingerprint_of(documents):
            self.stale.append(story.entry_id)
        else:
            return
        self.right += documents

    @property
    def orphaned(self) -> list[str]:
        """What is left when every story has been compared."""
        return sorted(self.held)

    def repair(self) -> None:
        if self.right or self.held:
            self.copy.index.apply(self.right, self.orphaned)


def count_public(session: Session) -> int:
    """How many stories readers may see."""
    return session.scalar(select(func.count()).select_from(public_entries().subquery())) or 0


def count_lessons(session: Session) -> int:
    """How many lessons the stories that readers may see have."""
    public = public_entries().with_only_columns(Entry.published_revision_id)
    return session.scalar(select(func.count()).where(LessonText.revision_id.in_(public))) or 0


def verify(sync: IndexSync, *, repair: bool, progress: Progress | None = None) -> Verification:
    """Compare both ways and, if asked, write what differs; an index that cannot be read is built anew."""
    found = _verify(sync, repair=repair, progress=progress)
    if repair:
        sync.catch_up()
    return found


def _verify(sync: IndexSync, *, repair: bool, progress: Progress | None) -> Verification:
    with sync.exclusively(), Session(sync.engine) as session:
        waiting = _waiting(session)
        compared: list[_Comparison] = []
        unreadable: list[tuple[Copy, str]] = []
        for copy in sync.copies:
            try:
                compared.append(_Comparison(copy, copy.index.fingerprints()))
            except SearchUnavailable as error:
                unreadable.append((copy, str(error)))
        checked = 0
        for story in _stories(sync, session, progress) if compared else ():
            checked += 1
            for comparison in compared:
                comparison.compare(story)
        if repair:
            for comparison in compared:
                comparison.repair()
            for copy, _ in unreadable:
                _rebuild(sync, copy, session)
            _forget_waiting(session, waiting)
        return Verification(
            checked=checked,
            missing=_united(comparison.missing for comparison in compared),
            stale=_united(comparison.stale for comparison in compared),
            orphaned=_united(comparison.orphaned for comparison in compared),
            unreadable=unreadable[0][1] if unreadable else "",
            repaired=repair,
        )


def _united(ids: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Ids in the order in which they first stand, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(ids)))


def ensure_readable(sync: IndexSync) -> None:
    """Build the indexes that cannot be read, as in a new installation."""
    with sync.exclusively(), Session(sync.engine) as session:
        for copy in sync.copies:
            try:
                copy.index.fingerprints()
            except SearchUnavailable:
                _rebuild(sync, copy, session)


def rebuild(sync: IndexSync, progress: Progress | None = None) -> int:
    """Write the whole indexes anew; readers see the old ones until the new are whole. Returns the stories."""
    with sync.exclusively(), Session(sync.engine) as session:
        waiting = _waiting(session)
        stories, lessons = sync.copies
        written = _rebuild(sync, stories, session, progress)
        _rebuild(sync, lessons, session)
        _forget_waiting(session, waiting)
    sync.catch_up()
    return written


def _rebuild(sync: IndexSync, copy: Copy, session: Session, progress: Progress | None = None) -> int:
    documents = (document for story in _stories(sync, session, None) for document in copy.documents(story))
    return copy.index.rebuild(documents, progress)


def _waiting(session: Session) -> list[int]:
    return list(session.scalars(select(IndexChange.id)))


def _forget_waiting(session: Session, waiting: list[int]) -> None:
    """These changes were known before the stories were read, so they are in the indexes; later ones wait."""
    with writing(session):
        for start in range(0, len(waiting), _BATCH):
            part = waiting[start : start + _BATCH]
            session.execute(delete(IndexChange).where(IndexChange.id.in_(part)))


def _stories(sync: IndexSync, session: Session, progress: Progress | None) -> Iterator[PublishedStory]:
    ids = list(session.scalars(public_entries().with_only_columns(Entry.id).order_by(Entry.id)))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        yield from sync.published(session, batch)
        session.expunge_all()
        if progress is not None:
            progress(len(batch))
