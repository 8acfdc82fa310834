"""Bring the database to a version of its tables, and say which one it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from kb.config import PACKAGE
from kb.domain.errors import Conflict


def newest() -> str:
    """The version that this release's code expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package carries no migrations")
    return head


def current(engine: Engine) -> str | None:
    """The version that the database has; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(version: str) -> bool:
    """Whether this release has the migration of that name; a newer release may have made the tables."""
    scripts = ScriptDirectory.from_config(_config())
    return any(script.revision == version for script in scripts.walk_revisions())


def upgrade(engine: Engine, target: str = "head") -> None:
    """Raises ``Conflict`` for a database of a newer release, or one whose references do not hold."""
    before = current(engine)
    if before is not None and not knows(before):
        raise Conflict(
            "Databasen har version %(version)s, som det här programmet inte känner till. "
            "Installera en version av programmet som är minst lika ny som den som senast kördes.",
            version=before,
        )
    _run(engine, lambda config: command.upgrade(config, target))


def downgrade(engine: Engine, target: str) -> None:
    _run(engine, lambda config: command.downgrade(config, target))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations").replace("%", "%%"))
    return config


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    """All steps in one transaction: a migration that fails leaves the tables as they were."""
    config = _config()
    with (
        engine.connect() as connection,
        _unchecked_keys(connection),
        connection.execution_options(kb_write=True).begin(),
    ):
        config.attributes["connection"] = connection
        work(config)
        _check_keys(connection)


@contextmanager
def _unchecked_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying it, which foreign keys must not see."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.connection.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA foreign_keys=ON")


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
    if dangling is not None:
        raise Conflict(
            "Databasen är skadad: en rad i tabellen %(table)s hänvisar till något som inte finns. "
            "Ingenting är ändrat. Återställ den senaste säkerhetskopian.",
            table=dangling[0],
        )
