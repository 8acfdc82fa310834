"""A site of its own with one story, and its forms as a browser sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.models import Entry, RateLimitSalt, ReaderMessage, ReaderVote
from tests import factories
from tests.web.html import Html
from tests.web.site import BASE_URL

FILLED: dict[str, dict[str, str]] = {
    "correction": {"message": "Det kostade mer.", "proposal": "190 miljoner", "source": "Slutrapporten"},
    "story_request": {"message": "Något om rymdhissar", "purpose": "Vi ska bygga en."},
    "feedback": {"message": "Sökrutan är bra."},
    "contact": {"message": "Hur delar vi med oss?", "email": "asa@exempel.se"},
    "accessibility": {"message": "Bilden saknar text.", "page": "/om", "assistive_technology": "NVDA"},
}
"""Each kind of message, rightly filled in."""


@dataclass
class Doors:
    """The forms of a site: ``paths`` by kind of message."""

    app: Flask
    story: str
    paths: dict[str, str] = field(default_factory=dict)
    environ: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Html:
        response = self.app.test_client().get(path, headers=headers, follow_redirects=True)
        assert response.status_code == 200, path
        return Html(response.get_data(as_text=True))

    def opened(self, path: str, **headers: str) -> dict[str, str]:
        """What the form at a path sends by itself."""
        return {
            node.attributes["name"] or "": node.attributes.get("value") or ""
            for node in self.get(path, **headers).all("main form[method=post] input[type=hidden]")
        }

    def post(self, path: str, data: dict[str, Any], **headers: str) -> TestResponse:
        return self.app.test_client().post(
            path, data=data, headers={"Origin": BASE_URL, **headers}, environ_overrides=self.environ
        )

    def send(self, path: str, **typed: str) -> TestResponse:
        """Open a form, fill it in, send it."""
        return self.post(path, {**self.opened(path), **typed})

    def messages(self) -> list[ReaderMessage]:
        with self.app.app_context():
            return list(db.session.scalars(select(ReaderMessage).order_by(ReaderMessage.id)))

    def votes(self) -> list[ReaderVote]:
        with self.app.app_context():
            return list(db.session.scalars(select(ReaderVote).order_by(ReaderVote.id)))

    def empty(self) -> None:
        with self.app.app_context(), writing(db.session):
            for table in (ReaderMessage, ReaderVote, RateLimitSalt):
                db.session.execute(delete(table))


def build(app: Flask) -> Doors:
    with app.app_context():
        entry = factories.published("Nytt ärendesystem för avverkningar")
        factories.new_version(entry, title="Nytt ärendesystem för avverkningar")
        story = address(db.session.get_one(Entry, entry.id))
    return Doors(
        app,
        story,
        {
            "correction": f"{story}/ratta",
            "story_request": "/efterlys",
            "feedback": "/synpunkter",
            "contact": "/kontakt",
            "accessibility": "/tillganglighetsredogorelse/anmal",
        },
    )


def address(entry: Entry) -> str:
    return f"/erfarenheter/{entry.id}/{entry.slug}"
