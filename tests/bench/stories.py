"""Made-up stories in Swedish for measuring: always the same for the same number.

Words are drawn by a Zipf law from a vocabulary of simple words, their inflections and compounds, between
the small words of real sentences, so that posting lists are as uneven as in real text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from kb.search.index import Facet, SearchDocument

_WORDS = {
    kind: words.split()
    for kind, _, words in (
        line.partition(":")
        for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    )
}
_KINDS = ("good_example", "lesson_learned")
_OUTCOMES = ("delivered", "delivered_late", "over_budget", "stopped", "replaced", "ongoing")
_TYPES = ("state", "region", "municipality")
_WORDS_PER_STORY = 300


def _vocabulary(choose: random.Random) -> list[str]:
    compounds = [
        first + joint + second
        for first in _WORDS["first"]
        for second in _WORDS["second"]
        for joint in choose.choices(["", "s"])
    ]
    inflected = [word + ending for word in _WORDS["first"] for ending in ("en", "er", "erna", "s")]
    choose.shuffle(compounds)
    return [*_WORDS["first"], *_WORDS["second"], *_WORDS["adjectives"], *inflected, *compounds]


class Generator:
    """Stories and queries over one vocabulary."""

    def __init__(self, seed: int = 2026) -> None:
        self._choose = random.Random(seed)
        self.vocabulary = _vocabulary(self._choose)
        self._cumulated = list(accumulate(1 / (rank + 8) for rank in range(len(self.vocabulary))))

    def stories(self, number: int) -> Iterator[SearchDocument]:
        """So many stories, one at a time."""
        for place in range(number):
            yield self._story(place)

    def queries(self, number: int) -> list[str]:
        """What readers type: one to four words, mostly common ones."""
        lengths = self._choose.choices((1, 2, 3, 4), weights=(3, 4, 2, 1), k=number)
        return [" ".join(self._words(length)) for length in lengths]

    def typed(self, number: int) -> list[str]:
        """What readers have typed so far: beginnings of queries, every fourth with a letter left out."""
        beginnings = []
        for place, query in enumerate(self.queries(number)):
            typed = query[: self._choose.randint(1, min(len(query), 14))]
            beginnings.append(typed[:2] + typed[3:] if place % 4 == 0 and len(typed) > 4 else typed)
        return beginnings

    def _words(self, number: int) -> list[str]:
        return self._choose.choices(self.vocabulary, cum_weights=self._cumulated, k=number)

    def _sentence(self) -> str:
        pick = self._choose.choice
        words: list[str] = []
        for word in self._words(self._choose.randint(3, 7)):
            words += [pick(_WORDS["small"]), word] if self._choose.random() < 0.7 else [word]
        words.insert(2, pick(_WORDS["verbs"]))
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}."

    def text(self, words: int) -> str:
        """Sentences of so many words at least."""
        sentences: list[str] = []
        count = 0
        while count < words:
            sentences.append(self._sentence())
            count += sentences[-1].count(" ") + 1
        return " ".join(sentences)

    def _story(self, place: int) -> SearchDocument:
        choose = self._choose
        organisation = f"org-{int(choose.paretovariate(0.8)) % 150}"
        first = choose.randint(2008, 2024)
        years = tuple(range(first, first + choose.randint(1, 6)))
        facets = {
            Facet.KIND: (choose.choice(_KINDS),),
            Facet.OUTCOME: (choose.choice(_OUTCOMES),),
            Facet.ORGANISATION: (organisation,),
            Facet.ORGANISATION_TYPE: (choose.choice(_TYPES),),
            Facet.DOMAIN: tuple(choose.sample([f"domain-{n}" for n in range(20)], k=choose.randint(1, 3))),
            Facet.INVESTMENT_TYPE: (f"type-{choose.randint(0, 11)}",),
            Facet.PHASE: (f"phase-{choose.randint(0, 5)}",),
            Facet.COST_CLASS: (f"class-{choose.randint(0, 5)}",),
            Facet.YEAR: tuple(str(year) for year in years),
        }
        return SearchDocument(
            entry_id=f"story-{place:06}",
            fingerprint=str(place),
            title=" ".join(
                [choose.choice(_WORDS["adjectives"]).capitalize(), *self._words(choose.randint(2, 5))]
            ),
            summary=self.text(15),
            lessons=self.text(_WORDS_PER_STORY // 5),
            text=self.text(_WORDS_PER_STORY * 4 // 5),
            names=organisation,
            keywords=" ".join(self._words(3)),
            facets=facets,
            years=years,
            cost_ksek=choose.randint(500, 900_000),
            published_on=date(2020, 1, 1) + timedelta(days=choose.randint(0, 2000)),
        )
