"""What else a typed word may mean: å ä ö left out, or one letter wrong. Asks a lexicon, knows no engine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from rapidfuzz.distance import JaroWinkler

from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import fold

VARIANT_WEIGHT = 0.5
ABSENT_WEIGHT = 0.9
NEIGHBOUR_WEIGHT = 0.8
_TIMES_RARER = 8
_MOST_VARIANTS = 3
_MOST_NEIGHBOURS = 4
_MOST_SCANNED = 400
_SHORTEST_CORRECTED, _LONGEST_CORRECTED = 4, 30
# A short word of the dictionary has other words for neighbours (*hand*, *känd*): it is meant as typed.
_LONGEST_WORD_MEANT = 5
_ALPHABET = "abcdefghijklmnopqrstuvwxyzåäö"


class Lexicon(Protocol):
    """The words and terms of an index."""

    def holding(self, term: str) -> int: ...

    def frequency(self, spelling: str) -> int: ...

    def is_spelling(self, word: str) -> bool: ...

    def is_term(self, term: str) -> bool: ...

    def spellings(self, typed: str, *, exactly_as_long: bool) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Another word that the typed one may stand for, as a reader would write it, and its weight."""

    spelling: str
    weight: float


class Tolerance:
    """Finds other readings of a word in one generation of the lexicon."""

    def __init__(self, lexicon: Lexicon, analyzer: Analyzer) -> None:
        self._lexicon = lexicon
        self._analyzer = analyzer

    def readings(self, word: str) -> list[Reading]:
        """Likely other words for one in lower case without inner marks, the likeliest first; often none."""
        known = self._lexicon.holding(self._analyzer.term(word))
        if fold(word) == word:
            # A word that nobody has spelt so may still share its stem with another (*mote* with *mot*).
            with_dots = self._with_dots(word, known if self._lexicon.is_spelling(word) else 0)
            if with_dots:
                return with_dots
        if known or not word.isalpha() or not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_CORRECTED:
            return []
        return [] if self._is_meant(word) else self._neighbours(word)

    def _is_meant(self, word: str) -> bool:
        """Whether a word that nobody has is a short word of the dictionary in any form (*hand*, *handen*)."""
        if self._analyzer.is_regular(word):
            word = self._analyzer.base(word)
        return len(word) <= _LONGEST_WORD_MEANT and self._analyzer.knows(word)

    def dotted(self, word: str) -> list[Reading]:
        """The readings with å ä ö of a word that no story has, in lower case without inner marks."""
        return self._with_dots(word, 0) if fold(word) == word else []

    def _with_dots(self, word: str, known: int) -> list[Reading]:
        """The same letters with å ä ö, when the word is unknown or much rarer so."""
        found = self._best(self._lexicon.spellings(word, exactly_as_long=True), known)
        if not found and not known and not self._analyzer.is_regular(word):
            stem = self._analyzer.stem(word)
            longer = islice(self._lexicon.spellings(stem, exactly_as_long=False), _MOST_SCANNED)
            found = self._best((spelling for spelling in longer if fold(self._term(spelling)) == stem), known)
        weight = VARIANT_WEIGHT if known else ABSENT_WEIGHT
        return [Reading(spelling, weight) for spelling in found]

    def _best(self, spellings: Iterator[str], known: int) -> list[str]:
        own: dict[str, str] = {}
        for spelling in spellings:
            term = self._term(spelling)
            if fold(spelling) == spelling or self._lexicon.holding(term) < max(1, _TIMES_RARER * known):
                continue
            if term not in own or self._lexicon.frequency(spelling) > self._lexicon.frequency(own[term]):
                own[term] = spelling
        ranked = sorted(own, key=lambda term: -self._lexicon.holding(term))
        return [own[term] for term in ranked[:_MOST_VARIANTS]]

    def _neighbours(self, word: str) -> list[Reading]:
        near = {spelling for spelling in one_edit_away(word) if self._lexicon.is_spelling(spelling)}
        if not near:
            near = set(self._neighbours_of_stem(word))
        if not near and fold(word) == word:
            near = {
                spelling
                for edited in one_edit_away(word)
                if fold(edited) == edited
                for spelling in self._lexicon.spellings(edited, exactly_as_long=True)
            }
        # *in-te* is in the lexicon as *inte*, which by itself is a stop word.
        words = (spelling for spelling in near if self._term(spelling))
        ranked = sorted(words, key=lambda spelling: (-self._likelihood(word, spelling), spelling))
        return [Reading(spelling, NEIGHBOUR_WEIGHT) for spelling in ranked[:_MOST_NEIGHBOURS]]

    def _neighbours_of_stem(self, word: str) -> Iterator[str]:
        """For a misspelt inflection that no document has: spellings with a stem one letter from its own."""
        stem = self._analyzer.stem(word)
        if len(stem) < _SHORTEST_CORRECTED:
            return
        for edited in one_edit_away(stem):
            if self._lexicon.is_term(edited):
                longer = islice(self._lexicon.spellings(edited, exactly_as_long=False), _MOST_SCANNED)
                with_term = [spelling for spelling in longer if self._term(spelling) == edited]
                if with_term:
                    yield max(with_term, key=self._lexicon.frequency)

    def _likelihood(self, typed: str, meant: str) -> float:
        """Frequent words are likelier, and those that begin as typed: few mistype the first letters."""
        likeness: float = JaroWinkler.similarity(typed, meant)
        return math.sqrt(self._lexicon.holding(self._term(meant))) * likeness**8

    def _term(self, spelling: str) -> str:
        terms = self._analyzer.terms(spelling)
        return terms[0].text if terms else ""


def one_edit_away(word: str) -> set[str]:
    """Every string that one deletion, exchange, replacement or insertion makes of a word."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    edited = {left + right[1:] for left, right in halves if right}
    edited.update(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1)
    edited.update(left + letter + right[1:] for left, right in halves if right for letter in _ALPHABET)
    edited.update(left + letter + right for left, right in halves for letter in _ALPHABET)
    edited.discard(word)
    return edited
