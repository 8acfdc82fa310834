"""Migrations run up and down, and the tables they make are those that the models describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from kb.config import PACKAGE
from kb.db import engine_options, prepare
from kb.domain.errors import DomainError
from kb.models import Base
from kb.services import migrating

SCRIPTS = ScriptDirectory(str(PACKAGE / "migrations"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    options = engine_options(f"sqlite:///{tmp_path / 'prov.sqlite'}")
    made = prepare(create_engine(options.pop("url"), **options))
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def definitions(engine: Engine) -> set[str]:
    """Tables, indexes and triggers as SQLite keeps them, without white space that nobody chose.

    A table that was altered by copying has its name quoted and its constraints in another order.
    """
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
        return {in_one_order(" ".join(sql.split())) for sql in rows}


def in_one_order(sql: str) -> str:
    unquoted = sql.replace('TABLE "user"', "TABLE user").removesuffix(" )")
    columns, *constraints = unquoted.split(", CONSTRAINT ")
    return ", CONSTRAINT ".join([columns, *sorted(constraints)])


def checks(engine: Engine, table: str) -> dict[str | None, str]:
    return {check["name"]: check["sqltext"] for check in inspect(engine).get_check_constraints(table)}


def foreign_keys_are_on(connection: Connection) -> bool:
    return bool(connection.execute(text("PRAGMA foreign_keys")).scalar())


def test_up_down_and_up_again(engine: Engine) -> None:
    migrating.upgrade(engine)
    first = definitions(engine)
    migrating.downgrade(engine, "base")
    assert (tables(engine), migrating.current(engine)) == (set(), None)
    migrating.upgrade(engine)
    assert definitions(engine) == first
    assert migrating.current(engine) == migrating.newest()


def test_each_step_goes_back_to_the_one_before(engine: Engine) -> None:
    steps = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
    seen: list[set[str]] = [set()]
    for step in steps:
        migrating.upgrade(engine, step)
        seen.append(definitions(engine))
    for step, before in zip(reversed(["base", *steps[:-1]]), reversed(seen[:-1]), strict=True):
        migrating.downgrade(engine, step)
        left = {sql for sql in definitions(engine) if "alembic_version" not in sql}
        assert left == {sql for sql in before if "alembic_version" not in sql}


def test_running_it_again_changes_nothing(engine: Engine) -> None:
    migrating.upgrade(engine)
    before = definitions(engine)
    migrating.upgrade(engine)
    assert definitions(engine) == before


def test_the_tables_are_those_of_the_models(engine: Engine) -> None:
    migrating.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == [], "write a migration: the models say something else than the tables"


def test_the_checks_are_those_of_the_models(engine: Engine, tmp_path: Path) -> None:
    """``compare_metadata`` does not see check constraints, so they are compared as SQLite keeps them."""
    migrating.upgrade(engine)
    described = prepare(create_engine(f"sqlite:///{tmp_path / 'described.sqlite'}"))
    Base.metadata.create_all(described)
    try:
        for table in Base.metadata.tables:
            assert checks(engine, table) == checks(described, table), f"write a migration: checks of {table}"
    finally:
        described.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE source (id INTEGER)"))
    with pytest.raises(DatabaseError, match="table source already exists"):
        migrating.upgrade(engine)
    assert (tables(engine), migrating.current(engine)) == ({"source"}, None)


def test_foreign_keys_are_on_again_after_a_migration_that_failed(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE source (id INTEGER)"))
    with pytest.raises(DatabaseError):
        migrating.upgrade(engine)
    with engine.connect() as connection:
        assert foreign_keys_are_on(connection)


def test_terms_that_are_there_get_addresses_from_their_labels(engine: Engine) -> None:
    migrating.upgrade(engine, "0003")
    rows = [
        ("T1", "fas", "Införande"),
        ("T2", "annan", "Inforande"),
        ("T3", "tredje", "IT & drift (Åre)"),
        ("T4", "x", "–"),
    ]
    with engine.connect() as connection, connection.begin():
        connection.execute(text("INSERT INTO vocabulary VALUES ('V1', 'phase', 'Fas', '', 0)"))
        connection.execute(text("INSERT INTO vocabulary VALUES ('V2', 'time', 'FAS', '', 0)"))
        for place, (key, code, label) in enumerate(rows):
            values = {"key": key, "code": code, "label": label, "place": place}
            connection.execute(
                text("INSERT INTO term VALUES (:key, 'V1', :code, :label, '', NULL, :place)"), values
            )
        connection.execute(text("INSERT INTO term VALUES ('T5', 'V2', 'a', 'Införande', '', NULL, 0)"))
    migrating.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT slug FROM vocabulary ORDER BY id")).scalars().all() == [
            "fas",
            "fas-2",
        ]
        slugs = connection.execute(text("SELECT slug FROM term ORDER BY id")).scalars().all()
        assert slugs == ["inforande", "inforande-2", "it-drift-are", "term", "inforande"]
        assert connection.execute(text("SELECT DISTINCT label_en, description_en FROM term")).all() == [
            ("", "")
        ]


def test_rows_that_refer_to_nothing_stop_a_migration(engine: Engine) -> None:
    migrating.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(text("INSERT INTO lesson VALUES ('L1', 'finns inte', 'ankare')"))
        connection.connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(DomainError, match="en rad i tabellen lesson hänvisar till något som inte finns"):
        migrating.upgrade(engine)


def test_a_database_from_a_newer_release_is_left_alone(engine: Engine) -> None:
    migrating.upgrade(engine)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = definitions(engine)
    with pytest.raises(DomainError, match="9999"):
        migrating.upgrade(engine)
    assert (definitions(engine), migrating.current(engine)) == (before, "9999")


def test_every_table_and_key_has_a_name_of_ours(engine: Engine) -> None:
    """A constraint without a name cannot be changed by a later migration on SQLite."""
    migrating.upgrade(engine)
    inspector = inspect(engine)
    for table in tables(engine):
        named = [inspector.get_pk_constraint(table), *inspector.get_foreign_keys(table)]
        named += [*inspector.get_unique_constraints(table), *inspector.get_check_constraints(table)]
        assert all(key["name"] for key in named), table
