"""The parts of a compound: *fordonsregistrering* is *fordon* and *registrering*.

After Koehn and Knight (2003): of all ways to cut a word into parts that the lexicon knows, the one with the
fewest parts, then with the highest geometric mean of the sizes of their families. Parts are cut in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import log
from typing import NamedTuple

from kb.search.swedish.lexicon import Lexicon

_SHORTEST_WORD, _LONGEST_WORD = 6, 60
_SHORTEST_FIRST, _SHORTEST_LAST = 3, 3
_MOST_PARTS = 5
# Prepositions and particles make words whose meaning is not that of their parts: *upphandling*, *ansvar*.
_NEVER_FIRST = frozenset(
    """
    all alla and ande ann ans ant att av bak bar bas bort dag del den det efter ens ett fram från
    för före gen genom hand hem het hop ihop ill ing inne inom isär lik man med mellan men mis miss
    mot ned nog när och oför om omkring ont ork par per pro rik runt sam samman sig sin som till
    trans und under upp ut utan ute utom van vid väl åter över
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_NEVER_LAST = frozenset(
    """
    ande ans ant are art bar dom els ens ent era eri ern ets ett het iga ing ion isk ism ist ken lek
    lig man men nad nation ner ning ort ring sam sig sin sjö ska skap som ten tig tion tor tro ull
    und ung
    """.split()  # noqa: SIM905 - a list of words is read as words
)


class Part(NamedTuple):
    """A part in dictionary form; ``depth`` is 1 for a part of the word, 2 for a part of that, and so on."""

    word: str
    depth: int


class _Way(NamedTuple):
    parts: tuple[str, ...]
    score: float


class Splitter:
    """Splits words in lower case. ``exceptions`` are words in dictionary form with the parts they have."""

    def __init__(
        self, lexicon: Lexicon, base_of: Callable[[str], str], exceptions: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._lexicon = lexicon
        self._base_of = base_of
        self._exceptions = exceptions

    def parts(self, word: str) -> tuple[Part, ...]:
        """The parts of a word in any form, the first first; none for a word that is no compound."""
        return tuple(self._parts(word, 1))

    def _parts(self, word: str, depth: int) -> Iterator[Part]:
        for part in self._cut(word):
            yield Part(part, depth)
            yield from self._parts(part, depth + 1)

    def _cut(self, word: str) -> tuple[str, ...]:
        base = self._base_of(word)
        for known in (word, base):
            if known in self._exceptions:
                return self._exceptions[known]
        # *sjukdomar* is *sjukdom*, not *sjuk* and *domare*: a word that has a dictionary form is cut in that.
        if not _SHORTEST_WORD <= len(word) <= _LONGEST_WORD or not word.isalpha():
            return ()
        best = self._best(base, 0)
        return best.parts if best is not None and len(best.parts) > 1 else ()

    def _best(self, word: str, taken: int) -> _Way | None:
        """The best way to cut a word; the whole of it may be the last part when something stands before."""
        best = self._as_last(word) if taken else None
        if best is not None or taken >= _MOST_PARTS - 1:
            return best
        for at in range(_SHORTEST_FIRST, len(word) - _SHORTEST_LAST + 1):
            form = word[:at]
            first = None if form in _NEVER_FIRST else self._lexicon.first(form)
            if first is None:
                continue
            for rest in self._rests(form, word[at:]):
                way = self._best(rest, taken + 1)
                if way is not None:
                    way = _Way((first.base, *way.parts), log(first.family) + way.score)
                    if best is None or _rank(way) > _rank(best):
                        best = way
        return best

    def _rests(self, form: str, rest: str) -> Iterator[str]:
        """What may follow: as written, or with the third of three equal letters put back (*fallucka*)."""
        yield rest
        if form[-1] == form[-2] and rest[0] != form[-1] and rest[0] not in "aeiouyåäö":
            yield form[-1] + rest

    def _as_last(self, word: str) -> _Way | None:
        if word in _NEVER_LAST:
            return None
        for base in dict.fromkeys((self._base_of(word), word)):
            if base not in _NEVER_LAST and len(base) >= _SHORTEST_LAST:
                family = self._lexicon.last(base)
                if family:
                    return _Way((base,), log(family))
        return None


def _rank(way: _Way) -> tuple[int, float]:
    return -len(way.parts), way.score / len(way.parts)
