"""Tables of documents that say which tests hold each row of the requirements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.shared import ROOT

_TEST = re.compile(r"`((?:\w+/)+test_\w+\.py)(?:::(\w+))?`")


def rows(document: Path, letter: str) -> dict[str, str]:
    """What the table of a document says that holds each row."""
    row = re.compile(rf"^\| ({letter}-\d\d) \| [^|]+ \| (.+) \|$", re.MULTILINE)
    found = row.findall(document.read_text("utf-8"))
    assert len(dict(found)) == len(found), "a row stands twice"
    return dict(found)


def numbers(letter: str, *ranges: range) -> list[str]:
    return [f"{letter}-{number:02}" for each in ranges for number in each]


@cache
def _docstrings(path: Path) -> dict[str, str]:
    """What each test function and class of a file says of itself, with what the file says."""
    tree = ast.parse(path.read_text("utf-8"))
    of_file = ast.get_docstring(tree) or ""
    return {
        node.name: f"{of_file}\n{ast.get_docstring(node) or ''}"
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    } | {"": of_file}


def faults(number: str, held_by: str, excuses: Iterable[str]) -> list[str]:
    """What is wrong with a row: it names no test and none of the ``excuses`` stands in it, or it names one
    that is not there or that does not say the row's number.
    """
    tests = _TEST.findall(held_by)
    found = []
    if not tests and not any(words in held_by for words in excuses):
        found.append("names no test and does not say why")
    for file, name in tests:
        path = ROOT / "tests" / file
        if not path.exists() or name not in _docstrings(path):
            found.append(f"there is no tests/{file}::{name}")
        elif number not in _docstrings(path)[name]:
            found.append(f"tests/{file}::{name} does not say {number}")
    return found
