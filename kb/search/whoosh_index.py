"""``SearchIndex`` on Whoosh: search, write, rebuild. How files are kept is in ``whoosh_storage``."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.writing import LockError

from kb.domain.errors import QueryRefused, SearchUnavailable, StorageUnavailable
from kb.search import snippets
from kb.search import whoosh_storage as storage
from kb.search.index import Facet, Hit, Progress, Query, Results, SearchDocument, Sort, Suggestion
from kb.search.query_language import ParsedQuery, parse
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import normalise
from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_matching import Correction, Matched, Matcher, Wanted, in_years
from kb.search.whoosh_merging import merge_policy
from kb.search.whoosh_ranking import Ids
from kb.search.whoosh_schema import NO_COST, codec, schema, to_fields

log = logging.getLogger(__name__)

MAX_PAGE = 100
MAX_PER_PAGE = 100
_WRITE_LOCK, _REBUILD_LOCK = "write.lock", "rebuild.lock"
_OPEN_ATTEMPTS, _OPEN_PAUSE_SECONDS = 8, 0.05
_PROGRESS_STEP = 25
_DISK_MESSAGE = (
    "Det går inte att skriva sökindexet. Kontrollera att disken inte är full eller skrivskyddad "
    "och kör sedan kommandot kb search verify."
)


class WhooshIndex:
    """The embedded index in one folder, which belongs to the service alone.

    Making the object touches nothing: the folder is opened at the first call, so it may be made before
    worker processes are forked. Safe to share between threads.
    """

    def __init__(self, folder: Path, *, lock_seconds: float = 10.0, lemma_folder: Path | None = None) -> None:
        """``lock_seconds``: how long a write waits for another's. Indexes may share a ``lemma_folder``."""
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._analyzer = Analyzer(lemma_folder or folder / "lemmas")
        self._open: Generation | None = None
        # Whoosh's readers share file positions; a search is pure computation, so taking turns costs nothing.
        self._turn = threading.RLock()

    def search(self, query: Query) -> Results:
        """Answer a query; raises ``QueryRefused`` or ``SearchUnavailable``."""
        parsed = parse(query.text)
        with self._turn, _unreadable_is_unavailable():
            return _Answer(self._generation(), self._analyzer, query, parsed).results()

    def fingerprints(self) -> dict[str, str]:
        """Entry id to fingerprint of every document."""
        with self._turn, _unreadable_is_unavailable():
            return _fingerprints(self._generation())

    def apply(self, put: Iterable[SearchDocument], delete: Iterable[str]) -> None:
        """Write and take away documents in one commit: readers see all of it or nothing."""
        documents = {document.entry_id: document for document in put}
        gone = set(delete) | set(documents)
        if not gone:
            return
        with self._writing():
            self._check_current()
            self._commit(storage.current_copy(self._folder), documents.values(), gone)

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress | None = None) -> int:
        """Write everything into a new copy, then let readers use it. Returns the number of documents.

        Documents applied meanwhile go to the old copy; those are carried over before the switch.
        """
        with _full_disk_is_unavailable():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._analyzer.lemmas.prepare()
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
            latest = {}
            for document in documents:
                latest[document.entry_id] = document
            self._commit(copy, latest.values(), set(), progress)
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
            return self.fingerprints()
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

    def _check_current(self) -> None:
        """Nothing is written to, and no pickle read from, an index that is not as we left it."""
        with self._turn, _unreadable_is_unavailable():
            self._generation()

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


