"""The permissions as a filter say the same of every row as the permissions themselves (S-26, S-30)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db
from kb.domain.permissions import PERMISSIONS, Permission, permits
from kb.domain.predicates import READER, SYSTEM, Actor, Subject
from kb.domain.vocabulary import RevisionStatus, Role
from kb.models import CoAuthor, Entry, User
from kb.models.permitted import _ABOUT_THE_ACTOR, FILTERS, permitted
from tests import factories


@pytest.fixture
def stocked(app: Flask) -> dict[str, Actor]:
    """People of two organisations, of both and of none; entries in every state; and who asks for them."""
    one, two = factories.organisation("Skogsstyrelsen"), factories.organisation("Lantmäteriet")
    people = {
        "of one": factories.user(organisations=[one]),
        "of two": factories.user(organisations=[two]),
        "of both": factories.user(organisations=[one, two]),
        "moderator": factories.user(Role.MODERATOR, organisations=[]),
        "admin": factories.user(Role.ADMIN, organisations=[one]),
    }
    db.session.commit()
    factories.withdraw(factories.published("Ett återkallat ärendesystem"))
    factories.published("Ett publicerat ärendesystem")
    for status in (RevisionStatus.DRAFT, RevisionStatus.SUBMITTED, RevisionStatus.REJECTED):
        row = Entry(slug=status.value, owner_id=one.id, created_by=people["of one"].id)
        db.session.add(row)
        db.session.flush()
        factories.revision(row, status=status, published_at=None)
        if status is RevisionStatus.DRAFT:
            db.session.add_all(
                CoAuthor(entry_id=row.id, user_id=people[name].id) for name in ("of two", "of both")
            )
    db.session.commit()
    actors = {
        name: Actor(person.id, person.role, organisation_ids=frozenset(o.id for o in person.organisations))
        for name, person in people.items()
    }
    half_way = Actor(people["admin"].id, None, organisation_ids=frozenset({one.id}))
    return {**actors, "half-way": half_way, "reader": READER, "system": SYSTEM}


def subject_of(row: User | Entry) -> Subject:
    if isinstance(row, User):
        return Subject(user_id=row.id, organisation_ids=frozenset(o.id for o in row.organisations))
    return Subject(
        is_public=row.published_revision_id is not None and row.withdrawn_at is None,
        writer_ids=frozenset(filter(None, (row.created_by, *(one.user_id for one in row.co_authors)))),
        organisation_ids=frozenset({row.owner_id}),
    )


def about(permission: Permission) -> list[type[Any]]:
    """The tables whose rows a permission can be asked of."""
    needed = {predicate for clause in PERMISSIONS[permission] for predicate in clause} - set(_ABOUT_THE_ACTOR)
    return [rows for rows, filters in FILTERS.items() if needed <= filters.keys()]


def test_every_permission_can_be_asked_of_some_rows() -> None:
    assert [permission for permission in Permission if not about(permission)] == []


def test_the_filter_and_the_question_agree_on_every_row(stocked: dict[str, Actor]) -> None:
    seen = set()
    for permission, (name, actor) in product(Permission, stocked.items()):
        for rows in about(permission):
            everything = db.session.scalars(select(rows)).all()
            found = set(db.session.scalars(select(rows.id).where(permitted(permission, actor, rows))))
            wanted = {row.id for row in everything if permits(permission, actor, subject_of(row))}
            assert found == wanted, (permission, name, rows)
            seen.add((permission, bool(found), len(found) < len(everything)))
    assert (Permission.USER_READ, True, True) in seen, "no actor saw some people and not others"
    for permission in (Permission.ENTRY_READ, Permission.ENTRY_EDIT, Permission.ENTRY_REVISE):
        assert (permission, True, True) in seen


def test_a_withdrawn_story_is_not_public(stocked: dict[str, Actor]) -> None:
    public = permitted(Permission.ENTRY_READ, READER, Entry)
    rows = db.session.scalars(select(Entry).where(public)).all()
    assert len(rows) == 1
    rows[0].withdrawn_at, rows[0].withdrawn_reason = datetime.now(UTC), "Fel."
    db.session.flush()
    assert db.session.scalars(select(Entry).where(public)).all() == []


def test_the_same_organisation_twice_gives_a_colleague_once(stocked: dict[str, Actor]) -> None:
    both = stocked["of both"]
    found = db.session.scalars(select(User.id).where(permitted(Permission.USER_READ, both, User))).all()
    assert len(found) == len(set(found)) == 4
