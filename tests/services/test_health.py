"""Whether the parts that a reader depends on answer."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask

from kb.db import db
from kb.services import health
from tests.installation import DATABASE, running


def test_all_is_well(library: Flask) -> None:
    state = health.check()
    assert (state.ok, state.database, state.search, state.search_detail) == (True, True, True, "")


def test_without_an_index_the_site_is_hurt_but_open(app: Flask, instance: Path) -> None:
    shutil.rmtree(instance / "index")
    state = health.check()
    assert (state.ok, state.search) == (True, False)
    assert state.search_detail.endswith(".")


def test_a_file_that_is_no_database(instance: Path) -> None:
    for path in instance.glob(f"{DATABASE}*"):
        path.unlink()
    (instance / DATABASE).write_bytes(b"not a database at all, but long enough" * 100)
    with running(instance):
        state = health.check()
        db.session.rollback()
    assert (state.ok, state.database, state.search) == (False, False, False)
