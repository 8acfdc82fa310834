"""The front matter of a story's file and what it says: a mapping as the schema has it ↔ ``StoryContent``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kb.domain.draft_fields import LESSON_TEXTS
from kb.domain.facts import Fact
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent, StoryContent
from kb.domain.vocabulary import (
    DATE_FACTS,
    BenefitStage,
    EntryKind,
    EntrySize,
    FactName,
    FactState,
    LessonBasis,
    Outcome,
)
from kb.services.seed_files import month_span

_JANUARY, _DECEMBER = 1, 12
_LESSON_TERMS = ("phase", "perspective")


def content_of(header: Mapping[str, Any], body: str) -> StoryContent:
    """What a file says. The front matter must fit its schema."""
    return StoryContent(
        title=header["title"],
        summary=header["summary"],
        kind=EntryKind(header["kind"]),
        outcomes=tuple(Outcome(code) for code in header.get("outcomes", ())),
        size=EntrySize(header.get("size", EntrySize.STORY)),
        body=body,
        language=header["language"],
        partners=tuple(header.get("partners", ())),
        terms={name: tuple(codes) for name, codes in header.get("terms", {}).items() if codes},
        facts=tuple(_fact(name, value) for name, value in header.get("facts", {}).items()),
        lessons=tuple(_lesson(value) for value in header.get("lessons", ())),
        benefits=tuple(
            BenefitContent(
                BenefitStage(value["stage"]), value["type"], value["description"], value.get("note", "")
            )
            for value in header.get("benefits", ())
        ),
        sources=tuple(
            SourceContent(
                value["title"], value["url"], value.get("publisher", ""), _day(value.get("accessed"))
            )
            for value in header.get("sources", ())
        ),
        contact_role=header.get("contact_role", ""),
        open_to_contact=header.get("open_to_contact", False),
        anonymised=header.get("anonymised", False),
        editorial=header.get("editorial", False),
        note_to_reviewer=header.get("note_to_reviewer", ""),
    )


def header_of(content: StoryContent) -> dict[str, Any]:
    """The front matter of a story, in the order of the schema; what is empty is left out."""
    header: dict[str, Any] = {
        "title": content.title,
        "summary": content.summary,
        "kind": content.kind.value,
        "outcomes": [outcome.value for outcome in content.outcomes],
        "size": content.size.value,
        "partners": list(content.partners),
        "language": content.language,
        "terms": {name: list(codes) for name, codes in content.terms.items() if codes},
        "facts": {fact.name.value: _fact_header(fact) for fact in content.facts},
        "lessons": [_lesson_header(lesson) for lesson in content.lessons],
        "benefits": [
            _filled(stage=one.stage.value, type=one.type, description=one.description, note=one.note)
            for one in content.benefits
        ],
        "sources": [
            _filled(title=one.title, publisher=one.publisher, url=one.url, accessed=one.accessed)
            for one in content.sources
        ],
        "anonymised": content.anonymised,
        "contact_role": content.contact_role,
        "open_to_contact": content.open_to_contact,
        "editorial": content.editorial,
        "note_to_reviewer": content.note_to_reviewer,
    }
    return {name: value for name, value in header.items() if value or name in ("title", "summary")}


def _filled(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}


def _lesson(value: Mapping[str, Any]) -> LessonContent:
    return LessonContent(
        key=value["key"],
        phase=tuple(value.get("phase", ())),
        perspective=tuple(value.get("perspective", ())),
        basis=LessonBasis(value["basis"]),
        **{name: value.get(name, "") for name in LESSON_TEXTS},
    )


def _lesson_header(lesson: LessonContent) -> dict[str, Any]:
    texts = {name: getattr(lesson, name) for name in LESSON_TEXTS if getattr(lesson, name)}
    terms = {name: list(getattr(lesson, name)) for name in _LESSON_TERMS if getattr(lesson, name)}
    return {"key": lesson.key, **texts, **terms, "basis": lesson.basis.value}


def _fact(name: str, value: Mapping[str, Any]) -> Fact:
    low, high, year = (_whole(value.get(part)) for part in ("low", "high", "year"))
    if name in DATE_FACTS:
        low, high = month_span(low, end=False), month_span(high, end=True)
    return Fact(
        name=FactName(name),
        state=FactState(value["state"]),
        low=low,
        high=high,
        year=year,
        note=value.get("note", ""),
        publish_from=_day(value.get("publish_from")),
    )


def _whole(value: Any) -> Any:
    """JSON has no whole numbers: to it 2017.0 is one."""
    return int(value) if isinstance(value, float) else value


def _fact_header(fact: Fact) -> dict[str, Any]:
    low: int | str | None = fact.low
    high: int | str | None = fact.high
    if fact.name in DATE_FACTS:
        low, high = _months(fact.low, fact.high)
    return _filled(
        state=fact.state.value,
        low=low,
        high=high,
        year=fact.year,
        note=fact.note,
        publish_from=fact.publish_from,
    )


def _months(low: int | None, high: int | None) -> tuple[int | str | None, int | str | None]:
    """Whole years as years, anything else as months."""
    if low is not None and high is not None and (low % 100, high % 100) == (_JANUARY, _DECEMBER):
        return low // 100, high // 100
    first, last = (None if value is None else f"{value // 100}-{value % 100:02}" for value in (low, high))
    return first, last


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
