"""The analysis with the editors' word lists: read when first needed, then looked at again once a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kb.domain.wordlists import WordLists
from kb.search.swedish.analyzer import Analyzer
from kb.search.swedish.synonyms import Thesaurus

WordListSource = Callable[[], WordLists]
"""Gives the lists as they are now."""

_SECONDS = 60.0


class _Read(NamedTuple):
    lists: WordLists
    analyzer: Analyzer
    thesaurus: Thesaurus
    at: float


class AnalysisChain:
    """One analyzer and one thesaurus for an index, or for several. Making it reads nothing."""

    def __init__(self, folder: Path, source: WordListSource) -> None:
        self._folder = folder
        self._source = source
        self._read: _Read | None = None

    @property
    def analyzer(self) -> Analyzer:
        """Stays the same until ``renew``: stories and queries must be analysed alike."""
        return self._latest().analyzer

    @property
    def thesaurus(self) -> Thesaurus:
        """At most a minute old."""
        return self._latest().thesaurus

    def renew(self) -> None:
        """Read the lists now, also the exceptions from the splitting: a rebuild is about to begin."""
        lists, read = self._source(), self._read
        same = read.analyzer if read is not None and read.lists.compounds == lists.compounds else None
        self._read = self._made(lists, same)

    def _latest(self) -> _Read:
        read = self._read
        if read is None:
            self._read = read = self._made(self._source(), None)
        elif time.monotonic() - read.at > _SECONDS:
            lists = self._source()
            if lists.synonyms == read.lists.synonyms:
                self._read = read = read._replace(at=time.monotonic())
            else:
                self._read = read = self._made(lists, read.analyzer)
        return read

    def _made(self, lists: WordLists, analyzer: Analyzer | None) -> _Read:
        analyzer = analyzer or Analyzer(self._folder, lists.compounds)
        return _Read(lists, analyzer, Thesaurus(lists.synonyms, analyzer), time.monotonic())
