"""``SearchIndex`` on Whoosh: search, write, rebuild. How files are kept is in ``whoosh_storage``."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.index import FileIndex
from whoosh.writing import LockError

from kb.domain.errors import QueryRefused, SearchUnavailable, StorageUnavailable
from kb.domain.text import translatable
from kb.domain.wordlists import WordLists
from kb.search import whoosh_storage as storage
from kb.search.index import (
    Progress,
    Query,
    Results,
    SearchDocument,
    SimilarHit,
    SuggestedCompletion,
    fingerprint_of,
)
from kb.search.query_language import parse
from kb.search.reasons import Explanation
from kb.search.swedish import Analyzer
from kb.search.swedish.chain import AnalysisChain, WordListSource
from kb.search.whoosh_answer import Answer
from kb.search.whoosh_explain import explain
from kb.search.whoosh_generation import Generation
from kb.search.whoosh_merging import merge_policy
from kb.search.whoosh_schema import codec, schema, to_fields
from kb.search.whoosh_similar import similar
from kb.search.whoosh_suggestions import Suggestions

log = logging.getLogger(__name__)

_WRITE_LOCK, _REBUILD_LOCK = "write.lock", "rebuild.lock"
_OPEN_ATTEMPTS, _OPEN_PAUSE_SECONDS = 8, 0.05
_PROGRESS_STEP = 25
_DISK_MESSAGE = translatable(
    "Det går inte att skriva sökindexet. Kontrollera att disken inte är full eller skrivskyddad "
    "och kör sedan kommandot kb search verify."
)


class WhooshIndex:
    """The embedded index in one folder, which belongs to the service alone.

    Making the object touches nothing: the folder is opened at the first call, so it may be made before
    worker processes are forked. Safe to share between threads.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lock_seconds: float = 10.0,
        lemma_folder: Path | None = None,
        word_lists: WordListSource = WordLists,
        chain: AnalysisChain | None = None,
    ) -> None:
        """``lock_seconds``: how long a write waits for another's. Indexes may share a ``lemma_folder``.

        ``word_lists`` is asked at the first use and then at most once a minute. A changed synonym counts from
        then on, a changed exception from the splitting when the index is rebuilt. An index with another's
        ``chain`` needs neither.
        """
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._chain = chain or AnalysisChain(lemma_folder or folder / "lemmas", word_lists)
        self._open: Generation | None = None
        self._suggestions: Suggestions | None = None
        # Whoosh's readers share file positions; a search is pure computation, so taking turns costs nothing.
        self._turn = threading.RLock()

    def beside(self, name: str) -> WhooshIndex:
        """An index of other documents in a folder of its own in this one's, with the same analysis."""
        return WhooshIndex(self._folder / name, lock_seconds=self._lock_seconds, chain=self._chain)

    def search(self, query: Query) -> Results:
        """Answer a query; raises ``QueryRefused`` or ``SearchUnavailable``."""
        parsed = parse(query.text)
        with self._turn, _unreadable_is_unavailable():
            return Answer(self._generation(), self._analyzer, self._chain.thesaurus, query, parsed).results()

    def similar(self, entry_id: str, limit: int) -> tuple[SimilarHit, ...]:
        """The stories most like one; raises ``SearchUnavailable``."""
        with self._turn, _unreadable_is_unavailable():
            return similar(self._generation(), self._analyzer, entry_id, limit)

    def suggest(self, text: str, limit: int) -> tuple[SuggestedCompletion, ...]:
        """What a reader who has typed this may be about to write; raises ``SearchUnavailable``."""
        with self._turn, _unreadable_is_unavailable():
            generation = self._generation()
            if self._suggestions is None or self._suggestions.generation is not generation:
                self._suggestions = Suggestions(generation, self._analyzer, self._suggestions)
            return self._suggestions.suggest(text, limit)

    def explain(self, text: str, entry_id: str | None = None) -> Explanation:
        """How a query is read, and how one story meets it."""
        parsed = parse(text)
        with self._turn, _unreadable_is_unavailable():
            return explain(self._generation(), self._analyzer, self._chain.thesaurus, parsed, entry_id)

    def check(self) -> None:
        """Return if a search could be answered now; takes its turn only where there is something to open."""
        with _unreadable_is_unavailable():
            opened = self._open
            copy = storage.current_copy(self._folder)
            if opened is None or (opened.copy, opened.number) != (copy, storage.latest_generation(copy)):
                with self._turn:
                    self._generation()

    def fingerprints(self) -> dict[str, str]:
        """Entry id to the fingerprint of its documents.

        Raises ``SearchUnavailable`` also for an index that another analysis made, so that it is rebuilt;
        until then it answers as well as it can.
        """
        with self._turn, _unreadable_is_unavailable():
            generation = self._generation()
            if storage.stamp_of(generation.copy) != self._analyzer.version:
                raise storage.is_of_another_analysis()
            return _fingerprints(generation)

    @property
    def _analyzer(self) -> Analyzer:
        return self._chain.analyzer

    def apply(self, put: Iterable[SearchDocument], delete: Iterable[str]) -> None:
        """Write and take away documents in one commit: readers see all of it or nothing."""
        documents = _latest(put)
        gone = set(delete) | {document.entry_id for document in documents}
        if not gone:
            return
        with self._writing():
            held = self._holds_any(gone)
            if documents or held:
                self._commit(storage.current_copy(self._folder), documents, gone)

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress | None = None) -> int:
        """Write everything into a new copy, then let readers use it. Returns the number of documents.

        Documents applied meanwhile go to the old copy; those are carried over before the switch.
        """
        with _full_disk_is_unavailable():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._chain.renew()
            self._analyzer.prepare()
            with (
                _taken_lock_is_unavailable(),
                storage.locked(self._folder / _REBUILD_LOCK, self._lock_seconds),
            ):
                return self._rebuild(documents, progress)

    def _rebuild(self, documents: Iterable[SearchDocument], progress: Progress | None) -> int:
        before = self._fingerprints_if_any()
        copy = storage.create_copy(self._folder)
        try:
            FileIndex.create(storage.SignedStorage(copy), schema())
            storage.stamp(copy, self._analyzer.version)
            latest = _latest(documents)
            self._commit(copy, latest, set(), progress)
            with storage.locked(self._folder / _WRITE_LOCK, self._lock_seconds):
                self._carry_over(copy, before)
                storage.make_current(self._folder, copy)
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        storage.remove_other_copies(self._folder, keep=copy)
        return len(latest)

    def _carry_over(self, copy: Path, before: dict[str, str]) -> None:
        now = self._fingerprints_if_any()
        changed = {entry_id for entry_id, fingerprint in now.items() if before.get(entry_id) != fingerprint}
        gone = set(before) - set(now)
        if changed or gone:
            kept = [document for document in self._generation().documents() if document.entry_id in changed]
            self._commit(copy, kept, changed | gone)

    def _fingerprints_if_any(self) -> dict[str, str]:
        try:
            with self._turn, _unreadable_is_unavailable():
                return _fingerprints(self._generation())
        except SearchUnavailable:
            return {}

    def _commit(
        self, copy: Path, put: Iterable[SearchDocument], delete: set[str], progress: Progress | None = None
    ) -> None:
        index = FileIndex(storage.SignedStorage(copy), schema())
        writer = storage.SignedWriter(index, timeout=self._lock_seconds, codec=codec())
        try:
            for entry_id in delete:
                writer.delete_by_term("entry_id", entry_id)
            for number, document in enumerate(put, start=1):
                writer.add_document(**to_fields(document, self._analyzer))
                if progress is not None and number % _PROGRESS_STEP == 0:
                    progress(_PROGRESS_STEP)
            writer.commit(mergetype=merge_policy)
        except BaseException:
            writer.abandon()
            raise
        if progress is not None:
            progress(writer.doc_count() % _PROGRESS_STEP)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if not self._folder.is_dir():
            raise storage.is_building()
        with (
            _full_disk_is_unavailable(),
            _taken_lock_is_unavailable(),
            storage.locked(self._folder / _WRITE_LOCK, self._lock_seconds),
        ):
            yield

    def _holds_any(self, entry_ids: Iterable[str]) -> bool:
        """Whether there is a document of some of these entries, to be taken away.

        Raises ``SearchUnavailable`` for an index that is not as we left it: nothing is written to it.
        """
        with self._turn, _unreadable_is_unavailable():
            generation = self._generation()
            return any(generation.is_left("entry_id", entry_id) for entry_id in entry_ids)

    def _generation(self) -> Generation:
        """The latest generation, opened anew when another process or this one has committed."""
        for _ in range(_OPEN_ATTEMPTS):
            copy = storage.current_copy(self._folder)
            number = storage.latest_generation(copy)
            if self._open is not None and (self._open.copy, self._open.number) == (copy, number):
                return self._open
            try:
                self._reopen(copy, number)
            except FileNotFoundError:
                # A writer committed, or a rebuild switched, while we opened: look again.
                time.sleep(_OPEN_PAUSE_SECONDS)
        raise storage.is_building()

    def _reopen(self, copy: Path, number: int) -> None:
        old = self._open
        trusted = old.sums if old is not None and old.copy == copy else {}
        sums = storage.check(copy, number, trusted)
        self._open = Generation(copy, number, sums, old)
        if old is not None:
            old.close()


