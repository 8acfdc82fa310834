"""``kb`` on an instance folder of its own, run in this process: starting Python takes longer than the work.

That it is the same in a process of its own is shown by the tests that use ``tests.installation.kb``.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from kb.cli import main
from tests.installation import environment

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def run_in(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``kb`` on a folder: ``run_in(folder, "search", "verify", KB_WORKERS="1")``."""

    def run(folder: Path, *arguments: str | Path, **environ: str) -> Done:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in environment(folder, **environ).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["kb", *map(str, arguments)])
            code = _exit_code()
        said = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return subprocess.CompletedProcess(["kb", *map(str, arguments)], code, *said)

    return run


def _exit_code() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


@pytest.fixture
def run(run_in: Run, instance: Path) -> Run:
    """Run ``kb`` on an installation without content."""
    return lambda *arguments, **environ: run_in(instance, *arguments, **environ)


@pytest.fixture
def run_seeded(run_in: Run, seeded_instance: Path) -> Run:
    """Run ``kb`` on an installation with the seed stories."""
    return lambda *arguments, **environ: run_in(seeded_instance, *arguments, **environ)


def is_one_swedish_line(done: Done) -> bool:
    """An error as it should be: exit code 1, one line that begins with Fel, and no traceback."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("Fel: ")]
    return done.returncode == 1 and len(lines) == 1 and "Traceback" not in done.stderr + done.stdout
