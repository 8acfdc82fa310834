"""What was typed in a draft as the text and facts of a story, and back; what is missing for its size.

``content_of`` is the one judge of a draft: the pages, the submission and the import ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kb.domain import content as rules
from kb.domain import draft_fields
from kb.domain.draft_fields import LESSON_TEXTS, LISTS, Fields, Items, Section
from kb.domain.draft_reading import CONTACT_ROLE_MAX, NOTE_TO_REVIEWER_MAX, Reader, is_web_address
from kb.domain.draft_writing import carried_over, fields_of
from kb.domain.errors import Invalid
from kb.domain.facts import Fact
from kb.domain.story_content import StoryContent
from kb.domain.vocabulary import (
    DATE_FACTS,
    MONEY_FACTS,
    EntryKind,
    EntrySize,
    FactName,
    Outcome,
)

__all__ = [
    "Checked",
    "SectionState",
    "carried_over",
    "content_of",
    "fields_of",
    "must_haves",
    "problems_of",
    "section_state",
    "section_states",
    "so_far",
]

_BODY_ROOM = 10 * rules.BODY_MAX
"""``content.long_texts`` judges texts whose limits it knows; the reader only reads them."""


class SectionState(StrEnum):
    """How far a section has come. A started one misses something, a wrong one has something to mend."""

    EMPTY = "empty"
    STARTED = "started"
    DONE = "done"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Checked:
    """The content where nothing is wrong or missing, else every problem with the name of its field.

    ``missing`` are the names of the fields where something only remains to be written.
    """

    content: StoryContent | None
    problems: tuple[Invalid, ...]
    missing: frozenset[str] = frozenset()


_MUST: Mapping[EntrySize, tuple[str, ...]] = {
    EntrySize.TIP: ("title", "summary", "kind", "term.domain", "lessons"),
    EntrySize.STORY: ("outcomes", "term.investment_type", "term.phase", "body", "sources"),
    EntrySize.IN_DEPTH: ("fact.first_budget.value", "fact.start.value", "benefits"),
}
_GROWTH = tuple(EntrySize)


def must_haves(size: EntrySize) -> tuple[str, ...]:
    """The fields at which it is said that something is missing, those of the smaller sizes among them.

    The first budget stands for any cost, the start for any date, and the sources for a source or a contact.
    """
    upto = _GROWTH[: _GROWTH.index(size) + 1]
    return tuple(name for each in upto for name in _MUST[each])


def content_of(fields: Fields, size: EntrySize) -> Checked:
    """The story in a draft, of the sections that its size has, or all problems in the order of the pages."""
    reader = Reader(_of_size(fields, size))
    found = _read(reader, size)
    _require(reader, found, size)
    problems = [*reader.wrong, *reader.missing]
    if problems:
        names = _names(fields, size)
        rank = {name: place for place, name in enumerate(names)}
        ordered = sorted(problems, key=lambda problem: rank.get(problem.field, len(rank)))
        first = {problem.field: problem for problem in reversed(ordered)}
        wrong = {problem.field for problem in reader.wrong}
        return Checked(
            None,
            tuple(sorted(first.values(), key=lambda problem: rank.get(problem.field, len(rank)))),
            frozenset(problem.field for problem in reader.missing) - wrong,
        )
    return Checked(found, ())


def so_far(fields: Fields, size: EntrySize) -> StoryContent:
    """As much of the story as can be read, however much is wrong or missing: to look at, never to store."""
    found = _read(Reader(_of_size(fields, size)), size)
    return replace(
        found,
        title=found.title[: rules.TITLE_MAX],
        sources=tuple(source for source in found.sources if is_web_address(source.url)),
        lessons=tuple(
            lesson for lesson in found.lessons if any(getattr(lesson, part) for part in LESSON_TEXTS)
        ),
    )


def section_states(fields: Fields, size: EntrySize) -> dict[Section, SectionState]:
    """The state of each section that a size has, in their order."""
    checked = content_of(fields, size)
    return {section: _state(section, fields, checked) for section in draft_fields.sections_of(size)}


def section_state(section: Section, fields: Fields, size: EntrySize) -> SectionState:
    return _state(section, fields, content_of(fields, size))


def problems_of(section: Section, fields: Fields, size: EntrySize) -> tuple[Invalid, ...]:
    """What is wrong or missing in one section."""
    return tuple(problem for problem in content_of(fields, size).problems if _is_in(section, problem))


def _names(fields: Fields, size: EntrySize) -> list[str]:
    sections = draft_fields.sections_of(size)
    return [name for section in sections for name in draft_fields.names_of(section, fields)]


def _of_size(fields: Fields, size: EntrySize) -> dict[str, str]:
    """The fields that a size asks for. Who once chose to be nameless stays so, whatever the size becomes."""
    return {name: fields[name] for name in (*_names(fields, size), "anonymised") if name in fields}


def _read(reader: Reader, size: EntrySize) -> StoryContent:
    kind = reader.word("kind", EntryKind)
    reader.needs(kind, Invalid("Välj om det är ett gott exempel eller en lärdom.", field="kind"))
    terms = {
        name.removeprefix("term."): codes
        for name in reader.fields
        if name.startswith("term.") and (codes := reader.codes(name))
    }
    benefits = (reader.benefit(key) for key in reader.keys(Items.BENEFIT))
    return StoryContent(
        title=reader.line("title", _BODY_ROOM),
        summary=reader.line("summary", _BODY_ROOM),
        kind=kind or EntryKind.LESSON_LEARNED,
        outcomes=reader.words("outcomes", Outcome),
        size=size,
        body=reader.several_lines("body", _BODY_ROOM),
        partners=reader.codes("partners"),
        terms=terms,
        facts=tuple(fact for fact in map(reader.fact, FactName) if fact is not None),
        lessons=tuple(reader.lesson(key) for key in reader.keys(Items.LESSON)),
        benefits=tuple(benefit for benefit in benefits if benefit is not None),
        sources=tuple(reader.source(key) for key in reader.keys(Items.SOURCE)),
        contact_role=reader.line("contact_role", CONTACT_ROLE_MAX),
        open_to_contact=reader.is_ticked("open_to_contact"),
        anonymised=reader.is_ticked("anonymised"),
        note_to_reviewer=reader.several_lines("note_to_reviewer", NOTE_TO_REVIEWER_MAX),
    )


def _require(reader: Reader, found: StoryContent, size: EntrySize) -> None:
    """What the size needs, and what must agree between the fields."""
    texts = (found.title, found.summary, found.body)
    reader.wrong += rules.long_texts(*texts)
    reader.missing += rules.missing_texts(*texts, size)
    domain = found.terms.get("domain")
    reader.needs(domain, Invalid("Välj minst ett verksamhetsområde.", field="term.domain"))
    _require_lesson(reader, found)
    reader.wrong += _dates_out_of_order(found.facts)
    if size is EntrySize.TIP:
        return
    investment, phase = found.terms.get("investment_type"), found.terms.get("phase")
    reader.needs(found.outcomes, Invalid("Välj hur det gick.", field="outcomes"))
    reader.needs(investment, Invalid("Välj vilken typ av investering det var.", field="term.investment_type"))
    reader.needs(phase, Invalid("Välj minst en fas.", field="term.phase"))
    reader.needs(
        found.sources or found.contact_role,
        Invalid("Lägg till en källa, eller skriv vilken roll läsaren kan fråga.", field="sources"),
    )
    if size is EntrySize.STORY:
        return
    names = {fact.name for fact in found.facts}
    started = {name for name in FactName if reader.has(f"fact.{name}.state", f"fact.{name}.value")}
    reader.needs(
        (names | started).intersection(MONEY_FACTS),
        Invalid(
            "Fyll i minst en kostnad, eller välj att uppgiften saknas.", field=f"fact.{MONEY_FACTS[0]}.value"
        ),
    )
    reader.needs(
        (names | started).intersection(DATE_FACTS),
        Invalid(
            "Fyll i minst ett datum, eller välj att uppgiften saknas.", field=f"fact.{DATE_FACTS[0]}.value"
        ),
    )
    reader.needs(reader.keys(Items.BENEFIT), Invalid("Beskriv minst en nytta.", field="benefits"))


def _require_lesson(reader: Reader, found: StoryContent) -> None:
    """One lesson must tell the situation and give advice; the first one is pointed at where none does."""
    if not found.lessons:
        reader.needs(None, Invalid("Skriv minst en lärdom.", field="lessons"))
        return
    if any(lesson.situation and lesson.advice for lesson in found.lessons):
        return
    first = found.lessons[0]
    name = f"{Items.LESSON}.{first.key}"
    reader.needs(first.situation, Invalid("Skriv vilken situation det gällde.", field=f"{name}.situation"))
    reader.needs(first.advice, Invalid("Skriv vad du råder andra att göra.", field=f"{name}.advice"))


def _dates_out_of_order(facts: tuple[Fact, ...]) -> Iterator[Invalid]:
    by_name = {fact.name: fact for fact in facts}
    start = by_name.get(FactName.START)
    first = start.low or start.high if start else None
    for name in DATE_FACTS[1:]:
        end = by_name.get(name)
        last = end.high or end.low if end else None
        if first is not None and last is not None and last < first:
            yield Invalid("Slutet ligger före starten. Kontrollera båda datumen.", field=f"fact.{name}.value")


def _state(section: Section, fields: Fields, checked: Checked) -> SectionState:
    lists = LISTS.values()
    names = (name for name in draft_fields.names_of(section, fields) if name not in lists)
    if all(rules.is_blank(fields.get(name, "")) for name in names):
        return SectionState.EMPTY
    here = [problem for problem in checked.problems if _is_in(section, problem)]
    if not here:
        return SectionState.DONE
    is_missing = all(problem.field in checked.missing for problem in here)
    return SectionState.STARTED if is_missing else SectionState.WRONG


def _is_in(section: Section, problem: Invalid) -> bool:
    return draft_fields.section_of(problem.field) is section
