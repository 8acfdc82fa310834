"""Compare the index with the database, repair it, or build it anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.db import writing
from kb.domain.errors import SearchUnavailable
from kb.domain.published import PublishedStory
from kb.models import Entry, IndexChange
from kb.models.story import load_public, public_entries, story_source
from kb.search.documents import document
from kb.search.index import Progress, SearchDocument
from kb.search.sync import IndexSync

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Verification:
    """``missing`` and ``stale`` are published but not rightly indexed; ``orphaned`` are only indexed."""

    checked: int
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    unreadable: str = ""
    repaired: bool = False

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.stale or self.orphaned or self.unreadable)


def count_public(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(public_entries().subquery())) or 0


def verify(sync: IndexSync, *, repair: bool, progress: Progress | None = None) -> Verification:
    """Compare both ways and, if asked, write what differs; an index that cannot be read is built anew."""
    found = _verify(sync, repair=repair, progress=progress)
    if repair:
        sync.catch_up()
    return found


def _verify(sync: IndexSync, *, repair: bool, progress: Progress | None) -> Verification:
    with sync.exclusively(), Session(sync.engine) as session:
        waiting = _waiting(session)
        try:
            held = sync.index.fingerprints()
        except SearchUnavailable as error:
            checked = _rebuild(sync, session, progress) if repair else 0
            return Verification(checked=checked, unreadable=str(error), repaired=repair)
        missing, stale, wanted = [], [], set()
        wrong: list[SearchDocument] = []
        for item in _documents(sync, session, progress):
            wanted.add(item.entry_id)
            fingerprint = held.get(item.entry_id)
            if fingerprint is None:
                missing.append(item.entry_id)
            elif fingerprint != item.fingerprint:
                stale.append(item.entry_id)
            if fingerprint != item.fingerprint:
                wrong.append(item)
        orphaned = sorted(set(held) - wanted)
        if repair:
            if wrong or orphaned:
                sync.index.apply(wrong, orphaned)
            _forget_waiting(session, waiting)
        return Verification(
            checked=len(wanted),
            missing=tuple(missing),
            stale=tuple(stale),
            orphaned=tuple(orphaned),
            repaired=repair,
        )


def ensure_readable(sync: IndexSync) -> None:
    """Build the index if there is none that can be read, as in a new installation."""
    try:
        sync.index.fingerprints()
    except SearchUnavailable:
        rebuild(sync)


def rebuild(sync: IndexSync, progress: Progress | None = None) -> int:
    """Write the whole index anew; readers see the old one until the new one is whole."""
    with sync.exclusively(), Session(sync.engine) as session:
        written = _rebuild(sync, session, progress)
    sync.catch_up()
    return written


def _rebuild(sync: IndexSync, session: Session, progress: Progress | None) -> int:
    waiting = _waiting(session)
    written = sync.index.rebuild(_documents(sync, session, None), progress)
    _forget_waiting(session, waiting)
    return written


def _waiting(session: Session) -> list[int]:
    return list(session.scalars(select(IndexChange.id)))


def _forget_waiting(session: Session, waiting: list[int]) -> None:
    """These changes were known before the stories were read, so they are in the index; later ones wait."""
    with writing(session):
        for start in range(0, len(waiting), _BATCH):
            part = waiting[start : start + _BATCH]
            session.execute(delete(IndexChange).where(IndexChange.id.in_(part)))


def _documents(sync: IndexSync, session: Session, progress: Progress | None) -> Iterator[SearchDocument]:
    today = sync.today()
    ids = list(session.scalars(public_entries().with_only_columns(Entry.id).order_by(Entry.id)))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        for entry in load_public(session, public_entries().where(Entry.id.in_(batch)).order_by(Entry.id)):
            if entry.published_revision is not None:
                yield document(PublishedStory.of(story_source(entry, entry.published_revision), today))
        session.expunge_all()
        if progress is not None:
            progress(len(batch))
