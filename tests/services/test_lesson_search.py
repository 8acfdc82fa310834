"""Searching lessons as readers do, over the seed and over stories made for the purpose."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.errors import QueryRefused, SearchUnavailable
from kb.domain.published import LessonView, PublishedStory
from kb.models import Entry
from kb.search import sync
from kb.search.index import Facet, NullIndex, Sort
from kb.services import lesson_search, stories, story_search
from kb.services.choices import LESSONS, SearchRequest
from kb.services.lesson_search import FoundLesson
from kb.services.searching import LooseningKind, SearchPage
from tests import factories
from tests.factories import TODAY
from tests.storage.indexes import BrokenFor


def search(text: str = "", **changes: object) -> SearchPage[FoundLesson]:
    return lesson_search.search(SearchRequest(text=text, **changes), TODAY)


def choose(facet: Facet, *values: str) -> dict[Facet, frozenset[str]]:
    return {facet: frozenset(values)}


def everything() -> list[tuple[PublishedStory, LessonView]]:
    return [(story, lesson) for story in stories.newest(1000, TODAY) for lesson in story.lessons]


def values_of(story: PublishedStory, lesson: LessonView, facet: Facet) -> set[str]:
    """What the database says that a lesson has in a facet: the other way to the same numbers."""
    return {
        Facet.PHASE: {term.code for term in lesson.terms if term.vocabulary == "phase"},
        Facet.PERSPECTIVE: {term.code for term in lesson.terms if term.vocabulary == "perspective"},
        Facet.DOMAIN: {term.code for term in story.terms_of("domain")},
        Facet.KIND: {story.kind.value},
        Facet.OUTCOME: {outcome.value for outcome in story.outcomes},
    }[facet]


def told(title: str, *lessons: tuple[str, str]) -> Entry:
    """A published story with lessons, each of an anchor and its advice."""
    return factories.published(title, advice=dict(lessons))


class TestTheSeed:
    def test_without_a_query_all_lessons_are_listed(self, library: Flask) -> None:
        page = search()
        assert page.total == len(everything()) > 40
        assert len(page.found) == 10
        assert page.pages == -(-page.total // 10)

    def test_every_lesson_stands_on_one_page_of_the_list(self, library: Flask) -> None:
        shown = [
            (found.story.entry_id, found.lesson.anchor)
            for number in range(1, search().pages + 1)
            for found in search(page=number).found
        ]
        assert sorted(shown) == sorted((story.entry_id, lesson.anchor) for story, lesson in everything())

    @pytest.mark.parametrize("facet", LESSONS.facets)
    def test_the_counts_add_up_with_the_database(self, library: Flask, facet: Facet) -> None:
        counted = Counter(value for pair in everything() for value in values_of(*pair, facet))
        [group] = [group for group in search().groups if group.facet is facet]
        assert {option.value: option.count for option in group.options} == counted

    @pytest.mark.parametrize("facet", LESSONS.facets)
    def test_a_choice_finds_as_many_as_it_said(self, library: Flask, facet: Facet) -> None:
        [group] = [group for group in search("system").groups if group.facet is facet]
        for option in group.options:
            page = search("system", filters=choose(facet, option.value))
            assert page.total == option.count
            for found in page.found:
                assert option.value in values_of(found.story, found.lesson, facet)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("leverantören", ["leverantör"]),
            ("upphandla", ["upphandling", "upphandla"]),
            ("kompetens", ["kompetens"]),
            ("testa i verkligheten", ["test", "verklig"]),
        ],
    )
    def test_the_first_has_the_word_in_some_form(self, library: Flask, text: str, words: list[str]) -> None:
        first = search(text).found[0]
        assert any(word in first.lesson.text.lower() for word in words)
        assert any(marked for piece in (first.hit.title, *first.hit.snippets) for _, marked in piece)

    def test_a_part_of_a_compound_and_a_slip_find_as_among_stories(self, library: Flask) -> None:
        assert search("avtal").total
        page = search("leverantörrn")
        assert page.corrected
        assert page.suggestion is not None
        assert page.suggestion.text.startswith("leverantör")

    def test_who_tells_it_is_enough(self, library: Flask) -> None:
        page = search("Polismyndigheten")
        assert page.found
        assert [row.organisation.slug for row in page.organisations] == ["polismyndigheten"]

    def test_the_fields_may_be_typed(self, library: Flask) -> None:
        for typed, facet in (("fas:upphandling", Facet.PHASE), ("perspektiv:risk", Facet.PERSPECTIVE)):
            page = search(typed)
            assert page.total
            value = {"fas:upphandling": "procurement", "perspektiv:risk": "risk"}[typed]
            assert all(value in values_of(item.story, item.lesson, facet) for item in page.found)

    def test_the_newest_first(self, library: Flask) -> None:
        days = [found.story.published_on for found in search("system", sort=Sort.NEWEST).found]
        assert days == sorted(days, reverse=True)

    def test_choices_have_names_and_can_be_taken_away(self, library: Flask) -> None:
        page = search(filters={**choose(Facet.PHASE, "procurement"), **choose(Facet.PERSPECTIVE, "risk")})
        assert [(chip.facet, getattr(chip.name, "label", "")) for chip in page.chosen] == [
            (Facet.PHASE, "Upphandling"),
            (Facet.PERSPECTIVE, "Risk och uppdelning i mindre delar"),
        ]


class TestNothingFound:
    def test_what_to_loosen_and_how_many_it_would_give(self, library: Flask) -> None:
        page = search(
            "leverantören",
            filters={facet: frozenset({"finns-inte"}) for facet in (Facet.PHASE, Facet.DOMAIN)},
        )
        assert page.total == 0
        assert [each.kind for each in page.loosenings] == [LooseningKind.WITHOUT_CHOICES]
        page = search('"leverantören avtal tid"', filters=choose(Facet.PHASE, "procurement"))
        assert LooseningKind.PLAIN_WORDS in [each.kind for each in page.loosenings]
        for loosening in page.loosenings:
            assert lesson_search.search(loosening.request, TODAY).total == loosening.total > 0

    def test_the_stories_that_have_the_words(self, library: Flask) -> None:
        text = next(
            word
            for story in stories.newest(100, TODAY)
            for word in story.body_plain.replace(".", " ").split()
            if len(word) > 12 and word.islower() and not search(f'"{word}"').total
        )
        page = search(f'"{text}"')
        found = story_search.search(SearchRequest(text=f'"{text}"'), TODAY)
        assert page.elsewhere == found.total > 0

    def test_stories_are_not_counted_where_lessons_are_found(self, library: Flask) -> None:
        assert search("leverantören").elsewhere == 0

    def test_the_count_is_left_out_when_the_other_index_does_not_answer(self, seeded: Flask) -> None:
        sync.attach(replace(sync.of(db.engine), stories=NullIndex()))
        page = search("xyzzyqwrt")
        assert (page.total, page.elsewhere) == (0, 0)


class TestOnlyWhatIsPublished:
    """Invariant 3: a stale index never shows what was withdrawn or taken out."""

    def test_a_withdrawn_story_shows_no_lesson(self, app: Flask) -> None:
        entry = told("Diarium", ("prova", "Öva med handläggarna."))
        with BrokenFor(OSError("trasig")):
            factories.withdraw(entry)
        assert sync.of(db.engine).lessons.fingerprints(), "the index should be behind"
        page = search("öva")
        assert (page.found, page.total) == ((), 0)

    def test_a_lesson_that_was_taken_out_is_not_shown(self, app: Flask) -> None:
        entry = told("Diarium", ("prova", "Öva med handläggarna."), ("avtal", "Läs avtalet."))
        with BrokenFor(OSError("trasig")):
            factories.new_version(
                entry, lessons=[factories.lesson_text(entry, "avtal", advice="Läs avtalet.")]
            )
        page = search()
        assert ([found.lesson.anchor for found in page.found], page.total) == (["avtal"], 1)

    def test_the_text_shown_is_that_of_the_database(self, app: Flask) -> None:
        entry = told("Diarium", ("avtal", "Läs avtalet."))
        with BrokenFor(OSError("trasig")):
            factories.new_version(
                entry,
                title="Nytt diarium",
                lessons=[factories.lesson_text(entry, "avtal", advice="Skriv om.")],
            )
        [found] = search("avtalet").found
        assert (found.story.title, found.lesson.advice) == ("Nytt diarium", "Skriv om.")

    def test_a_lesson_of_an_anonymised_story_is_not_found_by_its_owner(self, app: Flask) -> None:
        with writing(db.session):
            owner = factories.organisation("Fornvännen")
        entry = told("Diarium", ("avtal", "Läs avtalet."))
        with writing(db.session):
            entry.owner_id = owner.id
        assert search("Fornvännen").total == 1
        factories.new_version(
            entry, anonymised=True, lessons=[factories.lesson_text(entry, "avtal", advice="Läs avtalet.")]
        )
        assert search("Fornvännen").total == 0
        [found] = search("avtalet").found
        assert found.story.organisation is None


def test_a_bank_without_lessons(app: Flask) -> None:
    factories.published("Diarium")
    page = search()
    assert (page.total, page.pages, page.found, page.loosenings) == (0, 0, (), ())


def test_an_index_that_is_being_built_says_so(app: Flask) -> None:
    sync.attach(replace(sync.of(db.engine), lessons=NullIndex()))
    with pytest.raises(SearchUnavailable, match="byggs om"):
        search("diarium")


def test_a_query_over_the_limits_is_refused(library: Flask) -> None:
    with pytest.raises(QueryRefused):
        search("a" * 1001)
