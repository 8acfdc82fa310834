"""A disk that is full: a clear line, nothing half-written, and all is well when there is room again."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from kb.db import db
from kb.search import maintenance, sync
from kb.services import stories
from tests.cli.conftest import is_one_swedish_line
from tests.installation import DATABASE, environment, kb, running
from tests.services.seed_folder import SeedFolder
from tests.shared import ROOT


def kb_with_room_for(folder: Path, size: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``kb`` where no file may grow past ``size`` bytes: writing more fails as on a full disk."""
    return subprocess.run(
        [sys.executable, "-c", "from kb.cli import main; main()", *map(str, arguments)],
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


@pytest.fixture
def files(tmp_path: Path) -> SeedFolder:
    """Five stories of a size that does not fit."""
    made = SeedFolder(tmp_path / "seed")
    for number in range(4):
        path = made.add_story(f"lang-{number}", f"Lång berättelse nummer {number}")
        made.replace(path, "på papper.", " ".join(f"ord{number}{count}" for count in range(8000)))
    return made


def test_stories_that_do_not_fit_are_not_kept(instance: Path, files: SeedFolder) -> None:
    room = (instance / DATABASE).stat().st_size + 100_000
    done = kb_with_room_for(instance, room, "seed", "--folder", files.folder)
    assert is_one_swedish_line(done), done.stderr
    assert "Det går inte att spara just nu. Inget är ändrat." in done.stderr
    with running(instance):
        assert stories.balance().total == 0
        assert db.session.scalar(text("SELECT count(*) FROM organisation")) == 0
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert sync.of(db.engine).stories.fingerprints() == {}
    assert kb(instance, "seed", "--folder", files.folder).returncode == 0
    with running(instance):
        assert stories.balance().total == 5
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step


def test_an_index_that_does_not_fit_keeps_the_stories(instance: Path, files: SeedFolder) -> None:
    kb(instance, "seed", "--folder", files.folder)
    done = kb_with_room_for(instance, 40_000, "search", "rebuild")
    assert done.returncode == 1
    # Above it stands what the log says of the files that were left.
    assert done.stderr.splitlines()[-1].startswith(
        "Fel: Det går inte att skriva sökindexet. Kontrollera att disken inte är full"
    )
    with running(instance):
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step, "the old index is gone"
        assert stories.balance().total == 5


def test_a_disk_with_no_room_at_all_is_said_to_be_full(instance: Path, files: SeedFolder) -> None:
    """SQLite needs a little room even to read, when nobody else has the database open."""
    kb(instance, "seed", "--folder", files.folder)
    done = kb_with_room_for(instance, 4096, "search", "rebuild")
    assert is_one_swedish_line(done), done.stderr
    assert "Kontrollera att disken inte är full eller skrivskyddad" in done.stderr
    doctor = kb_with_room_for(instance, 4096, "doctor")
    assert doctor.returncode == 1
    assert "FEL     Databasen" in doctor.stdout
    assert "Traceback" not in doctor.stderr
    assert kb(instance, "doctor").returncode == 0
