"""A written word to the terms of the index: the steps of the analysis in order, cached per word.

Steps: clean, stop words, endings after a colon, joined form and pieces, parts of compounds, lemma, stem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import Stemmer

from kb.search.swedish import lexicon, tokens, umlauts
from kb.search.swedish.compounds import Splitter
from kb.search.swedish.lemmas import Lemmas
from kb.search.swedish.lexicon import Lexicon
from kb.search.swedish.stopwords import is_stop_word

WHOLE, PIECE, PART = 1.0, 0.5, 0.5
# Raised with every change that makes other terms of the same words: an index of another version is rebuilt.
VERSION = 2
# Names that end as if they were forms of another word (*eIDAS*, *eID*).
_NOT_INFLECTED = frozenset({"eidas"})
_CACHED_WORDS = 60_000
_LEMMA_FROM = 4
_LONGEST = 100
_COLON_ENDINGS = frozenset(
    ("s", "n", "t", "a", "e", "en", "et", "ns", "ts", "ens", "ets", "ar", "er", "or", "na", "arna", "erna")
)


class Term(NamedTuple):
    """What is indexed, and how much it weighs: 1 for the whole word, less for a part of it.

    ``depth`` is 0 for the word, 1 for its parts, 2 and more for the parts of those. ``word`` is what the term
    was made of, for people.
    """

    text: str
    weight: float
    depth: int = 0
    word: str = ""


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

    def __init__(self, folder: Path, compounds: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """``folder`` keeps what is built of dictionaries; ``compounds`` are exceptions from the splitting."""
        self.lemmas = Lemmas(folder)
        self._lexicon = Lexicon(folder)
        self._splitter = Splitter(self._lexicon, self.base, compounds or {})
        self._stem: Callable[[str], str] = Stemmer.Stemmer("swedish").stemWord
        self.analyze = lru_cache(maxsize=_CACHED_WORDS)(self._analyze)
        listed = sorted((compounds or {}).items())
        packages = (metadata.version(name) for name in ("simplemma", "PyStemmer"))
        stamp = "|".join((str(VERSION), lexicon.version(), *packages, repr(listed)))
        self.version = hashlib.sha256(stamp.encode()).hexdigest()

    def prepare(self) -> None:
        """Build now what is built from dictionaries, so that no search has to wait for it."""
        self.lemmas.prepare()
        self._lexicon.prepare()

    def terms(self, word: str) -> tuple[Term, ...]:
        """The terms of one written word; none for a stop word."""
        return self.analyze(word).terms

    def stem(self, word: str) -> str:
        """The stem of a word in lower case, without asking the dictionary."""
        return self._stem(word)

    def base(self, word: str) -> str:
        """The dictionary form of a word in lower case; the word itself when it is not known."""
        # Under four letters the dictionary does harm: it knows *it* as a form of *se*.
        known = umlauts.singular(word) or (self.lemmas.lemma(word) if len(word) >= _LEMMA_FROM else word)
        return known.lower()

    def term(self, word: str) -> str:
        """The one term of a word in lower case without inner marks: stem of the lemma."""
        if word in _NOT_INFLECTED:
            return word
        return self._stem(self.base(word))

    def knows(self, word: str) -> bool:
        """Whether a word in lower case is in a dictionary: then it is not likely to be a slip."""
        base = self.base(word)
        return (
            base != word
            or self.is_regular(word)
            or self._lexicon.last(base) > 0
            or self._lexicon.first(word) is not None
        )

    def is_regular(self, word: str) -> bool:
        """Whether a word in lower case is a dictionary form with or without an ending (*gran*, *granar*).

        Its letters are then meant as they stand. The list of forms also has verbs that hardly anyone writes:
        *mote* of *mota* rather lacks its dots.
        """
        base = self.base(word)
        return word.startswith(base) and len(base) >= _LEMMA_FROM and self.lemmas.knows(base)

    def _analyze(self, written: str) -> Analyzed:
        lowered = tokens.normalise(written)[:_LONGEST]
        if not lowered or is_stop_word(written, lowered):
            return NOTHING
        pieces = [piece for piece in tokens.pieces(lowered) if piece]
        if len(pieces) > 1 and pieces[-1] in _COLON_ENDINGS and ":" in lowered[-len(pieces[-1]) - 1 :]:
            pieces.pop()
        joined = "".join(pieces)
        whole = Term(self.term(joined), WHOLE, 0, joined)
        found = {whole.text: whole}
        spellings = [joined]
        if len(pieces) == 1:
            self._add_parts(found, joined, 0)
        else:
            spellings.insert(0, lowered)
            for piece in pieces:
                if len(piece) > 1 and not is_stop_word(piece, piece):
                    _add(found, Term(self.term(piece), PIECE, 1, piece))
                    self._add_parts(found, piece, 1)
                    spellings.append(piece)
        return Analyzed(tuple(found.values()), joined, tuple(spellings))

    def _add_parts(self, found: dict[str, Term], word: str, depth: int) -> None:
        for part in self._splitter.parts(word):
            _add(found, Term(self.term(part.word), PART, depth + part.depth, part.word))


def _add(found: dict[str, Term], term: Term) -> None:
    found.setdefault(term.text, term)
