"""A story's file, Markdown below a front matter: read with every fault by its line, and written.

The front matter is that of ``seed/schema/entry.schema.json``. What is read is in the one form that drafts
give (``normalised``), so that a story which goes out and comes in again is the same story.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jsonschema import ValidationError

from kb.domain import draft_content, draft_fields
from kb.domain.draft_fields import Fields, Items
from kb.domain.errors import Invalid
from kb.domain.personal_data import holds_identity_number
from kb.domain.story_content import StoryContent
from kb.domain.text import translatable as _
from kb.domain.vocabulary import EntrySize
from kb.services import seed_files, seed_yaml, story_header, story_text
from kb.services.seed_yaml import SeedError

FAULTS_MAX = 30
"""Of one file: whoever has more mends these first."""
_SHOWN_MAX = 160
_BELOW_HEADER = 4
"""Lines of a file to the first of its text, but for those of the front matter: dashes, one empty, itself."""

_SENTENCES: Mapping[str, str] = {
    "required": _("%(where)s: %(what)s saknas."),
    "additionalProperties": _("%(where)s: %(what)s finns inte i mallen. Ta bort det eller rätta stavningen."),
    "enum": _("%(where)s: skriv något av %(what)s."),
    "maxLength": _("%(where)s: korta texten till högst %(what)s tecken."),
    "maxItems": _("%(where)s: ta bort så att det blir högst %(what)s."),
    "minItems": _("%(where)s: skriv minst %(what)s."),
    "uniqueItems": _("%(where)s: samma sak står två gånger."),
    "minimum": _("%(where)s: skriv minst %(what)s."),
    "maximum": _("%(where)s: skriv högst %(what)s."),
}
_WRONG_FORM = _("%(where)s: värdet har fel form. Läs i docs/import.md hur det ska skrivas.")


@dataclass(frozen=True, slots=True)
class StoryFile:
    """What a file says: the story, the address (slug) of its organisation, and its id if it has one."""

    content: StoryContent
    organisation: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, on which line of the file, and in which column if it is a table."""

    line: int
    problem: Invalid
    column: str = ""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file, or the row of a table that begins on ``line``, as it was read.

    ``story`` is there unless it cannot be understood. ``header`` is its front matter, if it has one.
    """

    name: str
    line: int
    title: str
    story: StoryFile | None
    faults: tuple[Fault, ...] = ()
    header: str = ""

    def with_problems(self, problems: Iterable[Invalid]) -> ReadFile:
        """With more that is wrong; the field of each is that of a draft, and leads to its line."""
        more = list(problems)
        if self.story is None or not more:
            return self
        if self.header:
            places = [_place(problem.field, self.story.content) for problem in more]
            lines = seed_yaml.lines_of(self.header, places, offset=1)
            body_line = self.header.count("\n") + _BELOW_HEADER
            found = [
                Fault(body_line if problem.field == "body" else line, problem)
                for problem, line in zip(more, lines, strict=True)
            ]
        else:
            found = [Fault(self.line, problem, column_of(problem.field)) for problem in more]
        return replace(self, faults=(*self.faults, *found)[:FAULTS_MAX])


def loads(name: str, text: str) -> ReadFile:
    """One story. Everything that is wrong with it is among its faults."""
    path = Path(name)
    text = text.replace("\r\n", "\n")
    try:
        header_text, body = seed_files.split(path, text)
        header = seed_yaml.parse(path, header_text, offset=1)
    except SeedError as error:
        problem = Invalid("Filen går inte att läsa: %(reason)s.", reason=error.reason)
        return ReadFile(name, 1, "", None, (Fault(error.line, problem),))
    errors = seed_yaml.faults("entry", header)
    if errors:
        places = [tuple(error.path) for error in errors[:FAULTS_MAX]]
        lines = seed_yaml.lines_of(header_text, places, offset=1)
        found = sorted(dict.fromkeys(zip(lines, map(_sentence, errors), strict=False)))
        title = header.get("title", "") if isinstance(header, dict) else ""
        faults = tuple(Fault(line, Invalid(message, **dict(params))) for line, (message, params) in found)
        return ReadFile(name, 1, str(title)[:_SHOWN_MAX], None, faults)
    raw = story_header.content_of(header, body)
    story = StoryFile(raw, header.get("organisation", ""), header.get("id", ""))
    read = ReadFile(name, 1, raw.title.strip(), story, header=header_text)
    read = read.with_problems(_lesson_keys(raw) or problems_of(raw))
    return replace(read, story=replace(story, content=normalised(raw)))


def dumps(story: StoryFile, published: Mapping[str, Any] | None = None) -> str:
    """A file; ``published`` says when, for whoever reads it outside of the bank."""
    header = story_header.header_of(story.content)
    first = {"id": story.entry_id} if story.entry_id else {}
    where = {"organisation": story.organisation} if story.organisation else {}
    last = {"published": dict(published)} if published else {}
    body = story.content.body
    return story_text.dumps(
        {**first, **header, **where, **last}, body if body.endswith("\n") or not body else f"{body}\n"
    )


def normalised(content: StoryContent) -> StoryContent:
    """The story as it is when it has been through a draft, whatever sections its size has pages for."""
    found = draft_content.so_far(draft_content.fields_of(content), EntrySize.IN_DEPTH)
    return replace(draft_content.carried_over(found, content), size=content.size)


def problems_of(content: StoryContent) -> tuple[Invalid, ...]:
    """What is wrong or missing in a story, as in a draft of its size.

    What the editors tell has only what its source supports: its lessons may lack situation and advice.
    """
    told = content.lessons[:1] if content.editorial else ()
    may_lack = [f"lesson.{lesson.key}.{part}" for lesson in told for part in ("situation", "advice")]
    return problems_of_fields(draft_content.fields_of(content), content.size, may_lack)


def problems_of_fields(
    fields: Fields, size: EntrySize, may_lack: Collection[str] = ()
) -> tuple[Invalid, ...]:
    """What is wrong in any field, what is missing for the size, and numbers of persons (L-01)."""
    whole = draft_content.content_of(fields, EntrySize.IN_DEPTH)
    own = draft_content.content_of(fields, size)
    found = {problem.field: problem for problem in whole.problems if problem.field not in whole.missing}
    for problem in own.problems:
        if problem.field not in own.missing or problem.field not in may_lack:
            found.setdefault(problem.field, problem)
    for name, text in fields.items():
        if holds_identity_number(text):
            found.setdefault(name, _identity_number(name))
    return tuple(found.values())


def column_of(field: str) -> str:
    """The column of a table that a field of a draft comes from: ``first_budget``, ``source_url``."""
    sort, _dot, rest = field.partition(".")
    key, _dot, part = rest.rpartition(".")
    if sort == "fact":
        return key if part == "value" else f"{key}_{part}"
    if sort == Items.SOURCE:
        return f"{sort}_{part}"
    return {"term": rest, "sources": "source_title"}.get(sort, sort)


def _identity_number(name: str) -> Invalid:
    return Invalid(
        "Texten har ett personnummer eller samordningsnummer. Ta bort det och beskriv personen med sin roll.",
        field=name,
    )


def _lesson_keys(content: StoryContent) -> tuple[Invalid, ...]:
    """Keys that two lessons have: as a draft the story would have one lesson less."""
    keys = [lesson.key for lesson in content.lessons]
    return tuple(
        Invalid("Ankaret ”%(key)s” används av två lärdomar.", field=f"lesson.{place}.key", key=key)
        for place, key in enumerate(keys)
        if key in keys[:place]
    )


def _sentence(error: ValidationError) -> tuple[str, tuple[tuple[str, str], ...]]:
    rule = str(error.validator)
    where = ".".join(str(part) for part in error.path)[:_SHOWN_MAX] or "---"
    what = ", ".join(_what(rule, error))[:_SHOWN_MAX]
    return _SENTENCES.get(rule, _WRONG_FORM), (("where", where), ("what", what))


def _what(rule: str, error: ValidationError) -> Iterator[str]:
    """What a sentence about a rule says: the names that it is about, or its limit."""
    value: Any = error.validator_value
    held: Any = error.instance
    if rule == "required":
        yield from (name for name in value if name not in held)
    elif rule == "additionalProperties":
        schema: Any = error.schema
        yield from (str(name) for name in held if name not in schema["properties"])
    elif rule == "enum":
        yield from map(str, value)
    else:
        yield str(value)


def _place(field: str, content: StoryContent) -> tuple[str | int, ...]:
    """Where in the front matter a field of a draft stands."""
    sort, _dot, rest = field.partition(".")
    key, _dot, part = rest.rpartition(".")
    if sort == "term":
        return ("terms", rest)
    if sort == "fact":
        return ("facts", key)
    if sort == Items.LESSON:
        places = {lesson.key: place for place, lesson in enumerate(content.lessons)}
        return ("lessons", int(key) if part == "key" else places.get(key, 0), part)
    if sort in draft_fields.LISTS:
        return (draft_fields.LISTS[Items(sort)], int(key) - 1, part)
    return (field,)
