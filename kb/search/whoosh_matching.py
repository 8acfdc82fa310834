"""From a parsed query to the documents that match and their scores, over one opened generation.

Every word is optional and adds its score; a phrase, a field and a span of years must match, what stands
behind a minus must not. Words joined by OR count as one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from kb.domain.errors import QueryRefused
from kb.search.index import Facet
from kb.search.query_language import Clause, InField, ParsedQuery, Prefix, Section, Words, Years, value_key
from kb.search.spaced import hyphenated
from kb.search.swedish import Analyzer, Term
from kb.search.swedish.synonyms import Thesaurus
from kb.search.swedish.tokens import Word, clean, sentence_key, words
from kb.search.whoosh_generation import Generation, Mask
from kb.search.whoosh_proximity import nearness
from kb.search.whoosh_ranking import Scores
from kb.search.whoosh_schema import facet_words_field
from kb.search.whoosh_words import WordMatch, WordScorer

_ALL_WORDS_FIRST_UP_TO = 4
_MOST_BEGINNINGS = 500
_SECONDS = 1.0


@dataclass(slots=True)
class Wanted:
    """What to mark in a text: terms, and beginnings of words."""

    terms: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the query that also was read as another."""

    word: Word
    spelling: str


@dataclass(slots=True)
class Matched:
    """``first`` puts the exact title (2) and stories with all words whole (1) before the others (0)."""

    matching: Mask
    scores: Scores
    first: Scores
    wanted: Wanted
    corrections: list[Correction]
    unmatched: list[str]
    unmatched_phrases: list[str]
    words: list[WordMatch]
    nearness: Scores


@dataclass(slots=True)
class _Group:
    """One word, or several joined by OR: its scores, what has it, and what has it whole."""

    scores: Scores
    having: Mask
    whole: Mask


