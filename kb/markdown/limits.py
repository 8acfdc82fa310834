"""What is refused before it costs anything: no text of a user may hold a process for seconds.

The costs behind the figures are those of markdown-it (brackets), bleach (elements, references, attributes)
and a table's amplification (two kilobytes of source make a megabyte of cells).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from kb.domain.errors import ContentRefused
from kb.markdown.policy import VOID_TAGS

SOURCE_BYTES: Final = 100_000
RENDERED_BYTES: Final = 1_000_000
#: ``<`` and ``&`` of rendered HTML: bleach's cost grows with the square of the elements in one parent.
MARKS: Final = 22_000
BRACKETS: Final = 5_000
LINES: Final = 5_200
#: Lines times the deepest quotation: each quotation around a paragraph reads all its lines again.
QUOTED_LINES: Final = 60_000
NESTING: Final = 50
COLUMNS: Final = 30
CELLS: Final = 5_000
#: For HTML from elsewhere, whose elements may be nested wrongly: bleach mends that at a cost.
HTML_MARKS: Final = 15_000
OPEN_ELEMENTS: Final = 200
ATTRIBUTES: Final = 150

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_START = re.compile(r"^[ \t>*+.)0-9-]*", re.MULTILINE)
_TAG = re.compile(r"""<(/?)([A-Za-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)""")
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_ATTRIBUTE_END = re.compile(r"[\s/=]+")
_CLOSED_BY_THE_PARSER = (
    "p li dt dd tr td th thead tbody tfoot option optgroup colgroup col rp rt input meta link area base "
    "embed param source track wbr"
)
_END_TAG_OPTIONAL = VOID_TAGS | frozenset(_CLOSED_BY_THE_PARSER.split())


def refused(message: str, **params: object) -> ContentRefused:
    """The error for a text that breaks a limit; ``message`` is a Swedish sentence that says what to do."""
    return ContentRefused(message, field="body", **params)


def check_source(text: str) -> None:
    """Refuse Markdown that is too large, or has characters that no text has."""
    _check_characters(text)
    if len(text.encode()) > SOURCE_BYTES:
        raise refused(
            "Texten är för lång: den får vara högst %(limit)s kB. Korta den eller dela upp den i flera.",
            limit=SOURCE_BYTES // 1000,
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n")
    if lines > LINES:
        raise refused(
            "Texten har fler än %(limit)s rader. Ta bort tomma rader eller dela upp den i flera.",
            limit=LINES,
        )
    if lines * max(start.count(">") for start in _LINE_START.findall(text)) > QUOTED_LINES:
        raise refused("Texten har citat i för många nivåer för sin längd. Gör den plattare.")
    if text.count("[") > BRACKETS:
        raise refused(
            "Texten har fler än %(limit)s hakparenteser. Ta bort dem som inte hör till en länk.",
            limit=BRACKETS,
        )


def check_nesting(tokens: Sequence[Token]) -> None:
    """Refuse lists in lists in quotations … beyond what anyone can read."""
    for token in tokens:
        inner = max((child.level for child in token.children or ()), default=0)
        if token.level + inner > NESTING:
            raise refused(
                "Texten har listor, citat eller betoningar i fler än %(limit)s nivåer. Gör den plattare.",
                limit=NESTING,
            )


def check_columns(columns: int) -> None:
    """Refuse a table that is too wide, before its rows are read."""
    if columns > COLUMNS:
        raise refused(
            "En tabell har fler än %(limit)s kolumner. Dela upp den eller bifoga den som en fil.",
            limit=COLUMNS,
        )


def check_cells(cells: int) -> None:
    """Refuse tables that have too many cells together."""
    if cells > CELLS:
        raise refused(
            "Tabellerna har tillsammans fler än %(limit)s celler. Korta dem eller bifoga dem som en fil.",
            limit=CELLS,
        )


def check_rendered(html: str, marks: int = MARKS) -> None:
    """Refuse HTML that bleach would need seconds for; to be called before bleach."""
    if len(html.encode()) > RENDERED_BYTES or html.count("<") + html.count("&") > marks:
        raise refused(
            "Texten har för många stycken, listpunkter, länkar eller specialtecken för att kunna visas. "
            "Korta den eller dela upp den i flera."
        )


def check_html(html: str) -> None:
    """Refuse HTML from elsewhere that is too large, too deep, or has characters that no text has."""
    _check_characters(html)
    check_rendered(html, HTML_MARKS)
    # An estimate: tags that close themselves are not counted, and unusual quotation marks may hide a few.
    open_elements: Counter[str] = Counter()
    depth = 0
    for closing, name, rest in _TAG.findall(html):
        kind = name.lower()
        if closing:
            if open_elements[kind]:
                open_elements[kind] -= 1
                depth -= 1
        elif kind not in _END_TAG_OPTIONAL:
            open_elements[kind] += 1
            depth += 1
            if depth > OPEN_ELEMENTS:
                raise refused("HTML-koden har för många element i varandra. Gör den plattare.")
        if len(rest) > ATTRIBUTES and len(_ATTRIBUTE_END.split(_QUOTED.sub("= ", rest))) > ATTRIBUTES:
            raise refused("HTML-koden har för många attribut på ett element. Ta bort dem.")


def _check_characters(text: str) -> None:
    if "\0" in text or _LONE_SURROGATE.search(text):
        raise refused(
            "Texten innehåller tecken som inte kan sparas. Klistra in den på nytt som oformaterad text."
        )
