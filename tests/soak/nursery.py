"""A process that has everything loaded and forks a worker for each order.

An order is one line on standard input, ``WORK SEED KILL_AT``. The answers are lines on standard output:
the worker's pid, what it has done, and ``end STATUS`` when it is no more. ``KILL_AT`` above 0 makes the
worker kill itself, as a power cut would, at that many calls that make something lasting on disk; with 0
that is left to whoever gave the order.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from kb.db import db
from kb.domain.clock import today
from kb.models import Entry
from kb.search import maintenance, sync
from kb.services import seeding, stories, story_search
from kb.services.choices import SearchRequest
from tests import factories
from tests.installation import running

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
MANY = 1_000_000
ADVICE = {"prova": "Öva med handläggarna.", "avtal": "Läs avtalet."}


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write(chance: random.Random, rounds: int = MANY) -> None:
    """Publish, revise and withdraw without end, and say what has been done."""
    by = factories.moderator()
    own: list[str] = []
    for number in range(rounds):
        what = chance.random()
        if what < 0.6 or not own:
            title = f"Berättelse {number} om {chance.choice(['skog', 'vatten'])}"
            own.append(factories.published(title, advice=ADVICE).id)
            say("published", own[-1])
        elif what < 0.85:
            entry = db.session.get_one(Entry, chance.choice(own))
            kept = factories.lesson_text(entry, chance.choice(list(ADVICE)))
            factories.new_version(entry, title=f"Omarbetad berättelse {number}", lessons=[kept])
            say("revised", entry.id)
        else:
            entry = db.session.get_one(Entry, own.pop(chance.randrange(len(own))))
            entry_id = entry.id
            moderate(entry, by)
            say("withdrawn", entry_id)
        db.session.close()


def moderate(entry: Entry, by: factories.Actor) -> None:
    revision = db.session.get_one(factories.Revision, entry.published_revision_id)
    factories.moderation.perform(factories.Action.WITHDRAW, entry, revision, by, "Uppgifterna var fel.")


def write_some(chance: random.Random) -> None:
    write(chance, 25)


def search(chance: random.Random) -> None:
    """Search and read as visitors do, for as long as there is a file ``busy``; any error ends the worker."""
    done = 0
    while (FOLDER / "busy").exists():
        text = chance.choice(["skog", "berättelse vatten", ""])
        page = story_search.search(SearchRequest(text=text), today())
        for item in page.found[:3]:
            assert item.story.title
        stories.newest(5, today())
        db.session.close()
        done += 1
    say("searched", done)


def rebuild(chance: random.Random) -> None:
    """Rebuild again and again, with pauses in which the writers reach the index."""
    while (FOLDER / "busy").exists():
        say("rebuilt", maintenance.rebuild(sync.of(db.engine)))
        time.sleep(chance.uniform(0.1, 0.5))


def seed(_chance: random.Random) -> None:
    report = seeding.load(FOLDER.parent / "seed")
    say("seeded", report.new)


WORK: dict[str, Callable[[random.Random], None]] = {
    "write": write,
    "write_some": write_some,
    "search": search,
    "rebuild": rebuild,
    "seed": seed,
}


def die_at(number: int) -> None:
    """Kill this process at its so many'th lasting deed: at odd numbers before it, at even ones after."""
    left = [number]

    def deadly(deed: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(deed)
        def run(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and number % 2:
                os.kill(os.getpid(), signal.SIGKILL)
            result = deed(*arguments, **named)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return run

    for name in ("fsync", "rename", "replace", "remove", "unlink"):
        setattr(os, name, deadly(getattr(os, name)))
    sync.IndexSync.published = deadly(sync.IndexSync.published)  # type: ignore[method-assign]


def work(name: str, number: int, kill_at: int) -> None:
    with running(FOLDER):
        say("ready")
        if kill_at:
            die_at(kill_at)
        WORK[name](random.Random(number))


def fork(name: str, number: int, kill_at: int) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work(name, number, kill_at)
        status = 0
    except Exception:  # noqa: BLE001 - whatever it is, the one who gave the order shows it
        traceback.print_exc()
    finally:
        os._exit(status)


def main() -> None:
    for order in sys.stdin:
        name, number, kill_at = order.split()
        child = fork(name, int(number), int(kill_at))
        say("pid", child)
        # Left as a zombie until the next order, so that a late kill meets nobody else's process.
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        say("end", ended.si_status if ended else 1)
        next(sys.stdin)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
