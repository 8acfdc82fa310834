"""Keep the indexes in step with the database: collect at flush, write after commit, forget nothing.

There is an index of stories and one of lessons, both made of what is published. What changed is collected in
``index_change`` rows of the same transaction. After the commit they are written to both indexes and removed.
A process killed in between leaves its rows, and the next to write, or ``kb search verify``, does the work.
A failing index never undoes a decision.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine, delete, event, insert, or_, select, union_all
from sqlalchemy.orm import Session, UOWTransaction

from kb.db import writing
from kb.domain.errors import SearchUnavailable
from kb.domain.published import PublishedStory
from kb.models import (
    BenefitRow,
    Entry,
    FactRow,
    IndexChange,
    Lesson,
    LessonText,
    Organisation,
    OrganisationAlias,
    Revision,
    RevisionOutcome,
    Term,
    now,
)
from kb.models.entry import entry_partner
from kb.models.lesson import lesson_text_term
from kb.models.revision import revision_term
from kb.models.story import load_public, public_entries, story_source
from kb.search.documents import lesson_documents, story_documents
from kb.search.index import SearchDocument, SearchIndex

log = structlog.get_logger(__name__)

_TOUCHED = "kb_index_touched"
_BATCH = 500
_PATIENCE_SECONDS = 1.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Copy:
    """One index, and what it holds of a story."""

    index: SearchIndex
    documents: Callable[[PublishedStory], Sequence[SearchDocument]]

    def bring(self, published: Iterable[PublishedStory], entry_ids: set[str]) -> None:
        """Let it hold of these entries what is published of them, in one commit."""
        documents = [document for story in published for document in self.documents(story)]
        self.index.apply(documents, sorted(entry_ids - {document.entry_id for document in documents}))


@dataclass(frozen=True, eq=False)
class IndexSync:
    """Writes to both indexes what is committed on ``engine``; ``lock_file`` orders the processes."""

    engine: Engine
    stories: SearchIndex
    lessons: SearchIndex
    lock_file: Path
    today: Callable[[], date]

    @property
    def copies(self) -> tuple[Copy, Copy]:
        """Of stories and of lessons, in the order in which they are written."""
        return Copy(self.stories, story_documents), Copy(self.lessons, lesson_documents)

    def catch_up(self, patience: float | None = None) -> int:
        """Write every change that waits. Returns the number of entries written or taken away.

        Raises ``SearchUnavailable`` when another process keeps the index busy for ``patience`` seconds.
        """
        with self.exclusively(patience), Session(self.engine) as session:
            done = 0
            while rows := session.execute(
                select(IndexChange.id, IndexChange.entry_id).order_by(IndexChange.id).limit(_BATCH)
            ).all():
                entry_ids = {row.entry_id for row in rows}
                published = self.published(session, entry_ids)
                for copy in self.copies:
                    copy.bring(published, entry_ids)
                with writing(session):
                    session.execute(delete(IndexChange).where(IndexChange.id.in_([row.id for row in rows])))
                done += len(entry_ids)
            return done

    def published(self, session: Session, entry_ids: Iterable[str]) -> list[PublishedStory]:
        """These entries as readers see them today; those that they may not see are left out."""
        today = self.today()
        entries = load_public(session, public_entries().where(Entry.id.in_(entry_ids)).order_by(Entry.id))
        return [
            PublishedStory.of(story_source(entry, entry.published_revision), today)
            for entry in entries
            if entry.published_revision is not None
        ]

    @contextmanager
    def exclusively(self, patience: float | None = None) -> Iterator[None]:
        """One process at a time: else an older reading of the database could be written over a newer one.

        Waits for ever, or at most ``patience`` seconds.
        """
        self.lock_file.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("w") as handle:
            _lock(handle.fileno(), patience)
            yield


_ATTACHED: WeakKeyDictionary[Engine, IndexSync] = WeakKeyDictionary()


def attach(sync: IndexSync) -> None:
    """From now on what is committed through ``sync.engine`` reaches its indexes."""
    _ATTACHED[sync.engine] = sync


def of(engine: Engine) -> IndexSync:
    """The indexes in step with a database. Raises ``KeyError`` for an engine that none are attached to."""
    return _ATTACHED[engine]


def _sync_of(session: Session) -> IndexSync | None:
    bind = session.get_bind()
    return _ATTACHED.get(bind) if isinstance(bind, Engine) else None


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: UOWTransaction) -> None:
    if _sync_of(session) is None:
        return
    touched = _touched_entries(session)
    if touched:
        session.connection().execute(
            insert(IndexChange), [{"entry_id": entry_id, "at": now()} for entry_id in sorted(touched)]
        )
        session.info[_TOUCHED] = True


@event.listens_for(Session, "after_commit")
def _write(session: Session) -> None:
    # after_commit also fires when a savepoint is released; the outer transaction may still be undone.
    if session.in_nested_transaction() or not session.info.pop(_TOUCHED, False):
        return
    sync = _sync_of(session)
    if sync is None:
        return
    try:
        sync.catch_up(_PATIENCE_SECONDS)
    except SearchUnavailable as error:
        log.warning("index_not_written", reason=str(error))
    except Exception:  # an index failure must not undo or hide a decision
        log.exception("index_not_written")


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_TOUCHED, None)


def _lock(descriptor: int, patience: float | None) -> None:
    if patience is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SearchUnavailable(
                    "Sökningen byggs om just nu. Ändringen blir sökbar när den är klar."
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _touched_entries(session: Session) -> set[str]:
    """The entries whose document may differ after this flush: of those that have been published."""
    changed = [row for row in session.dirty if session.is_modified(row)]
    entries: set[str] = set()
    revisions: set[str] = set()
    terms: set[str] = set()
    organisations: set[str] = set()
    for row in (*session.new, *changed, *session.deleted):
        if isinstance(row, Entry):
            entries.add(row.id)
        elif isinstance(row, Revision | Lesson):
            entries.add(row.entry_id)
        elif isinstance(row, FactRow | LessonText | BenefitRow | RevisionOutcome):
            revisions.add(row.revision_id)
        elif isinstance(row, Term):
            terms.add(row.id)
        elif isinstance(row, Organisation):
            organisations.add(row.id)
        elif isinstance(row, OrganisationAlias):
            organisations.add(row.organisation_id)
    deleted = {row.id for row in session.deleted if isinstance(row, Entry)}
    return deleted | _published(session, entries, revisions, terms, organisations)


def _published(
    session: Session, entries: set[str], revisions: set[str], terms: set[str], organisations: set[str]
) -> set[str]:
    """Those of these entries, and of those that stand on these parts, that have ever been published."""
    with_term = union_all(
        select(revision_term.c.revision_id).where(revision_term.c.term_id.in_(terms)),
        select(LessonText.revision_id)
        .join(lesson_text_term, lesson_text_term.c.lesson_text_id == LessonText.id)
        .where(lesson_text_term.c.term_id.in_(terms)),
    )
    predecessors = select(Organisation.id).where(Organisation.successor_id.in_(organisations))
    named = organisations | set(session.connection().scalars(predecessors)) if organisations else set()
    with_partner = select(entry_partner.c.entry_id).where(entry_partner.c.organisation_id.in_(named))
    stands_on = [
        (entries, Entry.id.in_(entries)),
        (revisions, Entry.published_revision_id.in_(revisions)),
        (terms, Entry.published_revision_id.in_(with_term)),
        (named, Entry.owner_id.in_(named)),
        (named, Entry.id.in_(with_partner)),
    ]
    conditions = [condition for parts, condition in stands_on if parts]
    if not conditions:
        return set()
    query = select(Entry.id).where(Entry.published_revision_id.is_not(None), or_(*conditions))
    return set(session.connection().scalars(query))
