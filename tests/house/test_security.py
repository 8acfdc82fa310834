"""docs/security.md tells the truth: each row of the requirements that is built, and tests that name it."""

from __future__ import annotations

import pytest

from tests.house.requirement_rows import faults, numbers, rows
from tests.shared import ROOT, shared_path

ROWS = rows(ROOT / "docs" / "security.md", "S")
NUMBERS = numbers("S", range(2, 32), range(35, 37), range(39, 46))
EXCUSES = ("Not yet: ",)


def test_every_row_that_is_asked_for_is_in_the_table() -> None:
    assert set(NUMBERS) <= set(ROWS)


def test_the_requirements_have_every_row_of_the_table() -> None:
    text = shared_path("requirements/security.md").read_text("utf-8")
    assert [number for number in ROWS if f"| {number} |" not in text] == []


@pytest.mark.parametrize("number", sorted(ROWS))
def test_what_holds_a_row_exists_and_names_it(number: str) -> None:
    assert faults(number, ROWS[number], EXCUSES) == []


def test_nothing_is_left_for_later_without_a_reason() -> None:
    assert [number for number, held_by in ROWS.items() if "coming" in held_by.lower()] == []


def test_a_row_is_not_held_by_a_test_that_does_not_speak_of_it() -> None:
    assert faults("S-21", "`house/test_migrations.py`", EXCUSES)
