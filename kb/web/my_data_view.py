"""What is stored of someone, in words for a page and in a file for machines."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from flask import render_template

from kb.domain.my_data import COLUMN_LABELS, PART_LABELS, PART_PURPOSES, Row, StoredPart, Value, word
from kb.web.formatting import moment
from kb.web.languages import gettext as _

ON_PAGE = 20
"""Rows of a part on the page; the file has all."""

JSON_FILE = "uppgifter.json"
HTML_FILE = "uppgifter.html"
README_FILE = "LAS-MIG.txt"


@dataclass(frozen=True, slots=True)
class ShownPart:
    """``columns`` are those that any row has something in; ``total`` also counts rows that are not shown."""

    code: str
    heading: str
    purpose: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    @property
    def facts(self) -> list[tuple[str, str, str, str, str]]:
        """The only row, for a list of facts."""
        return [(name, value, "", "", "") for name, value in zip(self.columns, self.rows[0], strict=True)]


def shown(parts: Sequence[StoredPart], limit: int | None = None) -> list[ShownPart]:
    """Each part in the language of the page; of a long one the newest ``limit`` rows."""
    return [_part(one, limit) for one in parts]


def archive(parts: Sequence[StoredPart], day: date) -> bytes:
    """The zip: the same for machines and for people, and what is in it."""
    files = {
        README_FILE: render_template("account/export-readme.txt", day=day),
        JSON_FILE: as_json(parts),
        HTML_FILE: render_template("account/export.html", parts=shown(parts), day=day),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(f"mina-uppgifter/{name}", content)
    return buffer.getvalue()


def as_json(parts: Sequence[StoredPart]) -> str:
    """Codes and moments in UTC as they are stored; a missing value is null."""
    told = {
        one.part.value: [{column: _plain(column, value) for column, value in row.items()} for row in one.rows]
        for one in parts
    }
    return json.dumps({"format": "erfarenhetsbanken-konto-1", **told}, ensure_ascii=False, indent=2) + "\n"


def _part(stored: StoredPart, limit: int | None) -> ShownPart:
    rows = stored.rows if limit is None else stored.rows[-limit:]
    columns = [
        column for column in (rows[0] if rows else ()) if any(row[column] not in (None, "") for row in rows)
    ]
    return ShownPart(
        code=stored.part.value,
        heading=_(PART_LABELS[stored.part]),
        purpose=_(PART_PURPOSES[stored.part]),
        columns=tuple(_(COLUMN_LABELS[column]) for column in columns),
        rows=tuple(tuple(_words(column, row) for column in columns) for row in rows),
        total=len(stored.rows),
    )


def _words(column: str, row: Row) -> str:
    value = row[column]
    if column == "language":
        value = _("svenska") if value == "sv" else _("engelska")
    elif column == "detail":
        value = ", ".join(f"{name}: {said}" for name, said in json.loads(str(value)).items())
    match value:
        case None | "":
            return _("saknas")
        case bool():
            return _("Ja") if value else _("Nej")
        case datetime():
            return moment(value)
        case StrEnum():
            return _(word(value))
    return str(value)


def _plain(column: str, value: Value) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if column == "detail":
        return json.loads(str(value))
    return value.value if isinstance(value, StrEnum) else value
