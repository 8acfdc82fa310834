"""How someone chooses to be told: stored where it differs from the defaults, and in the log."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db
from kb.domain.accounts import Channel, NotificationEvent
from kb.domain.audit import AuditAction
from kb.domain.errors import InvalidFields, NotPermitted
from kb.domain.notifications import DEFAULTS
from kb.domain.predicates import READER, Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, NotificationChoice, User
from kb.services import notifications
from tests.accounts import make_user

DECIDED, HELPED = NotificationEvent.ENTRY_DECIDED, NotificationEvent.STORY_HELPED


@pytest.fixture
def user(app: Flask) -> User:
    return make_user(Role.CONTRIBUTOR)


@pytest.fixture
def by(user: User) -> Actor:
    return Actor(user.id, user.role, address="192.0.2.9")


def stored() -> set[tuple[NotificationEvent, Channel, bool]]:
    return {
        (row.event, row.channel, row.wanted) for row in db.session.scalars(select(NotificationChoice)).all()
    }


def logged() -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.action == AuditAction.NOTIFICATIONS_CHANGED)
    return list(db.session.scalars(query.order_by(AuditEvent.seq)))


def test_the_defaults_hold_until_someone_chooses(user: User) -> None:
    assert notifications.choices_of(user.id) == DEFAULTS[Role.CONTRIBUTOR]


def test_only_what_differs_from_the_defaults_is_stored(user: User, by: Actor) -> None:
    wanted = {**DEFAULTS[Role.CONTRIBUTOR], DECIDED: {Channel.SITE, Channel.DAILY}, HELPED: set()}
    notifications.choose(wanted, by)
    assert notifications.choices_of(user.id) == {key: frozenset(value) for key, value in wanted.items()}
    assert stored() == {
        (DECIDED, Channel.LETTER, False),
        (DECIDED, Channel.DAILY, True),
        (HELPED, Channel.SITE, False),
        (HELPED, Channel.WEEKLY, False),
    }
    notifications.choose(DEFAULTS[Role.CONTRIBUTOR], by)
    assert stored() == set()
    assert [event.detail for event in logged()] == ['{"events":2}', '{"events":2}']
    assert {(event.actor_id, event.subject_id) for event in logged()} == {(user.id, user.id)}


def test_the_same_choices_again_change_nothing_and_are_not_logged(by: Actor) -> None:
    notifications.choose(DEFAULTS[Role.CONTRIBUTOR], by)
    assert logged() == []


def test_what_is_refused_changes_nothing(user: User, by: Actor) -> None:
    with pytest.raises(InvalidFields):
        notifications.choose({DECIDED: {Channel.DAILY, Channel.WEEKLY}}, by)
    assert (stored(), logged()) == (set(), [])
    assert notifications.choices_of(user.id) == DEFAULTS[Role.CONTRIBUTOR]


def test_choices_for_a_role_rest_while_someone_has_another(app: Flask) -> None:
    moderator = make_user(Role.MODERATOR)
    by = Actor(moderator.id, Role.MODERATOR)
    submitted = NotificationEvent.ENTRY_SUBMITTED
    notifications.choose({**DEFAULTS[Role.MODERATOR], submitted: set()}, by)
    for role in (Role.CONTRIBUTOR, Role.MODERATOR):
        db.session.get_one(User, moderator.id).role = role
        db.session.commit()
        notifications.choose({**notifications.choices_of(moderator.id), HELPED: set()}, by)
    assert notifications.choices_of(moderator.id)[submitted] == frozenset()


def test_each_chooses_for_themself_alone(user: User, by: Actor) -> None:
    other = make_user(Role.CONTRIBUTOR)
    notifications.choose({}, by)
    assert notifications.choices_of(other.id) == DEFAULTS[Role.CONTRIBUTOR]
    with pytest.raises(NotPermitted):
        notifications.choose({}, READER)
