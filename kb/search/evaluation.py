"""How good the search is, on documents and judged queries in the format of ``evals/search/README.md``.

The collections are indexed and searched by ``WhooshIndex`` itself, under the same limits as a reader's
queries. A query is searched only inside its own collection; gain is 2^rel - 1.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Any, NamedTuple

from kb.domain.wordlists import WordLists
from kb.search.index import Progress, Query, SearchDocument
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import words
from kb.search.whoosh_index import WhooshIndex

MACRO_SETS = ("bet", "notis", "faq", "squad")
NEGATIVE = "NEG"
_DEPTH = 100
_TOP = 10

NO_LISTS = WordLists()
Judged = Mapping[str, int]
"""Document id to grade, for one query."""


class Figures(NamedTuple):
    """Means over the queries of a set."""

    ndcg: float
    mrr: float
    recall: float
    queries: int = 0

    def as_json(self) -> dict[str, float]:
        """The three measures by the names they are quoted with."""
        return {"ndcg@10": self.ndcg, "mrr@10": self.mrr, "recall@100": self.recall}


@dataclass(frozen=True, slots=True)
class Report:
    """``morph`` is what a reader meets; ``morph_index`` what the analysis alone conflates."""

    sets: dict[str, Figures]
    morph: dict[str, float] = field(default_factory=dict)
    morph_index: dict[str, float] = field(default_factory=dict)

    @property
    def macro(self) -> Figures:
        """The mean of the four sets of clean queries, those that are there."""
        return _mean([self.sets[name] for name in MACRO_SETS if name in self.sets])

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "macro": self.macro.as_json(),
            "sets": {
                name: {**figures.as_json(), "queries": figures.queries} for name, figures in self.sets.items()
            },
            "morph": self.morph,
            "morph_index": self.morph_index,
        }

    def table(self) -> str:
        """For a terminal."""
        lines = [f"{'':<10}{'nDCG@10':>9}{'MRR@10':>9}{'Recall@100':>12}{'queries':>9}"]
        for name, figures in [*self.sets.items(), ("macro", self.macro)]:
            lines.append(
                f"{name:<10}{figures.ndcg:>9.3f}{figures.mrr:>9.3f}{figures.recall:>12.3f}{figures.queries:>9}"
            )
        if self.morph:
            lines += ["", f"{'':<10}{'search':>9}{'index':>9}"]
            for name, share in self.morph.items():
                lines.append(f"{name:<10}{share:>9.0%}{self.morph_index[name]:>9.0%}")
        return "\n".join(lines)


class JudgedQuery(NamedTuple):
    """A query, the set it belongs to and the collection it is searched in."""

    id: str
    set: str
    coll: str
    text: str


class Pair(NamedTuple):
    """A form as it is searched for and a form as it is written, of a kind of difference."""

    kind: str
    query: str
    text: str


def steps(docs: Path, queries: Path) -> int:
    """How far ``run`` will count: the documents of the collections asked, and the queries."""
    collections = [row["coll"] for row in _rows(queries)]
    asked = set(collections)
    return len(collections) + sum(row["coll"] in asked for row in _rows(docs))


def run(
    docs: Path,
    queries: Path,
    qrels: Path,
    morph: Path | None = None,
    progress: Progress | None = None,
    *,
    word_lists: WordLists = NO_LISTS,
) -> Report:
    """Evaluate files. ``docs`` may end in .gz. Progress counts documents and queries together."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(qrels):
        judged[row["qid"]][row["docid"]] = int(row["rel"])
    asked = [JudgedQuery(row["id"], row["set"], row["coll"], row["text"]) for row in _rows(queries)]
    lines = morph.read_text(encoding="utf-8").splitlines() if morph is not None else []
    pairs = [Pair(*line.split("\t")[:3]) for line in lines if line.strip()]
    return evaluate(lambda: _rows(docs), asked, judged, pairs, progress, word_lists=word_lists)


