"""Stories like one story: its most telling words asked for as a query, over one opened generation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kb.search.index import SearchDocument, SimilarHit
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import clean, words
from kb.search.whoosh_generation import Generation
from kb.search.whoosh_ranking import Ids, Scores
from kb.search.whoosh_schema import LESSONS, SUMMARY, TEXT, TITLE

_SECTIONS = (("title", TITLE), ("summary", SUMMARY), ("lessons", LESSONS), ("text", TEXT))
_MOST_CHARACTERS = 30_000
_MOST_TERMS = 30
_MOST_POSTINGS = 6_000
_SATURATION = 3.0
_MOST_COMMON = 0.3
_LEAST_SHARE = 0.15
_LEAST_SHARED, _MOST_SHARED = 2, 4
_SHORTEST = 6
_LEAST_WEIGHT = 2.0
"""A word says what a story is about when it stands in the summary or the title, or more than once."""
_FULL_LENGTH = 10
"""Long Swedish words are compounds and name a thing; short ones are often everyday words, rare or not."""
_MONTHS = ("januari", "februari", "augusti", "september", "oktober", "november", "december")
_SAY_NOTHING = frozenset((*_MONTHS, "gemensam", "gemensamt", "gemensamma"))
_VERB_ENDINGS = ("ade", "ades", "ckte", "cktes")


@dataclass(slots=True)
class _Word:
    """A term of the story: how much it weighs there, and the forms in which it is written."""

    weight: float = 0.0
    forms: set[str] = field(default_factory=set)

    @property
    def importance(self) -> float:
        shortest = min(map(len, self.forms))
        is_abbreviation = any(form.isupper() for form in self.forms)
        length = 1.0 if is_abbreviation else min(1.0, shortest / _FULL_LENGTH)
        return length**2 * self.weight / (self.weight + _SATURATION)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A telling term and the stories that have it, by rising number, with what it gives each.

    A central one is a compound in the title, or a frequent one: it may be all that two stories share.
    """

    readable: str
    is_central: bool
    ids: Ids
    scores: Scores

    def given(self, number: int) -> float:
        at = int(np.searchsorted(self.ids, number))
        return float(self.scores[at]) if at < len(self.ids) and self.ids[at] == number else 0.0


def similar(generation: Generation, analyzer: Analyzer, entry_id: str, limit: int) -> tuple[SimilarHit, ...]:
    """At most ``limit`` other stories, the most alike first; none for a story that is not in the index."""
    numbers = np.flatnonzero(generation.having("entry_id", entry_id))
    if not len(numbers):
        return ()
    own = int(numbers[0])
    asked = _asked(generation, analyzer, _words_of(generation.document(own), analyzer))
    total: Scores = np.zeros(generation.size, dtype=np.float64)
    for term in asked:
        total[term.ids] += term.scores
    itself = total[own]
    total[own] = 0.0
    found: list[SimilarHit] = []
    for number in np.argsort(-total, kind="stable")[: 2 * limit].tolist():
        shared = sorted((term for term in asked if term.given(number)), key=lambda term: -term.given(number))
        if not shared or total[number] < _LEAST_SHARE * itself or len(found) == limit:
            break
        if len(shared) >= _LEAST_SHARED or shared[0].is_central:
            readable = tuple(term.readable for term in shared[:_MOST_SHARED])
            entry = generation.document(number).entry_id
            found.append(SimilarHit(entry, float(total[number] / itself), readable))
    return tuple(found)


def _words_of(document: SearchDocument, analyzer: Analyzer) -> dict[str, _Word]:
    """The story's words by term: no numbers, months, past tense, and no short words but abbreviations."""
    found: dict[str, _Word] = {}
    for name, weight in _SECTIONS:
        for word in words(clean(getattr(document, name))[:_MOST_CHARACTERS]):
            if not _may_tell(word.text):
                continue
            terms = analyzer.terms(word.text)
            if terms:
                counted = found.setdefault(terms[0].text, _Word())
                counted.weight += weight
                counted.forms.add(word.text)
    return found


def _may_tell(written: str) -> bool:
    if any(sign.isdigit() for sign in written):
        return False
    if len(written) > 1 and written.isupper():
        return True
    lowered = written.lower()
    return len(written) >= _SHORTEST and lowered not in _SAY_NOTHING and not lowered.endswith(_VERB_ENDINGS)


def _asked(generation: Generation, analyzer: Analyzer, known: dict[str, _Word]) -> list[_Asked]:
    """The most telling terms that other stories have too, as many as take a few milliseconds."""
    stories = int(generation.live.sum())
    telling: list[tuple[float, int, str]] = []
    for term, word in known.items():
        having = generation.holding(term)
        if word.weight >= _LEAST_WEIGHT and 2 <= having <= max(3, _MOST_COMMON * stories):
            telling.append((word.importance * generation.rarity(having), having, term))
    asked: list[_Asked] = []
    postings = 0
    for _, having, term in sorted(telling, reverse=True):
        if len(asked) == _MOST_TERMS:
            break
        if postings + having > _MOST_POSTINGS:
            continue
        postings += having
        ids, scores = generation.score(term)
        word = known[term]
        readable = _readable(generation, analyzer, word.forms)
        is_central = word.weight >= TITLE and len(readable) > _FULL_LENGTH
        asked.append(_Asked(readable, is_central, ids, word.importance * scores))
    return asked


def _readable(generation: Generation, analyzer: Analyzer, forms: set[str]) -> str:
    """One written form of a word: the dictionary's, where some story has it, else the story's shortest."""
    lowered = {form.lower() for form in forms if form[1:] == form[1:].lower()}
    is_name = not any(form[0].islower() for form in forms)
    if is_name or not lowered:
        return min(forms, key=lambda form: (len(form), form))
    bases = {
        lemma for form in lowered if generation.is_spelling(lemma := analyzer.lemmas.lemma(form).lower())
    }
    return min(lowered | bases, key=lambda form: (len(form), form))
