"""The pages: time of a search page through the whole application, and memory of a process that serves it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kb.config import CHECKOUT, resource
from kb.db import db
from kb.domain.vocabulary import EntryKind, FactName, FactState, Outcome, RevisionStatus
from kb.models import Entry, FactRow, Lesson, LessonText, Organisation, Revision, RevisionOutcome, Term
from kb.models.base import new_id
from kb.models.revision import revision_term
from kb.search import maintenance, sync
from kb.search.index import SearchDocument
from kb.services import seeding
from tests.bench.stories import Generator
from tests.bench.timing import Row, interleaved
from tests.installation import environment, install, running

MOST_MEMORY_MB = 220
_LESSONS_OF_A_STORY = 4
_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_MEASURE_MEMORY = """
import gunicorn.app.wsgiapp, pathlib, re
from kb import create_app
client = create_app().test_client()
searches = ["upphandling+av+journalsystem", "uphandling", "%22effekthemtagning%22", "upph*",
            "digitalisering+%C3%A5r:2012..2018", "kostnad+-region"]
addresses = ["/", "/sok", "/healthz"]
addresses += [path + text for path in ("/sok?q=", "/lardomar?q=") for text in searches]
page = client.get("/sok?q=upphandling").text
addresses += sorted(set(re.findall(r'href="(/erfarenheter/[^"#?]+)"', page)))
for address in addresses * 3:
    assert client.get(address).status_code == 200, address
status = pathlib.Path("/proc/self/status").read_text()
print(re.search(r"VmRSS:\\s+(\\d+)", status).group(1))
"""


def default_instance() -> Path:
    """Where the results go unless told otherwise."""
    return CHECKOUT / "instance"


def http_page(folder: Path, size: int, number: int) -> list[Row]:
    """CPU time of ``/sok?q=…`` and ``/lardomar?q=…`` by the WSGI application, with so many stories."""
    install(folder)
    generator = Generator()
    with running(folder) as app:
        seeding.load(resource("seed"))
        with db.engine.begin() as connection:
            _publish(connection, generator.stories(size))
        maintenance.rebuild(sync.of(db.engine))
        client = app.test_client()

        def page(path: str, text: str) -> None:
            response = client.get(path, query_string={"q": text})
            if response.status_code != 200:
                raise RuntimeError(f"{path}?q={text} answered {response.status_code}")

        queries = generator.queries(number)
        return [
            *interleaved("http-page", size, {"kb": lambda text: page("/sok", text)}, queries),
            *interleaved("http-lessons", size, {"kb": lambda text: page("/lardomar", text)}, queries),
        ]


def memory(folder: Path) -> list[Row]:
    """Resident memory of a process that has served each kind of page over the seed stories, in megabytes."""
    install(folder)
    with running(folder):
        seeding.load(resource("seed"))
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE_MEMORY],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes = round(int(measured.stdout.split()[-1]) / 1024, 1)
    size = len(list((resource("seed") / "entries").glob("*.md")))
    print(f"memory: {megabytes} MB of at most {MOST_MEMORY_MB}", file=sys.stderr)
    return [
        {
            "bench": "memory",
            "size": size,
            "system": "kb",
            "p50_ms": megabytes,
            "p95_ms": megabytes,
            "n": 1,
            "unit": "MB resident",
        }
    ]


def _publish(connection: Connection, stories: Iterable[SearchDocument]) -> None:
    """Published stories straight into the tables: what a page reads, without the walk through moderation."""
    choose = random.Random(1)
    organisations = list(connection.scalars(select(Organisation.id).order_by(Organisation.slug)))
    terms = list(connection.scalars(select(Term.id).order_by(Term.code)))
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Entry, Revision, RevisionOutcome, FactRow, revision_term, Lesson, LessonText)
    }
    for story in stories:
        entry_id, revision_id = new_id(), new_id()
        rows[Entry].append(
            {
                "id": entry_id,
                "slug": story.entry_id,
                "owner_id": choose.choice(organisations),
                "created_at": _DAY,
            }
        )
        rows[Revision].append(_revision(story, entry_id, revision_id, choose))
        rows[RevisionOutcome].append(
            {"revision_id": revision_id, "outcome": choose.choice(list(Outcome)), "position": 0}
        )
        rows[FactRow] += _facts(story, revision_id)
        for position in range(_LESSONS_OF_A_STORY):
            lesson, text = _lesson(story, entry_id, revision_id, position)
            rows[Lesson].append(lesson)
            rows[LessonText].append(text)
        rows[revision_term] += [
            {"revision_id": revision_id, "term_id": term} for term in choose.sample(terms, k=3)
        ]
    for table, values in rows.items():
        connection.execute(insert(table), values)
    own = select(Revision.id).where(Revision.entry_id == Entry.id).scalar_subquery()
    connection.execute(
        update(Entry)
        .where(Entry.published_revision_id.is_(None))
        .values(published_revision_id=own, first_published_at=_DAY)
    )


def _revision(
    story: SearchDocument, entry_id: str, revision_id: str, choose: random.Random
) -> dict[str, Any]:
    return {
        "id": revision_id,
        "entry_id": entry_id,
        "number": 1,
        "status": RevisionStatus.PUBLISHED,
        "title": story.title[:120],
        "summary": story.summary[:400],
        "kind": choose.choice(list(EntryKind)),
        "body": story.text,
        "body_plain": story.text,
        "source_hash": "0" * 64,
        "created_at": _DAY,
        "published_at": _DAY,
    }


def _lesson(
    story: SearchDocument, entry_id: str, revision_id: str, position: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A lesson with words of the story: a heading of ten and a situation of thirty."""
    lesson_id, words = new_id(), story.text.split()[position * 40 :]
    return (
        {"id": lesson_id, "entry_id": entry_id, "anchor": f"lardom-{position}"},
        {
            "id": new_id(),
            "lesson_id": lesson_id,
            "revision_id": revision_id,
            "position": position,
            "advice": " ".join(words[:10]),
            "situation": " ".join(words[10:40]),
        },
    )


def _facts(story: SearchDocument, revision_id: str) -> list[dict[str, Any]]:
    def fact(name: FactName, value: int | None) -> dict[str, Any]:
        return {
            "revision_id": revision_id,
            "name": name,
            "state": FactState.KNOWN,
            "low": value,
            "high": value,
        }

    return [
        fact(FactName.OUTCOME_COST, story.cost_ksek),
        fact(FactName.START, story.years[0] * 100 + 1),
        fact(FactName.ACTUAL_END, story.years[-1] * 100 + 12),
    ]
