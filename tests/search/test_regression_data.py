"""The regression set of the search is well formed: what it expects exists and its rows can fail.

The searches themselves are run beside the index; here only the data is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
import yaml

from tests.shared import ROOT

PATH = ROOT / "tests" / "search" / "regression.yaml"
SLUGS = frozenset(path.stem for path in (ROOT / "seed" / "entries").glob("*.md"))
STEPS = frozenset({"base", "compound", "synonym", "fold", "typo"})
POSITIVE = ("first", "top", "contains")
EXPECTATIONS = frozenset({*POSITIVE, "absent", "empty"})
KEYS = frozenset({"id", "query", "why", "needs", *EXPECTATIONS})

DATA: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
DOCUMENTS: list[dict[str, str]] = DATA["documents"]
ROWS: list[dict[str, Any]] = [*DATA["queries"], *DATA["document_queries"]]


def known(row: dict[str, Any]) -> frozenset[str]:
    """What the row may name: stories of the seed, or the made-up documents."""
    return SLUGS if row in DATA["queries"] else frozenset(each["id"] for each in DOCUMENTS)


def named(row: dict[str, Any], key: str) -> list[str]:
    value = row.get(key, [])
    return [value] if isinstance(value, str) else list(value)


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def faults(row: dict[str, Any], existing: frozenset[str]) -> list[str]:
    """What is wrong with a row, in words."""
    wrong = [f"unknown key {key}" for key in row.keys() - KEYS]
    wrong += [
        f"{key} is missing" for key in ("id", "query", "why", "needs") if not str(row.get(key, "")).strip()
    ]
    if row.get("needs") not in STEPS:
        wrong.append("needs is not a step")
    if not EXPECTATIONS & row.keys():
        wrong.append("nothing is expected")
    if "empty" in row and (row["empty"] is not True or EXPECTATIONS & row.keys() != {"empty"}):
        wrong.append("empty is true and stands alone")
    if {"first", "top"} <= row.keys():
        wrong.append("first and top together say who is first twice")
    lists = [key for key in ("top", "contains", "absent") if key in row]
    wrong += [
        f"{key} is a list that is not empty"
        for key in lists
        if not isinstance(row[key], list) or not row[key]
    ]
    mentioned = [slug for key in (*POSITIVE, "absent") for slug in named(row, key)]
    wrong += [f"{slug} does not exist" for slug in mentioned if slug not in existing]
    wrong += [f"{slug} is named twice" for slug in repeated(mentioned)]
    return wrong


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.get("id")))
def test_a_row_is_well_formed(row: dict[str, Any]) -> None:
    assert faults(row, known(row)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"needs": "magic"}, "needs is not a step"),
        ({"why": " "}, "why is missing"),
        ({"first": "no-such-story"}, "no-such-story does not exist"),
        ({"absent": ["a"]}, "a is named twice"),
        ({"empty": True}, "empty is true and stands alone"),
        ({"top": []}, "top is a list that is not empty"),
        ({"top": ["b"]}, "first and top together say who is first twice"),
        ({"rank": 3}, "unknown key rank"),
    ],
)
def test_a_bad_row_is_told(change: dict[str, Any], fault: str) -> None:
    good = {"id": "x", "query": "y", "why": "z", "needs": "base", "first": "a"}
    existing = frozenset({"a", "b"})
    assert faults(good, existing) == []
    assert fault in faults({**good, **change}, existing)
    assert "nothing is expected" in faults({key: good[key] for key in good if key != "first"}, existing)


def test_there_are_enough_rows_over_the_stories() -> None:
    assert len(DATA["queries"]) >= 60


def test_ids_and_queries_are_unique() -> None:
    assert repeated(row["id"] for row in ROWS) == []
    assert repeated(each["id"] for each in DOCUMENTS) == []
    for part in ("queries", "document_queries"):
        assert repeated(row["query"] for row in DATA[part]) == []


def test_every_story_and_every_step_is_asked_for() -> None:
    expected = {slug for row in DATA["queries"] for key in POSITIVE for slug in named(row, key)}
    assert expected == SLUGS
    assert {row["needs"] for row in ROWS} == STEPS


def test_the_documents_have_a_title_and_a_text() -> None:
    for each in DOCUMENTS:
        assert each.keys() == {"id", "title", "text"}, each
        assert all(value.strip() for value in each.values()), each


def test_there_are_rows_that_say_what_must_not_be_found() -> None:
    assert sum(1 for row in ROWS if "absent" in row or "empty" in row) >= 15
