"""Bring the database to a version of its tables, and say which one it has."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from kb.config import PACKAGE
from kb.db import engine_options, prepare


def engine_for(url: str) -> Engine:
    options = engine_options(url)
    return prepare(create_engine(options.pop("url"), **options))


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


def upgrade(engine: Engine, target: str = "head") -> None:
    _run(engine, lambda config: command.upgrade(config, target))


def downgrade(engine: Engine, target: str) -> None:
    _run(engine, lambda config: command.downgrade(config, target))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations").replace("%", "%%"))
    return config


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    """SQLite alters a table by copying it, which foreign keys must not see; they are checked afterwards."""
    config = _config()
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        with connection.execution_options(kb_write=True).begin():
            config.attributes["connection"] = connection
            work(config)
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")
