"""Searching stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kb.domain.published import PublishedStory
from kb.search.index import Hit
from kb.services import searching, stories, zero_hits
from kb.services.choices import STORIES, SearchRequest
from kb.services.searching import SearchPage


@dataclass(frozen=True, slots=True)
class FoundStory:
    story: PublishedStory
    hit: Hit


def search(request: SearchRequest, today: date, *, note_misses: bool = False) -> SearchPage[FoundStory]:
    """One page of stories. Raises ``SearchUnavailable`` and ``QueryRefused``.

    With ``note_misses`` words that no story has are counted (ADR 8): for readers, not for those who test.
    """

    def present(hits: Sequence[Hit]) -> Iterator[FoundStory]:
        shown = {story.entry_id: story for story in stories.by_ids([hit.entry_id for hit in hits], today)}
        return (FoundStory(shown[hit.entry_id], hit) for hit in hits if hit.entry_id in shown)

    page = searching.answer(STORIES, request, present)
    if note_misses and not page.total and request.is_plain:
        zero_hits.note(request.text, today)
    return page
