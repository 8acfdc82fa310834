"""How a query was read and where the score of one story comes from, in full: for ``kb search explain``."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from kb.search.index import SearchDocument
from kb.search.query_language import ParsedQuery
from kb.search.reasons import Contribution, ExplainedStory, ExplainedWord, Explanation
from kb.search.swedish import Analyzer
from kb.search.swedish.synonyms import Thesaurus
from kb.search.swedish.tokens import clean, words
from kb.search.whoosh_generation import Generation
from kb.search.whoosh_matching import Matched, Matcher, plain_words
from kb.search.whoosh_schema import SECTIONS
from kb.search.whoosh_words import Source, WordMatch

_Origins = dict[str, dict[str, float]]
"""Term to section to weight."""


def explain(
    generation: Generation,
    analyzer: Analyzer,
    thesaurus: Thesaurus,
    parsed: ParsedQuery,
    entry_id: str | None,
) -> Explanation:
    """The reading of a query, and the share of every word in the score of a story, if one is named."""
    matcher = Matcher(generation, analyzer, thesaurus)
    parsed = matcher.read(parsed)
    matched = matcher.match(parsed)
    number = _number_of(generation, entry_id) if entry_id else None
    origins = _origins(generation.document(number), analyzer) if number is not None else {}
    by_word = {match.word: match for match in matched.words}
    explained = []
    for word in plain_words(parsed):
        match = by_word.get(word)
        analyzed = analyzer.analyze(word.text)
        explained.append(
            ExplainedWord(
                word.text,
                analyzer.base(analyzed.joined) if analyzed.joined else word.text,
                tuple((term.text, term.weight) for term in analyzed.terms),
                _sources(match, number, origins) if match is not None else (),
                is_stop_word=not analyzed.terms,
            )
        )
    story = _story(matched, number) if number is not None else None
    return Explanation(tuple(explained), int(np.count_nonzero(matched.matching)), story)


def _number_of(generation: Generation, entry_id: str) -> int | None:
    numbers = np.flatnonzero(generation.having("entry_id", entry_id) & generation.live)
    return int(numbers[0]) if len(numbers) else None


def _story(matched: Matched, number: int) -> ExplainedStory:
    ranked = np.flatnonzero(matched.matching)
    ranked = ranked[np.lexsort((-matched.scores[ranked], -matched.first[ranked]))]
    places = np.flatnonzero(ranked == number)
    return ExplainedStory(
        int(places[0]) + 1 if len(places) else None,
        float(matched.scores[number]),
        float(matched.nearness[number]),
        int(matched.first[number]),
    )


def _sources(match: WordMatch, number: int | None, origins: _Origins) -> tuple[Contribution, ...]:
    found = []
    own = sum(float(source.scores[number]) for source in match.own()) if number is not None else 0.0
    others = [float(source.scores[number]) for source in match.others()] if number is not None else []
    best_other = max(others, default=0.0)
    for source in match.sources:
        is_own = source in match.own()
        score = float(source.scores[number]) if number is not None else 0.0
        counted = own >= best_other if is_own else score > own and score == best_other
        found.append(
            Contribution(
                source.kind,
                source.words,
                source.terms,
                int(np.count_nonzero(source.having)),
                score,
                _by_origin(source, score, origins),
                counted=counted or number is None,
            )
        )
    return tuple(found)


def _by_origin(source: Source, score: float, origins: _Origins) -> tuple[tuple[str, float], ...]:
    """A score divided among the sections as the weights of its terms are."""
    weights: defaultdict[str, float] = defaultdict(float)
    for term in source.terms:
        for section, weight in origins.get(term, {}).items():
            weights[section] += weight
    total = sum(weights.values())
    if not total or not score:
        return ()
    shares = [(section, score * weight / total) for section, weight in weights.items()]
    return tuple(sorted(shares, key=lambda share: -share[1]))


def _origins(document: SearchDocument, analyzer: Analyzer) -> _Origins:
    found: _Origins = defaultdict(lambda: defaultdict(float))
    for section, weight in SECTIONS:
        for word in words(clean(getattr(document, section))):
            for term in analyzer.terms(word.text):
                found[term.text][section] += weight * term.weight
    return found
