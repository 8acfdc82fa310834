"""Which two versions are compared: the numbers in the address, else the newest and the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from kb.domain.errors import NotFound

FROM, TO = "fran", "till"
_LENGTH_MAX = 5


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """``numbers`` are those to choose among, newest first."""

    before: int
    after: int
    numbers: tuple[int, ...]


def chosen(numbers: Sequence[int]) -> VersionChoice | None:
    """None where there are not two to compare. Raises ``NotFound`` for a number that no version has."""
    if len(numbers) < 2:
        return None
    after = _number(TO, numbers[0])
    older = [number for number in numbers if number < after]
    before = _number(FROM, older[0] if older else numbers[-1])
    if after not in numbers or before not in numbers:
        raise NotFound("Versionen finns inte. Välj en annan.")
    return VersionChoice(before, after, tuple(numbers))


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LENGTH_MAX else default
