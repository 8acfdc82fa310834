"""The one door for a change of status: load, permit, check, change, record (invariant 4)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kb.db import db, writing
from kb.domain.errors import Conflict, Invalid, NotPermitted
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import RevisionStatus, Role
from kb.domain.workflow import Action, Position
from kb.models import Entry, ModerationEvent, Revision
from kb.services import moderation
from tests import factories


def draft(entry: Entry | None = None) -> tuple[Entry, Revision]:
    with writing(db.session):
        owner = entry or factories.entry()
        return owner, factories.revision(owner)


def events() -> list[ModerationEvent]:
    return list(db.session.scalars(select(ModerationEvent).order_by(ModerationEvent.id)))


def test_publishing_sets_status_day_and_pointer_and_is_recorded(app: Flask) -> None:
    entry, revision = draft()
    event = moderation.perform(Action.IMPORT, entry, revision, SYSTEM)
    assert (revision.status, entry.published_revision_id) == (RevisionStatus.PUBLISHED, revision.id)
    assert revision.published_at == entry.first_published_at == event.at
    assert (event.from_position, event.to_position) == (Position.NEW, Position.PUBLISHED)
    assert (event.by_system, event.actor_id, event.source_hash) == (True, None, revision.source_hash)
    assert moderation.position_of(entry) is Position.PUBLISHED


def test_a_new_version_supersedes_the_one_before(app: Flask) -> None:
    entry = factories.published()
    first_day = entry.first_published_at
    second = factories.new_version(entry)
    first = entry.revisions[0]
    assert (first.status, second.status) == (RevisionStatus.SUPERSEDED, RevisionStatus.PUBLISHED)
    assert first.published_at is not None
    assert (entry.first_published_at, entry.published_revision_id) == (first_day, second.id)
    assert [event.action for event in events()] == [Action.IMPORT, Action.REPLACE]


def test_withdrawing_needs_a_moderator_and_a_reason(app: Flask) -> None:
    entry = factories.published()
    revision = entry.published_revision
    by = factories.moderator()
    with pytest.raises(Invalid):
        moderation.perform(Action.WITHDRAW, entry, revision, by, " ")
    event = moderation.perform(Action.WITHDRAW, entry, revision, by, "Fel belopp.")
    assert (entry.withdrawn_reason, entry.withdrawn_at) == ("Fel belopp.", event.at)
    assert (event.actor_id, event.reason, event.by_system) == (by.user_id, "Fel belopp.", False)
    assert revision.status is RevisionStatus.PUBLISHED
    assert moderation.position_of(entry) is Position.WITHDRAWN


@pytest.mark.parametrize("by", [READER, SYSTEM, Actor("01", Role.CONTRIBUTOR)])
def test_nobody_else_withdraws(app: Flask, by: Actor) -> None:
    entry = factories.published()
    with pytest.raises(NotPermitted):
        moderation.perform(Action.WITHDRAW, entry, entry.published_revision, by, "Fel belopp.")
    assert (entry.withdrawn_at, len(events())) == (None, 1)


@pytest.mark.parametrize("by", [READER, Actor("01", Role.CONTRIBUTOR), Actor("02", Role.ADMIN)])
def test_nobody_but_the_system_imports(app: Flask, by: Actor) -> None:
    entry, revision = draft()
    with pytest.raises(NotPermitted):
        moderation.perform(Action.IMPORT, entry, revision, by)
    assert (entry.published_revision_id, revision.status, events()) == (None, RevisionStatus.DRAFT, [])


def test_permission_comes_before_position(app: Flask) -> None:
    """Who may not do it does not learn where the entry stands."""
    entry, revision = draft()
    with pytest.raises(NotPermitted):
        moderation.perform(Action.WITHDRAW, entry, revision, READER, "Fel belopp.")


@pytest.mark.parametrize("action", [Action.IMPORT, Action.WITHDRAW])
def test_what_is_done_cannot_be_done_again(app: Flask, action: Action) -> None:
    entry = factories.published()
    by = factories.moderator() if action is Action.WITHDRAW else SYSTEM
    if action is Action.WITHDRAW:
        moderation.perform(action, entry, entry.published_revision, by, "Fel belopp.")
    before = len(events())
    with pytest.raises(Conflict):
        moderation.perform(action, entry, entry.revisions[0], by, "Fel belopp.")
    assert len(events()) == before


def test_the_version_of_another_entry_is_refused_by_the_database(app: Flask) -> None:
    entry, _ = draft()
    other, theirs = draft()
    with pytest.raises(IntegrityError):
        moderation.perform(Action.IMPORT, entry, theirs, SYSTEM)
    assert (entry.published_revision_id, other.published_revision_id) == (None, None)
    assert (theirs.status, events()) == (RevisionStatus.DRAFT, [])


def test_a_decision_that_fails_later_in_its_transaction_leaves_nothing(app: Flask) -> None:
    entry, revision = draft()

    def decide_and_fail() -> None:
        moderation.perform(Action.IMPORT, entry, revision, SYSTEM)
        raise RuntimeError("strömmen gick")

    with pytest.raises(RuntimeError), writing(db.session):
        decide_and_fail()
    assert (entry.published_revision_id, revision.status, events()) == (None, RevisionStatus.DRAFT, [])
