"""How often stories are opened: what is counted, what is not, and that no page waits for it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from kb.db import db, writing
from kb.domain.clock import today
from kb.domain.predicates import READER
from kb.models import Entry, ReadingCount
from kb.services import readings
from tests import factories
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of
from tests.factories import TODAY
from tests.installation import DATABASE

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def entry(app: Flask) -> Entry:
    return factories.published()


def total(entry: Entry) -> int:
    db.session.rollback()
    return readings.of([entry.id], today())[entry.id].total


def address(entry: Entry) -> str:
    return f"/erfarenheter/{entry.id}/{entry.slug}"


def test_a_day_is_one_row_that_tells_of_nobody(entry: Entry) -> None:
    for _ in range(3):
        readings.count(entry.id, TODAY, READER)
    db.session.rollback()
    rows = db.session.query(ReadingCount).all()
    assert [(row.entry_id, row.day, row.readings) for row in rows] == [(entry.id, TODAY, 3)]
    assert set(ReadingCount.__table__.columns.keys()) == {"entry_id", "day", "readings"}, "no more (L-42)"


def test_those_who_write_a_story_are_not_its_readers(entry: Entry) -> None:
    writer = make_user(organisations=(entry.owner,))
    with writing(db.session):
        db.session.get_one(Entry, entry.id).created_by = writer.id
    readings.count(entry.id, TODAY, actor_of(writer))
    assert total(entry) == 0
    readings.count(entry.id, TODAY, actor_of(make_user(name="Läsare")))
    assert total(entry) == 1


@pytest.mark.parametrize(
    ("headers", "counted"),
    [
        (PERSON, 1),
        (PERSON | {"Sec-Fetch-Dest": "document"}, 1),
        (PERSON | {"Sec-Fetch-Dest": "empty"}, 0),
        (PERSON | {"Sec-Purpose": "prefetch;prerender"}, 0),
        (PERSON | {"Purpose": "prefetch"}, 0),
        (PERSON | {"X-Moz": "prefetch"}, 0),
        ({"User-Agent": ""}, 0),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, 0),
        ({"User-Agent": "curl/8.5.0"}, 0),
        ({"User-Agent": "python-requests/2.32"}, 0),
    ],
)
def test_a_page_is_counted_when_someone_opens_it(
    app: Flask, entry: Entry, headers: dict[str, str], counted: int
) -> None:
    assert app.test_client().get(address(entry), headers=headers).status_code == 200
    assert total(entry) == counted


def test_only_the_page_of_the_story_counts(app: Flask, entry: Entry) -> None:
    browser = app.test_client()
    browser.head(address(entry), headers=PERSON)
    browser.get(f"/erfarenheter/{entry.id}", headers=PERSON)
    browser.get(f"/erfarenheter/{entry.id}/annat", headers=PERSON)
    assert total(entry) == 0


def test_one_who_is_signed_in_and_reads_counts(app: Flask, entry: Entry) -> None:
    sign_in(app, make_user()).get(address(entry), headers=PERSON)
    assert total(entry) == 1


def test_a_busy_database_delays_the_page_a_moment_only(app: Flask, entry: Entry, instance: Path) -> None:
    with closing(sqlite3.connect(instance / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        assert app.test_client().get(address(entry), headers=PERSON).status_code == 200
        assert time.monotonic() - before < 8, "ten seconds is how long a write waits"
        other.execute("ROLLBACK")
    assert total(entry) == 0


def test_trouble_is_logged_and_does_not_reach_the_reader(entry: Entry) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE reading_count"))
    with capture_logs() as said:
        readings.count(entry.id, TODAY, READER)
    assert said == [{"event": "reading_not_counted", "error": "OperationalError", "log_level": "warning"}]
