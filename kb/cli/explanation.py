"""The text of ``kb search explain``."""

from __future__ import annotations

from collections.abc import Iterator

from kb.search.reasons import Contribution, ExplainedStory, ExplainedWord, Explanation, ReasonKind

_SAID = {
    None: "ordet",
    ReasonKind.COMPOUND: "ordled",
    ReasonKind.SYNONYM: "synonym",
    ReasonKind.SPELLING: "stavning",
    ReasonKind.CONTAINS: "del av ord",
}
_GROUPS = {2: "exakt rubrik", 1: "har alla ord i frågan", 0: "har några av orden"}


def lines(explained: Explanation, entry_id: str | None) -> Iterator[str]:
    """One line per fact, indented under its word."""
    for word in explained.words:
        yield from _word(word, with_scores=explained.story is not None)
    if not explained.words:
        yield "Frågan har inga ord att söka på, bara villkor."
    yield f"{explained.total} träffar"
    if explained.story is not None:
        yield from _story(explained.story)
    elif entry_id is not None:
        yield f"Ingen berättelse i indexet har id {entry_id}."


def _word(word: ExplainedWord, *, with_scores: bool) -> Iterator[str]:
    if word.is_stop_word:
        yield f"{word.typed}: stoppord, räknas inte"
        return
    terms = ", ".join(f"{term} ({weight:g})" for term, weight in word.terms)
    yield f"{word.typed}: grundform {word.lemma}; söks som {terms}"
    for source in word.sources:
        yield "  " + _source(source, with_scores=with_scores)


def _source(source: Contribution, *, with_scores: bool) -> str:
    said = f"{_SAID[source.kind]} {' + '.join(source.words)}: {source.stories} berättelser"
    if not with_scores:
        return said
    origins = ", ".join(f"{section} {score:.3f}" for section, score in source.by_origin)
    counted = "" if source.counted or not source.score else ", räknas inte: ett annat sätt ger mer"
    return f"{said}; poäng {source.score:.3f}{f' ({origins})' if origins else ''}{counted}"


def _story(story: ExplainedStory) -> Iterator[str]:
    if story.rank is None:
        yield "Berättelsen är ingen träff."
        return
    yield f"Berättelsen är träff nummer {story.rank}: {_GROUPS[story.group]}, poäng {story.score:.3f}"
    if story.nearness:
        yield f"  varav orden nära varandra {story.nearness:.3f}"
