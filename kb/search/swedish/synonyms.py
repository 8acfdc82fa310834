"""Abbreviations and synonyms: which words of a query also mean other words, by the editors' lists.

A list is read once into a ``Thesaurus``; asking it costs a look-up per word. Words are compared by their
terms, so any inflection meets, and several words must stand beside each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.domain.wordlists import SynonymRole, SynonymSet
from kb.search.swedish.analyzer import Analyzer
from kb.search.swedish.tokens import clean, normalise, words

_SHORT, _LONG, _ALSO = SynonymRole.SHORT, SynonymRole.LONG, SynonymRole.ALSO
_READING, _WORD = SynonymRole.READING, SynonymRole.WORD


@dataclass(frozen=True, slots=True)
class Meaning:
    """Another word or phrase for the same thing: as it is written, and its terms with their places."""

    text: str
    placed: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words ``start`` to ``end`` (not included) of a query, and what else they mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    key: tuple[str, ...]
    as_written: str | None
    meanings: tuple[Meaning, ...]


class Thesaurus:
    """The lists, made ready for one analyzer."""

    def __init__(self, sets: Sequence[SynonymSet], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._rules: defaultdict[str, list[_Rule]] = defaultdict(list)
        for each in sets:
            for source, targets in _directions(each):
                self._add(each, source, targets)
        for rules in self._rules.values():
            rules.sort(key=lambda rule: -len(rule.key))

    def expansions(self, written: Sequence[str]) -> Iterator[Expansion]:
        """What words that stand beside each other also mean; of two rules that fit, the longer first."""
        keys = [self._key(word) for word in written]
        for start, first in enumerate(keys):
            for rule in self._rules.get(first, ()):
                end = start + len(rule.key)
                if tuple(keys[start:end]) == rule.key and rule.as_written in {
                    None,
                    " ".join(written[start:end]),
                }:
                    yield Expansion(start, end, rule.meanings)

    def _add(self, each: SynonymSet, source: str, targets: Sequence[str]) -> None:
        found = [word.text for word in words(clean(source))]
        key = tuple(self._key(word) for word in found)
        is_short = source in each.of(_SHORT)
        meanings = tuple(
            meaning for text in dict.fromkeys(targets) if (meaning := self._meaning(text)).placed
        )
        if key and meanings:
            as_written = " ".join(found) if each.case_sensitive and is_short else None
            self._rules[key[0]].append(_Rule(key, as_written, meanings))

    def _key(self, word: str) -> str:
        """A word's term; a stop word stands for itself."""
        terms = self._analyzer.terms(word)
        return terms[0].text if terms else normalise(word)

    def _meaning(self, text: str) -> Meaning:
        placed = [
            (place, terms[0].text)
            for place, word in enumerate(words(clean(text)))
            if (terms := self._analyzer.terms(word.text))
        ]
        return Meaning(text, tuple(placed))


def _directions(each: SynonymSet) -> Iterator[tuple[str, Sequence[str]]]:
    """From each word of a set to those it leads to.

    A short form that holds only as written is no target: in the index it is the ordinary word (*HaV*, *hav*).
    """
    group = each.of(_WORD)
    if group:
        sources = group[:1] if each.oneway else group
        for source in sources:
            yield source, [word for word in group if word != source]
    short, same, readings = each.of(_SHORT), each.of(_LONG, _ALSO), each.of(_READING)
    for source in short:
        yield source, [*same, *readings]
    back = () if each.case_sensitive else short
    for source in same:
        yield source, [*back, *(word for word in same if word != source)]
    for source in readings:
        yield source, back
