"""What someone writes, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.predicates import READER, Actor
from kb.models import Entry, ReaderVote, Revision, SourceRow, User, new_id, now
from kb.services import co_authors, drafts, mine, readings
from kb.services.mine import Group
from tests import factories
from tests.accounts import make_user
from tests.drafts import actor_of, start_draft
from tests.factories import TODAY


@pytest.fixture
def cilla(app: Flask) -> User:
    return make_user(name="Cilla Ceder")


def titles(group: Group, by: Actor) -> list[str]:
    return [row.title for row in mine.listed(group, by, TODAY).rows]


def published_by(user: User, title: str, **changes: object) -> Entry:
    entry = factories.published(title, owner=user.organisations[0], **changes)
    with writing(db.session):
        db.session.get_one(Entry, entry.id).created_by = user.id
    return entry


def test_nothing_is_nothing(cilla: User) -> None:
    assert mine.overview(actor_of(cilla), TODAY) == ()
    assert mine.overview(READER, TODAY) == ()


def test_a_draft_is_there_until_it_is_thrown_away_and_back_when_it_is_restored(cilla: User) -> None:
    by = actor_of(cilla)
    entry_id = start_draft(cilla, title="Mitt utkast")
    assert titles(Group.DRAFTS, by) == ["Mitt utkast"]
    assert mine.listed(Group.DRAFTS, by, TODAY).rows[0].saved_by == "Cilla Ceder"
    drafts.discard(entry_id, by)
    assert (titles(Group.DRAFTS, by), titles(Group.DISCARDED, by)) == ([], ["Mitt utkast"])
    drafts.restore(entry_id, by)
    assert (titles(Group.DRAFTS, by), titles(Group.DISCARDED, by)) == (["Mitt utkast"], [])


def test_a_co_author_has_it_too_and_a_colleague_has_not(cilla: User) -> None:
    kalle = make_user(name="Kalle", organisations=tuple(cilla.organisations))
    entry_id = start_draft(cilla, title="Vårt")
    assert titles(Group.DRAFTS, actor_of(kalle)) == []
    co_authors.add(entry_id, kalle.id, actor_of(cilla))
    assert titles(Group.DRAFTS, actor_of(kalle)) == ["Vårt"]


def test_a_story_is_to_be_reviewed_when_eighteen_months_have_gone(cilla: User) -> None:
    by = actor_of(cilla)
    entry = published_by(cilla, "Gammal")
    assert (titles(Group.PUBLISHED, by), titles(Group.REVIEW, by)) == (["Gammal"], [])
    with writing(db.session):
        revision = db.session.get_one(Revision, db.session.get_one(Entry, entry.id).published_revision_id)
        revision.published_at = now() - timedelta(days=550)
    assert (titles(Group.PUBLISHED, by), titles(Group.REVIEW, by)) == ([], ["Gammal"])


def test_many_are_paged_and_a_page_that_is_not_there_is_the_last(cilla: User) -> None:
    by = actor_of(cilla)
    for number in range(mine.PER_PAGE + 1):
        start_draft(cilla, title=f"Utkast {number}")
    last = mine.listed(Group.DRAFTS, by, TODAY, 99)
    assert (last.total, last.pages, last.page, len(last.rows)) == (mine.PER_PAGE + 1, 2, 2, 1)
    assert mine.listed(Group.DRAFTS, by, TODAY, -3).page == 1
    [group] = mine.overview(by, TODAY)
    assert (group.total, len(group.rows)) == (mine.PER_PAGE + 1, mine.PER_GROUP)


class TestEcho:
    def test_readings_votes_and_links_of_a_story(self, cilla: User) -> None:
        entry = published_by(cilla, "Ärendesystem")
        for days in (0, 0, 29, 30):
            readings.count(entry.id, TODAY - timedelta(days=days), READER)
        for helped, why in ((True, "Rådet"), (True, ""), (False, "För kort")):
            vote(entry, helped, why)
        address = f"https://erfarenhetsbanken.example/erfarenheter/{entry.id}/arendesystem"
        factories.published("Länkar i texten", body=f"## Läget\n\nSe [den]({address}).")
        source = SourceRow(position=0, title="Förlagan", url=address)
        factories.published("Länkar som källa", sources=[source])
        [row] = mine.listed(Group.PUBLISHED, actor_of(cilla), TODAY).rows
        assert row.echo is not None
        assert (row.echo.readings.total, row.echo.readings.recent) == (4, 3)
        assert (row.echo.votes.helped, row.echo.votes.did_not) == (2, 1)
        assert set(row.echo.votes.whys) == {(True, "Rådet"), (False, "För kort")}
        assert {story.title for story in row.echo.linked_from} == {"Länkar i texten", "Länkar som källa"}

    def test_the_sources_of_an_anonymous_story_are_not_told(self, cilla: User) -> None:
        entry = published_by(cilla, "Ärendesystem")
        source = SourceRow(position=0, title="F", url=f"https://e.se/erfarenheter/{entry.id}/x")
        factories.published("Utan namn", sources=[source], anonymised=True)
        [row] = mine.listed(Group.PUBLISHED, actor_of(cilla), TODAY).rows
        assert row.echo is not None
        assert row.echo.linked_from == ()


def test_who_may_change_a_story(cilla: User) -> None:
    entry = published_by(cilla, "Ärendesystem")
    assert mine.may_revise(entry.id, actor_of(cilla))
    kalle = make_user(name="Kalle", organisations=tuple(cilla.organisations))
    assert mine.may_revise(entry.id, actor_of(kalle)), "a colleague may"
    assert not mine.may_revise(entry.id, actor_of(make_user(name="Frida")))
    assert not mine.may_revise(entry.id, READER)
    assert not mine.may_revise("01ARZ3NDEKTSV4RRFFQ69G5FAV", actor_of(cilla))


def vote(entry: Entry, helped: bool, why: str) -> None:
    with writing(db.session):
        revision_id = db.session.get_one(Entry, entry.id).published_revision_id
        row = ReaderVote(
            entry_id=entry.id,
            revision_id=revision_id,
            helped=helped,
            why=why,
            language="sv",
            submission_key=new_id(),
        )
        db.session.add(row)
