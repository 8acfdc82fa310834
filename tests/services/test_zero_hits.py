"""Searches without hits: what is counted, what is not kept, and that the answer never waits for it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from kb.db import db
from kb.models import ZeroHitQuery
from kb.search.index import Facet
from kb.services import story_search, zero_hits
from kb.services.choices import SearchRequest
from kb.services.zero_hits import Gap
from tests import factories
from tests.factories import TODAY
from tests.installation import DATABASE


def search(words: str, today: date = TODAY, **changes: object) -> None:
    story_search.search(SearchRequest(text=words, **changes), today, note_misses=True)
    db.session.rollback()


def counted() -> dict[str, int]:
    return {gap.text: gap.count for gap in zero_hits.most_asked(100)}


def test_a_search_without_hits_is_counted_once_for_each_time(app: Flask) -> None:
    for words in ("Blockkedja", "  blockkedja ", "blockkedja", "Kvantdator"):
        search(words)
    assert counted() == {"blockkedja": 3, "kvantdator": 1}


def test_it_is_known_by_its_days_and_nothing_else(app: Flask) -> None:
    search("blockkedja", TODAY - timedelta(days=3))
    search("blockkedja", TODAY)
    assert zero_hits.most_asked(10) == (Gap("blockkedja", 2, TODAY - timedelta(days=3), TODAY),)
    columns = set(ZeroHitQuery.__table__.columns.keys())
    assert columns == {"text", "count", "first_on", "last_on"}, "no user, no address, no time of day (L-42)"


@pytest.mark.parametrize(
    "changes",
    [
        {"page": 2},
        {"year_from": 2015},
        {"filters": {Facet.KIND: frozenset({"lesson_learned"})}},
    ],
    ids=["further page", "years", "choices"],
)
def test_a_narrowed_search_says_nothing_of_what_is_missing(app: Flask, changes: dict[str, object]) -> None:
    search("blockkedja", **changes)
    assert counted() == {}


def test_a_search_with_hits_is_not_counted(app: Flask) -> None:
    factories.published("Blockkedja i fastighetsregistret")
    search("blockkedja")
    search("")
    assert counted() == {}


def test_one_who_tests_is_not_counted(app: Flask) -> None:
    story_search.search(SearchRequest(text="blockkedja"), TODAY)
    assert counted() == {}


@pytest.mark.parametrize(
    "words",
    ["811218-9876 journal", "vårdkontakt 19701063-2391", "anna.andersson@example.se", "b" * 201, " "],
    ids=["personnummer", "samordningsnummer", "address", "long", "empty"],
)
def test_what_may_not_be_kept_is_not(app: Flask, words: str) -> None:
    zero_hits.note(words, TODAY)
    assert db.session.scalar(select(func.count()).select_from(ZeroHitQuery)) == 0


def test_what_has_not_been_asked_for_90_days_goes_at_the_next_write(app: Flask) -> None:
    search("blockkedja", TODAY - timedelta(days=91))
    search("metaverse", TODAY - timedelta(days=90))
    search("kvantdator", TODAY)
    assert counted() == {"kvantdator": 1, "metaverse": 1}


def test_a_full_table_lets_go_of_the_rarest_and_oldest(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_hits, "ROWS_MAX", 3)
    for words, day in (("ofta", 5), ("ofta", 4), ("gammal", 3), ("ny", 2), ("nyast", 1)):
        search(words, TODAY - timedelta(days=day))
    assert counted() == {"ofta": 2, "ny": 1, "nyast": 1}


def test_a_busy_database_delays_the_answer_a_moment_only(app: Flask, instance: Path) -> None:
    with closing(sqlite3.connect(instance / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        search("blockkedja")
        assert time.monotonic() - before < 2
        other.execute("ROLLBACK")
    assert counted() == {}
    search("blockkedja")
    assert counted() == {"blockkedja": 1}


def test_a_failure_is_logged_without_the_text_and_does_not_reach_the_reader(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE zero_hit_query"))
    with capture_logs() as said:
        search("blockkedja")
    assert said == [{"event": "zero_hit_not_counted", "error": "OperationalError", "log_level": "warning"}], (
        "the text is not in the log either"
    )


def test_the_connection_is_given_back_as_it_was(app: Flask) -> None:
    def settings() -> tuple[int, int]:
        with db.engine.connect() as connection:
            pragmas = connection.exec_driver_sql
            return pragmas("PRAGMA busy_timeout").scalar_one(), pragmas("PRAGMA synchronous").scalar_one()

    before = settings()
    db.session.rollback()
    zero_hits.note("blockkedja", TODAY)
    assert settings() == before == (10_000, 2)
