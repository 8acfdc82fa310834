"""Where the parts of a compound of the query stand: together they are the word, apart they are words.

*brister i säkerheten* says *säkerhetsbrister*; a text that has *säkerhet* and *brist* far apart does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_ranking import Scores

_FURTHEST = 4
_MOST_DOCUMENTS = 100


def together(generation: Generation, terms: Sequence[str], within: Mask, scores: Scores) -> Mask:
    """Which documents have each term up to four places from the one before, in any order, or in one word.

    Looked for in the best of the documents asked about, which all have all of the terms.
    """
    numbers = np.flatnonzero(within)
    if len(numbers) > _MOST_DOCUMENTS:
        numbers = numbers[np.argpartition(-scores[numbers], _MOST_DOCUMENTS)[:_MOST_DOCUMENTS]]
    found: Mask = np.zeros(generation.size, dtype=np.bool_)
    found[numbers] = True
    places: dict[int, set[int]] | None = None
    for term in terms:
        here = generation.positions(term, found)
        if places is None:
            places = {number: set(at) for number, at in here.items()}
        else:
            places = {number: _near(places[number], at) for number, at in here.items()}
        found[:] = False
        found[[number for number, at in places.items() if at]] = True
    return found


def _near(before: set[int], places: Sequence[int]) -> set[int]:
    return {
        place for place in places if not before.isdisjoint(range(place - _FURTHEST, place + _FURTHEST + 1))
    }
