"""The database handle and the transaction.

SQLite transactions that write begin with ``BEGIN IMMEDIATE``: a deferred one reads first, and loses with
"database is locked" (or forks a chain silently) when another writer came between.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from kb.config import ConfigurationError
from kb.domain.errors import StorageUnavailable

P = ParamSpec("P")
R = TypeVar("R")

BUSY_TIMEOUT_SECONDS = 10
_BRIEFLY_MS = 50
SERVER_THREADS = 16
"""Of a worker of ``kb serve``: fewer connections than they need would make them wait for each other."""
_WRITE = "kb_write"
_IN_TRANSACTION = "kb_in_transaction"

db = SQLAlchemy()


def engine_options(url: str) -> dict[str, Any]:
    """The options for Flask-SQLAlchemy-Lite's default engine; ``ConfigurationError`` for a bad address."""
    try:
        make_url(url).get_dialect().import_dbapi()
    except (ArgumentError, ImportError) as error:
        raise ConfigurationError(
            "KB_DATABASE_URL går inte att använda. Ange en adress som sqlite:////mapp/fil.sqlite eller "
            "postgresql+psycopg://användare@värd/databas, och installera psycopg för PostgreSQL."
        ) from error
    # An error with its values would put what people write into the log.
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_SECONDS}
    # A thread of the server may hold two at once: what it reads by, and what it counts by.
    options |= {"pool_size": SERVER_THREADS, "max_overflow": 2 * SERVER_THREADS}
    return options


def prepare(engine: Engine) -> Engine:
    """Give a SQLite engine WAL, foreign keys and explicit transactions; other engines pass unchanged."""
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted for someone's sake is gone from the file
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One transaction that writes: committed at the end, rolled back on any error.

    Inside another ``writing`` of the same session it joins that one. What the session had read before is
    let go first, so that reading and writing see one state.
    """
    if session.info.get(_IN_TRANSACTION):
        yield session
        return
    if session.in_transaction():
        session.rollback()
    session.info[_IN_TRANSACTION] = True
    try:
        session.connection(execution_options={_WRITE: True})
        yield session
        session.commit()
    except OperationalError as error:
        session.rollback()
        if not is_about_storage(error):
            raise
        raise StorageUnavailable(
            "Det går inte att spara just nu. Inget är ändrat. Vänta en stund och försök igen."
        ) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_IN_TRANSACTION, None)


@contextmanager
def begin_briefly(engine: Engine) -> Iterator[Connection]:
    """A transaction of its own for what may as well be left out: it waits a moment, not ten seconds.

    On SQLite it does not wait for the disk either: after a power cut it may be as if it had not been.
    Raises SQLAlchemy's errors.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_BRIEFLY_MS}")
            yield connection
        return
    with engine.connect() as opened:
        connection = opened.execution_options(**{_WRITE: True})
        pragmas = connection.connection.cursor()
        try:
            pragmas.execute(f"PRAGMA busy_timeout={_BRIEFLY_MS}")
            pragmas.execute("PRAGMA synchronous=NORMAL")
            with connection.begin():
                yield connection
        finally:
            pragmas.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
            pragmas.execute("PRAGMA synchronous=FULL")
            pragmas.close()


def write_home(engine: Engine) -> None:
    """Leave nothing of what was deleted in SQLite's log of changes. Call it outside any transaction.

    While others read for longer than a second it is left to them: the log is emptied a while later.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=1000")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.close()
    finally:
        connection.close()


def is_about_storage(error: OperationalError) -> bool:
    """A missing table is an operational error too, but waiting does not mend it."""
    return getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR"


def transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in one transaction of the request's session; see ``writing``."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with writing(db.session):
            return function(*args, **kwargs)

    return run