def evaluate(
    read_docs: Callable[[], Iterable[Mapping[str, Any]]],
    queries: Iterable[JudgedQuery],
    qrels: Mapping[str, Judged],
    morph: Iterable[Pair] = (),
    progress: Progress | None = None,
    *,
    word_lists: WordLists = NO_LISTS,
) -> Report:
    """Index one collection after the other in a temporary folder and ask its queries.

    ``read_docs`` is called once per collection and gives rows with id, coll, title and text, so that the
    documents are never all in memory.
    """
    by_collection: dict[str, list[JudgedQuery]] = defaultdict(list)
    order: dict[str, list[Figures]] = {}
    for query in queries:
        by_collection[query.coll].append(query)
        order.setdefault(query.set, [])
    with tempfile.TemporaryDirectory(prefix="kb-evaluate-") as folder:
        for collection, asked in by_collection.items():
            index = _index(folder, word_lists)
            index.rebuild(_documents(read_docs(), collection), progress)
            for query in asked:
                order[query.set].append(measure(_ask(index, query.text), qrels.get(query.id, {})))
                if progress is not None:
                    progress(1)
        pairs = list(morph)
        searched = _shares(pairs, _found(_index(folder, word_lists), pairs))
        analyzer = Analyzer(Path(folder) / "index" / "lemmas", word_lists.compounds)
        indexed = _shares(pairs, _conflated(analyzer, pairs))
        # Words that must not meet are judged without tolerance for typing errors: that helps a word which
        # no document has, and here no document has the word.
        searched |= {kind: share for kind, share in indexed.items() if kind == NEGATIVE}
        return Report({name: _mean(each) for name, each in order.items()}, searched, indexed)


def _index(folder: str, word_lists: WordLists) -> WhooshIndex:
    return WhooshIndex(Path(folder) / "index", word_lists=lambda: word_lists)


def measure(found: list[str], judged: Judged) -> Figures:
    """nDCG@10, MRR@10 and Recall@100 of one ranked list."""
    gains = [2 ** judged.get(document, 0) - 1 for document in found[:_TOP]]
    best = sorted((2**grade - 1 for grade in judged.values()), reverse=True)[:_TOP]
    ideal = _discounted(best)
    first = next((rank for rank, gain in enumerate(gains, start=1) if gain > 0), None)
    relevant = {document for document, grade in judged.items() if grade > 0}
    return Figures(
        _discounted(gains) / ideal if ideal else 0.0,
        1 / first if first else 0.0,
        len(relevant.intersection(found[:_DEPTH])) / len(relevant) if relevant else 0.0,
        1,
    )


def _discounted(gains: list[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _mean(each: list[Figures]) -> Figures:
    count = len(each)
    if not count:
        return Figures(0.0, 0.0, 0.0)
    return Figures(
        sum(one.ndcg for one in each) / count,
        sum(one.mrr for one in each) / count,
        sum(one.recall for one in each) / count,
        sum(one.queries for one in each),
    )


def _ask(index: WhooshIndex, text: str) -> list[str]:
    query = Query(text, per_page=_DEPTH, facets=(), with_snippets=False)
    return [hit.entry_id for hit in index.search(query).hits]


def _documents(rows: Iterable[Mapping[str, Any]], collection: str) -> Iterator[SearchDocument]:
    for row in rows:
        if row["coll"] == collection:
            yield _document(row["id"], row["text"], row.get("title") or "")


def _document(name: str, text: str, title: str = "") -> SearchDocument:
    return SearchDocument(
        entry_id=name, fingerprint="", title=title, summary="", lessons="", text=text, names="", keywords=""
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _found(index: WhooshIndex, pairs: list[Pair]) -> list[bool]:
    """Whether the search finds, by the query form, the document that holds the text form.

    Each kind has an index of its own: tolerance is for words that no story has, and the pairs of one kind
    would otherwise supply what another kind asks for.
    """
    found = [False] * len(pairs)
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        own = {str(number): pair for number, pair in enumerate(pairs) if pair.kind == kind}
        index.rebuild(_document(number, pair.text) for number, pair in own.items())
        for number, pair in own.items():
            found[int(number)] = number in _ask(index, pair.query)
    return found


def _conflated(analyzer: Analyzer, pairs: list[Pair]) -> list[bool]:
    """Whether the terms of the two forms meet in the index, with nothing done to the query."""

    def terms(text: str) -> set[str]:
        return {term.text for word in words(text) for term in analyzer.terms(word.text)}

    return [bool(terms(pair.query) & terms(pair.text)) for pair in pairs]


def _shares(pairs: list[Pair], met: list[bool]) -> dict[str, float]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for pair, one in zip(pairs, met, strict=True):
        kinds[pair.kind].append(one)
    return {kind: sum(each) / len(each) for kind, each in kinds.items()}
