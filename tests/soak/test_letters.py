"""``kb worker`` killed at any moment: no letter is lost, and none is sent twice by itself.

A letter may be uncertain; then the server was told its end and the answer was never written down.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kb.domain.letters import LetterKind, LetterState
from kb.services import letters
from tests.cli.test_worker import started, states, wait_for
from tests.installation import DATABASE, running
from tests.mail.post_office import BODY, DATA, EHLO, END, HANG, MAIL, RCPT, PostOffice, post_office

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

RANDOM_KILLS = 25
LETTERS = 60


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, dict[str, str]]]:
    with post_office() as (opened, port):
        yield opened, {"KB_MAIL_URL": f"smtp://127.0.0.1:{port}?tls=none", "KB_MAIL_FROM": "bank@x.example"}


def put(folder: Path, count: int) -> None:
    with running(folder):
        for number in range(count):
            letters.put(LetterKind.ACCOUNT_DISABLED, f"n{number}@exempel.example", user_id=None)


def let_leases_run_out(folder: Path) -> None:
    """As if the hours had gone by."""
    before = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(folder / DATABASE, timeout=30) as connection:
        connection.execute("UPDATE letter SET leased_until = ? WHERE leased_until IS NOT NULL", (before,))
        connection.execute("UPDATE letter SET next_attempt_at = ? WHERE state = 'unsent'", (before,))
    connection.close()


def rows(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / DATABASE) as connection:
        found = list(connection.execute("SELECT recipient, state FROM letter ORDER BY id"))
    connection.close()
    return found


def check(folder: Path, office: PostOffice) -> None:
    """None is with the server twice, and each is there once or known to be uncertain."""
    taken = Counter(office.recipients)
    for recipient, state in rows(folder):
        assert taken[recipient] <= 1, f"{recipient} was sent twice"
        if state == LetterState.SENT:
            assert taken[recipient] == 1, f"{recipient} is lost"
        else:
            assert state == LetterState.UNCERTAIN, f"{recipient} is {state}"


@pytest.mark.parametrize("step", [EHLO, MAIL, RCPT, DATA, BODY])
def test_killed_before_the_end_is_told(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]], step: str
) -> None:
    put(instance, 1)
    office[0].order(step, HANG)
    with started(instance, tmp_path / "worker.log", "worker", **office[1]) as worker:
        wait_for(lambda: step in office[0].reached)
        if step == BODY:  # the server reads on and the worker tells the end into the void
            wait_for(lambda: LetterState.HANDING_OVER in states(instance))
        worker.kill()
        worker.wait(10)
    let_leases_run_out(instance)
    wanted = LetterState.UNCERTAIN if step == BODY else LetterState.SENT
    with started(instance, tmp_path / "worker.log", "worker", **office[1]):
        wait_for(lambda: states(instance) == [wanted])
    assert len(office[0].taken) == (0 if step == BODY else 1)
    check(instance, office[0])


def test_killed_while_it_waits_for_the_answer_to_the_end(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    put(instance, 1)
    office[0].slow_at_end = 3.0
    with started(instance, tmp_path / "worker.log", "worker", **office[1]) as worker:
        wait_for(lambda: END in office[0].reached)
        worker.kill()
        worker.wait(10)
    wait_for(lambda: office[0].taken)
    let_leases_run_out(instance)
    with started(instance, tmp_path / "worker.log", "worker", **office[1]):
        wait_for(lambda: states(instance) == [LetterState.UNCERTAIN])
        time.sleep(5)
    assert len(office[0].taken) == 1, "never again by itself"
    check(instance, office[0])


def test_killed_at_random_moments(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    chance = random.Random(20261123)
    put(instance, LETTERS)
    office[0].slow_at_end = 0.05
    for _ in range(RANDOM_KILLS):
        before = len(office[0].reached)
        with started(instance, tmp_path / "worker.log", "worker", **office[1]) as worker:
            wait_for(partial(worked_on, instance, office[0], before))
            time.sleep(chance.random() * 0.3)
            worker.kill()
            worker.wait(10)
        let_leases_run_out(instance)
    with started(instance, tmp_path / "worker.log", "worker", **office[1]):
        wait_for(lambda: over(instance), 200)
    check(instance, office[0])
    found = Counter(state for _, state in rows(instance))
    assert found[LetterState.SENT] > LETTERS / 2
    assert sum(found.values()) == LETTERS


def worked_on(folder: Path, office: PostOffice, before: int) -> bool:
    return len(office.reached) > before or over(folder)


def over(folder: Path) -> bool:
    return not {LetterState.UNSENT, LetterState.HANDING_OVER} & set(states(folder))


def test_two_workers_at_once_and_a_server_that_is_often_busy(
    instance: Path, tmp_path: Path, office: tuple[PostOffice, dict[str, str]]
) -> None:
    put(instance, LETTERS)
    for step in (MAIL, RCPT, DATA, END):
        office[0].order(step, *["451 4.3.0 senare"] * 5)
    with (
        started(instance, tmp_path / "one.log", "worker", **office[1]) as one,
        started(instance, tmp_path / "two.log", "worker", **office[1]) as two,
    ):
        again(instance, one, two)
    check(instance, office[0])
    assert set(states(instance)) == {LetterState.SENT}
    assert all("letter_sent" in (tmp_path / name).read_text() for name in ("one.log", "two.log")), (
        "both worked"
    )


def again(folder: Path, *workers: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 240
    while not over(folder):
        assert time.monotonic() < until
        assert all(worker.poll() is None for worker in workers)
        make_due(folder)
        time.sleep(1)


def make_due(folder: Path) -> None:
    before = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(folder / DATABASE, timeout=30) as connection:
        connection.execute("UPDATE letter SET next_attempt_at = ? WHERE leased_by IS NULL", (before,))
    connection.close()
