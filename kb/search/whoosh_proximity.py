"""What it is worth that words of a query stand near each other: *byte av plattform* is more than both words.

For each two words that follow each other in the query, a document where the second stands up to three places
after the first (or both are parts of one word) gets the idf of the commoner of the two. Looked for in the
best documents only: a document far down does not rise past hundreds by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_ranking import Scores
from kb.search.whoosh_words import WordMatch

WORTH = 1.2
_FURTHEST = 3
_MOST_DOCUMENTS = 200


def nearness(generation: Generation, words: Sequence[WordMatch], matching: Mask, scores: Scores) -> Scores:
    """The scores to add, for words in the order of the query."""
    added: Scores = np.zeros(generation.size, dtype=np.float64)
    if len(words) > 1:
        best = _best(matching, scores)
        for one, other in pairwise(words):
            first, second = _term(one), _term(other)
            if first != second:
                commoner = max(generation.holding(first), generation.holding(second))
                added[_near(generation, first, second, best)] += WORTH * generation.rarity(commoner)
    return added


def _term(match: WordMatch) -> str:
    """The word's own term, or that of its likeliest other reading when nobody has the word."""
    return next((source for source in match.sources if source.having.any()), match.sources[0]).terms[0]


def _best(matching: Mask, scores: Scores) -> Mask:
    numbers = np.flatnonzero(matching & (scores > 0))
    if len(numbers) > _MOST_DOCUMENTS:
        numbers = numbers[np.argpartition(-scores[numbers], _MOST_DOCUMENTS)[:_MOST_DOCUMENTS]]
    best: Mask = np.zeros(len(matching), dtype=np.bool_)
    best[numbers] = True
    return best


def _near(generation: Generation, first: str, second: str, within: Mask) -> list[int]:
    before = generation.positions(first, within)
    has_first: Mask = np.zeros(generation.size, dtype=np.bool_)
    has_first[list(before)] = True
    after = generation.positions(second, has_first) if before else {}
    return [number for number, places in after.items() if not _near_places(before[number]).isdisjoint(places)]


def _near_places(places: Sequence[int]) -> set[int]:
    return {place + distance for place in places for distance in range(_FURTHEST + 1)}
