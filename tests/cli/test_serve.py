"""``kb serve``: refuses to start unsafely, repairs the index, answers, and ends when told."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run, is_one_swedish_line
from tests.installation import environment


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(folder: Path, log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", "from kb.cli import main; main()", "serve", "--port", str(port)],
            env=environment(folder, KB_WORKERS="1"),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)


def answer(url: str) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                body: bytes = response.read()
                return body
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.mark.parametrize("environ", [{}, {"KB_SECRET_KEY": "kort"}, {"KB_SECRET_KEY": "x" * 48}])
def test_production_needs_its_settings(run_seeded: Run, environ: dict[str, str]) -> None:
    done = run_seeded("serve", KB_ENVIRONMENT="production", **environ)
    assert is_one_swedish_line(done)
    assert ("KB_BASE_URL" if len(environ.get("KB_SECRET_KEY", "")) > 32 else "KB_SECRET_KEY") in done.stderr


def test_it_does_not_start_without_its_tables(run_in: Run, tmp_path: Path) -> None:
    done = run_in(tmp_path / "tom", "serve")
    assert is_one_swedish_line(done)
    assert "Kör kb db upgrade." in done.stderr


def test_it_repairs_the_index_answers_and_ends(seeded_instance: Path, tmp_path: Path) -> None:
    shutil.rmtree(seeded_instance / "index")
    log = tmp_path / "serve.log"
    with serving(seeded_instance, log) as (address, process):
        assert json.loads(answer(f"{address}/healthz"))["search"] is True
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    written = log.read_text(encoding="utf-8")
    assert "Sökindexet stämde inte med databasen och är rättat." in written
    assert "Erfarenhetsbanken svarar på http://127.0.0.1:" in written
    assert "Traceback" not in written
