"""Reading stories: one, a version of it, some, the newest, and how they are spread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from kb.db import db, writing
from kb.domain.errors import Gone, NotFound
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import EntryKind, FactName, FactState, Outcome
from kb.domain.workflow import Action
from kb.models import Entry, RevisionOutcome, new_id
from kb.search import sync
from kb.search.index import NullIndex
from kb.services import moderation, stories
from kb.services.stories import VersionRow
from tests import factories
from tests.factories import TODAY


class TestSimilar:
    """The index says which are alike (tests/search/test_similar.py), the database which are shown."""

    @staticmethod
    def alike() -> tuple[Entry, Entry]:
        """Two stories of one thing among others."""
        for number in range(8):
            factories.published(f"Något annat {number}", body_plain=f"Om bibliotek och museer {number}.")
        told = "Ett journalsystem från en leverantör. Journalsystemet var sent och leverantören lämnade."
        return (
            factories.published("Journalsystem i norr", body_plain=told, summary="Byte av journalsystem."),
            factories.published("Journalsystem i söder", body_plain=told, summary="Byte av journalsystem."),
        )

    def test_the_like_one_with_the_shared_words(self, app: Flask) -> None:
        first, second = self.alike()
        [found] = stories.similar(first.id, TODAY)
        assert found.story.entry_id == second.id
        assert "journalsystem" in found.shared

    def test_a_withdrawn_one_is_left_out_though_the_index_has_it(self, app: Flask) -> None:
        first, second = self.alike()
        real = sync.of(db.engine)
        sync.attach(replace(real, stories=NullIndex()))
        factories.withdraw(second)
        sync.attach(real)
        assert real.stories.similar(first.id, 4), "the index is behind"
        assert stories.similar(first.id, TODAY) == ()

    def test_none_while_the_index_does_not_answer(self, app: Flask) -> None:
        first, _ = self.alike()
        sync.attach(replace(sync.of(db.engine), stories=NullIndex()))
        assert stories.similar(first.id, TODAY) == ()


class TestRead:
    def test_the_published_version(self, app: Flask) -> None:
        entry = factories.published("Nytt diarium", facts=[factories.fact_row(FactName.OUTCOME_COST, 900)])
        story = stories.read(entry.id, TODAY)
        assert (story.title, story.version, story.slug) == ("Nytt diarium", 1, "nytt-diarium")
        assert story.facts[FactName.OUTCOME_COST].low == 900
        assert story.organisation.name == entry.owner.name

    def test_one_that_does_not_exist(self, app: Flask) -> None:
        with pytest.raises(NotFound, match="finns inte"):
            stories.read(new_id(), TODAY)

    def test_one_that_was_never_published_looks_the_same(self, app: Flask) -> None:
        with writing(db.session):
            entry = factories.entry()
            factories.revision(entry)
        with pytest.raises(NotFound, match="finns inte"):
            stories.read(entry.id, TODAY)

    def test_one_that_was_withdrawn_says_when_and_why(self, app: Flask) -> None:
        entry = factories.published()
        factories.withdraw(entry, "Beloppen var fel.")
        with pytest.raises(Gone) as caught:
            stories.read(entry.id, TODAY)
        assert caught.value.reason == "Beloppen var fel."
        assert caught.value.withdrawn_on is not None

    def test_an_embargo_holds_until_its_day(self, app: Flask) -> None:
        fact = factories.fact_row(FactName.OUTCOME_COST, 400_000, publish_from=TODAY)
        entry = factories.published(facts=[fact])
        assert stories.read(entry.id, TODAY - timedelta(days=1)).cost is None
        assert stories.read(entry.id, TODAY).cost.low == 400_000

    @pytest.mark.parametrize("read", ["read", "read_version"])
    def test_the_number_of_questions_does_not_grow_with_the_story(self, app: Flask, read: str) -> None:
        small = factories.published("Liten").id
        with writing(db.session):
            entry = factories.entry()
            texts = [
                factories.lesson_text(entry, f"ankare-{number}", position=number) for number in range(12)
            ]
            big = factories.revision(entry, lessons=texts)
            moderation.perform(Action.IMPORT, entry, big, SYSTEM)
            entry_id = entry.id
        assert questions(read, entry_id) == questions(read, small)


def questions(read: str, entry_id: str) -> int:
    """How many statements a reading sends, from a session that knows nothing."""
    asked: list[str] = []

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    db.session.close()
    event.listen(db.engine, "before_cursor_execute", ask)
    if read == "read":
        stories.read(entry_id, TODAY)
    else:
        stories.read_version(entry_id, 1, TODAY)
    event.remove(db.engine, "before_cursor_execute", ask)
    # A story without lessons has no anchors and no terms of lessons to ask for.
    return len([statement for statement in asked if "lesson" not in statement])


class TestVersions:
    def three(self) -> Entry:
        entry = factories.published("Första")
        factories.new_version(entry, title="Andra")
        factories.new_version(entry, title="Tredje")
        return entry

    def test_each_can_be_read_as_it_was(self, app: Flask) -> None:
        entry = self.three()
        views = [stories.read_version(entry.id, number, TODAY) for number in (1, 2, 3)]
        assert [view.story.title for view in views] == ["Första", "Andra", "Tredje"]
        assert [view.is_current for view in views] == [False, False, True]
        assert {view.current_version for view in views} == {3}

    def test_all_are_listed_newest_first(self, app: Flask) -> None:
        entry = self.three()
        rows = stories.versions(entry.id)
        assert [(row.version, row.is_current) for row in rows] == [(3, True), (2, False), (1, False)]
        assert all(isinstance(row, VersionRow) for row in rows)

    def test_one_that_is_not_published_is_not_there(self, app: Flask) -> None:
        entry = self.three()
        with writing(db.session):
            factories.revision(entry, title="Utkast")
        with pytest.raises(NotFound, match="Versionen finns inte"):
            stories.read_version(entry.id, 4, TODAY)
        assert len(stories.versions(entry.id)) == 3

    @pytest.mark.parametrize("number", [0, -1, 99])
    def test_one_that_does_not_exist(self, app: Flask, number: int) -> None:
        entry = factories.published()
        with pytest.raises(NotFound):
            stories.read_version(entry.id, number, TODAY)

    def test_those_of_an_unknown_or_withdrawn_story(self, app: Flask) -> None:
        entry = self.three()
        factories.withdraw(entry)
        for call in (lambda: stories.versions(entry.id), lambda: stories.read_version(entry.id, 1, TODAY)):
            with pytest.raises(Gone):
                call()
        with pytest.raises(NotFound):
            stories.versions(new_id())

    def test_a_story_that_is_anonymised_now_is_so_in_its_older_versions(self, app: Flask) -> None:
        entry = factories.published("Första")
        factories.new_version(entry, title="Andra", anonymised=True)
        story = stories.read_version(entry.id, 1, TODAY).story
        assert (story.title, story.organisation, story.sources) == ("Första", None, ())

    def test_one_that_was_anonymised_stays_so(self, app: Flask) -> None:
        entry = factories.published("Första", anonymised=True)
        factories.new_version(entry, title="Andra")
        assert stories.read_version(entry.id, 1, TODAY).story.organisation is None
        assert stories.read(entry.id, TODAY).organisation is not None

    def test_a_fact_that_is_withheld_or_embargoed_now_is_so_in_older_versions(self, app: Flask) -> None:
        names = (FactName.OUTCOME_COST, FactName.FIRST_BUDGET, FactName.USERS_AFFECTED)
        entry = factories.published("Första", facts=[factories.fact_row(name, 300) for name in names])
        hidden = [
            factories.fact_row(FactName.OUTCOME_COST, 300, state=FactState.WITHHELD),
            factories.fact_row(FactName.FIRST_BUDGET, 300, publish_from=TODAY + timedelta(days=1)),
        ]
        factories.new_version(entry, title="Andra", facts=hidden)
        facts = stories.read_version(entry.id, 1, TODAY).story.facts
        assert [facts[name].low for name in names] == [None, None, 300]
        assert stories.read_version(entry.id, 1, TODAY + timedelta(days=1)).story.facts[names[1]].low == 300

    def test_a_fact_that_was_withheld_stays_so_in_its_version(self, app: Flask) -> None:
        withheld = factories.fact_row(FactName.OUTCOME_COST, 300, state=FactState.WITHHELD)
        entry = factories.published("Första", facts=[withheld])
        factories.new_version(entry, title="Andra", facts=[factories.fact_row(FactName.OUTCOME_COST, 300)])
        assert stories.read_version(entry.id, 1, TODAY).story.facts[FactName.OUTCOME_COST].low is None
        assert stories.read(entry.id, TODAY).facts[FactName.OUTCOME_COST].low == 300


class TestLists:
    def test_by_ids_keeps_the_order_and_leaves_out_what_is_gone(self, app: Flask) -> None:
        one, two, three = (factories.published(title) for title in ("Ett", "Två", "Tre"))
        ids = [three.id, new_id(), one.id, two.id]
        factories.withdraw(two)
        assert [story.title for story in stories.by_ids(ids, TODAY)] == ["Tre", "Ett"]

    def test_the_newest_come_first(self, app: Flask) -> None:
        for title in ("Ett", "Två", "Tre"):
            factories.published(title)
        assert [story.title for story in stories.newest(2, TODAY)] == ["Tre", "Två"]

    def test_a_new_version_makes_no_story_new(self, app: Flask) -> None:
        first = factories.published("Ett")
        factories.published("Två")
        factories.new_version(first, title="Ett, rättad")
        assert [story.title for story in stories.newest(5, TODAY)] == ["Två", "Ett, rättad"]

    def test_neither_drafts_nor_withdrawn_stories_are_new(self, app: Flask) -> None:
        factories.withdraw(factories.published("Borta"))
        with writing(db.session):
            factories.revision(factories.entry())
        assert stories.newest(5, TODAY) == []


class TestBalance:
    def test_it_counts_what_readers_see(self, app: Flask) -> None:
        with writing(db.session):
            owner = factories.organisation()
        factories.published("Ett", owner=owner)
        factories.published(
            "Två",
            owner=owner,
            kind=EntryKind.LESSON_LEARNED,
            outcomes=[
                RevisionOutcome(outcome=Outcome.DELAYED, position=0),
                RevisionOutcome(outcome=Outcome.STOPPED, position=1),
            ],
        )
        factories.withdraw(factories.published("Borta"))
        balance = stories.balance()
        assert balance.total == 2
        assert balance.kinds == {EntryKind.GOOD_EXAMPLE: 1, EntryKind.LESSON_LEARNED: 1}
        assert balance.outcomes == {Outcome.SUCCEEDED: 1, Outcome.DELAYED: 1, Outcome.STOPPED: 1}
        assert balance.organisations == 1

    def test_an_anonymised_story_adds_no_organisation(self, app: Flask) -> None:
        factories.published(anonymised=True)
        assert (stories.balance().total, stories.balance().organisations) == (1, 0)

    def test_nothing_yet(self, app: Flask) -> None:
        balance = stories.balance()
        assert (balance.total, balance.outcomes, balance.organisations) == (0, {}, 0)

    def test_the_seed_adds_up(self, library: Flask) -> None:
        balance = stories.balance()
        assert balance.total == sum(balance.kinds.values()) == len(stories.newest(100, TODAY))
        assert sum(balance.outcomes.values()) >= balance.total


def test_the_newest_of_each_kind_come_by_turns(app: Flask) -> None:
    kinds = [EntryKind.GOOD_EXAMPLE] * 4 + [EntryKind.LESSON_LEARNED] * 2
    for number, kind in enumerate(kinds):
        factories.published(f"Berättelse {number}", kind=kind)
    found = stories.newest_of_each_kind(3, TODAY)
    assert [story.title[-1] for story in found] == ["3", "5", "2", "4", "1"]
    withdrawn = db.session.get_one(Entry, found[0].entry_id)
    withdrawn.withdrawn_at, withdrawn.withdrawn_reason = withdrawn.first_published_at, "Fel."
    db.session.commit()
    assert [story.title[-1] for story in stories.newest_of_each_kind(1, TODAY)] == ["2", "5"]


def test_stories_are_counted_and_addressed_without_those_withdrawn(app: Flask) -> None:
    ids = [factories.published(f"Berättelse {number}").id for number in range(3)]
    gone = db.session.get_one(Entry, ids[1])
    gone.withdrawn_at, gone.withdrawn_reason = gone.first_published_at, "Fel."
    db.session.commit()
    assert stories.count() == 2
    assert [row.entry_id for row in stories.addresses(10)] == sorted([ids[0], ids[2]])
    assert [row.entry_id for row in stories.addresses(1, offset=1)] == [max(ids[0], ids[2])]
    assert stories.addresses(10)[0].slug == "berattelse-0"
