"""Subjects: what is counted, what a subject's page tells, and how its address leads on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

from kb.db import db, writing
from kb.domain.content import slugify
from kb.domain.errors import NotFound
from kb.domain.predicates import SYSTEM
from kb.domain.published import PublishedStory, TermRef
from kb.domain.vocabulary import BenefitStage, EntryKind, LessonBasis, Outcome
from kb.domain.workflow import Action
from kb.models import BenefitRow, Entry, Term
from kb.services import moderation, stories, subjects
from kb.services.subjects import Moved, Subject, SubjectList
from tests import factories
from tests.factories import TODAY


def told(found: SubjectList) -> dict[str, tuple[int, int]]:
    return {each.term.code: (each.stories, each.lessons) for each in found}


def titles(found: list[PublishedStory]) -> list[str]:
    return [story.title for story in found]


@pytest.fixture
def pilot(app: Flask) -> Term:
    with writing(db.session):
        return factories.term(label="Försöksdrift")


class TestCounts:
    def test_only_what_readers_may_see(self, pilot: Term) -> None:
        factories.published("Ett", terms=[pilot])
        factories.published("Anonym", terms=[pilot], anonymised=True)
        factories.withdraw(factories.published("Borta", terms=[pilot]))
        revised = factories.published("Reviderad", terms=[pilot])
        factories.new_version(revised, title="Reviderad", terms=[])
        with writing(db.session):
            factories.revision(factories.entry(slug="utkast"), terms=[pilot])
        assert told(subjects.vocabulary("phase")) == {"pilot": (2, 0)}

    def test_a_lesson_counts_by_itself(self, app: Flask, pilot: Term) -> None:
        with writing(db.session):
            entry = factories.entry()
            texts = [
                factories.lesson_text(entry, f"rad-{number}", position=number, terms=[pilot])
                for number in range(3)
            ]
            row = factories.revision(entry, lessons=texts)
            moderation.perform(Action.IMPORT, entry, row, SYSTEM)
        assert told(subjects.vocabulary("phase")) == {"pilot": (0, 3)}

    def test_a_story_counts_once_for_a_benefit_however_often_it_tells_of_it(self, app: Flask) -> None:
        with writing(db.session):
            saved = factories.term("benefit_type", "time_saved", "Sparad tid")
        rows = [
            BenefitRow(position=place, stage=BenefitStage.EXPECTED, type=saved, description="Tid.")
            for place in range(2)
        ]
        factories.published("Ett", benefits=rows)
        [subject] = subjects.vocabulary("benefit-type")
        assert subject.stories == 1
        assert titles(subjects.read("benefit-type", "sparad-tid", 1, TODAY).stories) == ["Ett"]

    def test_the_counts_of_the_seed_are_those_of_the_stories(self, library: Flask) -> None:
        everything = stories.newest(1_000, TODAY)
        counted = {
            (found.vocabulary.code, each.term.code): (each.stories, each.lessons)
            for found in subjects.index()
            for each in found
            if found.vocabulary.code != "benefit_type"
        }
        assert len(counted) > 90
        for (vocabulary, code), numbers in counted.items():
            has = [story for story in everything if code in codes(story.terms_of(vocabulary))]
            teach = [
                lesson
                for story in everything
                for lesson in story.lessons
                if (vocabulary, code) in {(term.vocabulary, term.code) for term in lesson.terms}
            ]
            assert numbers == (len(has), len(teach)), (vocabulary, code)


def codes(terms: tuple[TermRef, ...]) -> set[str]:
    return {term.code for term in terms}


class TestIndex:
    def test_the_vocabularies_of_the_seed_in_the_order_that_readers_choose_by(self, library: Flask) -> None:
        found = [each.vocabulary.code for each in subjects.index()]
        assert found[:4] == ["domain", "investment_type", "phase", "perspective"]
        assert len(found) == 9

    def test_terms_stand_under_those_they_belong_to(self, library: Flask) -> None:
        found = subjects.vocabulary("verksamhetsomrade")
        health = next(each for each in found.subjects if each.term.code == "health")
        assert [each.term.code for each in health.narrower] == ["patient_records", "pharmaceuticals"]
        assert len(found.subjects) == 10
        assert len(list(found)) == 34

    def test_a_term_knows_its_own_address_and_words(self, library: Flask) -> None:
        term = next(each.term for each in subjects.vocabulary("fas") if each.term.code == "rollout")
        assert (term.vocabulary_slug, term.slug) == ("fas", "inforande")
        assert (term.label, term.label_en) == ("Införande", "Roll-out")

    def test_without_content(self, app: Flask) -> None:
        assert subjects.index() == ()


class TestRead:
    def test_a_page_of_stories_the_newest_first(self, pilot: Term) -> None:
        for number in range(12):
            factories.published(f"Nummer {number:02}", terms=[pilot])
        factories.published("Något annat")
        first, last = (subjects.read("phase", "forsoksdrift", page, TODAY) for page in (1, 9))
        assert titles(first.stories) == [f"Nummer {number:02}" for number in range(11, 1, -1)]
        assert titles(last.stories) == ["Nummer 01", "Nummer 00"]
        assert (first.page, last.page, last.pages) == (1, 2, 2)

    def test_the_balance_is_that_of_its_stories(self, pilot: Term) -> None:
        factories.published("Ett", terms=[pilot])
        factories.published("Två", terms=[pilot], kind=EntryKind.LESSON_LEARNED)
        factories.published("Något annat")
        balance = subjects.read("phase", "forsoksdrift", 1, TODAY).balance
        assert balance.total == 2
        assert balance.kinds == {EntryKind.GOOD_EXAMPLE: 1, EntryKind.LESSON_LEARNED: 1}
        assert balance.outcomes == {Outcome.SUCCEEDED: 2}
        assert balance.organisations == 2

    def test_one_without_stories(self, pilot: Term) -> None:
        page = subjects.read("phase", "forsoksdrift", 1, TODAY)
        assert page.subject.is_empty
        assert (page.stories, page.lessons, page.pages, page.balance.total) == ([], (), 1, 0)

    def test_what_is_above_below_and_beside(self, library: Flask) -> None:
        page = subjects.read("verksamhetsomrade", "lakemedel", 1, TODAY)
        assert page.broader is not None
        assert page.broader.term.code == "health"
        assert [each.term.code for each in page.near] == ["patient_records"]
        above = subjects.read("verksamhetsomrade", "halso-och-sjukvard", 1, TODAY)
        assert above.broader is None
        assert {each.term.code for each in above.subject.narrower} == {"patient_records", "pharmaceuticals"}

    def test_those_beside_it_that_tell_something_come_first(self, library: Flask) -> None:
        near = subjects.read("verksamhetsomrade", "miljoskydd", 1, TODAY).near
        empty = [each.is_empty for each in near]
        assert empty == sorted(empty)
        assert True in empty

    @pytest.mark.parametrize(
        ("vocabulary", "slug", "target"),
        [
            ("phase", "procurement", ("fas", "upphandling")),
            ("fas", "procurement", ("fas", "upphandling")),
            ("phase", "upphandling", ("fas", "upphandling")),
            ("domain", "police", ("verksamhetsomrade", "polis-och-brottsutredning")),
        ],
    )
    def test_a_code_leads_to_the_address(
        self, library: Flask, vocabulary: str, slug: str, target: tuple[str, str]
    ) -> None:
        with pytest.raises(Moved) as caught:
            subjects.read(vocabulary, slug, 1, TODAY)
        assert (caught.value.vocabulary, caught.value.term) == target

    def test_the_code_of_a_vocabulary_leads_to_its_address(self, library: Flask) -> None:
        with pytest.raises(Moved) as caught:
            subjects.vocabulary("phase")
        assert (caught.value.vocabulary, caught.value.term) == ("fas", "")

    @pytest.mark.parametrize("vocabulary", ["fas", "phase", "finns-inte", "%", ""])
    def test_what_does_not_exist(self, library: Flask, vocabulary: str) -> None:
        with pytest.raises(NotFound, match="Ämnet finns inte"):
            subjects.read(vocabulary, "finns-inte", 1, TODAY)


class TestLessons:
    def test_those_that_say_most_from_as_many_stories_as_there_are(self, app: Flask, pilot: Term) -> None:
        publish_with_lessons("Äldre", pilot, rich=2, poor=1)
        publish_with_lessons("Nyare", pilot, rich=1, poor=3)
        found = subjects.read("phase", "forsoksdrift", 1, TODAY).lessons
        assert [(each.story.title, each.lesson.anchor) for each in found] == [
            ("Nyare", "rik-0"),
            ("Äldre", "rik-0"),
            ("Äldre", "rik-1"),
            ("Nyare", "fattig-0"),
            ("Nyare", "fattig-1"),
        ]

    def test_one_story_does_not_fill_the_list(self, app: Flask, pilot: Term) -> None:
        publish_with_lessons("Kort", pilot, rich=0, poor=1)
        publish_with_lessons("Lång", pilot, rich=6, poor=0)
        found = subjects.read("phase", "forsoksdrift", 1, TODAY).lessons
        assert [each.story.title for each in found] == ["Lång", "Kort", "Lång", "Lång", "Lång"]

    def test_what_a_source_states_comes_before_what_an_editor_inferred(self, app: Flask, pilot: Term) -> None:
        publish_with_lessons("Källan", pilot, rich=0, poor=1)
        publish_with_lessons("Slutsatsen", pilot, rich=0, poor=1, basis=LessonBasis.INFERRED)
        found = subjects.read("phase", "forsoksdrift", 1, TODAY).lessons
        assert [each.story.title for each in found] == ["Källan", "Slutsatsen"]

    def test_none_of_a_story_that_was_withdrawn(self, app: Flask, pilot: Term) -> None:
        factories.withdraw(publish_with_lessons("Borta", pilot, rich=1, poor=0))
        assert subjects.read("phase", "forsoksdrift", 1, TODAY).lessons == ()


def publish_with_lessons(title: str, term: Term, *, rich: int, poor: int, **changes: object) -> Entry:
    """A story with lessons of the term: with advice and reason, or with an event alone."""
    with writing(db.session):
        entry = factories.entry(slug=slugify(title))
        texts = [
            factories.lesson_text(
                entry, f"rik-{number}", position=number, why="Därför.", terms=[term], **changes
            )
            for number in range(rich)
        ] + [
            factories.lesson_text(
                entry,
                f"fattig-{number}",
                position=rich + number,
                advice="",
                what_happened="Det blev sent.",
                terms=[term],
                **changes,
            )
            for number in range(poor)
        ]
        moderation.perform(
            Action.IMPORT, entry, factories.revision(entry, title=title, lessons=texts), SYSTEM
        )
    return entry


READINGS: dict[str, tuple[Callable[[date], object], int]] = {
    "index": (lambda today: subjects.index(), 6),
    "vocabulary": (lambda today: subjects.vocabulary("fas"), 6),
    "subject": (lambda today: subjects.read("fas", "inforande", 1, today), 26),
}
"""Each reading and the most statements that it may send, however much content there is."""


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_sends_few_statements(library: Flask, name: str) -> None:
    read, most = READINGS[name]
    db.session.close()
    asked: list[str] = []

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", ask)
    try:
        read(TODAY)
    finally:
        event.remove(db.engine, "before_cursor_execute", ask)
    assert len(asked) <= most, len(asked)


def test_a_subject_is_a_value(library: Flask) -> None:
    first, second = (next(iter(subjects.vocabulary("fas"))) for _ in range(2))
    assert isinstance(first, Subject)
    assert first == second
