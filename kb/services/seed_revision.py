"""A story's file as rows: checked against what it refers to, then made into one revision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from kb import markdown
from kb.db import db
from kb.domain import content
from kb.domain.errors import Invalid
from kb.domain.facts import Fact
from kb.domain.vocabulary import (
    DATE_FACTS,
    BenefitStage,
    EntryKind,
    FactName,
    FactState,
    LessonBasis,
    Outcome,
    RevisionStatus,
)
from kb.models import (
    BenefitRow,
    Entry,
    FactRow,
    Lesson,
    LessonText,
    Organisation,
    Revision,
    RevisionOutcome,
    SourceRow,
    Term,
)
from kb.services import seed_files
from kb.services.seed_files import SeedEntry

_LESSON_FIELDS = ("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when")
_LESSON_VOCABULARIES = ("phase", "perspective")
_MAIN_HEADING = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What a story may refer to."""

    organisations: dict[str, Organisation]
    terms: dict[tuple[str, str], Term]


def check(seed: SeedEntry, known: Known) -> None:
    """Raise ``SeedError`` for text that breaks a rule, or that names something unknown."""
    header = seed.header
    try:
        content.check_text(header["title"], header["summary"], seed.body)
        main = [item.text for item in markdown.outline(seed.body) if item.level <= _MAIN_HEADING + 1]
        content.check_headings(main)
    except Invalid as error:
        where = (error.field or "body", *(str(value) for value in error.params.values()))
        raise seed.error(str(error), *where) from error
    for slug in (header["organisation"], *header.get("partners", [])):
        if slug not in known.organisations:
            key = "organisation" if slug == header["organisation"] else "partners"
            raise seed.error(f"myndigheten ”{slug}” finns inte i organisations.csv", key)
    for keys, vocabulary, code in _codes(header):
        if (vocabulary, code) not in known.terms:
            raise seed.error(f"termen ”{code}” finns inte i ordlistan {vocabulary}", *keys)


def _codes(header: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every term that a story names: where in its front matter, of which vocabulary, and its code."""
    for vocabulary, codes in header["terms"].items():
        for code in codes:
            yield ("terms", vocabulary), vocabulary, code
    for number, lesson in enumerate(header["lessons"]):
        for vocabulary in _LESSON_VOCABULARIES:
            for code in lesson.get(vocabulary, []):
                yield ("lessons", number, vocabulary), vocabulary, code
    for number, benefit in enumerate(header.get("benefits", [])):
        yield ("benefits", number, "type"), "benefit_type", benefit["type"]


def revision(seed: SeedEntry, entry: Entry, known: Known, source_hash: str) -> Revision:
    """The next draft of an entry, not yet in the session."""
    header = seed.header
    return Revision(
        entry_id=entry.id,
        number=1 + max((revision.number for revision in entry.revisions), default=0),
        status=RevisionStatus.DRAFT,
        title=header["title"],
        summary=header["summary"],
        kind=EntryKind(header["kind"]),
        body=seed.body,
        body_plain=markdown.plain(seed.body),
        language=header["language"],
        editorial=header.get("editorial", False),
        anonymised=header.get("anonymised", False),
        contact_role=header.get("contact_role", ""),
        source_hash=source_hash,
        outcomes=[
            RevisionOutcome(outcome=Outcome(code), position=position)
            for position, code in enumerate(header["outcomes"])
        ],
        terms=[
            known.terms[vocabulary, code] for vocabulary, codes in header["terms"].items() for code in codes
        ],
        facts=[_fact(seed, name, value) for name, value in header["facts"].items()],
        lessons=[
            _lesson(entry, position, lesson, known) for position, lesson in enumerate(header["lessons"])
        ],
        benefits=[
            BenefitRow(
                position=position,
                stage=BenefitStage(benefit["stage"]),
                type=known.terms["benefit_type", benefit["type"]],
                description=benefit["description"],
                note=benefit.get("note", ""),
            )
            for position, benefit in enumerate(header.get("benefits", []))
        ],
        sources=[
            SourceRow(
                position=position,
                title=source["title"],
                publisher=source.get("publisher", ""),
                url=source["url"],
                accessed=_day(source.get("accessed")),
            )
            for position, source in enumerate(header["sources"])
        ],
    )


def _fact(seed: SeedEntry, name: str, value: dict[str, Any]) -> FactRow:
    low, high = value.get("low"), value.get("high")
    if name in DATE_FACTS:
        low, high = seed_files.month_span(low, end=False), seed_files.month_span(high, end=True)
    fact = Fact(
        name=FactName(name),
        state=FactState(value["state"]),
        low=low,
        high=high,
        year=value.get("year"),
        note=value.get("note", ""),
        publish_from=_day(value.get("publish_from")),
    )
    try:
        fact.check()
    except Invalid as error:
        raise seed.error(str(error), "facts", name) from error
    return FactRow(
        name=fact.name,
        state=fact.state,
        low=fact.low,
        high=fact.high,
        year=fact.year,
        note=fact.note,
        publish_from=fact.publish_from,
    )


def _lesson(entry: Entry, position: int, value: dict[str, Any], known: Known) -> LessonText:
    """The lesson with this key keeps its identity from revision to revision."""
    lesson = db.session.scalar(
        select(Lesson).where(Lesson.entry_id == entry.id, Lesson.anchor == value["key"])
    ) or Lesson(entry_id=entry.id, anchor=value["key"])
    codes = [(name, code) for name in _LESSON_VOCABULARIES for code in value.get(name, [])]
    return LessonText(
        lesson=lesson,
        position=position,
        basis=LessonBasis(value["basis"]),
        terms=[known.terms[key] for key in codes],
        **{name: value.get(name, "") for name in _LESSON_FIELDS},
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
