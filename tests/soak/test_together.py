"""Several processes at once: some write, some search, one rebuilds; nobody fails and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.db import db
from kb.models import Entry
from kb.search import maintenance, sync
from tests.installation import running
from tests.soak.crew import Crew
from tests.storage.indexes import indexed, waiting

pytestmark = pytest.mark.soak

WRITERS, SEARCHERS = 3, 2


@pytest.fixture
def crews(instance: Path) -> Iterator[list[Crew]]:
    with ExitStack() as stack:
        yield [stack.enter_context(closing(Crew(instance))) for _ in range(WRITERS + SEARCHERS)]


def work_together(instance: Path, writers: list[Crew], others: list[Crew], other_work: str) -> None:
    """The writers do their share while the others work; every one must end well."""
    busy = instance / "busy"
    busy.touch()
    for number, crew in enumerate(others):
        crew.start(other_work, number)
    for number, crew in enumerate(writers):
        crew.start("write_some", 100 + number)
    ended = [crew.wait() for crew in writers]
    busy.unlink()
    ended += [crew.wait() for crew in others]
    errors = "\n".join(crew.errors() for crew in (*writers, *others))
    assert set(ended) == {0}, errors
    assert "Traceback" not in errors


def check(instance: Path, writers: list[Crew]) -> None:
    gone = {entry_id for crew in writers for what, entry_id in crew.done if what == "withdrawn"}
    written = {entry_id for crew in writers for what, entry_id in crew.done if what == "published"}
    with running(instance):
        sync.of(db.engine).catch_up()
        assert indexed() == written - gone
        assert set(db.session.scalars(select(Entry.id))) == written
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step
        assert waiting() == 0


def test_writing_while_others_search(crews: list[Crew], instance: Path) -> None:
    writers, searchers = crews[:WRITERS], crews[WRITERS:]
    work_together(instance, writers, searchers, "search")
    check(instance, writers)
    for crew in searchers:
        assert int(crew.done[-1][1]) > 10, "the searchers hardly searched"


def test_rebuilding_while_others_write(crews: list[Crew], instance: Path) -> None:
    writers, [rebuilder] = crews[:WRITERS], crews[WRITERS : WRITERS + 1]
    work_together(instance, writers, [rebuilder], "rebuild")
    check(instance, writers)
    assert len(rebuilder.done) >= 2, "there was hardly a rebuild"
