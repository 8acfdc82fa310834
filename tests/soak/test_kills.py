"""Killed at any moment, nothing is lost: the database is whole and the index can be put in step with it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from kb.db import db
from kb.models import Entry
from kb.search import maintenance, sync
from tests import factories
from tests.installation import running
from tests.services.seed_folder import SeedFolder
from tests.soak.crew import Crew
from tests.storage.indexes import waiting

pytestmark = pytest.mark.soak

KILLED = 9
RANDOM_KILLS = 40
LASTING_DEEDS = 45
KILLED_AFTER_SECONDS = (0.02, 0.1, 0.2, 0.4, 0.6, 0.8)
STORIES = 150


@pytest.fixture
def crew(instance: Path) -> Iterator[Crew]:
    with closing(Crew(instance)) as made:
        yield made


def check(crew: Crew, *, by_next_write: bool) -> None:
    """What was said to be done is in the database, which is whole, and the index follows it."""
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert db.session.execute(text("PRAGMA foreign_key_check")).first() is None
    known = {entry.id: entry for entry in db.session.scalars(select(Entry))}
    for what, entry_id in crew.done:
        assert entry_id in known, f"{what} {entry_id} is lost"
        if what == "withdrawn":
            assert known[entry_id].withdrawn_at is not None, f"{entry_id} came back"
    if by_next_write:
        factories.published("Nästa berättelse")
    else:
        maintenance.verify(sync.of(db.engine), repair=True)
    after = maintenance.verify(sync.of(db.engine), repair=False)
    assert after.in_step, f"the index differs after {'a write' if by_next_write else 'verify'}: {after}"
    assert waiting() == 0


def test_killed_at_random_moments(crew: Crew, instance: Path) -> None:
    chance = random.Random(20261123)
    for number in range(RANDOM_KILLS):
        crew.start("write", number)
        for _ in range(chance.randrange(3)):
            crew.hear_one()
        time.sleep(chance.random() * 0.08)
        crew.kill()
        assert crew.wait() == KILLED
        with running(instance):
            check(crew, by_next_write=number % 2 == 0)
    assert len(crew.done) > RANDOM_KILLS / 2, "the workers were killed before they did anything"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("by_next_write", [True, False], ids=["next-write", "verify"])
def test_killed_at_each_lasting_deed(crew: Crew, instance: Path, by_next_write: bool) -> None:
    """Between commit and index write, in the middle of either, between both, and before the rows are gone."""
    killed = 0
    for kill_at in range(1, LASTING_DEEDS + 1):
        crew.start("write", 1000 + kill_at, kill_at)
        killed += crew.wait() == KILLED
        with running(instance):
            check(crew, by_next_write=by_next_write)
    assert killed == LASTING_DEEDS


def test_a_seeding_that_is_killed_keeps_nothing(crew: Crew, instance: Path) -> None:
    files = SeedFolder(instance.parent / "seed")
    for number in range(STORIES - 1):
        files.add_story(f"berattelse-{number}", f"Berättelse nummer {number} om skogen")
    for seconds in KILLED_AFTER_SECONDS:
        crew.start("seed")
        time.sleep(seconds)
        crew.kill()
        assert crew.wait() == KILLED, "the seeding was over before it was killed"
        with running(instance):
            entries = len(db.session.scalars(select(Entry.id)).all())
            assert entries == 0, f"{entries} stories of a seeding that was killed"
            assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    crew.start("seed")
    assert crew.wait() == 0, crew.errors()
    with running(instance):
        assert maintenance.count_public(db.session) == STORIES
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step
