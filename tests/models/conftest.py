"""A migrated database with one row in each table, given back unchanged to every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from kb.db import db
from tests.installation import copied, running
from tests.models.rows import insert_one_of_each


@pytest.fixture(scope="module")
def filled(empty_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with running(copied(empty_template, tmp_path_factory.mktemp("rows") / "instance")) as app:
        with db.engine.connect().execution_options(kb_write=True) as connection, connection.begin():
            insert_one_of_each(connection)
        yield app


@pytest.fixture
def connection(filled: Flask) -> Iterator[Connection]:
    """A transaction that is rolled back after the test."""
    with filled.app_context(), db.engine.connect().execution_options(kb_write=True) as found:
        transaction = found.begin()
        yield found
        transaction.rollback()
