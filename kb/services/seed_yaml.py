"""YAML as people write it in seed files: read strictly, checked by a schema, each fault with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from kb.config import resource

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
_DETAIL_MAX = 160
_DEPTH_MAX = 20
"""Of values within values: the deepest that a schema knows is four."""


class SeedError(Exception):
    """A seed file cannot be used. Its text is ``file:line: reason`` in Swedish."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


def read(path: Path) -> str:
    """A file's text. Raises ``SeedError`` where it is not UTF-8 or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SeedError(path, line, "filen är inte sparad som UTF-8") from error
    except OSError as error:
        raise SeedError(path, 1, f"filen går inte att läsa ({error.strerror})") from error


def parse(path: Path, text: str, offset: int) -> Any:
    """The values of a YAML document. Raises ``SeedError``."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that is stricter still
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1 + offset
        raise SeedError(path, line, f"YAML går inte att läsa: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SeedError(path, 1 + offset, f"YAML går inte att läsa: {error}") from error


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is written twice, where YAML would silently keep the last.

    It also refuses what makes a small file large or deep: values that refer to each other, and nesting.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        is_alias = self.check_event(yaml.AliasEvent)
        if is_alias or self.depth >= _DEPTH_MAX:
            reason = "hänvisningar (*) används inte" if is_alias else "för många nivåer"
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, reason, mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "ett namn ska vara ett ord", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"”{key.value}” står två gånger", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((resource("seed") / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def validate(path: Path, schema: str, data: Any, text: str, offset: int) -> None:
    """Raise ``SeedError`` unless the values fit ``seed/schema/<schema>.schema.json``."""
    for error in faults(schema, data):
        line = line_of(text, tuple(error.path), offset)
        where = ".".join(str(part) for part in error.path) or "filen"
        reason = _REASONS.get(str(error.validator), "värdet är fel")
        detail = error.message if len(error.message) <= _DETAIL_MAX else f"{error.message[:_DETAIL_MAX]} …"
        raise SeedError(path, line, f"{where}: {reason} ({detail})")


def faults(schema: str, data: Any) -> list[ValidationError]:
    """Everything in the values that does not fit ``seed/schema/<schema>.schema.json``, by its place."""
    found = _validator(schema).iter_errors(_plain(data))
    return sorted(found, key=lambda error: list(map(str, error.path)))


def _plain(data: Any) -> Any:
    """Dates and names as text: the schema is JSON's."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def line_of(text: str, keys: Sequence[str | int], offset: int) -> int:
    """The line of the deepest part of ``keys`` that the document has; ``offset`` lines stand before it."""
    return lines_of(text, [keys], offset)[0]


def lines_of(text: str, places: Sequence[Sequence[str | int]], offset: int) -> list[int]:
    """``line_of`` for several places, with the document read once."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    return [max(_marks(node, keys), default=0) + 1 + offset for keys in places]


def _marks(node: yaml.Node | None, keys: Sequence[str | int]) -> Iterator[int]:
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
        yield mark
        node = child
