"""Stories as rows of a table, facts only: read as CSV from any spreadsheet, each fault by row and column.

Cells are what people would type in the fields of a draft. A cell is text, whatever a spreadsheet would do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from kb.domain import draft_content, draft_fields, spreadsheet
from kb.domain.draft_fields import Items, Section
from kb.domain.errors import Invalid
from kb.domain.vocabulary import LABELS, EntryKind, EntrySize, FactName, FactState, Outcome
from kb.services import story_files
from kb.services.story_files import Fault, ReadFile, StoryFile

ROWS_MAX = 2_000
BETWEEN = "|"
"""Between several choices in one cell."""

_ORGANISATION = "organisation"
_SOURCE = "1"
_TEXTS = ("title", "summary", "contact_role", "note_to_reviewer")
_BOXES = ("open_to_contact", "anonymised")
_TERMS = tuple(
    name
    for section in (Section.CONTEXT, Section.SCOPE)
    for name in draft_fields.names_of(section, {})
    if name.startswith("term.")
)
_FACTS = tuple(
    name
    for section in (Section.COST, Section.TIME, Section.SCOPE)
    for name in draft_fields.names_of(section, {})
    if name.startswith("fact.")
)
_SOURCES = tuple(f"{Items.SOURCE}.{_SOURCE}.{part}" for part in draft_fields.PARTS[Items.SOURCE])
_FIELDS = (*_TEXTS, "kind", "outcomes", "partners", *_TERMS, *_FACTS, *_SOURCES, *_BOXES)
_FIELD_OF = {story_files.column_of(name): name for name in _FIELDS}
COLUMNS = (_ORGANISATION, *_FIELD_OF)
_YES = frozenset({"1", "ja", "x", "true", "sant"})
_NO = frozenset({"", "0", "nej", "false", "falskt"})
_MAY_LACK = ("body", "lessons")


Terms = Mapping[tuple[str, str], str]
"""Vocabulary and label, in lower case → the code of the term."""


def loads(name: str, text: str, terms: Terms) -> list[ReadFile]:
    """Every row that has something in it; one that says why, for a table that cannot be read."""
    text = text.removeprefix(spreadsheet.BOM)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = [cell.strip().lower() for cell in next(rows, [])]
        if problem := _problem_of(columns):
            return [_refused(name, 1, problem)]
        return list(_rows(name, rows, columns, terms))
    except csv.Error as error:
        problem = Invalid("Raden går inte att läsa: %(reason)s.", reason=str(error))
        return [_refused(name, rows.line_num or 1, problem)]


def _delimiter(text: str) -> str:
    """The sign that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(";,\t", key=first.count)


def _problem_of(columns: list[str]) -> Invalid | None:
    unknown = [column for column in columns if column not in COLUMNS]
    if "title" not in columns:
        return Invalid("Första raden ska vara namn på kolumner. Kolumnen title måste finnas.")
    if unknown:
        return Invalid(
            "Kolumnen ”%(column)s” känns inte igen. Läs i docs/import.md vad kolumnerna heter.",
            column=unknown[0][:100],
        )
    twice = [column for place, column in enumerate(columns) if column in columns[:place]]
    return Invalid("Kolumnen ”%(column)s” finns två gånger.", column=twice[0]) if twice else None


def _rows(name: str, rows: Iterator[list[str]], columns: list[str], terms: Terms) -> Iterator[ReadFile]:
    line, count = _line_of(rows), 0
    for cells in rows:
        begins, line = line + 1, _line_of(rows)
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > ROWS_MAX:
            yield _refused(name, begins, Invalid("Dela upp tabellen: högst %(limit)s rader.", limit=ROWS_MAX))
            return
        if any(cell.strip() for cell in cells[len(columns) :]):
            problem = Invalid("Raden har fler celler än första raden. Kontrollera skiljetecknen.")
            yield _refused(name, begins, problem)
            continue
        filled = dict(zip(columns, (spreadsheet.plain(cell).strip() for cell in cells), strict=False))
        yield _row(name, begins, filled, terms)


def _line_of(rows: Iterator[list[str]]) -> int:
    return int(getattr(rows, "line_num", 0))


def _row(name: str, line: int, cells: Mapping[str, str], terms: Terms) -> ReadFile:
    fields, problems = _fields(cells, terms)
    content = draft_content.so_far(fields, EntrySize.IN_DEPTH)
    content = replace(content, size=EntrySize.STORY)
    organisation = cells.get(_ORGANISATION, "")
    read = ReadFile(name, line, content.title, StoryFile(content, organisation))
    own = {problem.field for problem in problems}
    more = story_files.problems_of_fields(fields, EntrySize.STORY, _MAY_LACK)
    return read.with_problems([*problems, *(problem for problem in more if problem.field not in own)])


def _fields(cells: Mapping[str, str], terms: Terms) -> tuple[dict[str, str], list[Invalid]]:
    """The fields of a draft that cells fill, and what the boxes among them could not mean."""
    fields: dict[str, str] = {}
    problems = []
    for column, text in cells.items():
        name = _FIELD_OF.get(column)
        if name is None or not text:
            continue
        if name in _BOXES:
            if text.casefold() not in _YES | _NO:
                problems.append(Invalid("Skriv ja eller nej.", field=name))
            fields[name] = "1" if text.casefold() in _YES else ""
        else:
            fields[name] = _chosen(name, text, terms)
    for fact in FactName:
        if f"fact.{fact}.value" in fields:
            fields.setdefault(f"fact.{fact}.state", FactState.KNOWN.value)
    if any(name in fields for name in _SOURCES):
        fields["sources"] = _SOURCE
    return fields, problems


def _chosen(name: str, text: str, terms: Terms) -> str:
    """Choices by their codes, one on each line; any other text as it is."""
    parts = [part.strip() for part in text.split(BETWEEN)]
    if name == "kind":
        return _word(text, EntryKind)
    if name == "outcomes":
        return "\n".join(_word(part, Outcome) for part in parts)
    if name == "partners":
        return "\n".join(parts)
    if name.startswith("term."):
        vocabulary = name.removeprefix("term.")
        return "\n".join(terms.get((vocabulary, part.casefold()), part) for part in parts)
    return _word(text, FactState) if name.endswith(".state") else text


def _word(text: str, sort: type[StrEnum]) -> str:
    """The code of a word that is written as a code or as readers see it."""
    labels = {LABELS[word].casefold(): word.value for word in sort}
    return labels.get(text.casefold(), text)


def _refused(name: str, line: int, problem: Invalid) -> ReadFile:
    return ReadFile(name, line, "", None, (Fault(line, problem),))
