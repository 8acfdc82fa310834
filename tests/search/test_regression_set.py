"""The product's own regression set: what staff type, and what they should then see."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kb.config import resource
from kb.db import db
from kb.models import Entry
from kb.search import sync
from kb.search.index import Query, SearchDocument, SearchIndex
from kb.search.whoosh_index import WhooshIndex
from kb.services import seed_words
from tests.search.test_regression_data import DATA, DOCUMENTS, named

CANNOT: dict[str, str] = {}
"""Rows that fail, with the reason: strict, so that a row that begins to pass must leave."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory, lemma_folder: Path) -> SearchIndex:
    """An index of the set's own documents."""
    lists = seed_words.read(resource("seed")).as_lists()
    index = WhooshIndex(
        tmp_path_factory.mktemp("set") / "index", lemma_folder=lemma_folder, word_lists=lambda: lists
    )
    index.rebuild(
        SearchDocument(
            entry_id=each["id"],
            fingerprint="",
            title=each["title"],
            summary="",
            lessons="",
            text=each["text"],
            names="",
            keywords="",
            published_on=date(2026, 1, 1),
        )
        for each in DOCUMENTS
    )
    return index


def rows(part: str) -> list[Any]:
    return [
        pytest.param(
            row,
            id=row["id"],
            marks=[pytest.mark.xfail(reason=CANNOT[row["id"]], strict=True)] if row["id"] in CANNOT else [],
        )
        for row in DATA[part]
    ]


def judge(row: dict[str, Any], found: list[str]) -> None:
    """Hold the order found against what the row expects."""
    if "first" in row:
        assert found[:1] == [row["first"]], found
    top = named(row, "top")
    assert set(found[: len(top)]) == set(top), found
    assert set(named(row, "contains")) <= set(found[:10]), found
    assert not set(named(row, "absent")) & set(found), found
    if row.get("empty"):
        assert found == []


@pytest.mark.parametrize("row", rows("queries"))
def test_over_the_stories(library: Flask, row: dict[str, Any]) -> None:
    slugs = {row.id: str(row.seed_key) for row in db.session.execute(select(Entry.id, Entry.seed_key))}
    results = sync.of(db.engine).stories.search(Query(row["query"], per_page=100))
    judge(row, [slugs[hit.entry_id] for hit in results.hits])


@pytest.mark.parametrize("row", rows("document_queries"))
def test_over_made_up_documents(made_up: SearchIndex, row: dict[str, Any]) -> None:
    judge(row, [hit.entry_id for hit in made_up.search(Query(row["query"], per_page=100)).hits])
