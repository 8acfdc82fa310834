"""``kb worker`` sends what lies in the outbox, beside ``kb serve`` or by itself, and ends when it should."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from kb.domain.letters import LetterKind, LetterState
from kb.services import letters
from tests.cli.conftest import Run, is_one_swedish_line
from tests.cli.test_serve import answer, free_port
from tests.installation import DATABASE, environment, running
from tests.mail.post_office import END, HANG, PostOffice, post_office
from tests.shared import ROOT

ANNA = "anna@exempel.example"
COMMAND = [sys.executable, "-c", "from kb.cli import main; main()"]


def wait_for(what: Callable[[], object], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


@contextmanager
def started(folder: Path, log: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            env=environment(folder, **environ),
            stdout=stream,
            stderr=stream,
            cwd=ROOT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)


def put(folder: Path, number: int = 1) -> None:
    with running(folder):
        for _ in range(number):
            letters.put(LetterKind.ACCOUNT_DISABLED, ANNA, user_id=None)


def sql(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / DATABASE, isolation_level=None) as connection:
        connection.execute(statement)
    connection.close()


def states(folder: Path) -> list[str]:
    with sqlite3.connect(folder / DATABASE) as connection:
        found = [row[0] for row in connection.execute("SELECT state FROM letter ORDER BY id")]
    connection.close()
    return found


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, dict[str, str]]]:
    with post_office() as (opened, port):
        yield opened, {"KB_MAIL_URL": f"smtp://127.0.0.1:{port}?tls=none", "KB_MAIL_FROM": "bank@x.example"}


def test_it_sends_and_finishes_the_letter_in_hand(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    log = tmp_path / "worker.log"
    put(instance, 2)
    with started(instance, log, "worker", **office[1]) as process:
        wait_for(lambda: states(instance) == [LetterState.SENT] * 2)
        office[0].slow_at_end = 2.0
        put(instance)
        wait_for(lambda: LetterState.HANDING_OVER in states(instance))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert states(instance) == [LetterState.SENT] * 3
    assert [letter["To"] for letter in office[0].letters()] == [ANNA] * 3
    written = log.read_text(encoding="utf-8")
    assert "worker_ended" in written
    assert "Traceback" not in written
    assert ANNA not in written, "no personal data in the log"


def test_it_goes_on_when_the_database_has_been_locked_and_away(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    log = tmp_path / "worker.log"
    with started(instance, log, "worker", **office[1]) as process:
        wait_for(lambda: b"worker_started" in log.read_bytes())
        sql(instance, "ALTER TABLE letter RENAME TO away")
        wait_for(lambda: b"worker_waits" in log.read_bytes())
        sql(instance, "ALTER TABLE away RENAME TO letter")
        put(instance)
        lock = sqlite3.connect(instance / DATABASE, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(12)
        assert states(instance) == [LetterState.UNSENT]
        lock.execute("ROLLBACK")
        lock.close()
        wait_for(lambda: states(instance) == [LetterState.SENT])
        assert process.poll() is None
    assert len(office[0].taken) == 1


def test_in_development_letters_are_files_that_can_be_read(instance: Path, tmp_path: Path) -> None:
    put(instance)
    with started(instance, tmp_path / "worker.log", "worker"):
        wait_for(lambda: list((instance / "letters").glob("*.eml")))
    (file,) = (instance / "letters").glob("*.eml")
    assert "Ditt konto i Erfarenhetsbanken är avstängt" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_in_production_without_a_server_letters_wait(instance: Path, tmp_path: Path) -> None:
    put(instance)
    log = tmp_path / "worker.log"
    production = {
        "KB_ENVIRONMENT": "production",
        "KB_SECRET_KEY": "x" * 48,
        "KB_BASE_URL": "https://x.example",
    }
    with started(instance, log, "worker", **production) as process:
        wait_for(lambda: b"letters_wait" in log.read_bytes())
        time.sleep(3)
        assert process.poll() is None
    assert states(instance) == [LetterState.UNSENT]
    assert not (instance / "letters").exists()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"KB_MAIL_URL": "post.example"}, "KB_MAIL_URL"),
        ({"KB_MAIL_FROM": "ingen adress"}, "KB_MAIL_FROM"),
        (
            {
                "KB_MAIL_URL": "smtp://post.example",
                "KB_ENVIRONMENT": "production",
                "KB_SECRET_KEY": "x" * 48,
                "KB_BASE_URL": "https://x.example",
            },
            "KB_MAIL_FROM",
        ),
    ],
)
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_settings_that_cannot_be_used_are_told(
    run: Run, environ: dict[str, str], named: str, command: str
) -> None:
    done = run(command, **environ)
    assert is_one_swedish_line(done)
    assert named in done.stderr


class TestServe:
    @contextmanager
    def serving(
        self, folder: Path, log: Path, *arguments: str, **environ: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        port = str(free_port())
        with started(folder, log, "serve", "--port", port, *arguments, KB_WORKERS="1", **environ) as process:
            answer(f"http://127.0.0.1:{port}/healthz")
            yield process

    def workers(self, process: subprocess.Popen[bytes]) -> list[psutil.Process]:
        children = psutil.Process(process.pid).children()
        return [one for one in children if self.is_worker(one)]

    def is_worker(self, process: psutil.Process) -> bool:
        """One that has just died stays among the children until it is waited for."""
        try:
            return "worker" in process.cmdline()
        except psutil.NoSuchProcess:
            return False

    def test_it_runs_one_worker_starts_another_if_it_dies_and_ends_it(
        self, instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
    ) -> None:
        with self.serving(instance, tmp_path / "serve.log", **office[1]) as process:
            wait_for(lambda: self.workers(process))
            (first,) = self.workers(process)
            put(instance)
            wait_for(lambda: states(instance) == [LetterState.SENT])
            first.kill()
            wait_for(lambda: [one for one in self.workers(process) if one.pid != first.pid])
            (second,) = self.workers(process)
            put(instance)
            wait_for(lambda: states(instance) == [LetterState.SENT] * 2)
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0
            assert not second.is_running()
        assert "Traceback" not in (tmp_path / "serve.log").read_text(encoding="utf-8")
        assert len(office[0].taken) == 2

    def test_the_worker_ends_when_the_server_is_killed(self, instance: Path, tmp_path: Path) -> None:
        with self.serving(instance, tmp_path / "serve.log") as process:
            wait_for(lambda: self.workers(process))
            (worker,) = self.workers(process)
            children = psutil.Process(process.pid).children(recursive=True)
            wait_for(lambda: b"worker_started" in (tmp_path / "serve.log").read_bytes())
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
            wait_for(lambda: not worker.is_running(), 15)
            for child in children:
                if child.is_running():
                    child.kill()

    def test_without_a_worker(self, instance: Path, tmp_path: Path) -> None:
        with self.serving(instance, tmp_path / "serve.log", "--no-worker") as process:
            time.sleep(2)
            assert self.workers(process) == []


def test_the_worker_holds_no_search_index(instance: Path, tmp_path: Path) -> None:
    with started(instance, tmp_path / "worker.log", "worker") as process:
        wait_for(lambda: b"worker_started" in (tmp_path / "worker.log").read_bytes())
        time.sleep(3)
        of_index = [
            one.path
            for one in psutil.Process(process.pid).memory_maps()
            if one.path.startswith(str(instance / "index"))
        ]
        open_files = [one.path for one in psutil.Process(process.pid).open_files()]
    assert of_index == []
    assert not [path for path in open_files if path.startswith(str(instance / "index"))]


def test_the_server_that_never_answers_the_end_does_not_get_it_twice(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    office[0].order(END, HANG)
    put(instance)
    with started(instance, tmp_path / "one.log", "worker", **office[1]) as process:
        wait_for(lambda: states(instance) == [LetterState.HANDING_OVER])
        process.kill()
        process.wait(10)
    with started(instance, tmp_path / "two.log", "worker", **office[1]):
        time.sleep(5)
    assert states(instance) == [LetterState.HANDING_OVER], "its lease has not run out"
    assert office[0].reached.count(END) == 1
