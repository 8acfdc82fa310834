"""The transaction: takes the lock first, joins what is open, undoes everything, says when it cannot save."""

from __future__ import annotations

import inspect
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

import kb.db
from kb.config import ConfigurationError
from kb.db import SERVER_THREADS, db, engine_options, transaction, writing
from kb.domain.errors import StorageUnavailable
from kb.models import Entry, Organisation, Revision
from kb.search import maintenance, sync
from kb.services import stories
from tests import factories
from tests.installation import DATABASE, running


def names() -> list[str]:
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


def is_locked(folder: Path) -> bool:
    """Whether another process could not begin to write just now."""
    other = sqlite3.connect(folder / DATABASE, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


class TestWriting:
    def test_it_is_committed_at_the_end(self, app: Flask) -> None:
        with writing(db.session):
            factories.organisation("Boverket")
        assert not db.session.in_transaction()
        assert names() == ["Boverket"]

    def test_an_error_undoes_all_of_it(self, app: Flask) -> None:
        def write_and_fail() -> None:
            factories.organisation("Boverket")
            raise RuntimeError("strömmen gick")

        with pytest.raises(RuntimeError, match="strömmen gick"), writing(db.session):
            write_and_fail()
        assert names() == []

    def test_the_database_refusing_undoes_all_of_it(self, app: Flask) -> None:
        def write_twice() -> None:
            factories.organisation("Boverket")
            factories.organisation("Boverket")

        with pytest.raises(IntegrityError), writing(db.session):
            write_twice()
        assert names() == []

    def test_the_lock_is_taken_before_anything_is_read(self, app: Flask, instance: Path) -> None:
        with writing(db.session):
            assert is_locked(instance)
        assert not is_locked(instance)

    def test_reading_takes_no_lock(self, app: Flask, instance: Path) -> None:
        names()
        assert db.session.in_transaction()
        assert not is_locked(instance)

    def test_what_was_read_before_is_read_again(self, app: Flask, instance: Path) -> None:
        with writing(db.session):
            row = factories.organisation("Boverket")
        assert row.name == "Boverket"
        with sqlite3.connect(instance / DATABASE) as other:
            other.execute("UPDATE organisation SET name = 'Plan- och bostadsverket'")
        other.close()
        with writing(db.session):
            assert row.name == "Plan- och bostadsverket"


class TestNested:
    def test_the_inner_one_joins_the_outer(self, app: Flask, instance: Path) -> None:
        with writing(db.session):
            with writing(db.session):
                factories.organisation("Boverket")
            assert is_locked(instance), "the inner one committed"
        assert names() == ["Boverket"]

    def test_the_outer_one_undoes_the_inner(self, app: Flask) -> None:
        @transaction
        def inner() -> None:
            factories.organisation("Boverket")

        @transaction
        def outer() -> None:
            inner()
            raise RuntimeError("strömmen gick")

        with pytest.raises(RuntimeError):
            outer()
        assert names() == []

    def test_after_an_error_the_next_one_is_an_outer_one(self, app: Flask) -> None:
        with pytest.raises(ZeroDivisionError), writing(db.session):
            _ = 1 / 0
        with writing(db.session):
            factories.organisation("Boverket")
        db.session.rollback()
        assert names() == ["Boverket"]


def test_every_connection_is_set_up(app: Flask) -> None:
    with db.engine.connect() as one, db.engine.connect() as two:
        for connection in (one, two):
            found = [
                connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("foreign_keys", "journal_mode", "synchronous")
            ]
            assert found == [1, "wal", 2]


class TestTwoWriters:
    def test_the_second_waits_for_the_first(self, app: Flask) -> None:
        began = threading.Event()

        def second() -> None:
            began.wait()
            with app.app_context(), writing(db.session):
                factories.organisation("Andra myndigheten")

        with ThreadPoolExecutor() as threads:
            waits = threads.submit(second)
            with writing(db.session):
                factories.organisation("Första myndigheten")
                began.set()
                with pytest.raises(TimeoutError):
                    waits.result(0.3)
            waits.result(20)
        assert names() == ["Andra myndigheten", "Första myndigheten"]

    def test_a_chain_of_reading_and_writing_never_forks(self, app: Flask) -> None:
        """Each reads how many there are and writes the next: a deferred transaction would fork or fail."""

        def add_five() -> None:
            for _ in range(5):
                with app.app_context(), writing(db.session):
                    so_far = db.session.scalar(select(func.count()).select_from(Organisation))
                    factories.organisation(f"Myndighet {so_far:02}")

        with ThreadPoolExecutor() as threads:
            for done in [threads.submit(add_five) for _ in range(4)]:
                done.result(60)
        assert names() == [f"Myndighet {number:02}" for number in range(20)]

    def test_a_writer_that_never_lets_go_is_told_of(
        self, instance: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kb.db, "BUSY_TIMEOUT_SECONDS", 0.1)
        other = sqlite3.connect(instance / DATABASE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with running(instance):
            with pytest.raises(StorageUnavailable, match="Inget är ändrat"), writing(db.session):
                factories.organisation("Boverket")
            other.execute("ROLLBACK")
            other.close()
            with writing(db.session):
                factories.organisation("Boverket")
            assert names() == ["Boverket"]


class TestStorageThatCannotBeWritten:
    def test_a_read_only_database_is_read_and_not_written(self, seeded_instance: Path) -> None:
        with running(seeded_instance) as app:
            before = stories.balance()
            assert app.name == "kb"
        read_only = f"sqlite:///file:{seeded_instance / DATABASE}?mode=ro&uri=true"
        with running(seeded_instance, database_url=read_only):
            with pytest.raises(StorageUnavailable, match="Det går inte att spara just nu"):
                factories.published("Nytt diarium")
            assert stories.balance() == before
        with running(seeded_instance):
            factories.published("Nytt diarium")
            assert stories.balance().total == before.total + 1

    def test_a_full_disk_keeps_nothing_of_a_story(self, app: Flask) -> None:
        first_id = factories.published("Det första diariet").id
        pages = db.session.scalar(text("PRAGMA page_count"))
        db.session.close()

        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages + 2}")

        event.listen(db.engine, "connect", limit)
        db.engine.dispose()
        with pytest.raises(StorageUnavailable, match="Det går inte att spara just nu"):
            factories.published("Det andra diariet", body="Text. " * 10_000)
        assert db.session.scalars(select(Entry.id)).all() == [first_id]
        assert db.session.scalars(select(Revision.title)).all() == ["Det första diariet"]
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert set(sync.of(db.engine).stories.fingerprints()) == {first_id}
        db.session.close()

        event.remove(db.engine, "connect", limit)
        db.engine.dispose()
        factories.published("Det andra diariet", body="Text. " * 10_000)
        assert stories.balance().total == 2
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step

    def test_a_missing_table_is_no_full_disk(self, app: Flask) -> None:
        with pytest.raises(OperationalError, match="no such table"), writing(db.session):
            db.session.execute(text("INSERT INTO finns_inte VALUES (1)"))


def test_every_thread_of_a_worker_may_read_and_count_at_once(app: Flask) -> None:
    """With fewer connections than that they waited for each other, each with one in hand."""
    together = threading.Barrier(SERVER_THREADS)

    def read_and_count() -> int:
        with app.app_context():
            found = db.session.scalar(select(func.count()).select_from(Organisation))
            together.wait(timeout=10)
            with db.engine.connect() as another:
                another.execute(text("SELECT 1"))
                together.wait(timeout=10)
            return found or 0

    with ThreadPoolExecutor(SERVER_THREADS) as pool:
        assert [each.result() for each in [pool.submit(read_and_count) for _ in range(SERVER_THREADS)]] == [
            0
        ] * SERVER_THREADS


def test_the_end_of_a_request_starts_no_thread_and_no_event_loop(app: Flask) -> None:
    closing = app.teardown_appcontext_funcs
    assert closing
    assert not [close for close in closing if inspect.iscoroutinefunction(close)]


@pytest.mark.parametrize(
    "url", ["", "erfarenhetsbanken.sqlite", "sqlit:///fil.sqlite", "finnsinte+nagot://värd/databas"]
)
def test_an_address_that_is_no_database_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="KB_DATABASE_URL"):
        engine_options(url)
