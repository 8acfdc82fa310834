"""Passages of a story with the matching words marked, as pieces: the template escapes them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from kb.search.index import Pieces
from kb.search.swedish.tokens import clean, words

Marker = Callable[[str], str | None]
"""Says which term of the query a written word matches, None when none."""

_LENGTH = 220
_MOST = 2
_BEFORE = 60

_Mark = tuple[int, int, str]


def marked(text: str, marker: Marker) -> Pieces:
    """The whole text in pieces."""
    text = clean(text)
    return _pieces(text, _marks(text, marker), 0, len(text))


def passages(texts: Iterable[str], marker: Marker) -> tuple[Pieces, ...]:
    """One or two passages, of the sections in order, that show the most different terms of the query.

    A story that matches by its title alone shows how its first section begins.
    """
    sections = [clean(text) for text in texts if text.strip()]
    candidates = []
    for place, text in enumerate(sections):
        marks = _marks(text, marker)
        window = _best_window(marks)
        if window is not None:
            candidates.append((-len({mark[2] for mark in window}), place, text, marks, window[0][0]))
    if not candidates:
        return (_cut(sections[0], [], 0),) if sections else ()
    candidates.sort(key=lambda candidate: candidate[:2])
    shown: list[Pieces] = []
    seen: set[str] = set()
    for _, _, text, marks, start in candidates:
        terms = {mark[2] for mark in marks if start <= mark[0] < start + _LENGTH}
        if not terms <= seen:
            shown.append(_cut(text, marks, start))
            seen |= terms
        if len(shown) == _MOST:
            break
    return tuple(shown)


def _marks(text: str, marker: Marker) -> list[_Mark]:
    return [(word.start, word.end, term) for word in words(text) if (term := marker(word.text)) is not None]


def _best_window(marks: list[_Mark]) -> list[_Mark] | None:
    """The first run of marks that fits in a passage and has the most different terms."""
    best: list[_Mark] | None = None
    most = 0
    starts = [mark[0] for mark in marks]
    for first, mark in enumerate(marks):
        window = marks[first : bisect_left(starts, mark[0] + _LENGTH - _BEFORE)]
        different = len({term for _, _, term in window})
        if different > most:
            best, most = window, different
    return best


def _cut(text: str, marks: list[_Mark], first_mark: int) -> Pieces:
    """A passage around a place, cut between words, with … where text is left out."""
    start = max(0, first_mark - _BEFORE)
    if start > 0:
        space = text.find(" ", start, first_mark)
        start = space + 1 if space >= 0 else first_mark
    end = min(len(text), start + _LENGTH)
    if end < len(text):
        space = text.rfind(" ", start + 1, end + 1)
        end = space if space > first_mark else end
    inside = [mark for mark in marks if mark[0] >= start and mark[1] <= end]
    found = list(_pieces(text, inside, start, end))
    if start > 0:
        found.insert(0, ("… ", False))
    if end < len(text):
        found.append((" …", False))
    return _tidy(found)


def _pieces(text: str, marks: list[_Mark], start: int, end: int) -> Pieces:
    found: list[tuple[str, bool]] = []
    at = start
    for mark_start, mark_end, _ in marks:
        found += [(text[at:mark_start], False), (text[mark_start:mark_end], True)]
        at = mark_end
    found.append((text[at:end], False))
    return tuple(piece for piece in found if piece[0])


def _tidy(pieces: list[tuple[str, bool]]) -> Pieces:
    """Line breaks and runs of space become one space."""
    found = []
    for text, is_marked in pieces:
        joined = " ".join(text.split())
        before = " " if text[:1].isspace() and joined else ""
        after = " " if text[-1:].isspace() else ""
        found.append((before + joined + after, is_marked))
    return tuple(piece for piece in found if piece[0])