class Matcher:
    """Evaluates one query. Stops adding words when the time is up: what is found until then is the answer."""

    def __init__(self, generation: Generation, analyzer: Analyzer, thesaurus: Thesaurus) -> None:
        self._generation = generation
        self._analyzer = analyzer
        self._thesaurus = thesaurus
        self._scorer = WordScorer(generation, analyzer)
        self._words: dict[Word, WordMatch] = {}
        self._wanted = Wanted()
        self._corrections: list[Correction] = []
        self._unmatched: list[str] = []
        self._unmatched_phrases: list[str] = []
        self._deadline = time.monotonic() + _SECONDS

    def match(self, query: ParsedQuery) -> Matched:
        """The documents that match a query."""
        query = self.read(query)
        self._read_words(query)
        must, groups = self._generation.live.copy(), []
        for clauses in query.groups:
            group = self._group(clauses)
            if group is None:
                continue
            if all(_is_condition(clause) for clause in clauses):
                must &= group.having
            if any(isinstance(clause, Words | Prefix) for clause in clauses):
                groups.append(group)
        for clause in query.excluded:
            must &= ~self._condition(clause)
        return self._matched(query, must, groups)

    def read(self, query: ParsedQuery) -> ParsedQuery:
        """The query as it is matched: with a hyphen where the stories have one and a space was typed."""
        return hyphenated(query, self._has_word)

    def _has_word(self, word: str) -> bool:
        terms = self._analyzer.terms(word)
        return bool(terms) and self._generation.is_term(terms[0].text)

    def _matched(self, query: ParsedQuery, must: Mask, groups: list[_Group]) -> Matched:
        scores: Scores = np.zeros(self._generation.size, dtype=np.float64)
        first: Scores = np.zeros(self._generation.size, dtype=np.float64)
        near: Scores = np.zeros(self._generation.size, dtype=np.float64)
        if groups:
            having = self._any([group.having for group in groups])
            for group in groups:
                scores += group.scores
            if time.monotonic() < self._deadline:
                near = nearness(self._generation, list(self._words.values()), having & must, scores)
                scores += near
            if len(groups) <= _ALL_WORDS_FIRST_UP_TO:
                first[np.logical_and.reduce([group.whole for group in groups])] = 1
        else:
            # Conditions alone find all that meet them; text without a word to search for finds nothing.
            conditions = query.excluded or any(map(_is_condition, sum(query.groups, ())))
            having = np.full(self._generation.size, bool(conditions) or not query.text.strip())
        key = sentence_key(query.text)
        titled = self._generation.having("exact", key) if key else self._nothing()
        first[titled] = 2
        return Matched(
            (having | titled) & must,
            scores,
            first,
            self._wanted,
            self._corrections,
            self._unmatched,
            self._unmatched_phrases,
            list(self._words.values()),
            near,
        )

    def _any(self, masks: list[Mask]) -> Mask:
        found: Mask = np.logical_or.reduce(masks)
        return found

    # Conditions: does a document match, yes or no

    def _condition(self, clause: Clause) -> Mask:
        self._check_time()
        match clause:
            case Words():
                return self._with_words(clause)
            case Prefix(start):
                spelt = [self._generation.spelt(word) for word in self._begun(start)]
                return self._any([self._nothing(), *spelt])
            case InField():
                return self._in_field(clause)
            case Years(first, last):
                return in_years(self._generation, first, last)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise QueryRefused(
                "Sökningen tar för lång tid. Ta bort några ord eller villkor och sök igen.", field="q"
            )

    def _with_words(self, clause: Words) -> Mask:
        """The words beside each other in this order; stop words count as places."""
        placed = [
            (place, terms[0].text)
            for place, word in enumerate(clause.words)
            if (terms := self._analyzer.terms(word.text))
        ]
        if not placed:
            return self._nothing()
        return self._beside(placed)

    def _beside(self, placed: Sequence[tuple[int, str]]) -> Mask:
        """The documents that have terms at places so far apart as these."""
        if len(placed) == 1:
            return self._generation.having("text", placed[0][1])
        found: Mask = np.logical_and.reduce([self._generation.having("text", term) for _, term in placed])
        beginnings: dict[int, set[int]] | None = None
        for place, term in placed:
            if not found.any():
                break
            self._check_time()
            starts = {
                document: {position - place for position in positions}
                for document, positions in self._generation.positions(term, found).items()
            }
            if beginnings is not None:
                starts = {document: at & beginnings[document] for document, at in starts.items()}
            beginnings = starts
            found = self._nothing()
            found[[document for document, at in starts.items() if at]] = True
        return found

    def _in_field(self, clause: InField) -> Mask:
        if isinstance(clause.field, Facet):
            return self._generation.having(facet_words_field(clause.field), value_key(clause.value))
        every = ~self._nothing()
        for term in self._first_terms(words(clean(clause.value))):
            every &= self._generation.having(clause.field.value, term.text)
        return every

    def _first_terms(self, written: Iterable[Word]) -> list[Term]:
        """The whole-word terms of words, stop words left out."""
        return [term for word in written for term in self._analyzer.terms(word.text)[:1]]

    def _nothing(self) -> Mask:
        return np.zeros(self._generation.size, dtype=np.bool_)

    # Groups: how well does a document match

    def _group(self, clauses: tuple[Clause, ...]) -> _Group | None:
        """The clauses as one: the best score of any. None when there is nothing to search for."""
        parts = [part for clause in clauses if (part := self._scored(clause)) is not None]
        if not parts:
            return None
        best = parts[0].scores
        for part in parts[1:]:
            best = np.maximum(best, part.scores)
        return _Group(
            best, self._any([part.having for part in parts]), self._any([part.whole for part in parts])
        )

    def _scored(self, clause: Clause) -> _Group | None:
        match clause:
            case Words(found, phrase=False):
                return self._word(found[0])
            case Words(phrase=True):
                return self._phrase(clause)
            case Prefix(start):
                return self._prefix(start)
            case InField(Section(), value):
                self._wanted.terms.update(term.text for term in self._first_terms(words(clean(value))))
        met = self._condition(clause)
        return _Group(np.zeros(self._generation.size, dtype=np.float64), met, met)

    def _word(self, word: Word) -> _Group | None:
        match = self._words.get(word)
        if match is None:
            return None
        for source in match.sources:
            self._wanted.terms.update(source.terms)
        if match.correction is not None:
            self._corrections.append(Correction(word, match.correction))
        if not match.having.any():
            self._unmatched.append(word.text)
        return _Group(match.scores, match.having, match.whole)

    def _read_words(self, query: ParsedQuery) -> None:
        """Score every plain word of a query, with its synonyms, then with what tolerance adds."""
        for word in plain_words(query):
            if time.monotonic() > self._deadline:
                return
            match = self._scorer.as_typed(word)
            if match is not None:
                self._words[word] = match
        for run in _runs(query):
            for expansion in self._thesaurus.expansions([word.text for word in run]):
                covered = [
                    match
                    for word in run[expansion.start : expansion.end]
                    if (match := self._words.get(word)) is not None
                ]
                for meaning in expansion.meanings:
                    if time.monotonic() > self._deadline:
                        return
                    source = self._scorer.meaning(meaning, self._beside(meaning.placed))
                    if source.having.any():
                        for match in covered:
                            match.add(source, share=1 / len(covered))
        for match in self._words.values():
            if time.monotonic() < self._deadline:
                self._scorer.tolerate(match)

    def _phrase(self, clause: Words) -> _Group | None:
        """A phrase that must match; its words say how well. None when it has stop words only."""
        terms = self._first_terms(clause.words)
        if not terms:
            return None
        found = self._condition(clause)
        scores: Scores = np.zeros(self._generation.size, dtype=np.float64)
        for term in terms if found.any() else ():
            self._check_time()
            scores += self._scorer.terms((term,))
            self._wanted.terms.add(term.text)
        if not found.any():
            self._name_what_is_missing(clause)
        return _Group(np.where(found, scores, 0.0), found, found)

    def _name_what_is_missing(self, phrase: Words) -> None:
        """The words of a phrase that no story has; the phrase itself when each word is in some story."""
        missing = [
            word.text
            for word in phrase.words
            if (terms := self._analyzer.terms(word.text)) and not self._generation.holding(terms[0].text)
        ]
        if missing:
            self._unmatched += missing
        else:
            self._unmatched_phrases.append(" ".join(word.text for word in phrase.words))

    def _prefix(self, start: str) -> _Group:
        """All words that begin so, as if they were one rare or common word."""
        self._wanted.beginnings.add(start)
        found = self._condition(Prefix(start))
        having = int(found.sum())
        if not having:
            self._unmatched.append(start)
        rarity: Scores = np.where(found, self._generation.rarity(having), 0.0)
        return _Group(rarity, found, found)

    def _begun(self, start: str) -> list[str]:
        """Words in the lexicon that begin so; the most frequent when they are very many."""
        every = [
            word
            for word in self._generation.spellings(start, exactly_as_long=False)
            if word.startswith(start)
        ]
        if len(every) > _MOST_BEGINNINGS:
            every.sort(key=self._generation.frequency, reverse=True)
        return every[:_MOST_BEGINNINGS]


