"""One generation of the index, opened: its documents' facts as arrays, its terms, its lexicon.

Made once per commit and shared by the requests of a process. Facts of a segment never change, so they are
carried over from the generation before; only deletions are new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.index import FileIndex
from whoosh.query import Term as TermQuery
from whoosh.searching import Searcher

from kb.search import whoosh_storage as storage
from kb.search.index import Facet, SearchDocument
from kb.search.swedish.tokens import fold
from kb.search.whoosh_ranking import CombinedField, Ids, Scored, Scores, idf, length_norms
from kb.search.whoosh_schema import facet_field, lexicon_key, schema, unpack

Mask = npt.NDArray[np.bool_]
Positions = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What one immutable segment says of its documents. ``facets`` pairs a value with its documents.

    Documents deleted before the segment was first opened are left out of ``facets``, those deleted later not:
    a mask of live documents is applied in any case.
    """

    lengths: npt.NDArray[np.float64]
    published: Ids
    cost: Ids
    facets: dict[Facet, list[tuple[str, Ids]]]


class Generation:
    """The index as of one commit. Documents are numbered 0 to ``size`` - 1, deleted ones included."""

    def __init__(self, copy: Path, number: int, sums: storage.Sums, before: Generation | None) -> None:
        self.copy, self.number, self.sums = copy, number, sums
        index = FileIndex(storage.SignedStorage(copy), schema())
        self._reader = index.reader()
        has_segments = self._reader.doc_count_all() > 0
        self._leaves: list[tuple[Any, int]] = list(self._reader.leaf_readers()) if has_segments else []
        known = before.segment_facts if before is not None and before.copy == copy else {}
        self.segment_facts: dict[str, SegmentFacts] = {
            reader.segment().segment_id(): known.get(reader.segment().segment_id()) or _facts(reader)
            for reader, _ in self._leaves
        }
        self._gather()

    def _gather(self) -> None:
        each = [self.segment_facts[reader.segment().segment_id()] for reader, _ in self._leaves]
        self.size = sum(len(facts.lengths) for facts in each)
        self.published = _joined([facts.published for facts in each])
        self.cost = _joined([facts.cost for facts in each])
        self.live: Mask = np.ones(self.size, dtype=np.bool_)
        for reader, offset in self._leaves:
            self.live[[offset + document for document in reader.segment().deleted_docs()]] = False
        total = float(sum(facts.lengths.sum() for facts in each))
        average = total / self.size if self.size else 1.0
        norms = {
            id(reader): length_norms(facts.lengths, average).tolist()
            for (reader, _), facts in zip(self._leaves, each, strict=True)
        }
        self._searcher = Searcher(self._reader, weighting=CombinedField(self.size, norms))
        self.facets = {facet: _merged(facet, self._leaves, each) for facet in Facet}

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def holding(self, term: str) -> int:
        """How many documents hold a term."""
        return int(self._reader.doc_frequency("text", term))

    def score(self, term: str) -> tuple[Ids, Scores]:
        """The documents that hold a term, and their scores for it."""
        collector = Scored()
        self._searcher.search_with_collector(TermQuery("text", term), collector)
        return collector.found()

    def rarity(self, having: int) -> float:
        """The idf of something that so many documents have."""
        return idf(self.size, having)

    def having(self, field: str, value: str) -> Mask:
        """The documents that have a value in a field that only says which."""
        found: Mask = np.zeros(self.size, dtype=np.bool_)
        for reader, offset in self._leaves:
            if (field, value) in reader:
                found[[offset + document for document in reader.postings(field, value).all_ids()]] = True
        return found

    def is_left(self, field: str, value: str) -> bool:
        """Whether some document that is not deleted has a value in a field that only says which."""
        # Whoosh leaves deleted documents out of the postings, though not out of the lexicon.
        return any(
            (field, value) in reader and reader.postings(field, value).is_active()
            for reader, _ in self._leaves
        )

    def positions(self, term: str, within: Mask) -> Positions:
        """Where a term stands in the documents asked for, by document."""
        found: Positions = {}
        for reader, offset in self._leaves:
            if ("text", term) not in reader:
                continue
            matcher = reader.postings("text", term)
            for number in np.flatnonzero(within[offset : offset + reader.doc_count_all()]).tolist():
                # A term that only deleted documents of the segment have is at its end from the start.
                if matcher.is_active() and matcher.id() < number:
                    matcher.skip_to(number)
                if not matcher.is_active():
                    break
                if matcher.id() == number:
                    found[offset + number] = matcher.value_as("positions")
        return found

    def spellings(self, typed: str, *, exactly_as_long: bool) -> Iterator[str]:
        """Spellings in the lexicon that agree with what was typed but for å ä ö, whole or as beginnings."""
        start = fold(typed) + ("\0" if exactly_as_long else "")
        for key in self._reader.expand_prefix("word", start):
            yield key.decode().partition("\0")[2]

    def lexicon(self) -> Iterator[tuple[str, int]]:
        """Every spelling, and how many documents have it."""
        for term, info in self._reader.iter_field("word"):
            yield term.decode().partition("\0")[2], int(info.doc_frequency())

    def terms_of(self, field: str) -> Iterator[str]:
        """Every value of a field that only says which, in order."""
        for term in self._reader.lexicon(field):
            yield term.decode()

    def every_spelling(self) -> Iterator[str]:
        """The whole lexicon: for the last resort only."""
        for key in self._reader.lexicon("word"):
            yield key.decode().partition("\0")[2]

    def is_spelling(self, word: str) -> bool:
        """Whether some document has exactly this word."""
        return ("word", lexicon_key(word)) in self._reader

    def is_term(self, term: str) -> bool:
        """Whether some document has this term."""
        return ("text", term) in self._reader

    def is_spelling_left(self, spelling: str) -> bool:
        """Whether some document that is not deleted has a word spelt so."""
        return self.is_left("word", lexicon_key(spelling))

    def spelt(self, spelling: str) -> Mask:
        """The documents that have a word spelt so."""
        return self.having("word", lexicon_key(spelling))

    def frequency(self, spelling: str) -> int:
        """How many documents have a word spelt so."""
        return int(self._reader.doc_frequency("word", lexicon_key(spelling)))

    def document(self, number: int) -> SearchDocument:
        """A document as it was given to the index."""
        return unpack(self._reader.stored_fields(number)["document"])

    def documents(self) -> Iterator[SearchDocument]:
        """Every document that is not deleted."""
        for number in np.flatnonzero(self.live):
            yield self.document(int(number))


def _facts(reader: Any) -> SegmentFacts:
    def column(name: str) -> Any:
        return reader.column_reader(name, translate=False).load()

    facets = {}
    for facet in Facet:
        field = facet_field(facet)
        facets[facet] = [
            (value.decode(), np.array(list(reader.postings(field, value).all_ids()), dtype=np.int64))
            for value in reader.lexicon(field)
        ]
    return SegmentFacts(
        lengths=np.array(column("length"), dtype=np.float64),
        published=np.array(column("published"), dtype=np.int64),
        cost=np.array(column("cost"), dtype=np.int64),
        facets=facets,
    )


def _joined(arrays: list[Ids]) -> Ids:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _merged(facet: Facet, leaves: list[tuple[Any, int]], each: list[SegmentFacts]) -> dict[str, Ids]:
    parts: dict[str, list[Ids]] = {}
    for (_, offset), facts in zip(leaves, each, strict=True):
        for value, documents in facts.facets[facet]:
            parts.setdefault(value, []).append(documents + offset)
    return {value: _joined(found) for value, found in parts.items()}
