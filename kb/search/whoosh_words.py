"""One word of a query over one generation: what it may match, and how much each of that scores.

The word as typed counts with the parts of a compound, but the last part alone says too little to count.
Other readings of it (å ä ö left out, one letter wrong, a synonym, a longer word that holds it) count when
they score more than that: the best of them, never the sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from kb.search.reasons import ReasonKind
from kb.search.swedish import Analyzer, Term
from kb.search.swedish.analyzer import PART, Analyzed
from kb.search.swedish.synonyms import Meaning
from kb.search.swedish.tokens import Word
from kb.search.tolerance import Reading, Tolerance
from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_parts import together
from kb.search.whoosh_ranking import Ids, Scores

SYNONYM_WEIGHT = 0.5
CONTAINS_WEIGHT = 0.4
_DOUBTFUL = 0.5
_SHORTEST_CONTAINED = 5
_MOST_CONTAINING = 20


@dataclass(frozen=True, slots=True)
class Source:
    """What a word matched by. ``kind`` is None for the word as typed; ``terms`` are to be marked."""

    kind: ReasonKind | None
    words: tuple[str, ...]
    terms: tuple[str, ...]
    weight: float
    scores: Scores
    having: Mask


@dataclass(slots=True)
class WordMatch:
    """A word with all its sources; ``whole`` are the documents that have it and not only parts of it."""

    word: Word
    scores: Scores
    having: Mask
    whole: Mask
    sources: list[Source]
    correction: str | None = None
    own_sources: int = 1

    def own(self) -> list[Source]:
        """The word as typed and its parts, which count together."""
        return self.sources[: self.own_sources]

    def others(self) -> list[Source]:
        """Other readings, of which the best counts."""
        return self.sources[self.own_sources :]

    def doubt(self) -> None:
        """Let the word as typed count for less, and its parts no more as the word."""
        self.sources = [replace(source, scores=_DOUBTFUL * source.scores) for source in self.sources]
        self.scores = _DOUBTFUL * self.scores
        self.whole = self.sources[0].having.copy()

    def add(self, source: Source, share: float = 1.0, whole: Mask | None = None) -> None:
        """Let another reading count where it scores more; ``whole`` if not all that have it have it whole."""
        source = replace(source, scores=source.scores * share)
        self.scores = np.maximum(self.scores, source.scores)
        self.having |= source.having
        self.whole |= source.having if whole is None else whole
        self.sources.append(source)


class WordScorer:
    """Scores words over one generation; a word that is typed many times costs as much as once."""

    def __init__(self, generation: Generation, analyzer: Analyzer) -> None:
        self._generation = generation
        self._analyzer = analyzer
        self._tolerance = Tolerance(generation, analyzer)
        self.score = cache(generation.score)
        self._readings = cache(self._tolerance.readings)
        self._dotted = cache(self._tolerance.dotted)
        self._containing = cache(self._longer_words)

    def as_typed(self, word: Word) -> WordMatch | None:
        """A word and the parts of it; None for a stop word."""
        analyzed = self._analyzer.analyze(word.text)
        return self._own(word, analyzed.terms) if analyzed.terms else None

    def tolerate(self, match: WordMatch) -> None:
        """Add what else was likely meant, where the word as typed is unknown or suspiciously rare."""
        analyzed = self._analyzer.analyze(match.word.text)
        if match.having.any() and any(source.kind is ReasonKind.SYNONYM for source in match.sources):
            return
        if len(analyzed.terms) == 1 or not match.having.any():
            readings = self._readings(analyzed.joined)
        elif not match.sources[0].having.any():
            # Its parts are words, perhaps only without their dots: *rad* (rows) in *digitaliseringsrad*.
            readings = self._dotted(analyzed.joined)
        else:
            return
        if readings and match.having.any() and not self._generation.is_spelling(analyzed.joined):
            # Nobody has spelt it so: what shares its stem may be another word (*mote*, *mot*).
            match.doubt()
        for number, reading in enumerate(readings):
            self._add_reading(match, reading)
            if number == 0:
                match.correction = reading.spelling
        if not match.having.any() and not readings:
            self._contained(match, analyzed)

    def meaning(self, meaning: Meaning, having: Mask) -> Source:
        """A synonym; ``having`` are the documents that have its words beside each other."""
        terms = tuple(term for _, term in meaning.placed)
        if len(terms) == 1:
            scores = self._nought()
            ids, found = self.score(terms[0])
            scores[ids] = found
        else:
            scores = np.where(having, self._generation.rarity(int(having.sum())), 0.0)
        return Source(
            ReasonKind.SYNONYM, (meaning.text,), terms, SYNONYM_WEIGHT, SYNONYM_WEIGHT * scores, having
        )

    def terms(self, terms: Iterable[Term]) -> Scores:
        """The scores of terms, each with its weight, together."""
        scores = self._nought()
        for term in terms:
            ids, found = self.score(term.text)
            scores[ids] += term.weight * found
        return scores

    def _own(self, word: Word, terms: tuple[Term, ...]) -> WordMatch:
        """The whole word and its parts together; the parts count as the word where they stand together."""
        whole = self._mask(self.score(terms[0].text)[0])
        sources = [Source(None, (word.text,), (terms[0].text,), 1.0, self.terms(terms[:1]), whole)]
        scores, having = sources[0].scores, whole
        if len(terms) > 1:
            parts = self._compound(terms)
            sources.append(parts)
            scores, having = scores + parts.scores, having | parts.having
            whole = whole | self._together(terms, parts, whole)
        return WordMatch(word, scores, having.copy(), whole.copy(), sources, own_sources=len(sources))

    def _compound(self, terms: tuple[Term, ...]) -> Source:
        """The parts of a word, in the documents that have more of them than the last.

        The last says only what kind of thing it is: who asks for a *simhall* wants no *datahall*.
        """
        scored = self.terms(terms[1:])
        telling = terms[1:-1]
        if telling:
            told = np.logical_or.reduce([self._mask(self.score(term.text)[0]) for term in telling])
            scored = np.where(told, scored, 0.0)
        parts = tuple(term.word for term in terms if term.depth == 1)
        return Source(
            ReasonKind.COMPOUND, parts, tuple(term.text for term in terms[1:]), PART, scored, scored > 0
        )

    def _together(self, terms: tuple[Term, ...], parts: Source, whole: Mask) -> Mask:
        """The documents that have all parts of a word, near each other or in another compound, but not it."""
        nearest = [term.text for term in terms if term.depth == 1]
        if len(nearest) == 1:
            return np.zeros(self._generation.size, dtype=np.bool_)
        every = np.logical_and.reduce([~whole, *(self._mask(self.score(term)[0]) for term in nearest)])
        return together(self._generation, nearest, every, parts.scores)

    def _add_reading(self, match: WordMatch, reading: Reading) -> None:
        """Another word that the typed one may stand for, with its parts, as if it had been typed."""
        terms = self._analyzer.terms(reading.spelling)
        read = self._own(match.word, terms)
        texts = tuple(term.text for term in terms)
        scores = reading.weight * read.scores
        source = Source(ReasonKind.SPELLING, (reading.spelling,), texts, reading.weight, scores, read.having)
        match.add(source, whole=read.whole)

    def _contained(self, match: WordMatch, analyzed: Analyzed) -> None:
        """As a last resort, longer words that begin or end so (*boarding* in *onboarding*)."""
        for spelling in self._containing(analyzed.joined):
            terms = self._analyzer.terms(spelling)[:1]
            scores = self.terms(Term(term.text, CONTAINS_WEIGHT) for term in terms)
            texts = tuple(term.text for term in terms)
            match.add(Source(ReasonKind.CONTAINS, (spelling,), texts, CONTAINS_WEIGHT, scores, scores > 0))

    def _longer_words(self, joined: str) -> list[str]:
        # A word of the dictionary is found by the parts of compounds: *handling* is none of *upphandling*.
        if len(joined) < _SHORTEST_CONTAINED or not joined.isalpha() or self._analyzer.knows(joined):
            return []
        found = [
            spelling
            for spelling in self._generation.every_spelling()
            if spelling.endswith(joined) or spelling.startswith(joined)
        ]
        return sorted(found, key=lambda spelling: (-self._generation.frequency(spelling), spelling))[
            :_MOST_CONTAINING
        ]

    def _mask(self, ids: Ids) -> Mask:
        mask: Mask = np.zeros(self._generation.size, dtype=np.bool_)
        mask[ids] = True
        return mask

    def _nought(self) -> Scores:
        return np.zeros(self._generation.size, dtype=np.float64)
