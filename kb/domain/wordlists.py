"""The word lists that editors keep for the search: what means the same, and how words may not be split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SynonymRole(StrEnum):
    """What a word is in its set. ``READING`` is another meaning of the letters of a ``SHORT``."""

    SHORT = "short"
    LONG = "long"
    ALSO = "also"
    READING = "reading"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class SynonymSet:
    """Words and phrases for one thing, in the order of the list.

    ``case_sensitive`` is said of the short form: it holds only as written. In a ``oneway`` set the first word
    is the widest: it leads to the others, they do not lead to it.
    """

    words: tuple[tuple[SynonymRole, str], ...]
    case_sensitive: bool = False
    oneway: bool = False

    def of(self, *roles: SynonymRole) -> tuple[str, ...]:
        """The words that have one of these roles."""
        return tuple(text for role, text in self.words if role in roles)


@dataclass(frozen=True, slots=True)
class WordLists:
    """``compounds`` gives the parts of a word that the rules split wrongly; no parts: never split."""

    synonyms: tuple[SynonymSet, ...] = ()
    compounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
