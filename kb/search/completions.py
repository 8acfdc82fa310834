"""Completing what is typed: lines of text, best first, found by how their words begin. Knows no engine.

Each list of lines is one long string, so that finding is a search in memory: no tree, no object per word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from kb.search.swedish.tokens import clean, fold, normalise, words
from kb.search.tolerance import one_edit_away

_KEY_BYTES = 32
_MOST_TRIED = 300
_LEAST_BEFORE_PART = 3
_MOST_CORRECTIONS = 2


def key(text: str) -> str:
    """The words of a text in lower case, with one space between."""
    return " ".join(normalise(word.text) for word in words(clean(text)))


class Lines:
    """Lines in the order in which they are offered; what is typed without å ä ö finds them as well."""

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys`` as ``key`` makes them."""
        self._exact = "".join(f"\n {line}" for line in keys) + "\n"
        self._folded = fold(self._exact)
        lengths = np.fromiter((len(line) + 2 for line in keys), dtype=np.int64, count=len(keys))
        self._starts = [0, *np.cumsum(lengths).tolist()]

    def line(self, number: int) -> str:
        """The key of a line."""
        return self._exact[self._starts[number] + 2 : self._starts[number + 1]]

    def beginning(self, typed: str) -> Iterator[int]:
        """The lines whose first word begins so."""
        return (number for number, _ in self._found(f"\n {typed}", typed))

    def with_words(self, typed: Sequence[str]) -> Iterator[int]:
        """The lines where each word typed begins a word."""
        longest = max(typed, key=len)
        for tried, (number, _) in enumerate(self._found(f" {longest}", longest)):
            if tried == _MOST_TRIED:
                return
            line = f" {self.line(number)}"
            if all(f" {word}" in (line if fold(word) != word else fold(line)) for word in typed):
                yield number

    def inside(self, typed: str) -> Iterator[tuple[int, int]]:
        """The lines that have this inside a word, and where in the line."""
        for tried, (number, place) in enumerate(self._found(typed, typed)):
            if tried == _MOST_TRIED:
                return
            if place >= _LEAST_BEFORE_PART:
                yield number, place

    def _found(self, needle: str, typed: str) -> Iterator[tuple[int, int]]:
        """The lines that have it, each once, and the place in the line where it begins."""
        searched = self._folded if fold(typed) == typed else self._exact
        at = searched.find(needle)
        while at >= 0:
            # A needle with the line break before it belongs to the line that follows the break.
            number = bisect_right(self._starts, at) - 1
            yield number, at - self._starts[number] - 2
            at = searched.find(needle, self._starts[number + 1])


class Beginnings:
    """The beginnings of words, to mend one wrong letter in what is typed."""

    def __init__(self, spellings: Sequence[str]) -> None:
        """``spellings`` with the most frequent first."""
        keys = np.array([fold(word).encode()[:_KEY_BYTES] for word in spellings], dtype=f"S{_KEY_BYTES}")
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._ranks = order

    def mended(self, typed: str) -> list[str]:
        """What may have been meant, without å ä ö; the same first letter and frequent words first."""
        wanted = fold(typed)
        tried = sorted(({fold(edited) for edited in one_edit_away(wanted)} | {wanted}) - {typed})
        firsts = np.array([edited.encode()[:_KEY_BYTES] for edited in tried], dtype=f"S{_KEY_BYTES}")
        lasts = np.array(
            [(edited.encode() + b"\xff")[:_KEY_BYTES] for edited in tried], dtype=f"S{_KEY_BYTES}"
        )
        begin, end = np.searchsorted(self._keys, firsts), np.searchsorted(self._keys, lasts)
        found = [
            (tried[at][0] != wanted[0], int(self._ranks[begin[at] : end[at]].min()), tried[at])
            for at in np.flatnonzero(end > begin).tolist()
        ]
        return [edited for _, _, edited in sorted(found)[:_MOST_CORRECTIONS]]
