"""Suggestions as readers get them: what the index offers, checked against the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb.db import db
from kb.domain.published import PublishedStory
from kb.search import sync
from kb.search.index import CompletionKind, SuggestedCompletion
from kb.services import organisations, stories

MOST_CHARACTERS = 100
_LIMIT = 8
_ORDER = (
    CompletionKind.WORD,
    CompletionKind.TITLE,
    CompletionKind.ORGANISATION,
    CompletionKind.TERM,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to choose. ``story`` is there for a title; ``target`` is a slug or ``facet=code``."""

    text: str
    target: str = ""
    story: PublishedStory | None = None


@dataclass(frozen=True, slots=True)
class OfferGroup:
    kind: CompletionKind
    offers: tuple[Offer, ...]


def suggest(text: str, today: date) -> tuple[OfferGroup, ...]:
    """What may be chosen after ``text``, by kind; nothing for a longer text. Raises ``SearchUnavailable``."""
    if len(text) > MOST_CHARACTERS:
        return ()
    found = sync.of(db.engine).stories.suggest(text, _LIMIT)
    groups = []
    for kind in _ORDER:
        of_kind = [item for item in found if item.kind is kind]
        offers = _offers(kind, of_kind, today) if of_kind else ()
        if offers:
            groups.append(OfferGroup(kind, offers))
    return tuple(groups)


def _offers(kind: CompletionKind, found: list[SuggestedCompletion], today: date) -> tuple[Offer, ...]:
    if kind is CompletionKind.TITLE:
        shown = stories.by_ids([item.target for item in found], today)
        return tuple(Offer(story.title, story.entry_id, story) for story in shown)
    if kind is CompletionKind.ORGANISATION:
        names = organisations.labels(item.target for item in found)
        return tuple(Offer(names[item.target], item.target) for item in found if item.target in names)
    return tuple(Offer(item.text, item.target) for item in found)
