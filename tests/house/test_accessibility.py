"""docs/accessibility.md tells the truth: each row of the requirements, and tests that exist and name it."""

from __future__ import annotations

import re

import pytest

from tests.house.requirement_rows import faults, numbers, rows
from tests.shared import ROOT, shared_path

ROWS = rows(ROOT / "docs" / "accessibility.md", "A")
NUMBERS = numbers("A", range(1, 4), range(10, 36), range(40, 43))
EXCUSES = ("Not yet: ", "Not done. ")


def test_every_row_of_the_requirements_is_in_the_table() -> None:
    assert sorted(ROWS) == NUMBERS


def test_the_requirements_have_no_other_rows() -> None:
    text = shared_path("requirements/accessibility.md").read_text("utf-8")
    assert re.findall(r"^\| (A-\d\d) \|", text, re.MULTILINE) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_what_holds_a_row_exists_and_names_it(number: str) -> None:
    assert faults(number, ROWS[number], EXCUSES) == []


@pytest.mark.parametrize(
    "held_by",
    [
        "by itself",
        "`house/test_accessibility.py::test_that_is_not_there`",
        "`house/test_nothing.py::test_anything`",
        "`house/test_migrations.py`",
    ],
)
def test_a_row_that_nothing_holds_is_found(held_by: str) -> None:
    assert faults("A-10", held_by, EXCUSES)
