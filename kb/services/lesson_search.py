"""Searching lessons, across the stories that tell them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.domain.published import LessonView, PublishedStory
from kb.search.index import Hit
from kb.services import searching, stories
from kb.services.choices import LESSONS, STORIES, SearchRequest
from kb.services.searching import SearchPage


@dataclass(frozen=True, slots=True)
class FoundLesson:
    story: PublishedStory
    lesson: LessonView
    hit: Hit


def search(request: SearchRequest, today: date) -> SearchPage[FoundLesson]:
    """One page of lessons. Raises ``SearchUnavailable`` and ``QueryRefused``.

    Where no lesson is found, the words are looked for among the stories.
    """

    def present(hits: Sequence[Hit]) -> Iterator[FoundLesson]:
        ids = list(dict.fromkeys(hit.entry_id for hit in hits))
        shown = {
            (story.entry_id, lesson.anchor): (story, lesson)
            for story in stories.by_ids(ids, today)
            for lesson in story.lessons
        }
        keys = ((hit, (hit.entry_id, hit.anchor)) for hit in hits)
        return (FoundLesson(*shown[key], hit) for hit, key in keys if key in shown)

    page = searching.answer(LESSONS, request, present)
    if page.total or not request.text.strip():
        return page
    return replace(page, elsewhere=searching.count(STORIES, request.text))
