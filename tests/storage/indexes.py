"""Looking into the index and at what waits for it, and breaking it on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from kb.db import db
from kb.models import IndexChange
from kb.search import sync
from kb.search.index import NullIndex, Query, SearchDocument


def indexed() -> set[str]:
    """The ids of the entries that the index of stories holds."""
    return set(sync.of(db.engine).stories.fingerprints())


def found(text: str) -> list[str]:
    """What the index itself answers, before the database is asked."""
    return [hit.entry_id for hit in sync.of(db.engine).stories.search(Query(text=text)).hits]


def waiting() -> int:
    """How many changes the index has not been told of."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(IndexChange)) or 0


class FailingIndex(NullIndex):
    """Takes nothing: an index on a disk that broke."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def apply(self, put: Iterable[SearchDocument], delete: Iterable[str]) -> None:
        raise self.error


class BrokenFor:
    """Within it, whatever is committed finds indexes that fail, or only that of lessons.

    Afterwards the real ones are there again.
    """

    def __init__(self, error: Exception, *, stories: bool = True) -> None:
        self.real = sync.of(db.engine)
        failing = FailingIndex(error)
        self.failing = replace(self.real, stories=failing if stories else self.real.stories, lessons=failing)

    def __enter__(self) -> None:
        sync.attach(self.failing)

    def __exit__(self, *_: object) -> None:
        sync.attach(self.real)


def tamper(folder: Path) -> None:
    """Change one byte of every segment of the index."""
    segments = list(folder.glob("index-*/*.seg"))
    assert segments, "the index has no segments to change"
    for path in segments:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
