"""A written word to the terms of the index: the steps of the analysis in order, cached per word.

Steps: clean, stop words, endings after a colon, joined form and pieces, lemma, stem. ``_EXPANSIONS`` is
where compound parts and synonyms will add terms of less weight.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import Stemmer

from kb.search.swedish import tokens, umlauts
from kb.search.swedish.lemmas import Lemmas
from kb.search.swedish.stopwords import is_stop_word

WHOLE, PIECE = 1.0, 0.5
_CACHED_WORDS = 60_000
_LEMMA_FROM = 4
_LONGEST = 100
_COLON_ENDINGS = frozenset(
    ("s", "n", "t", "a", "e", "en", "et", "ns", "ts", "ens", "ets", "ar", "er", "or", "na", "arna", "erna")
)


class Term(NamedTuple):
    """What is indexed, and how much it weighs: 1 for the whole word, less for a part of it."""

    text: str
    weight: float


class Analyzed(NamedTuple):
    """``terms`` of a word, the whole first; ``joined`` is the word in lower case without inner marks.

    ``spellings`` are the forms a reader may type, for the lexicon.
    """

    terms: tuple[Term, ...]
    joined: str
    spellings: tuple[str, ...]


NOTHING = Analyzed((), "", ())


class Analyzer:
    """The product's one analysis of Swedish, used alike for documents, queries and marked words."""

    def __init__(self, lemma_folder: Path) -> None:
        self.lemmas = Lemmas(lemma_folder)
        self._stem: Callable[[str], str] = Stemmer.Stemmer("swedish").stemWord
        self.analyze = lru_cache(maxsize=_CACHED_WORDS)(self._analyze)

    def terms(self, word: str) -> tuple[Term, ...]:
        """The terms of one written word; none for a stop word."""
        return self.analyze(word).terms

    def stem(self, word: str) -> str:
        """The stem of a word in lower case, without asking the dictionary."""
        return self._stem(word)

    def term(self, word: str) -> str:
        """The one term of a word in lower case without inner marks: stem of the lemma."""
        # Under four letters the dictionary does harm: it knows *it* as a form of *se*.
        base = umlauts.singular(word) or (self.lemmas.lemma(word) if len(word) >= _LEMMA_FROM else word)
        return self._stem(base.lower())

    def _analyze(self, written: str) -> Analyzed:
        lowered = tokens.normalise(written)[:_LONGEST]
        if not lowered or is_stop_word(written, lowered):
            return NOTHING
        parts = [part for part in tokens.pieces(lowered) if part]
        if len(parts) > 1 and parts[-1] in _COLON_ENDINGS and ":" in lowered[-len(parts[-1]) - 1 :]:
            parts.pop()
        joined = "".join(parts)
        if len(parts) == 1:
            return Analyzed((Term(self.term(joined), WHOLE),), joined, (joined,))
        found = {self.term(joined): WHOLE}
        spellings = [lowered, joined]
        for part in parts:
            if len(part) > 1 and not is_stop_word(part, part):
                found.setdefault(self.term(part), PIECE)
                spellings.append(part)
        return Analyzed(tuple(Term(text, weight) for text, weight in found.items()), joined, tuple(spellings))
