"""Why a hit matched where it has not the word as typed: short, without a sentence in any language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonKind(StrEnum):
    """How what was typed met what the story has."""

    COMPOUND = "compound"
    SYNONYM = "synonym"
    SPELLING = "spelling"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Reason:
    """``typed`` is the word of the query; ``words`` what it met, never empty.

    COMPOUND: the parts of the story's word or of the typed one. SYNONYM: one word or phrase. SPELLING: one
    spelling. CONTAINS: one longer word that begins or ends so.
    """

    kind: ReasonKind
    typed: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A source of a word with what it gives: by section of the story (name, score), most first.

    ``kind`` is None for the word as typed. ``counted`` is False for a reading that scores less than another
    of the same word. Without a story ``score`` is 0 and ``by_origin`` is empty. ``stories`` have it at all.
    """

    kind: ReasonKind | None
    words: tuple[str, ...]
    terms: tuple[str, ...]
    stories: int
    score: float = 0.0
    by_origin: tuple[tuple[str, float], ...] = ()
    counted: bool = True


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """``lemma`` is the dictionary form, ``terms`` what is looked up with its weight, ``sources`` what it met.

    ``is_stop_word`` says that the word is left out.
    """

    typed: str
    lemma: str
    terms: tuple[tuple[str, float], ...]
    sources: tuple[Contribution, ...]
    is_stop_word: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedStory:
    """Where a story came among the hits, from 1, or None; ``nearness`` is what words near each other gave.

    ``group`` is 2 for the exact title, 1 for a story with all words of a short query, otherwise 0.
    """

    rank: int | None
    score: float
    nearness: float
    group: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read, and how one story met it."""

    words: tuple[ExplainedWord, ...]
    total: int
    story: ExplainedStory | None = None
