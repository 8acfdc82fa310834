"""BM25F for the combined field, inside Whoosh's own search path.

score = idf · w·(k1 + 1) / (w + k1·(1 − b + b·length/average)), idf = ln(1 + (N − n + .5)/(n + .5)), where w
is the summed weight of the term in the document, length the summed weight of its words (both over all
sections), and N and n count documents as Whoosh does: those deleted but not merged away included.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import collectors, scoring

K1, B = 0.9, 0.65

Ids = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


def idf(documents: int, having: int) -> float:
    """How much a term tells that ``having`` of ``documents`` documents hold."""
    return log(1 + (documents - having + 0.5) / (having + 0.5))


def length_norms(lengths: npt.NDArray[np.float64], average: float) -> npt.NDArray[np.float64]:
    """What a document's length adds below the fraction line."""
    return K1 * (1 - B + B * lengths / (average or 1.0))


class CombinedField(scoring.WeightingModel):  # type: ignore[misc]
    """The weighting of one generation of the index: knows the length norm of every document."""

    def __init__(self, documents: int, norms: dict[int, list[float]]) -> None:
        self._documents = documents
        self._norms = norms

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> scoring.BaseScorer:
        """Whoosh asks once per term and segment. ``qf`` (weight in the query) is applied by the caller."""
        having = searcher.get_parent().doc_frequency(fieldname, text)
        return _Scorer(idf(self._documents, having), self._norms[id(searcher.reader())])


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]
    def __init__(self, weight: float, norms: list[float]) -> None:
        self._top = weight * (K1 + 1)
        self._norms = norms

    def score(self, matcher: Any) -> float:
        weight = matcher.weight()
        return self._top * weight / (weight + self._norms[matcher.id()])  # type: ignore[no-any-return]


class Scored(collectors.Collector):  # type: ignore[misc]
    """Collects every match with its score; Whoosh's own collectors keep a heap of the best."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._scores: list[float] = []

    def collect_matches(self) -> None:
        """Called by Whoosh per segment."""
        matcher, offset = self.matcher, self.offset
        add_id, add_score = self._ids.append, self._scores.append
        while matcher.is_active():
            add_id(matcher.id() + offset)
            add_score(matcher.score())
            matcher.next()

    def found(self) -> tuple[Ids, Scores]:
        """Document numbers in rising order, and their scores."""
        return np.array(self._ids, dtype=np.int64), np.array(self._scores, dtype=np.float64)
