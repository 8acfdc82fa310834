"""An installation for tests: settings, application and folder, with nothing shared between two tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from kb import create_app
from kb.config import Settings
from kb.db import db
from kb.search import maintenance, sync
from kb.services import migrating
from tests.shared import ROOT

DATABASE = "erfarenhetsbanken.sqlite"


def settings_for(folder: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "environment": "test",
        "instance": folder,
        "database_url": f"sqlite:///{folder / DATABASE}",
        "base_url": "https://erfarenhetsbanken.example",
        "argon2_memory_kib": 19_456,
        "argon2_rounds": 2,
        "searches_per_minute": 0,
    }
    return Settings(**{**values, **changes})


@contextmanager
def running(folder: Path, **changes: Any) -> Iterator[Flask]:
    """The application of an instance folder, in its context; its connections are closed afterwards."""
    app = create_app(settings_for(folder, **changes))
    with app.app_context():
        engine = db.engine
        try:
            yield app
        finally:
            db.session.close()
            engine.dispose()


def install(folder: Path) -> None:
    """The tables and an empty index, as after ``kb db upgrade`` and ``kb search rebuild``."""
    with running(folder):
        migrating.upgrade(db.engine)
        maintenance.rebuild(sync.of(db.engine))


def copied(template: Path, folder: Path) -> Path:
    """A folder of one's own with what an installation had when nothing ran in it."""
    shutil.copytree(template, folder)
    return folder


def kb(folder: Path, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``kb`` on an instance folder as an administrator does: another process, only its own settings."""
    return subprocess.run(
        [sys.executable, "-c", "from kb.cli import main; main()", *map(str, arguments)],
        env=environment(folder, **environ),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        cwd=ROOT,
    )


def environment(folder: Path, **environ: str) -> dict[str, str]:
    """The machine's environment with the settings of this instance and no others."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    own = {"KB_ENVIRONMENT": "test", "KB_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)}
    return {**bare, **own, "KB_SEARCHES_PER_MINUTE": "0", **environ}
