"""Every route × every kind of person × every state of an entry, held against the table (S-26, S-27, S-30).

What is expected is worked out from ``web/access.py`` and ``domain/permissions``; that those say the right
thing is held, by hand, in ``tests/domain/test_permissions.py`` and by ``WHO_MAY`` here.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kb.db import db
from kb.domain.letters import LetterKind
from kb.domain.permissions import Permission, permits
from kb.domain.predicates import NOTHING, READER, Actor, Subject
from kb.domain.vocabulary import RevisionStatus, Role
from kb.models import Draft, Entry, Letter, Organisation, Revision, User
from kb.services import letters, moderation
from kb.web.access import ROUTES, Access, Row
from tests import factories
from tests.accounts import make_user, sign_in
from tests.installation import DATABASE, copied, running
from tests.web.pages import NOBODYS
from tests.web.site import BASE_URL

PEOPLE = (
    "anonymous",
    "author",
    "contributor",
    "contributor of another organisation",
    "moderator",
    "admin",
    "disabled",
    "half-way",
)
"""``author`` has written the stories and ``contributor`` is a colleague who has not; ``half-way`` is a
moderator without the second factor that the role needs.
"""
SIGNED_OUT = {"anonymous", "disabled"}

STATES = (
    "draft",
    "submitted",
    "changes_requested",
    "rejected",
    "discarded",
    "published",
    "published and being revised",
    "withdrawn",
)
SHOWN = {"published": 200, "published and being revised": 200, "withdrawn": 410}
"""What a public page of a story answers; every other state is as if it were not there."""

SECRET = "krakelkvast"
"""A word that stands only in versions that nobody has published."""

LOOKING = (
    "/sok?q={word}",
    "/sok/forslag?q={word}",
    "/sok/forslag.json?q={word}",
    "/sok.atom?q={word}",
    "/feed.atom",
    "/lardomar?q={word}",
    "/sitemap/erfarenheter-1.xml",
    "/myndigheter",
    "/",
)

UNKNOWN_HERE = {
    "auth.link",
    "sharing.show",
    "doors.why",
    "doors.receipt",
    "federation.start",
    "federation.answer",
    "account.identity_off",
    "feeds.security_txt",
    "images.show",
}
"""What these lead to is named by a secret, or by settings, that this site has not: not found is right."""

OF_A_SESSION = {"auth.confirm", "auth.log_out", "auth.stay"}
"""About a session that there is not: whoever is signed out is led to the log-in and sends nothing again."""

SUBJECTS = {
    "subjects.vocabulary": {"slug": "fas"},
    "subjects.show": {"vocabulary": "fas", "slug": "inforande"},
    "feeds.subject": {"vocabulary": "fas", "slug": "inforande"},
}

CHOSEN = {
    "managed_organisations.merge": {"till": "skatteverket"},
    "managed_organisations.hand_over": {"till": "skatteverket"},
}
"""What is chosen by a link before there is anything to send."""

UNGUARDED = {"reports.policy"}
"""Browsers send these reports by themselves, without a token."""

EVERYTHING = {"role": "admin", "svar": "ja", "email": "ny@exempel.se", "name": "Ny", "message": "Hej"}

TOKEN = re.compile(r'\d{8}T\d{6}Z\.[^"]+|data-(seconds|ends)="\d+"')

WHO_MAY = {
    Permission.ADMINISTRATION_SEE: {"admin"},
    Permission.AUDIT_READ: {"admin"},
    Permission.ENTRY_IMPORT: {"admin"},
    Permission.LETTER_MANAGE: {"admin"},
    Permission.ORGANISATION_CHANGE: {"admin"},
    Permission.USER_INVITE: {"admin"},
}


@dataclass(frozen=True)
class World:
    app: Flask
    clients: dict[str, FlaskClient]
    actors: dict[str, Actor]
    entries: dict[str, str]
    values: dict[str, Any]


@pytest.fixture(scope="module")
def world(seeded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = copied(seeded_template, tmp_path_factory.mktemp("matrix") / "instance")
    with running(folder) as app:
        owner = factories.organisation("Skogsstyrelsens prov")
        db.session.commit()
        author = make_user(Role.CONTRIBUTOR, organisations=(owner,))
        entries = {state: _entry(state, owner, author) for state in STATES}
        clients, actors = _people(app, owner, author)
        yield World(app, clients, actors, entries, _values(actors))


def _entry(state: str, owner: Organisation, author: User) -> str:
    """An entry in a state; what is not published holds the secret word."""
    if state in SHOWN:
        row = factories.published(f"Ärendesystem {state}", owner=owner)
        row.created_by = author.id
        if state == "withdrawn":
            factories.withdraw(row)
        elif state != "published":
            _draft(factories.revision(row, title=f"Utkast {SECRET}", body=f"## Läget\n\n{SECRET}"))
    else:
        row = factories.entry(owner, slug=f"hemligt-{state.replace('_', '-')}", created_by=author.id)
        title, body = f"Utkast {SECRET}", f"## Läget\n\n{SECRET}"
        made = factories.revision(
            row, title=title, body=body, body_plain=SECRET, status=RevisionStatus(state)
        )
        if state == "draft":
            _draft(made)
    db.session.commit()
    return row.id


def _draft(revision: Revision) -> None:
    fields = {"title": [revision.title, 1], "body": [revision.body, 1], "summary": [SECRET, 1]}
    db.session.add(Draft(revision_id=revision.id, fields=json.dumps(fields), version=1))
    db.session.flush()


def _people(app: Flask, owner: Organisation, author: User) -> tuple[dict[str, FlaskClient], dict[str, Actor]]:
    people = {
        "author": author,
        "contributor": make_user(Role.CONTRIBUTOR, organisations=[owner]),
        "contributor of another organisation": make_user(Role.CONTRIBUTOR),
        "moderator": make_user(Role.MODERATOR),
        "admin": make_user(Role.ADMIN),
        "disabled": make_user(Role.ADMIN),
        "half-way": make_user(Role.MODERATOR, second_factor=False),
    }
    clients = {
        name: sign_in(app, person, second_factor=name != "half-way") for name, person in people.items()
    }
    actors = {
        name: Actor(
            person.id,
            None if name == "half-way" else person.role,
            organisation_ids=frozenset(one.id for one in person.organisations),
        )
        for name, person in people.items()
    }
    people["disabled"].disabled_at = datetime.now(UTC)
    db.session.commit()
    clients["anonymous"] = app.test_client()
    return clients, {**actors, "anonymous": READER, "disabled": READER}


def _values(actors: dict[str, Actor]) -> dict[str, Any]:
    """Something that there is for each part of an address that is not an entry."""
    letters.put(LetterKind.ROLE_CHANGED, "nagon@exempel.se", user_id=None, role="moderator")
    db.session.commit()
    return {
        "user_id": actors["contributor"].user_id,
        "letter_id": db.session.query(Letter.id).scalar(),
        "provider": "prov",
        "token": "finns-inte",
        "reference": "finns-inte",
        "vocabulary": "fas",
        "term": "inforande",
        "slug": "polismyndigheten",
        "filename": "css/tokens.css",
        "version": 1,
        "part": 1,
        "key": "finns-inte",
        "image": NOBODYS,
        "ending": "png",
        "section": "lardomar",
    }


LOGGED = ("audit_event", "audit_origin", "user_session", "rate_limit_salt", "rate_limit_counter")
"""What asking and being refused may leave behind."""


def changeable(world: World) -> str:
    with closing(sqlite3.connect(Path(world.app.instance_path) / DATABASE)) as connection:
        rows = list(connection.iterdump())
    return "\n".join(
        row for row in rows if not row.startswith(tuple(f'INSERT INTO "{name}"' for name in LOGGED))
    )


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in ROUTES]


def address(rule: Rule, world: World, entry_id: str = "") -> str:
    known = world.values | SUBJECTS.get(rule.endpoint, {})
    values = {name: known[name] for name in rule.arguments if name != "entry_id"}
    if "entry_id" in rule.arguments:
        values["entry_id"] = entry_id
        if "slug" in values:
            values["slug"] = db.session.get_one(Entry, entry_id).slug if entry_id != NOBODYS else "hemligt"
    with world.app.test_request_context():
        return str(world.app.url_for(rule.endpoint, **values, **CHOSEN.get(rule.endpoint, {})))


def allowed(row: Row, who: str, actors: dict[str, Actor], subject: Subject = NOTHING) -> bool:
    return row.permission is None or permits(row.permission, actors[who], subject)


def about(entry_id: str) -> Subject:
    return moderation.subject_of(db.session.get_one(Entry, entry_id))


def needs_factor(row: Row, who: str) -> bool:
    return who == "half-way" and row.access in (Access.ACCOUNT, Access.PERMITTED) and not row.half_way


def test_every_route_has_a_row(world: World) -> None:
    routes = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert routes == ROUTES.keys()


def test_who_has_which_permission() -> None:
    """What the rest of this file works with is said here once more, by hand."""
    actors = {"contributor": Role.CONTRIBUTOR, "moderator": Role.MODERATOR, "admin": Role.ADMIN}
    needed = {row.permission for row in ROUTES.values() if row.access is Access.PERMITTED}
    assert needed == WHO_MAY.keys()
    for permission, wanted in WHO_MAY.items():
        may = {name for name, role in actors.items() if permits(permission, Actor("01", role), NOTHING)}
        assert may == wanted, permission


@pytest.mark.parametrize("who", PEOPLE)
def test_asking_for_a_page(world: World, who: str) -> None:
    """Each page, for each kind of person, answers as its row says."""
    wrong = []
    for rule in rules(world.app):
        if "GET" not in (rule.methods or ()) or "entry_id" in rule.arguments:
            continue
        row = ROUTES[rule.endpoint]
        path = address(rule, world)
        response = world.clients[who].get(path, buffered=True)
        code, there = response.status_code, response.headers.get("Location", "")
        if row.access not in (Access.ACCOUNT, Access.PERMITTED):
            right = code < 400 or rule.endpoint in UNKNOWN_HERE
        elif who in SIGNED_OUT and rule.endpoint in OF_A_SESSION:
            right = code == 303 and there == "/logga-in"
        elif who in SIGNED_OUT:
            right = code == 302 and there.startswith("/logga-in?till=")
        elif needs_factor(row, who):
            right = code == 302 and there.startswith("/konto/sakerhet/tvasteg")
        elif allowed(row, who, world.actors):
            right = code < 400 or rule.endpoint in UNKNOWN_HERE
        else:
            right = code == 404
        if not right:
            wrong.append(f"{rule.endpoint} {path}: {code} {there}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", PEOPLE)
def test_sending_to_a_page_without_its_form(world: World, who: str) -> None:
    """S-24: no route takes a POST that our own form did not make, and nothing is changed by it."""
    wrong = []
    before = changeable(world)
    for rule in rules(world.app):
        if "POST" not in (rule.methods or ()) or rule.endpoint in UNGUARDED:
            continue
        row = ROUTES[rule.endpoint]
        path = address(rule, world, world.entries["published"])
        subject = about(world.entries["published"]) if "entry_id" in rule.arguments else NOTHING
        response = world.clients[who].post(path, data=EVERYTHING, headers={"Origin": BASE_URL})
        code, there = response.status_code, response.headers.get("Location", "")
        signed = row.access in (Access.ACCOUNT, Access.PERMITTED)
        if signed and who in SIGNED_OUT and rule.endpoint in OF_A_SESSION:
            right = code == 303 and there == "/logga-in"
        elif signed and who in SIGNED_OUT:
            right = code == 401
        elif rule.endpoint == "auth.log_in" and who not in SIGNED_OUT:
            right = code == 303 and there == "/"
        elif rule.endpoint == "auth.code":
            right = code == 401
        elif needs_factor(row, who):
            right = code == 403
        elif signed and not allowed(row, who, world.actors, subject):
            right = code in (404, 415)  # what is no JSON is refused before anything is looked for
        else:
            right = code in (400, 404, 415)
        if not right:
            wrong.append(f"{rule.endpoint} {path}: {code} {there}")
    assert not wrong, "\n".join(wrong)
    assert changeable(world) == before


@pytest.mark.parametrize("who", PEOPLE)
def test_a_story_in_each_of_its_states(world: World, who: str) -> None:
    """The pages of a story show what is published, whoever asks, and else look as if it were not there."""
    wrong = []
    for rule, state in product(rules(world.app), STATES):
        if "entry_id" not in rule.arguments or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint in UNKNOWN_HERE:
            continue
        path = address(rule, world, world.entries[state])
        response = world.clients[who].get(path, buffered=True)
        code = response.status_code
        row, text = ROUTES[rule.endpoint], response.get_data(as_text=True)
        may_write = False
        if row.access is Access.ACCOUNT:
            may_write = allowed(row, who, world.actors, about(world.entries[state]))
            right = right_for_writers(who, may_write, code)
        else:
            right = {code} <= {200, 301} if SHOWN.get(state) == 200 else code == SHOWN.get(state, 404)
        if not right or (SECRET in text and not may_write):
            wrong.append(f"{rule.endpoint} {path} ({state}): {code}")
        elif code == 404 and not may_write and told(world, who, path, world.entries[state], text):
            wrong.append(f"{rule.endpoint} ({state}): looks otherwise than a story that never was")
    assert not wrong, "\n".join(wrong)


def right_for_writers(who: str, may_write: bool, code: int) -> bool:
    """What a page of someone's writing answers; which of its pages a state has is for its own tests."""
    if who in SIGNED_OUT or who == "half-way":
        return code == 302
    return code in (200, 302, 303, 404, 405, 409) if may_write else code in (404, 405)


def told(world: World, who: str, path: str, entry_id: str, text: str) -> bool:
    """Whether the answer differs from that about an id that no entry has (S-27)."""
    absent = world.clients[who].get(path.replace(entry_id, NOBODYS))
    return absent.status_code != 404 or plain(absent.get_data(as_text=True), NOBODYS) != plain(text, entry_id)


def plain(text: str, entry_id: str) -> str:
    """A page without what must differ: the id that was asked for, tokens of forms, time left."""
    return TOKEN.sub("", text.replace(entry_id, "ID"))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("path", LOOKING)
def test_what_is_not_published_is_found_nowhere(world: World, who: str, path: str) -> None:
    response = world.clients[who].get(path.format(word=SECRET))
    text = response.get_data(as_text=True).replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
    assert "Utkast" not in text, path
    assert "hemligt-" not in text, path
