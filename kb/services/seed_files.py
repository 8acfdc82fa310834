"""Read and check the files of a seed folder before anything is written; a fault has file, line, reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from jsonschema import Draft202012Validator, FormatChecker

from kb.config import resource
from kb.domain.errors import Invalid

_REASONS = {
    "required": "uppgiften saknas",
    "additionalProperties": "uppgiften finns inte i mallen",
    "enum": "värdet är inte ett av de tillåtna",
    "type": "värdet har fel slag",
    "maxLength": "texten är för lång",
    "minLength": "texten är tom eller för kort",
    "pattern": "värdet har fel form",
    "minItems": "listan är för kort",
    "format": "värdet har fel form",
}


class SeedError(Exception):
    """A seed file cannot be used. Its text is ``file:line: reason`` in Swedish."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SeedEntry:
    """A story's front matter, as its schema says, and its Markdown."""

    path: Path
    header: dict[str, Any]
    body: str

    @property
    def key(self) -> str:
        return self.path.stem

    def line_of(self, *keys: str | int) -> int:
        """The line of a part of the front matter, for messages."""
        return _line_of(_compose(self.path), keys, offset=1)

    def error(self, reason: str, *keys: str | int) -> SeedError:
        return SeedError(self.path, self.line_of(*keys), reason)


@dataclass(frozen=True, slots=True)
class SeedOrganisation:
    path: Path
    line: int
    slug: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    type: str
    size: str
    successor: str


def read_entry(path: Path) -> SeedEntry:
    """One story. Raises ``SeedError``."""
    text = _read(path)
    header_text, body = _split(path, text)
    header = _parse(path, header_text, offset=1)
    _validate(path, "entry", header, header_text, offset=1)
    return SeedEntry(path, header, body.strip() + "\n")


def read_entries(folder: Path) -> list[SeedEntry]:
    return [read_entry(path) for path in sorted(folder.glob("*.md"))]


def read_vocabularies(path: Path) -> list[dict[str, Any]]:
    text = _read(path)
    data = _parse(path, text, offset=0)
    _validate(path, "vocabularies", data, text, offset=0)
    vocabularies: list[dict[str, Any]] = data
    return vocabularies


def read_organisations(path: Path) -> list[SeedOrganisation]:
    rows = csv.DictReader(_read(path).splitlines())
    wanted = ["slug", "name", "short_name", "aliases", "type", "size", "successor"]
    if rows.fieldnames != wanted:
        raise SeedError(path, 1, f"första raden ska vara {','.join(wanted)}")
    found = []
    for row in rows:
        if None in row or None in row.values():
            raise SeedError(path, rows.line_num, f"raden ska ha {len(wanted)} fält")
        values = {name: row[name].strip() for name in wanted}
        if not values["slug"] or not values["name"]:
            raise SeedError(path, rows.line_num, "slug och name måste fyllas i")
        aliases = tuple(alias.strip() for alias in values.pop("aliases").split("|") if alias.strip())
        found.append(SeedOrganisation(path=path, line=rows.line_num, aliases=aliases, **values))
    return found


def month_span(value: int | str | None, *, end: bool) -> int | None:
    """A date of the front matter (2017, "2017-03") as YYYYMM; a bare year is its January, or December."""
    if value is None:
        return None
    year, _, month = str(value).partition("-")
    return int(year) * 100 + (int(month) if month else (12 if end else 1))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SeedError(path, line, "filen är inte sparad som UTF-8") from error
    except OSError as error:
        raise SeedError(path, 1, f"filen går inte att läsa ({error.strerror})") from error


def _split(path: Path, text: str) -> tuple[str, str]:
    handler = YAMLHandler()
    if not handler.detect(text):
        raise SeedError(path, 1, "filen ska börja med --- och uppgifter om berättelsen")
    try:
        header, body = handler.split(text)
    except ValueError as error:
        raise SeedError(path, 1, "uppgifterna ska avslutas med en rad ---") from error
    return str(header).removeprefix("\n"), str(body)


def _parse(path: Path, text: str, offset: int) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1 + offset
        raise SeedError(path, line, f"YAML går inte att läsa: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SeedError(path, 1 + offset, f"YAML går inte att läsa: {error}") from error


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((resource("seed") / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _validate(path: Path, schema: str, data: Any, text: str, offset: int) -> None:
    errors = sorted(
        _validator(schema).iter_errors(_plain(data)), key=lambda error: list(map(str, error.path))
    )
    if errors:
        error = errors[0]
        line = _line_of(yaml.compose(text, Loader=yaml.SafeLoader), tuple(error.path), offset)
        where = ".".join(str(part) for part in error.path) or "filen"
        reason = _REASONS.get(str(error.validator), "värdet är fel")
        raise SeedError(path, line, f"{where}: {reason} ({error.message})")


def _plain(data: Any) -> Any:
    """Dates as text: the schema is JSON's."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _compose(path: Path) -> yaml.Node | None:
    return yaml.compose(_split(path, _read(path))[0], Loader=yaml.SafeLoader)


def _line_of(node: yaml.Node | None, keys: Sequence[str | int], offset: int) -> int:
    """The line of the deepest part of ``keys`` that the document has."""
    line = 0
    for mark, child in _walk(node, keys):
        line, node = mark, child
    return line + 1 + offset


def _walk(node: yaml.Node | None, keys: Sequence[str | int]) -> Iterator[tuple[int, yaml.Node]]:
    for key in keys:
        child: yaml.Node | None = None
        mark = 0
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                if name.value == key:
                    child, mark = value, name.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            child = node.value[key]
            mark = child.start_mark.line
        if child is None:
            return
        yield mark, child
        node = child


def refused(entry: SeedEntry, error: Invalid, *keys: str | int) -> SeedError:
    """A domain rule's refusal, with the place it concerns."""
    return entry.error(str(error), *keys)