def _latest(documents: Iterable[SearchDocument]) -> list[SearchDocument]:
    """Each document once, the one that was given last."""
    return list({(document.entry_id, document.anchor): document for document in documents}.values())


def _fingerprints(generation: Generation) -> dict[str, str]:
    held: defaultdict[str, list[SearchDocument]] = defaultdict(list)
    for document in generation.documents():
        held[document.entry_id].append(document)
    return {entry_id: fingerprint_of(documents) for entry_id, documents in held.items()}


@contextmanager
def _full_disk_is_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(_DISK_MESSAGE) from error


@contextmanager
def _taken_lock_is_unavailable() -> Iterator[None]:
    try:
        yield
    except (TimeoutError, LockError) as error:
        raise SearchUnavailable(
            "Sökindexet skrivs av någon annan just nu. Vänta en stund och försök igen."
        ) from error


@contextmanager
def _unreadable_is_unavailable() -> Iterator[None]:
    """A file whose sum is right can still be of another format: whatever Whoosh raises, search is out."""
    try:
        yield
    except storage.ForeignIndex as error:
        log.warning("the index is not opened: %s", error.reason)
        raise
    except (SearchUnavailable, QueryRefused):
        raise
    except Exception as error:
        log.exception("the index could not be read")
        raise storage.is_building() from error
