"""Colleagues who write along: asked by who writes, all with the same rights (S-26)."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.audit import AuditAction
from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, User, now
from kb.services import co_authors, drafts
from kb.services.co_authors import Person
from tests.accounts import make_user
from tests.drafts import actor_of, start_draft


@pytest.fixture
def asa(app: Flask) -> User:
    return make_user(name="Åsa Öberg")


@pytest.fixture
def by(asa: User) -> Actor:
    return actor_of(asa)


@pytest.fixture
def bo(asa: User) -> User:
    return make_user(name="Bo Ek", organisations=tuple(asa.organisations))


@pytest.fixture
def draft(asa: User) -> str:
    return start_draft(asa, title="Vår erfarenhet")


def events() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
    return [(row.action, json.loads(row.detail).get("user", "")) for row in rows]


def test_a_colleague_writes_along_from_then_on(draft: str, by: Actor, asa: User, bo: User) -> None:
    with pytest.raises(NotFound):
        drafts.read(draft, actor_of(bo))
    co_authors.add(draft, bo.id, by)
    drafts.save(draft, {"summary": "Bos rad."}, 2, actor_of(bo))
    assert drafts.read(draft, by).saved_by_name == "Bo Ek"
    found = co_authors.of(draft, actor_of(bo))
    assert (found.title, found.author) == ("Vår erfarenhet", Person(asa.id, "Åsa Öberg"))
    assert found.co_authors == (Person(bo.id, "Bo Ek"),)
    assert events() == [(AuditAction.CO_AUTHOR_ADDED.value, bo.id)]


def test_adding_twice_is_once(draft: str, by: Actor, asa: User, bo: User) -> None:
    for user_id in (bo.id, bo.id, asa.id):
        co_authors.add(draft, user_id, by)
    assert len(co_authors.of(draft, by).co_authors) == 1
    assert len(events()) == 1


def test_who_can_be_asked(draft: str, by: Actor, asa: User, bo: User) -> None:
    own = tuple(asa.organisations)
    anna = make_user(Role.MODERATOR, name="Anna Al", organisations=own)
    make_user(name="Av Stängd", organisations=own, disabled_at=now())
    make_user(name="Någon Annan")
    assert [one.name for one in co_authors.candidates(draft, by)] == ["Anna Al", "Bo Ek"]
    co_authors.add(draft, bo.id, by)
    assert co_authors.candidates(draft, by) == (Person(anna.id, "Anna Al"),)


@pytest.mark.parametrize("who", ["disabled", "of another authority", "nobody"])
def test_who_cannot(draft: str, by: Actor, asa: User, who: str) -> None:
    user_id = {
        "disabled": lambda: make_user(organisations=tuple(asa.organisations), disabled_at=now()).id,
        "of another authority": lambda: make_user().id,
        "nobody": lambda: "01JD0000000000000000000000",
    }[who]()
    with pytest.raises(Invalid, match="kollega"):
        co_authors.add(draft, user_id, by)
    assert co_authors.of(draft, by).co_authors == ()


def test_taken_away_and_leaving(draft: str, by: Actor, asa: User, bo: User) -> None:
    co_authors.add(draft, bo.id, by)
    co_authors.remove(draft, bo.id, actor_of(bo))
    with pytest.raises(NotFound):
        drafts.read(draft, actor_of(bo))
    with pytest.raises(NotFound):
        co_authors.remove(draft, bo.id, by)
    assert events()[-1] == (AuditAction.CO_AUTHOR_REMOVED.value, bo.id)


def test_the_author_stays(draft: str, by: Actor, asa: User, bo: User) -> None:
    co_authors.add(draft, bo.id, by)
    with pytest.raises(Conflict):
        co_authors.remove(draft, asa.id, actor_of(bo))


def test_nobody_else_sees_or_changes_it(draft: str, by: Actor, asa: User, bo: User) -> None:
    others = [actor_of(bo), actor_of(make_user()), actor_of(make_user(Role.ADMIN)), Actor()]
    for who in others:
        for door in (
            lambda who=who: co_authors.of(draft, who),
            lambda who=who: co_authors.candidates(draft, who),
            lambda who=who: co_authors.add(draft, bo.id, who),
            lambda who=who: co_authors.remove(draft, asa.id, who),
        ):
            with pytest.raises(NotFound):
                door()


def test_one_who_leaves_the_authority_writes_no_more(draft: str, by: Actor, bo: User) -> None:
    co_authors.add(draft, bo.id, by)
    with writing(db.session):
        db.session.get_one(User, bo.id).organisations = []
    with pytest.raises(NotFound):
        drafts.read(draft, actor_of(db.session.get_one(User, bo.id)))
