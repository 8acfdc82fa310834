"""A site with the seed stories, a withdrawn one and one with two versions: real database, real index."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from kb.config import resource
from kb.db import db
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.domain.workflow import Action
from kb.models import Entry, User
from kb.services import moderation, seeding

BASE_URL = "https://erfarenhetsbanken.example"

STORY = "polisen-pust-siebel"
WITHDRAWN = "stockholm-fvm-upphandling"
REVISED = "tullverket-utredningsstod"
OLD_TITLE = "En äldre rubrik som inte gäller längre"
REASON = "Källan visade sig gälla ett annat projekt."


@dataclass(frozen=True, slots=True)
class Site:
    """The application, and the addresses of some of its stories."""

    app: Flask
    story: str
    story_id: str
    withdrawn: str
    revised: str
    superseded: str
    old_slug: str


def build(app: Flask, folder: Path) -> Site:
    """Fill an empty application; ``folder`` is for the files that are loaded."""
    with app.app_context():
        seeding.load(_seed_with_old_title(folder))
        old_slug = _entry(REVISED).slug
        seeding.load(resource("seed"), demo=True)
        _withdraw(_entry(WITHDRAWN))
        return Site(
            app=app,
            story=_path(_entry(STORY)),
            story_id=_entry(STORY).id,
            withdrawn=_path(_entry(WITHDRAWN)),
            revised=_path(_entry(REVISED)),
            superseded=f"{_path(_entry(REVISED))}/version/1",
            old_slug=f"/erfarenheter/{_entry(REVISED).id}/{old_slug}",
        )


def close(app: Flask) -> None:
    """Let the database go, so that no test ends with an open connection."""
    with app.app_context():
        db.engine.dispose()


def _seed_with_old_title(folder: Path) -> Path:
    copy = folder / "seed"
    shutil.copytree(resource("seed"), copy)
    file = copy / "entries" / f"{REVISED}.md"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("title:"))
    lines[at] = f'title: "{OLD_TITLE}"'
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


def _entry(seed_key: str) -> Entry:
    return db.session.scalars(select(Entry).where(Entry.seed_key == seed_key)).one()


def _path(entry: Entry) -> str:
    return f"/erfarenheter/{entry.id}/{entry.slug}"


def _withdraw(entry: Entry) -> None:
    moderator = User(
        name="Moa Moderator",
        email="moa@example.se",
        role=Role.MODERATOR,
    )
    db.session.add(moderator)
    db.session.commit()
    entry = db.session.get_one(Entry, entry.id)
    assert entry.published_revision is not None
    actor = Actor(user_id=moderator.id, role=Role.MODERATOR)
    moderation.perform(Action.WITHDRAW, entry, entry.published_revision, actor, REASON)
