"""Which lessons of a term a reader should see first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, case, select

from kb.db import db
from kb.domain.vocabulary import LessonBasis
from kb.models import Entry, Lesson, LessonText
from kb.models.lesson import lesson_text_term
from kb.models.story import public_entries

_WEIGHED = 40
"""How many lessons are looked at to find those of different stories."""


def of(term_id: Select[str], limit: int) -> list[tuple[str, str]]:
    """Entry and anchor of the lessons that say most, one of each story before a second of any.

    One with an advice and a reason says more than one without; what a source states goes before what an
    editor inferred, and the newer story before the older.
    """
    fields = (LessonText.advice, LessonText.why, LessonText.what_happened, LessonText.applies_when)
    said = sum(
        (case((field != "", weight), else_=0) for field, weight in zip(fields, (4, 2, 1, 1), strict=True))
    )
    rows = db.session.execute(
        select(Entry.id, Lesson.anchor)
        .join(LessonText, LessonText.revision_id == Entry.published_revision_id)
        .join(Lesson, Lesson.id == LessonText.lesson_id)
        .join(lesson_text_term, lesson_text_term.c.lesson_text_id == LessonText.id)
        .where(
            Entry.id.in_(public_entries().with_only_columns(Entry.id)),
            lesson_text_term.c.term_id == term_id.scalar_subquery(),
        )
        .order_by(
            (said + case((LessonText.basis == LessonBasis.SOURCE, 1), else_=0)).desc(),
            Entry.first_published_at.desc(),
            Entry.id.desc(),
            LessonText.position,
        )
        .limit(_WEIGHED)
    )
    return _spread([(entry_id, anchor) for entry_id, anchor in rows])[:limit]


def _spread(ranked: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The best of each story first, then the second of each, and so on."""
    seen: dict[str, int] = defaultdict(int)
    turns: list[tuple[int, tuple[str, str]]] = []
    for pair in ranked:
        turns.append((seen[pair[0]], pair))
        seen[pair[0]] += 1
    return [pair for _, pair in sorted(turns, key=lambda turn: turn[0])]
