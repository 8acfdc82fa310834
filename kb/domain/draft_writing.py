"""The content of a story as the fields of a draft, and what a draft cannot hold of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.domain import draft_fields
from kb.domain.draft_fields import LESSON_TEXTS, LISTS, Items
from kb.domain.draft_reading import writer_of
from kb.domain.story_content import StoryContent
from kb.domain.vocabulary import EntrySize, FactName

_GROWTH = tuple(EntrySize)


def fields_of(content: StoryContent) -> dict[str, str]:
    """The fields of a draft that has this content; a field that would be empty is left out."""
    fields = {
        "title": content.title,
        "summary": content.summary,
        "kind": content.kind.value,
        "outcomes": "\n".join(content.outcomes),
        "body": content.body,
        "partners": "\n".join(content.partners),
        "contact_role": content.contact_role,
        "open_to_contact": "1" if content.open_to_contact else "",
        "anonymised": "1" if content.anonymised else "",
        "note_to_reviewer": content.note_to_reviewer,
        **{f"term.{vocabulary}": "\n".join(codes) for vocabulary, codes in content.terms.items()},
        **dict(_fields_of_facts(content)),
        **dict(_fields_of_items(content)),
    }
    return {name: text for name, text in fields.items() if text and draft_fields.is_name(name)}


def carried_over(content: StoryContent, before: StoryContent) -> StoryContent:
    """The content with what no form asked its writer for, as the version before has it.

    That is the language, whether the editors tell it, the year of a fact whose value is the same, what a
    lesson with the same key stands on, and all that a story of this size has no page for. A story that has
    become smaller has left that behind.
    """
    years = {(fact.name, fact.low, fact.high): fact.year for fact in before.facts}
    bases = {lesson.key: lesson.basis for lesson in before.lessons}
    if _GROWTH.index(content.size) >= _GROWTH.index(before.size):
        content = _with_the_unasked(content, before)
    return replace(
        content,
        language=before.language,
        editorial=before.editorial,
        facts=tuple(
            replace(fact, year=years.get((fact.name, fact.low, fact.high))) for fact in content.facts
        ),
        lessons=tuple(
            replace(lesson, basis=bases.get(lesson.key, lesson.basis)) for lesson in content.lessons
        ),
    )


def _with_the_unasked(content: StoryContent, before: StoryContent) -> StoryContent:
    sections = draft_fields.sections_of(content.size)
    asked = {name for section in sections for name in draft_fields.names_of(section, {})}
    terms = {name: codes for name, codes in before.terms.items() if f"term.{name}" not in asked}
    facts = [fact for fact in before.facts if f"fact.{fact.name}.value" not in asked]
    order = list(FactName)
    return replace(
        content,
        terms={**content.terms, **terms},
        facts=tuple(sorted((*content.facts, *facts), key=lambda fact: order.index(fact.name))),
        benefits=content.benefits if LISTS[Items.BENEFIT] in asked else before.benefits,
        sources=content.sources if LISTS[Items.SOURCE] in asked else before.sources,
    )


def _fields_of_facts(content: StoryContent) -> Iterator[tuple[str, str]]:
    for fact in content.facts:
        name = f"fact.{fact.name}"
        yield f"{name}.state", fact.state.value
        yield f"{name}.value", writer_of(fact.name)(fact.low, fact.high)
        yield f"{name}.note", fact.note
        yield f"{name}.publish_from", fact.publish_from.isoformat() if fact.publish_from else ""


def _fields_of_items(content: StoryContent) -> Iterator[tuple[str, str]]:
    yield LISTS[Items.LESSON], "\n".join(lesson.key for lesson in content.lessons)
    for lesson in content.lessons:
        name = f"{Items.LESSON}.{lesson.key}"
        yield from ((f"{name}.{part}", getattr(lesson, part)) for part in LESSON_TEXTS)
        yield f"{name}.phase", "\n".join(lesson.phase)
        yield f"{name}.perspective", "\n".join(lesson.perspective)
    yield LISTS[Items.BENEFIT], "\n".join(str(number) for number in range(1, len(content.benefits) + 1))
    for number, benefit in enumerate(content.benefits, 1):
        name = f"{Items.BENEFIT}.{number}"
        yield f"{name}.stage", benefit.stage.value
        yield f"{name}.type", benefit.type
        yield f"{name}.description", benefit.description
        yield f"{name}.note", benefit.note
    yield LISTS[Items.SOURCE], "\n".join(str(number) for number in range(1, len(content.sources) + 1))
    for number, source in enumerate(content.sources, 1):
        name = f"{Items.SOURCE}.{number}"
        yield f"{name}.title", source.title
        yield f"{name}.publisher", source.publisher
        yield f"{name}.url", source.url
        yield f"{name}.accessed", source.accessed.isoformat() if source.accessed else ""
