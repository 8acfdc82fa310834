"""What changed between two texts, word by word, in a time that is bounded whatever the texts hold.

Words that stand once in each text hold the texts together (patience diff), and what lies between them is
compared by the shortest way between them as long as that is cheap; what is left is all removed, all added.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = re.compile(r"\s+|\w(?:[\w\u0300-\u036f]|[-'’.:,](?=\w))*|[^\w\s]+")
_STEPS_MAX = 2_000_000
"""How many comparisons one diff may cost: about a second."""
_WAY_MAX = 500_000

Tokens = Sequence[str]


class ChangeKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    kind: ChangeKind
    text: str


def word_diff(before: str, after: str) -> tuple[Change, ...]:
    """The texts in pieces: those that are the same or removed give ``before``, same or added ``after``.

    No two pieces after each other are of the same kind, and what was removed comes before what was added.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    return tuple(_joined(_pieces(old, new)))


def _pieces(old: Tokens, new: Tokens) -> Iterator[Change]:
    at_old = at_new = 0
    for from_old, from_new, length in (*_blocks(old, new), (len(old), len(new), 0)):
        yield Change(ChangeKind.REMOVED, "".join(old[at_old:from_old]))
        yield Change(ChangeKind.ADDED, "".join(new[at_new:from_new]))
        yield Change(ChangeKind.SAME, "".join(old[from_old : from_old + length]))
        at_old, at_new = from_old + length, from_new + length


def _joined(pieces: Iterable[Change]) -> Iterator[Change]:
    """One piece of each kind between two that are the same; a mere space between two changes joins them."""
    same = removed = added = ""
    for piece in pieces:
        if piece.kind is ChangeKind.SAME:
            same += piece.text
            continue
        if not piece.text:
            continue
        if same.isspace() and (removed or added):
            removed, added, same = removed + same, added + same, ""
        elif same:
            yield from _flushed(removed, added, same)
            removed = added = same = ""
        if piece.kind is ChangeKind.REMOVED:
            removed += piece.text
        else:
            added += piece.text
    yield from _flushed(removed, added, same)


def _flushed(removed: str, added: str, same: str) -> Iterator[Change]:
    for kind, text in (
        (ChangeKind.REMOVED, removed),
        (ChangeKind.ADDED, added),
        (ChangeKind.SAME, same),
    ):
        if text:
            yield Change(kind, text)


def _blocks(old: Tokens, new: Tokens) -> Iterator[tuple[int, int, int]]:
    """Where the same words stand in both, in order: from where in the old, in the new, and how many."""
    left = _STEPS_MAX
    todo = [(0, len(old), 0, len(new))]
    while todo:
        old_from, old_to, new_from, new_to = todo.pop()
        size = min(old_to - old_from, new_to - new_from)
        start = 0
        while start < size and old[old_from + start] == new[new_from + start]:
            start += 1
        end = 0
        while end < size - start and old[old_to - 1 - end] == new[new_to - 1 - end]:
            end += 1
        if start:
            yield old_from, new_from, start
        if end:
            todo.append((old_to - end, old_to, new_to - end, new_to))
        old_from, old_to, new_from, new_to = old_from + start, old_to - end, new_from + start, new_to - end
        rows, columns = old_to - old_from, new_to - new_from
        left -= start + end + rows + columns
        if not rows or not columns or left < 0:
            continue
        anchors = _anchors(old[old_from:old_to], new[new_from:new_to])
        if anchors:
            places = [(old_from + i, new_from + j) for i, j in anchors]
            starts = [(old_from, new_from), *places]
            ends = [*places, (old_to, new_to)]
            todo += [(i, i_to, j, j_to) for (i, j), (i_to, j_to) in zip(starts, ends, strict=True)][::-1]
        else:
            way, steps = _shortest_way(old[old_from:old_to], new[new_from:new_to], min(left, _WAY_MAX))
            left -= steps
            yield from ((old_from + i, new_from + j, 1) for i, j in way)


def _anchors(old: Tokens, new: Tokens) -> list[tuple[int, int]]:
    """Words that stand once in each, the most of them that come in the same order in both."""
    once_old = {word for word, times in Counter(old).items() if times == 1}
    once = {word for word, times in Counter(new).items() if times == 1} & once_old
    place = {word: at for at, word in enumerate(new) if word in once}
    pairs = [(at, place[word]) for at, word in enumerate(old) if word in once]
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, at_new) in enumerate(pairs):
        length = bisect_left(tops, at_new)
        tops[length : length + 1] = [at_new]
        last[length : length + 1] = [number]
        before.append(last[length - 1] if length else -1)
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _shortest_way(old: Tokens, new: Tokens, steps_max: int) -> tuple[list[tuple[int, int]], int]:
    """The places that stay on a shortest way from old to new (Myers), and what it cost to find it.

    No places if it costs more than ``steps_max``.
    """
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    steps = 0
    while steps <= steps_max:
        trace.append(dict(reached))
        edits = len(trace) - 1
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
            i = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            start = i
            while i < len(old) and i - diagonal < len(new) and old[i] == new[i - diagonal]:
                i += 1
            steps += 2 + i - start
            reached[diagonal] = i
            if i >= len(old) and i - diagonal >= len(new):
                return _way_back(trace, i, i - diagonal), steps
    return [], steps


def _way_back(trace: Sequence[dict[int, int]], i: int, j: int) -> list[tuple[int, int]]:
    found = []
    for edits, reached in reversed(tuple(enumerate(trace))):
        diagonal = i - j
        down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        from_diagonal = diagonal + 1 if down else diagonal - 1
        from_i = reached[from_diagonal]
        from_j = from_i - from_diagonal
        while i > from_i and j > from_j and (i > 0 and j > 0):
            i, j = i - 1, j - 1
            found.append((i, j))
        i, j = from_i, from_j
    return found[::-1]
