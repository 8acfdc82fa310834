"""Suggestions as a reader types, over one opened generation: words, titles, organisations and terms.

Made once per generation. What is offered is checked against the documents that are left, for the lexicon
still has the words of a story that was taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from kb.search.completions import Beginnings, Lines, key
from kb.search.index import CompletionKind, SuggestedCompletion
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import clean, normalise, words
from kb.search.whoosh_generation import Generation
from kb.search.whoosh_schema import Completable, completables

_MOST_CHARACTERS = 100
_MOST_WORDS_TYPED = 8
_TOLERANT_FROM = 4
_INSIDE_FROM = 4
_SECOND_WORD_FROM = 2
_MOST_WORDS_KEPT = 40_000
_LARGE = 1_000
_LEAST_FREQUENT_IN_LARGE = 2
_RECOUNT_AFTER = 0.02
_SHORTEST_WORD = 3
_CANDIDATES = 24
_MOST_OF_A_KIND = 3
_KINDS = (CompletionKind.TITLE, CompletionKind.ORGANISATION, CompletionKind.TERM)


@dataclass(frozen=True, slots=True)
class _Typed:
    """``before`` stands as it is in what is offered; the last of ``words`` is the one to complete."""

    before: str
    words: tuple[str, ...]

    @property
    def last(self) -> str:
        return self.words[-1]

    def mended(self, last: str) -> _Typed:
        return _Typed(self.before, (*self.words[:-1], last))


class _Words:
    """The frequent words of all stories, the most frequent first."""

    def __init__(self, generation: Generation) -> None:
        self.stories = int(generation.live.sum())
        least = _LEAST_FREQUENT_IN_LARGE if self.stories >= _LARGE else 1
        counted = [
            (-having, spelling)
            for spelling, having in generation.lexicon()
            if having >= least and len(spelling) >= _SHORTEST_WORD and not any(map(str.isdigit, spelling))
        ]
        self.spellings = [spelling for _, spelling in sorted(counted)[:_MOST_WORDS_KEPT]]
        self.lines = Lines(self.spellings)
        self.beginnings = Beginnings(self.spellings)

    def hold_for(self, generation: Generation) -> bool:
        """Whether so few stories have come or gone that it is not worth counting again."""
        return abs(int(generation.live.sum()) - self.stories) < _RECOUNT_AFTER * self.stories


class Suggestions:
    """What may be completed in one generation."""

    def __init__(self, generation: Generation, analyzer: Analyzer, before: Suggestions | None) -> None:
        self.generation = generation
        self._analyzer = analyzer
        kept = before is not None and before.words.hold_for(generation)
        self.words: _Words = before.words if before is not None and kept else _Words(generation)
        self._things: dict[CompletionKind, list[Completable]] = {kind: [] for kind in _KINDS}
        for thing in completables(generation.terms_of("completion")):
            self._things[thing.kind].append(thing)
        self._lines = {
            kind: Lines([key(" ".join(thing.names)) for thing in things])
            for kind, things in self._things.items()
        }

    def suggest(self, text: str, limit: int) -> tuple[SuggestedCompletion, ...]:
        """At most ``limit``, by kind, the likeliest of each first."""
        typed = _typed(text)
        if typed is None:
            return ()
        found = self._of(typed)
        if not found and len(typed.last) >= _TOLERANT_FROM:
            for mended in self.words.beginnings.mended(typed.last):
                found += [item for item in self._of(typed.mended(mended)) if item not in found]
        return _spread(found, limit)

    def _of(self, typed: _Typed) -> list[SuggestedCompletion]:
        found = self._words(typed)
        for kind in _KINDS:
            found += islice(self._things_of(kind, typed), _MOST_OF_A_KIND)
        return found

    def _words(self, typed: _Typed) -> list[SuggestedCompletion]:
        """Words that begin so, then compounds with a part that begins so; one form of each word."""
        if typed.words[:-1] and len(typed.last) < _SECOND_WORD_FROM:
            return []
        forms: dict[str, str] = {}
        candidates = list(islice(self.words.lines.beginning(typed.last), _CANDIDATES))
        if len(typed.last) >= _INSIDE_FROM:
            candidates += islice(self._compounds(typed.last), _CANDIDATES)
        for number in candidates:
            spelling = self.words.spellings[number]
            terms = self._analyzer.terms(spelling)
            if terms and self.generation.is_spelling_left(spelling):
                known = forms.get(terms[0].text)
                forms[terms[0].text] = self._readable(spelling, known) if known else self._readable(spelling)
        wanted = [form for form in forms.values() if typed.words[:-1] or form != typed.last]
        return [SuggestedCompletion(typed.before + form, CompletionKind.WORD) for form in wanted]

    def _compounds(self, typed: str) -> Iterator[int]:
        """The words where another word's beginning is what was typed: *registr* in *fordonsregistrering*."""
        for number, place in self.words.lines.inside(typed):
            spelling = self.words.spellings[number]
            if self._is_word(spelling[:place]) and self._is_word(spelling[place:]):
                yield number

    def _is_word(self, part: str) -> bool:
        """Whether some story has this by itself, or without the *s* that joins two words."""
        generation = self.generation
        return (
            generation.is_spelling(part)
            or generation.is_term(self._analyzer.term(part))
            or (part.endswith("s") and generation.is_spelling(part[:-1]))
        )

    def _readable(self, spelling: str, known: str = "") -> str:
        """The dictionary's form where a story has it, else the shorter of what was found."""
        lemma = self._analyzer.lemmas.lemma(spelling).lower()
        form = lemma if lemma[:3] == spelling[:3] and self.generation.is_spelling(lemma) else spelling
        return min((each for each in (known, form) if each), key=len)

    def _things_of(self, kind: CompletionKind, typed: _Typed) -> Iterator[SuggestedCompletion]:
        lines, things = self._lines[kind], self._things[kind]
        seen: set[int] = set()
        for number in chain(lines.beginning(" ".join(typed.words)), lines.with_words(typed.words)):
            thing = things[number]
            if number in seen:
                continue
            seen.add(number)
            if self.generation.is_left("completion", thing.stored):
                yield SuggestedCompletion(thing.names[0], kind, thing.target)


def _typed(text: str) -> _Typed | None:
    cleaned = clean(text)[:_MOST_CHARACTERS]
    found = list(words(cleaned))[-_MOST_WORDS_TYPED:]
    if not found:
        return None
    return _Typed(cleaned[: found[-1].start].lstrip(), tuple(normalise(word.text) for word in found))


def _spread(found: list[SuggestedCompletion], limit: int) -> tuple[SuggestedCompletion, ...]:
    """Half of the room is for words, the rest for things; what one does not need the other gets."""
    things = [item for item in found if item.kind is not CompletionKind.WORD]
    written = [item for item in found if item.kind is CompletionKind.WORD]
    for_words = max(limit - len(things), limit // 2)
    taken = written[:for_words]
    return (*taken, *things[: limit - len(taken)])
