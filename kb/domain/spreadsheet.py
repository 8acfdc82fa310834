"""Text for a spreadsheet: what would be taken for a formula there is kept as text (S-04)."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator

BOM = "\ufeff"
_FORMULA = (*"=+-@\t\r", *"\uff1d\uff0b\uff0d\uff20")
"""The last four are the wide forms of the first four, which some spreadsheets take for them."""


def neutralised(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it, spaces before or not."""
    return f"'{text}" if text.lstrip(" \n\v\f\N{NO-BREAK SPACE}").startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """The text of a cell that ``neutralised`` wrote; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and neutralised(cell[1:]) == cell else cell


def lines(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV as Swedish spreadsheets read it: semicolons, a mark for UTF-8 first, every value neutralised."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    for row in itertools.chain([headings], rows):
        writer.writerow([neutralised(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
