"""Fill a seeded instance with what the editorial stories do not show: the edges of every page.

The stories lie in ``stories/`` and go in through the product's own seeding; what no file may carry (a
withdrawal, raw hostile rows) is done on the database, as a moderator and as an intruder would.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select, update

from kb import create_app
from kb.config import Settings, resource
from kb.db import db, writing
from kb.domain.clock import today
from kb.domain.predicates import Actor
from kb.domain.vocabulary import MessageKind, Role
from kb.domain.workflow import Action
from kb.models import Entry, Lesson, LessonText, Revision, SourceRow, User, new_id
from kb.search import maintenance, sync
from kb.services import moderation, seeding, stories
from kb.services.reader_messages import not_kept
from kb.web.receipts import VoteReference, receipt_url, vote_reference
from kb.web.template_helpers import story_url, version_url
from tests.shared import ROOT
from tests.web.broken import break_everything

STORIES = Path(__file__).parent / "stories"

XSS = "\"><script>alert('xss')</script><img src=x onerror=\"alert('xss')\"><svg onload=alert('xss')>"
XSS_BODY = f"""# Läget

{XSS}

[klicka](javascript:alert('xss')) <javascript:alert('xss')> ![bild](x" onerror="alert('xss'))

<a href="javascript:alert('xss')" onfocus="alert('xss')" autofocus>fientligordet</a>

<iframe srcdoc="<script>alert('xss')</script>"></iframe><style>@import "//evil.example/x";</style>
"""


@dataclass(frozen=True)
class Stock:
    """Addresses of what was put in."""

    instance: str
    long_story: str
    long_version: str
    english_story: str
    anonymous_story: str
    revised_story: str
    superseded_version: str
    withdrawn_story: str
    hostile_story: str
    thanks_for_vote: str
    receipt: str
    long_word: str
    long_organisation: str


LONG_NAME = "Samhällsbyggnadsinformationssäkerhetsklassificeringsmodellsdokumentationshanteringsmyndigheten"
FAILURES = ("krasch", "databas", "kod-429")
"""Of ``tests/web/broken.py``: pages that a healthy site cannot be brought to show."""


def run(instance: Path, folder: Path) -> Stock:
    """``fill`` in a process of its own."""
    command = [sys.executable, "-m", "tests.journeys.stocking", str(instance), str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    return Stock(**json.loads(result.stdout.splitlines()[-1]))


def fill(instance: Path, folder: Path) -> Stock:
    """Put the stories of ``stories/`` into an instance that nobody serves, by way of ``folder``."""
    source = folder / "seed"
    shutil.copytree(resource("seed"), source, ignore=shutil.ignore_patterns("*.md"))
    shutil.copytree(STORIES, source / "entries", dirs_exist_ok=True)
    with (source / "organisations.csv").open("a", encoding="utf-8") as organisations:
        organisations.write(f"lang-myndighet,{LONG_NAME},,,state_authority,,\n")
    database = f"sqlite:///{instance / 'erfarenhetsbanken.sqlite'}"
    app = create_app(Settings(environment="test", instance=instance, database_url=database))
    with app.app_context(), app.test_request_context():
        seeding.load(source)
        _revise(source)
        _withdraw("tillbakadragen")
        _make_hostile("fientlig")
        maintenance.rebuild(sync.of(db.engine))
        stock = _stock(instance)
        db.engine.dispose()
    _fail(instance / "failures", folder / "failing")
    return stock


def _fail(folder: Path, instance: Path) -> None:
    """Pages of an application in which everything fails, as files, in each language."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    database = f"sqlite:///{instance / 'erfarenhetsbanken.sqlite'}"
    app = break_everything(
        create_app(Settings(environment="development", instance=instance, database_url=database))
    )
    for name in FAILURES:
        for language, prefix in (("sv", ""), ("en", "/en")):
            answer = app.test_client().get(f"{prefix}/prov/{name}")
            assert answer.status_code >= 400
            (folder / f"{name}-{language}.html").write_bytes(answer.data)


def _revise(source: Path) -> None:
    """A second version, which takes the place of the first."""
    path = source / "entries" / "reviderad.md"
    path.write_text(path.read_text().replace("Den första versionen", "Den andra versionen"))
    report = seeding.load(source)
    assert report.changed == 1, report


def _withdraw(key: str) -> None:
    entry = _entry(key)
    with writing(db.session):
        moderator = User(name="Kansliet", email="kansliet@exempel.se", role=Role.MODERATOR)
        db.session.add(moderator)
        db.session.flush()
        actor = Actor(user_id=moderator.id, role=Role.MODERATOR)
        reason = "Uppgifterna stämde inte, enligt <myndigheten>."
        moderation.perform(Action.WITHDRAW, entry, entry.published_revision, actor, reason)


def _make_hostile(key: str) -> None:
    """Rows that passed no check of ours, as an intruder or a bad import leaves them."""
    entry = _entry(key)
    revision_id = entry.published_revision_id
    with writing(db.session):
        db.session.execute(
            update(Revision)
            .where(Revision.id == revision_id)
            .values(
                title=f"Fientlig {XSS}",
                summary=f"fientligordet {XSS}",
                body=XSS_BODY,
                body_plain=f"fientligordet {XSS}",
                contact_role=XSS,
                language="sv",
            )
        )
        db.session.execute(
            update(LessonText)
            .where(LessonText.revision_id == revision_id)
            .values(situation=XSS, what_happened=XSS, why=XSS, advice=XSS, applies_when=XSS)
        )
        db.session.execute(
            update(Lesson).where(Lesson.entry_id == entry.id).values(anchor='x" onclick="alert(1)')
        )
        db.session.execute(
            update(SourceRow)
            .where(SourceRow.revision_id == revision_id)
            .values(title=XSS, publisher=XSS, url='https://x" onmouseover="alert(1)')
        )


def _entry(key: str) -> Entry:
    return db.session.scalars(select(Entry).where(Entry.seed_key == key)).one()


def _stock(instance: Path) -> Stock:
    def story(key: str) -> str:
        return story_url(stories.read(_entry(key).id, today()))

    first = stories.read_version(_entry("reviderad").id, 1, today())
    withdrawn = _entry("tillbakadragen")
    return Stock(
        instance=str(instance),
        long_story=story("lang"),
        long_version=version_url(stories.read(_entry("lang").id, today())),
        english_story=story("engelska"),
        anonymous_story=story("avidentifierad"),
        revised_story=story("reviderad"),
        superseded_version=version_url(first.story),
        withdrawn_story=f"/erfarenheter/{withdrawn.id}/{withdrawn.slug}",
        hostile_story=story("fientlig"),
        thanks_for_vote=f"{story('lang')}/hjalpte/{vote_reference(VoteReference(new_id(), helped=False))}",
        receipt=receipt_url(MessageKind.CORRECTION, not_kept(), answered=False, back=story("lang")),
        long_word=stories.read(_entry("lang").id, today()).title,
        long_organisation="/myndigheter/lang-myndighet",
    )


if __name__ == "__main__":
    print(json.dumps(asdict(fill(Path(sys.argv[1]), Path(sys.argv[2])))))