def plain_words(query: ParsedQuery) -> Iterator[Word]:
    """The words of a query that stand outside quotation marks and fields, in order."""
    for clause in sum(query.groups, ()):
        if isinstance(clause, Words) and not clause.phrase:
            yield clause.words[0]


def _runs(query: ParsedQuery) -> list[list[Word]]:
    """Plain words that follow each other: only those may be a synonym of several words. OR ends a run."""
    runs: list[list[Word]] = [[]]
    for clauses in query.groups:
        plain = [clause.words[0] for clause in clauses if isinstance(clause, Words) and not clause.phrase]
        if len(clauses) == 1 and plain:
            runs[-1] += plain
        else:
            runs += [*([word] for word in plain), []]
    return [run for run in runs if run]


def _is_condition(clause: Clause) -> bool:
    """Whether a clause must match, where a word only may."""
    return not isinstance(clause, Prefix) and not (isinstance(clause, Words) and not clause.phrase)


def in_years(generation: Generation, first: int | None, last: int | None) -> Mask:
    """The documents whose project overlaps a span of years, both ends included; None is open."""
    found: Mask = np.zeros(generation.size, dtype=np.bool_)
    for value, documents in generation.facets[Facet.YEAR].items():
        if (
            value.isdecimal()
            and (first is None or int(value) >= first)
            and (last is None or int(value) <= last)
        ):
            found[documents] = True
    return found
