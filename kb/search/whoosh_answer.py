"""From what matches to what is answered: choices, order, page, counts, marked text, another spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kb.search import snippets
from kb.search.index import Facet, Hit, Query, Results, SearchDocument, Sort, Suggestion
from kb.search.query_language import ParsedQuery
from kb.search.reasons import Reason, ReasonKind
from kb.search.swedish import Analyzer
from kb.search.swedish.synonyms import Thesaurus
from kb.search.swedish.tokens import clean, normalise, words
from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_matching import Correction, Matched, Matcher, Wanted, in_years
from kb.search.whoosh_ranking import Ids
from kb.search.whoosh_schema import NO_COST, SECTIONS
from kb.search.whoosh_words import WordMatch

MAX_PAGE = 100
MAX_PER_PAGE = 100
_MOST_REASONS = 3


class Answer:
    """One query answered over one generation."""

    def __init__(
        self,
        generation: Generation,
        analyzer: Analyzer,
        thesaurus: Thesaurus,
        query: Query,
        parsed: ParsedQuery,
    ) -> None:
        self._generation = generation
        self._analyzer = analyzer
        self._thesaurus = thesaurus
        self._query = query
        self._parsed = parsed

    def results(self) -> Results:
        matched = Matcher(self._generation, self._analyzer, self._thesaurus).match(self._parsed)
        chosen = self._chosen()
        matching = matched.matching & _all(chosen.values(), self._generation)
        ranked = self._ranked(matched, np.flatnonzero(matching))
        return Results(
            hits=tuple(self._hit(int(number), matched) for number in self._page(ranked)),
            total=len(ranked),
            facets=self._facets(matched.matching, chosen),
            suggestion=_suggestion(self._parsed.text, matched.corrections),
            corrected=bool(matched.corrections),
            unmatched=tuple(dict.fromkeys(matched.unmatched)),
            unmatched_phrases=tuple(dict.fromkeys(matched.unmatched_phrases)),
        )

    def _chosen(self) -> dict[Facet, Mask]:
        """The documents each facet's choices let through; the span of years is a choice of the year facet."""
        generation = self._generation
        masks: dict[Facet, Mask] = {}
        for facet, values in self._query.filters.items():
            if values:
                mask: Mask = np.zeros(generation.size, dtype=np.bool_)
                for value in values:
                    mask[generation.facets[facet].get(value, [])] = True
                masks[facet] = mask
        if self._query.years is not None:
            span = in_years(generation, *self._query.years)
            masks[Facet.YEAR] = masks[Facet.YEAR] & span if Facet.YEAR in masks else span
        return masks

    def _facets(
        self, matching: Mask, chosen: Mapping[Facet, Mask]
    ) -> dict[Facet, tuple[tuple[str, int], ...]]:
        counted = {}
        for facet in self._query.facets:
            others = _all((mask for other, mask in chosen.items() if other is not facet), self._generation)
            counts = _counts(self._generation.facets[facet], matching & others)
            without = self._query.filters.get(facet, frozenset()) - {value for value, _ in counts}
            counted[facet] = counts + tuple((value, 0) for value in sorted(without))
        return counted

    def _ranked(self, matched: Matched, numbers: Ids) -> Ids:
        generation = self._generation
        newest = -generation.published[numbers]
        if self._query.sort is Sort.NEWEST:
            keys: tuple[Any, ...] = (-matched.scores[numbers], newest)
        elif self._query.sort is Sort.COST:
            cost = generation.cost[numbers]
            keys = (newest, -cost, cost == NO_COST)
        else:
            keys = (newest, -matched.scores[numbers], -matched.first[numbers])
        return numbers[np.lexsort(keys)]

    def _page(self, ranked: Ids) -> Ids:
        size = min(max(self._query.per_page, 1), MAX_PER_PAGE)
        page = min(max(self._query.page, 1), MAX_PAGE)
        return ranked[(page - 1) * size : page * size]

    def _hit(self, number: int, matched: Matched) -> Hit:
        document = self._generation.document(number)
        score = float(matched.scores[number])
        if not self._query.with_snippets:
            return Hit(document.entry_id, score, anchor=document.anchor)
        marker = _marker(matched.wanted, self._analyzer)
        sections = (document.summary, document.lessons, document.text)
        return Hit(
            document.entry_id,
            score,
            title=snippets.marked(document.title, marker),
            snippets=snippets.passages(sections, marker),
            reasons=self._reasons(number, document, matched.words),
            anchor=document.anchor,
        )

    def _reasons(self, number: int, document: SearchDocument, asked: list[WordMatch]) -> tuple[Reason, ...]:
        """For each word of the query that the story has not as typed, how it met the story."""
        found: list[Reason] = []
        for match in asked:
            if match.having[number] and len(found) < _MOST_REASONS:
                reason = self._reason(number, document, match)
                if reason is not None and reason not in found:
                    found.append(reason)
        return tuple(found)

    def _reason(self, number: int, document: SearchDocument, match: WordMatch) -> Reason | None:
        """None where the story has the word itself, in any form."""
        met = [source for source in match.sources if source.having[number]]
        if met[0].kind is None:
            parts = self._compound_with(met[0].terms[0], document)
            if not parts:
                return None
        best = max(met, key=lambda source: (source.kind is ReasonKind.SYNONYM, source.scores[number]))
        if best.kind is None:
            return Reason(ReasonKind.COMPOUND, match.word.text, parts)
        return Reason(best.kind, match.word.text, best.words)

    def _compound_with(self, term: str, document: SearchDocument) -> tuple[str, ...]:
        """The parts of the first word with a term as a part; none when a word of the story is the term."""
        parts: tuple[str, ...] = ()
        for name, _ in SECTIONS:
            for word in words(clean(getattr(document, name))):
                terms = self._analyzer.terms(word.text)
                if not terms or all(term != each.text for each in terms):
                    continue
                if terms[0].text == term:
                    return ()
                parts = parts or tuple(each.word for each in terms if each.depth == 1)
        return parts


def _marker(wanted: Wanted, analyzer: Analyzer) -> snippets.Marker:
    beginnings = tuple(wanted.beginnings)

    def term_of(word: str) -> str | None:
        for term in analyzer.terms(word):
            if term.text in wanted.terms:
                return term.text
        if beginnings and normalise(word).startswith(beginnings):
            return word
        return None

    return term_of


def _suggestion(text: str, corrections: list[Correction]) -> Suggestion | None:
    if not corrections:
        return None
    pieces: list[tuple[str, bool]] = []
    at = 0
    for correction in sorted(corrections, key=lambda correction: correction.word.start):
        pieces += [(text[at : correction.word.start], False), (correction.spelling, True)]
        at = correction.word.end
    pieces.append((text[at:], False))
    return Suggestion("".join(piece for piece, _ in pieces), tuple(piece for piece in pieces if piece[0]))


def _counts(values: Mapping[str, Ids], matching: Mask) -> tuple[tuple[str, int], ...]:
    counted = ((value, int(np.count_nonzero(matching[documents]))) for value, documents in values.items())
    return tuple(sorted((pair for pair in counted if pair[1]), key=lambda pair: (-pair[1], pair[0])))


def _all(masks: Iterable[Mask], generation: Generation) -> Mask:
    every = generation.live.copy()
    for mask in masks:
        every &= mask
    return every