class _Answer:
    """One query answered over one generation."""

    def __init__(self, generation: Generation, analyzer: Analyzer, query: Query, parsed: ParsedQuery) -> None:
        self._generation = generation
        self._analyzer = analyzer
        self._query = query
        self._parsed = parsed

    def results(self) -> Results:
        matched = Matcher(self._generation, self._analyzer).match(self._parsed)
        chosen = self._chosen()
        matching = matched.matching & _all(chosen.values(), self._generation)
        ranked = self._ranked(matched, np.flatnonzero(matching))
        return Results(
            hits=tuple(self._hit(int(number), matched) for number in self._page(ranked)),
            total=len(ranked),
            facets=self._facets(matched.matching, chosen) if self._query.with_facets else {},
            suggestion=_suggestion(self._parsed.text, matched.corrections),
            corrected=bool(matched.corrections),
            unmatched=tuple(dict.fromkeys(matched.unmatched)),
        )

    def _chosen(self) -> dict[Facet, Mask]:
        """The documents each facet's choices let through; the span of years is a choice of the year facet."""
        generation = self._generation
        masks: dict[Facet, Mask] = {}
        for facet, values in self._query.filters.items():
            if values:
                mask: Mask = np.zeros(generation.size, dtype=np.bool_)
                for value in values:
                    mask[generation.facets[facet].get(value, [])] = True
                masks[facet] = mask
        if self._query.years is not None:
            span = in_years(generation, *self._query.years)
            masks[Facet.YEAR] = masks[Facet.YEAR] & span if Facet.YEAR in masks else span
        return masks

    def _facets(
        self, matching: Mask, chosen: Mapping[Facet, Mask]
    ) -> dict[Facet, tuple[tuple[str, int], ...]]:
        counted = {}
        for facet in Facet:
            others = _all((mask for other, mask in chosen.items() if other is not facet), self._generation)
            counts = _counts(self._generation.facets[facet], matching & others)
            without = self._query.filters.get(facet, frozenset()) - {value for value, _ in counts}
            counted[facet] = counts + tuple((value, 0) for value in sorted(without))
        return counted

    def _ranked(self, matched: Matched, numbers: Ids) -> Ids:
        generation = self._generation
        newest = -generation.published[numbers]
        if self._query.sort is Sort.NEWEST:
            keys: tuple[Any, ...] = (-matched.scores[numbers], newest)
        elif self._query.sort is Sort.COST:
            cost = generation.cost[numbers]
            keys = (newest, -cost, cost == NO_COST)
        else:
            keys = (newest, -matched.scores[numbers], -matched.first[numbers])
        return numbers[np.lexsort(keys)]

    def _page(self, ranked: Ids) -> Ids:
        size = min(max(self._query.per_page, 1), MAX_PER_PAGE)
        page = min(max(self._query.page, 1), MAX_PAGE)
        return ranked[(page - 1) * size : page * size]

    def _hit(self, number: int, matched: Matched) -> Hit:
        document = self._generation.document(number)
        score = float(matched.scores[number])
        if not self._query.with_snippets:
            return Hit(document.entry_id, score)
        marker = _marker(matched.wanted, self._analyzer)
        sections = (document.summary, document.lessons, document.text)
        return Hit(
            document.entry_id,
            score,
            title=snippets.marked(document.title, marker),
            snippets=snippets.passages(sections, marker),
        )


def _marker(wanted: Wanted, analyzer: Analyzer) -> snippets.Marker:
    beginnings = tuple(wanted.beginnings)

    def term_of(word: str) -> str | None:
        for term in analyzer.terms(word):
            if term.text in wanted.terms:
                return term.text
        if beginnings and normalise(word).startswith(beginnings):
            return word
        return None

    return term_of


def _suggestion(text: str, corrections: list[Correction]) -> Suggestion | None:
    if not corrections:
        return None
    pieces: list[tuple[str, bool]] = []
    at = 0
    for correction in sorted(corrections, key=lambda correction: correction.word.start):
        pieces += [(text[at : correction.word.start], False), (correction.spelling, True)]
        at = correction.word.end
    pieces.append((text[at:], False))
    return Suggestion("".join(piece for piece, _ in pieces), tuple(piece for piece in pieces if piece[0]))


def _counts(values: Mapping[str, Ids], matching: Mask) -> tuple[tuple[str, int], ...]:
    counted = ((value, int(np.count_nonzero(matching[documents]))) for value, documents in values.items())
    return tuple(sorted((pair for pair in counted if pair[1]), key=lambda pair: (-pair[1], pair[0])))


def _all(masks: Iterable[Mask], generation: Generation) -> Mask:
    every = generation.live.copy()
    for mask in masks:
        every &= mask
    return every


def _fingerprints(generation: Generation) -> dict[str, str]:
    return {document.entry_id: document.fingerprint for document in generation.documents()}


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
