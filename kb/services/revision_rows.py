"""The content of a story as the rows of one revision, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from kb import markdown
from kb.db import db
from kb.domain import content as rules
from kb.domain.draft_content import fields_of
from kb.domain.facts import Fact
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent, StoryContent
from kb.domain.vocabulary import RevisionStatus
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
from kb.services.known import BENEFIT_VOCABULARY, LESSON_VOCABULARIES, Known, all_known, check_known, codes_of

__all__ = [
    "Known",
    "all_known",
    "check_known",
    "content_of_revision",
    "fields_of_revision",
    "partners_of",
    "put",
    "revision_of",
    "source_hash",
    "widened",
]

_LESSON_TEXTS = ("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when")
_FACT_PARTS = ("name", "state", "low", "high", "year", "note", "publish_from")


def source_hash(content: StoryContent) -> str:
    """What an approval is bound to: everything but the note to the reviewer, in one order."""
    parts = asdict(replace(content, note_to_reviewer=""))
    parts["terms"] = {name: sorted(codes) for name, codes in content.terms.items() if codes}
    parts["partners"] = sorted(content.partners)
    parts["facts"] = sorted(parts["facts"], key=lambda fact: str(fact["name"]))
    for lesson in parts["lessons"]:
        lesson |= {name: sorted(lesson[name]) for name in LESSON_VOCABULARIES}
    return rules.canonical_hash(parts)


def revision_of(
    content: StoryContent,
    entry: Entry,
    number: int,
    known: Known,
    status: RevisionStatus = RevisionStatus.DRAFT,
    **more: Any,
) -> Revision:
    """A new revision with this content, not yet in the session; ``more`` are further columns of it."""
    revision = Revision(entry_id=entry.id, number=number, status=status)
    put(content, revision, known, **more)
    return revision


def put(content: StoryContent, revision: Revision, known: Known, **more: Any) -> None:
    """Give a revision this content; what it had before goes. ``check_known`` has found nothing wrong.

    A term comes with the wider ones above it. The partners belong to the entry: see ``partners_of``.
    """
    _clear(revision)
    content = widened(content, known)
    lessons = _lessons(revision.entry_id, content)
    revision.title = content.title
    revision.summary = content.summary
    revision.kind = content.kind
    revision.size = content.size
    revision.body = content.body
    revision.body_plain = markdown.plain(content.body)
    revision.language = content.language
    revision.editorial = content.editorial
    revision.anonymised = content.anonymised
    revision.contact_role = content.contact_role
    revision.open_to_contact = content.open_to_contact
    revision.note_to_reviewer = content.note_to_reviewer
    revision.outcomes = [
        RevisionOutcome(outcome=outcome, position=place) for place, outcome in enumerate(content.outcomes)
    ]
    revision.terms = [known.terms[vocabulary, code] for vocabulary, code in codes_of(content)]
    revision.facts = [
        FactRow(**{part: getattr(fact, part) for part in _FACT_PARTS}) for fact in content.facts
    ]
    revision.lessons = [
        _lesson_text(lesson, lessons[lesson.key], place, known)
        for place, lesson in enumerate(content.lessons)
    ]
    revision.benefits = [
        BenefitRow(
            position=place,
            stage=benefit.stage,
            type=known.terms[BENEFIT_VOCABULARY, benefit.type],
            description=benefit.description,
            note=benefit.note,
        )
        for place, benefit in enumerate(content.benefits)
    ]
    revision.sources = [
        SourceRow(position=place, **asdict(source)) for place, source in enumerate(content.sources)
    ]
    revision.source_hash = source_hash(content)
    for name, value in more.items():
        setattr(revision, name, value)


def partners_of(content: StoryContent, entry: Entry, known: Known) -> list[Organisation]:
    """The partners that an entry has by its content, as far as they are known; its owner is none of them."""
    partners = dict.fromkeys(known.organisation(called) for called in content.partners)
    return [partner for partner in partners if partner is not None and partner.id != entry.owner_id]


def widened(content: StoryContent, known: Known) -> StoryContent:
    """The content as it is kept: partners by address, and terms with the wider ones above them.

    A subject counts its own tag, so the wider one must be there too.
    """
    partners = (known.organisation(called) for called in content.partners)
    return replace(
        content,
        partners=tuple(dict.fromkeys(partner.slug for partner in partners if partner is not None)),
        terms={
            vocabulary: _with_wider([known.terms[vocabulary, code] for code in codes])
            for vocabulary, codes in content.terms.items()
        },
    )


def content_of_revision(revision: Revision) -> StoryContent:
    """The content of a stored revision, with the partners that its entry has now."""
    terms: dict[str, tuple[str, ...]] = {}
    for term in revision.terms:
        code = term.vocabulary.code
        terms[code] = (*terms.get(code, ()), term.code)
    return StoryContent(
        title=revision.title,
        summary=revision.summary,
        kind=revision.kind,
        outcomes=tuple(row.outcome for row in revision.outcomes),
        size=revision.size,
        body=revision.body,
        language=revision.language,
        partners=tuple(partner.slug for partner in revision.entry.partners),
        terms=terms,
        facts=tuple(Fact(**{part: getattr(row, part) for part in _FACT_PARTS}) for row in revision.facts),
        lessons=tuple(_lesson_content(row) for row in revision.lessons),
        benefits=tuple(
            BenefitContent(row.stage, row.type.code, row.description, row.note) for row in revision.benefits
        ),
        sources=tuple(
            SourceContent(row.title, row.url, row.publisher, row.accessed) for row in revision.sources
        ),
        contact_role=revision.contact_role,
        open_to_contact=revision.open_to_contact,
        anonymised=revision.anonymised,
        editorial=revision.editorial,
        note_to_reviewer=revision.note_to_reviewer,
    )


def fields_of_revision(revision: Revision) -> dict[str, str]:
    """The fields of a draft that begins as this revision; partners by name, as people type them."""
    fields = fields_of(content_of_revision(revision))
    if revision.entry.partners:
        fields["partners"] = "\n".join(partner.name for partner in revision.entry.partners)
    return fields


def _with_wider(terms: Iterable[Term]) -> tuple[str, ...]:
    found: dict[str, int] = {}
    for term in terms:
        one: Term | None = term
        while one is not None:
            found[one.code] = one.position
            one = one.parent
    return tuple(sorted(found, key=lambda code: found[code]))


def _clear(revision: Revision) -> None:
    """Rows with the same positions go before the new ones come."""
    parts = (revision.outcomes, revision.facts, revision.lessons, revision.benefits, revision.sources)
    if not any(parts):
        return
    for rows in parts:
        rows.clear()
    db.session.flush()


def _lessons(entry_id: str, content: StoryContent) -> dict[str, Lesson]:
    """A lesson with a key that the entry has keeps its identity from revision to revision."""
    anchors = [lesson.key for lesson in content.lessons]
    held = db.session.scalars(select(Lesson).where(Lesson.entry_id == entry_id, Lesson.anchor.in_(anchors)))
    found = {lesson.anchor: lesson for lesson in held}
    return found | {
        anchor: Lesson(entry_id=entry_id, anchor=anchor) for anchor in anchors if anchor not in found
    }


def _lesson_text(lesson: LessonContent, identity: Lesson, place: int, known: Known) -> LessonText:
    codes = [(name, code) for name in LESSON_VOCABULARIES for code in getattr(lesson, name)]
    return LessonText(
        lesson=identity,
        position=place,
        basis=lesson.basis,
        terms=[known.terms[key] for key in dict.fromkeys(codes)],
        **{name: getattr(lesson, name) for name in _LESSON_TEXTS},
    )


def _lesson_content(row: LessonText) -> LessonContent:
    parts: dict[str, Any] = {name: getattr(row, name) for name in _LESSON_TEXTS}
    for name in LESSON_VOCABULARIES:
        parts[name] = tuple(term.code for term in row.terms if term.vocabulary.code == name)
    return LessonContent(key=row.lesson.anchor, basis=row.basis, **parts)
