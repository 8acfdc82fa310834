"""A QR code as the path of a drawing: the template draws it, in black on white whatever the theme."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4
"""The empty modules around it that a camera needs."""


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """``size`` is the length of a side in modules, with the empty ones; ``path`` is for a ``<path d>``."""

    size: int
    path: str


def draw(text: str) -> QrDrawing:
    """Each run of dark modules in a row is a rectangle one module high."""
    matrix = segno.make(text, error="m", micro=False).matrix
    parts = [
        f"M{QUIET + start} {QUIET + number}h{length}v1h-{length}z"
        for number, row in enumerate(matrix)
        for start, length in _runs(row)
    ]
    return QrDrawing(len(matrix) + 2 * QUIET, "".join(parts))


def _runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many stand together."""
    runs, start = [], None
    for place, module in enumerate([*row, 0]):
        if module and start is None:
            start = place
        elif not module and start is not None:
            runs.append((start, place - start))
            start = None
    return runs
