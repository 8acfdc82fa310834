"""From draft to the secretariat: checked whole, sent in once, taken back, and begun anew (A-05, A-09)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.errors import Conflict, InvalidFields, NotFound
from kb.domain.letters import LetterKind
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import EntrySize, RevisionStatus, Role
from kb.domain.workflow import Action
from kb.models import CoAuthor, Draft, Entry, Letter, ModerationEvent, Organisation, Revision, User
from kb.services import case_numbers, drafts, moderation, revision_rows, submissions
from tests import factories
from tests.accounts import make_user
from tests.drafts import actor_of, complete_story_fields, complete_tip_fields, start_draft


@pytest.fixture
def asa(seeded: Flask) -> User:
    return make_user(name="Åsa Öberg")


@pytest.fixture
def by(asa: User) -> Actor:
    return actor_of(asa)


@pytest.fixture
def tip(asa: User) -> str:
    """A complete tip."""
    return start_draft(asa, **complete_tip_fields())


def colleague(of: User, name: str = "Bo Ek") -> User:
    return make_user(name=name, organisations=tuple(of.organisations))


def revisions(entry_id: str) -> list[tuple[int, RevisionStatus]]:
    rows = db.session.scalars(select(Revision).where(Revision.entry_id == entry_id).order_by(Revision.number))
    return [(row.number, row.status) for row in rows]


def send(entry_id: str, by: Actor) -> str:
    return submissions.submit(entry_id, drafts.read(entry_id, by).version, by)


def publish(entry_id: str) -> Entry:
    """Publish what waits, as the secretariat will."""
    with writing(db.session):
        entry = db.session.get_one(Entry, entry_id)
        [row] = [one for one in entry.revisions if one.status is RevisionStatus.SUBMITTED]
        row.status = RevisionStatus.DRAFT
        moderation.perform(Action.IMPORT, entry, row, SYSTEM)
    db.session.expire_all()
    return entry


class TestCheck:
    def test_a_complete_tip_has_nothing_left(self, tip: str, by: Actor) -> None:
        checklist = submissions.check(tip, by)
        assert checklist.problems == ()
        assert checklist.content is not None
        assert checklist.content.size is EntrySize.TIP

    def test_a_complete_story_too(self, asa: User, by: Actor) -> None:
        entry_id = start_draft(asa, EntrySize.STORY, **complete_story_fields())
        assert submissions.check(entry_id, by).problems == ()

    def test_what_is_missing_is_told_by_field(self, asa: User, by: Actor) -> None:
        checklist = submissions.check(start_draft(asa), by)
        assert checklist.content is None
        assert {"title", "summary", "kind", "term.domain"} <= {one.field for one in checklist.problems}

    @pytest.mark.parametrize("name", ["summary", "lesson.lardom-1.why"])
    def test_a_personal_identity_number_is_refused_at_its_field(self, tip: str, by: Actor, name: str) -> None:
        drafts.save(tip, {name: "Handläggaren 19811228-9874 sa nej."}, 2, by)
        [problem] = submissions.check(tip, by).problems
        assert problem.field == name
        assert "personnummer" in str(problem)
        with pytest.raises(InvalidFields):
            send(tip, by)

    def test_one_in_a_part_that_the_size_has_not_is_not_sent_and_does_not_stop(
        self, tip: str, by: Actor
    ) -> None:
        drafts.save(tip, {"body": "19811228-9874"}, 2, by)
        assert submissions.check(tip, by).problems == ()

    def test_a_term_that_is_not_there_any_more(self, tip: str, by: Actor) -> None:
        drafts.save(tip, {"term.domain": "alkemi"}, 2, by)
        assert [one.field for one in submissions.check(tip, by).problems] == ["term.domain"]

    def test_nobody_else_may_check_it(self, tip: str, asa: User) -> None:
        with pytest.raises(NotFound):
            submissions.check(tip, actor_of(colleague(asa)))


class TestSubmit:
    def test_the_version_gets_its_rows_and_the_draft_goes(self, tip: str, by: Actor) -> None:
        number = send(tip, by)
        year = datetime.now(UTC).year
        assert number == f"EB-{year}-0001"
        entry = db.session.get_one(Entry, tip)
        [revision] = entry.revisions
        assert revision.status is RevisionStatus.SUBMITTED
        assert (revision.title, revision.case_number) == ("Låt handläggarna testa varje vecka", number)
        assert [one.lesson.anchor for one in revision.lessons] == ["lardom-1"]
        assert len(revision.source_hash) == 64
        assert revision.submitted_at is not None
        assert entry.slug == "lat-handlaggarna-testa-varje-vecka"
        assert db.session.scalars(select(Draft)).all() == []
        [event] = db.session.scalars(select(ModerationEvent).where(ModerationEvent.entry_id == tip))
        assert (event.action, event.actor_id) == (Action.SUBMIT, by.user_id)
        assert event.source_hash == revision.source_hash

    def test_readers_do_not_see_it(self, tip: str, by: Actor) -> None:
        send(tip, by)
        assert moderation.position_of(db.session.get_one(Entry, tip)).value == "new"

    def test_twice_is_once(self, tip: str, by: Actor) -> None:
        version = drafts.read(tip, by).version
        assert submissions.submit(tip, version, by) == submissions.submit(tip, version, by)
        assert (
            len(db.session.scalars(select(ModerationEvent).where(ModerationEvent.entry_id == tip)).all()) == 1
        )
        assert len(db.session.scalars(select(Letter)).all()) == 1

    def test_a_draft_that_has_changed_since_is_not_sent(self, tip: str, by: Actor) -> None:
        drafts.save(tip, {"summary": "Ny sammanfattning."}, 2, by)
        with pytest.raises(Conflict, match="ändrats"):
            submissions.submit(tip, 2, by)
        assert revisions(tip) == [(1, RevisionStatus.DRAFT)]

    def test_an_incomplete_one_stays_as_it_was(self, asa: User, by: Actor) -> None:
        entry_id = start_draft(asa, title="Bara en titel")
        with pytest.raises(InvalidFields):
            send(entry_id, by)
        assert drafts.read(entry_id, by).fields == {"title": "Bara en titel"}
        assert db.session.scalars(select(Letter)).all() == []

    def test_the_numbers_of_a_year_follow_each_other(self, asa: User, by: Actor) -> None:
        numbers = [send(start_draft(asa, **complete_tip_fields()), by)[-4:] for _ in range(3)]
        assert numbers == ["0001", "0002", "0003"]

    def test_sent_in_many_times_at_once_it_is_one(
        self, seeded: Flask, tip: str, asa: User, by: Actor
    ) -> None:
        others = [start_draft(asa, **complete_tip_fields()) for _ in range(3)]

        def go(entry_id: str) -> str:
            with seeded.app_context():
                return submissions.submit(entry_id, 2, by)

        with ThreadPoolExecutor() as threads:
            numbers = list(threads.map(go, [tip, tip, tip, *others]))
        assert len(set(numbers[:3])) == 1
        assert sorted(one[-4:] for one in set(numbers)) == ["0001", "0002", "0003", "0004"]
        assert len(db.session.scalars(select(Letter)).all()) == 4

    def test_a_letter_tells_the_one_who_sent_it_in(self, tip: str, by: Actor, asa: User) -> None:
        number = send(tip, by)
        [letter] = db.session.scalars(select(Letter))
        assert (letter.kind, letter.recipient) == (LetterKind.SUBMITTED.value, asa.email)
        assert json.loads(letter.values) == {"case_number": number, "entry_id": tip}

    def test_a_co_author_may_and_a_colleague_may_not(self, tip: str, asa: User) -> None:
        bo = colleague(asa)
        with pytest.raises(NotFound):
            submissions.submit(tip, 2, actor_of(bo))
        with writing(db.session):
            db.session.add(CoAuthor(entry_id=tip, user_id=bo.id))
        assert send(tip, actor_of(bo))

    def test_partners_are_those_of_the_draft(self, asa: User, by: Actor) -> None:
        partner = db.session.scalars(select(Organisation).limit(1)).one()
        entry_id = start_draft(asa, **complete_tip_fields(), partners=partner.slug)
        send(entry_id, by)
        assert db.session.get_one(Entry, entry_id).partners == [partner]


class TestReceipt:
    def test_what_it_says(self, tip: str, by: Actor) -> None:
        number = send(tip, by)
        receipt = submissions.receipt(tip, by)
        assert (receipt.case_number, receipt.title) == (number, "Låt handläggarna testa varje vecka")
        assert (receipt.usual_wait, receipt.may_recall) == (None, True)

    def test_there_is_none_for_a_draft_nor_for_another(self, tip: str, asa: User, by: Actor) -> None:
        with pytest.raises(NotFound):
            submissions.receipt(tip, by)
        send(tip, by)
        with pytest.raises(NotFound):
            submissions.receipt(tip, actor_of(colleague(asa)))

    def test_the_usual_wait_is_the_median_of_at_least_five(self, app: Flask) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for number, days in enumerate((1, 2, 3, 4, 30)):
            assert case_numbers.usual_wait() is None, number
            entry = factories.published(f"Berättelse {number}")
            with writing(db.session):
                revision = db.session.get_one(Revision, entry.published_revision_id)
                revision.submitted_at = db.session.scalars(
                    select(ModerationEvent.at).where(ModerationEvent.revision_id == revision.id)
                ).one() - timedelta(days=days)
        assert case_numbers.usual_wait() == timedelta(days=3)
        assert start

    def test_numbers_past_9999_go_on(self, app: Flask) -> None:
        at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        assert case_numbers.next_number(at) == "EB-2027-0001", "the year in Sweden"
        with writing(db.session):
            for number in ("EB-2027-9999", "EB-2027-10000"):
                factories.revision(factories.entry(), case_number=number)
            assert case_numbers.next_number(at) == "EB-2027-10001"


class TestRecall:
    def test_it_is_a_draft_again_with_all_that_was_sent_in(self, tip: str, by: Actor) -> None:
        before = submissions.check(tip, by).content
        send(tip, by)
        submissions.recall(tip, by)
        assert revisions(tip) == [(1, RevisionStatus.DISCARDED), (2, RevisionStatus.DRAFT)]
        assert submissions.check(tip, by).content == before
        with pytest.raises(NotFound):
            submissions.receipt(tip, by)

    def test_sent_in_again_it_keeps_its_number(self, tip: str, by: Actor) -> None:
        number = send(tip, by)
        submissions.recall(tip, by)
        assert drafts.read(tip, by).case_number == number
        assert send(tip, by) == number

    def test_what_is_not_waiting_cannot_be_taken_back(self, tip: str, by: Actor, asa: User) -> None:
        with pytest.raises(NotFound):
            submissions.recall(tip, by)
        send(tip, by)
        with pytest.raises(NotFound):
            submissions.recall(tip, actor_of(colleague(asa)))


class TestRevise:
    @pytest.fixture
    def entry(self, tip: str, by: Actor) -> Entry:
        send(tip, by)
        return publish(tip)

    def test_a_new_draft_holds_what_is_published(self, entry: Entry, by: Actor) -> None:
        assert submissions.revise(entry.id, by) == entry.id
        draft = drafts.read(entry.id, by)
        assert (draft.number, draft.is_revision_of_published) == (2, True)
        assert draft.published_slug == entry.slug
        assert draft.fields["title"] == "Låt handläggarna testa varje vecka"
        assert draft.case_number == ""
        assert revisions(entry.id) == [(1, RevisionStatus.PUBLISHED), (2, RevisionStatus.DRAFT)]

    def test_one_that_is_open_is_used(self, entry: Entry, by: Actor) -> None:
        submissions.revise(entry.id, by)
        drafts.save(entry.id, {"title": "Ny titel"}, 1, by)
        submissions.revise(entry.id, by)
        assert drafts.read(entry.id, by).fields["title"] == "Ny titel"

    def test_a_colleague_becomes_a_co_author(self, entry: Entry, asa: User) -> None:
        bo = colleague(asa)
        submissions.revise(entry.id, actor_of(bo))
        assert [one.name for one in drafts.read(entry.id, actor_of(bo)).co_authors] == ["Bo Ek"]

    def test_a_colleague_is_told_who_has_it_open(self, entry: Entry, asa: User, by: Actor) -> None:
        submissions.revise(entry.id, by)
        with pytest.raises(Conflict, match="Åsa Öberg skriver redan"):
            submissions.revise(entry.id, actor_of(colleague(asa)))

    def test_another_authority_may_not(self, entry: Entry) -> None:
        for door in (submissions.revise, submissions.require_may_revise):
            with pytest.raises(NotFound):
                door(entry.id, actor_of(make_user()))

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
    def test_nor_may_the_secretariat_without_the_authority(self, entry: Entry, role: Role) -> None:
        with pytest.raises(NotFound):
            submissions.revise(entry.id, actor_of(make_user(role)))

    def test_after_one_was_thrown_away_it_begins_anew(self, entry: Entry, by: Actor) -> None:
        submissions.revise(entry.id, by)
        drafts.save(entry.id, {"title": "Kastad titel"}, 1, by)
        drafts.discard(entry.id, by)
        submissions.revise(entry.id, by)
        assert drafts.read(entry.id, by).fields["title"] == "Låt handläggarna testa varje vecka"
        assert drafts.read(entry.id, by, discarded=True).fields["title"] == "Kastad titel"
        with pytest.raises(Conflict, match="nyare utkast"):
            drafts.restore(entry.id, by)

    def test_the_new_version_is_sent_in_with_a_number_of_its_own(self, entry: Entry, by: Actor) -> None:
        submissions.revise(entry.id, by)
        drafts.save(entry.id, {"title": "Ny titel"}, 1, by)
        assert send(entry.id, by).endswith("0002")
        assert db.session.get_one(Entry, entry.id).slug == "lat-handlaggarna-testa-varje-vecka"

    def test_partners_of_what_is_published_stay(self, entry: Entry, by: Actor) -> None:
        partner = db.session.scalars(select(Organisation).limit(1)).one()
        submissions.revise(entry.id, by)
        drafts.save(entry.id, {"partners": partner.slug}, 1, by)
        assert [one.field for one in submissions.check(entry.id, by).problems] == ["partners"]

    def test_what_is_withdrawn_is_not_revised(self, entry: Entry, by: Actor) -> None:
        factories.withdraw(entry)
        with pytest.raises(NotFound):
            submissions.revise(entry.id, by)

    def test_a_story_of_the_seed_loses_nothing_on_its_way(self, seeded: Flask) -> None:
        sent = 0
        for entry in db.session.scalars(select(Entry).order_by(Entry.slug).limit(6)).all():
            by = actor_of(make_user(organisations=(entry.owner,)))
            before = revision_rows.content_of_revision(entry.revisions[-1])
            submissions.require_may_revise(entry.id, by)
            submissions.revise(entry.id, by)
            problems = submissions.check(entry.id, by).problems
            if not before.benefits:  # what it tells of needs the largest size, which asks for a benefit
                assert [one.field for one in problems] in ([], ["benefits"]), entry.slug
                continue
            assert problems == (), entry.slug
            send(entry.id, by)
            sent += 1
            db.session.expire_all()
            after = revision_rows.content_of_revision(entry.revisions[-1])
            same = {"size": before.size, "body": after.body.strip(), "terms": {}}
            assert replace(after, **same) == replace(before, body=before.body.strip(), terms={})
            assert {name: set(codes) for name, codes in after.terms.items()} == {
                name: set(codes) for name, codes in before.terms.items()
            }
        assert sent


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("# Läget\n\nHandläggaren hade 811218\\-9876 som nummer.", "personnummer"),
        ("# Läget\n\n![IMG_2041.jpg](/bilder/01JD0000000000000000000000.png)", "filnamn"),
        ("> " * 200 + "djupt", "plattare"),
    ],
)
def test_what_only_shows_when_the_text_is_read_stops_it_too(app: Flask, body: str, said: str) -> None:
    writer = make_user()
    entry_id = start_draft(writer, EntrySize.STORY, **(complete_story_fields() | {"body": body}))
    problems = submissions.check(entry_id, actor_of(writer)).problems
    assert any(problem.field == "body" and said in str(problem) for problem in problems)
