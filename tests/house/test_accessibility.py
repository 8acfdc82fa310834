"""docs/accessibility.md tells the truth: each row of the requirements, and tests that exist and name it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.shared import ROOT, shared_path

DOCUMENT = ROOT / "docs" / "accessibility.md"
NUMBERS = [f"A-{number:02}" for number in (*range(1, 4), *range(10, 36), *range(40, 43))]
TEST = re.compile(r"`((?:\w+/)+test_\w+\.py)(?:::(\w+))?`")
OPEN = ("Not yet: ", "Not done. ")


def rows() -> dict[str, str]:
    """What the table says that holds each row."""
    found = re.findall(r"^\| (A-\d\d) \| [^|]+ \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert len(dict(found)) == len(found), "a row stands twice"
    return dict(found)


@cache
def docstrings(path: Path) -> dict[str, str]:
    """What each test function and class of a file says of itself, with what the file says."""
    tree = ast.parse(path.read_text("utf-8"))
    of_file = ast.get_docstring(tree) or ""
    return {
        node.name: f"{of_file}\n{ast.get_docstring(node) or ''}"
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    } | {"": of_file}


def faults(number: str, held_by: str) -> list[str]:
    """What is wrong with a row of the table."""
    tests = TEST.findall(held_by)
    found = []
    if not tests and not any(word in held_by for word in OPEN):
        found.append("names no test and does not say why")
    for file, name in tests:
        path = ROOT / "tests" / file
        if not path.exists() or name not in docstrings(path):
            found.append(f"there is no tests/{file}::{name}")
        elif number not in docstrings(path)[name]:
            found.append(f"tests/{file}::{name} does not say {number}")
    return found


def test_every_row_of_the_requirements_is_in_the_table() -> None:
    assert sorted(rows()) == NUMBERS


def test_the_requirements_have_no_other_rows() -> None:
    text = shared_path("requirements/accessibility.md").read_text("utf-8")
    assert re.findall(r"^\| (A-\d\d) \|", text, re.MULTILINE) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_what_holds_a_row_exists_and_names_it(number: str) -> None:
    assert faults(number, rows()[number]) == []


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
    assert faults("A-10", held_by)
