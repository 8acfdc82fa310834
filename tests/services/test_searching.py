"""Search as readers use it, over the seed and over stories made for the purpose."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from enum import StrEnum

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.errors import QueryRefused, SearchUnavailable
from kb.domain.published import PublishedStory
from kb.domain.vocabulary import EntryKind, FactName, FactState
from kb.search import sync
from kb.search.index import Facet, NullIndex, Sort
from kb.services import searching, stories, story_search
from kb.services.choices import STORIES, Chip, SearchRequest, Years, without
from kb.services.searching import LooseningKind, SearchPage
from kb.services.story_search import FoundStory
from tests import factories
from tests.factories import TODAY


def search(text: str = "", **changes: object) -> SearchPage[FoundStory]:
    return story_search.search(SearchRequest(text=text, **changes), TODAY)


def slugs(page: SearchPage[FoundStory]) -> list[str]:
    return [item.story.slug for item in page.found]


def choose(facet: Facet, *values: str) -> dict[Facet, frozenset[str]]:
    return {facet: frozenset(values)}


def options(page: SearchPage[FoundStory], facet: Facet) -> dict[str, int]:
    [group] = [group for group in page.groups if group.facet is facet]
    return {option.value: option.count for option in group.options}


def everything() -> list[PublishedStory]:
    return stories.newest(1000, TODAY)


def values_of(story: PublishedStory, facet: Facet) -> set[str]:
    """What the database says that a story has in a facet: the other way to the same numbers."""
    return {
        Facet.KIND: {story.kind.value},
        Facet.OUTCOME: {outcome.value for outcome in story.outcomes},
        Facet.ORGANISATION: {story.organisation.slug} if story.organisation else set(),
        Facet.ORGANISATION_TYPE: {story.organisation_type.value},
        Facet.DOMAIN: {term.code for term in story.terms_of("domain")},
        Facet.INVESTMENT_TYPE: {term.code for term in story.terms_of("investment_type")},
        Facet.PHASE: {term.code for term in story.terms_of("phase")},
        Facet.COST_CLASS: {story.cost_class.value},
        Facet.YEAR: {str(year) for year in story.years},
    }[facet]


class TestTheSevenSearches:
    """What a colleague would expect of the searches that the issue names."""

    def test_upphandling_av_journalsystem(self, library: Flask) -> None:
        page = search("upphandling av journalsystem")
        assert page.found[0].story.title.startswith("FVM: upphandling av nytt journalsystem")
        assert {item.story.organisation.slug for item in page.found[:3]} == {
            "region-stockholm",
            "region-skane",
            "vastra-gotalandsregionen",
        }
        assert page.organisations == ()

    def test_polisen_nedlagt(self, library: Flask) -> None:
        page = search("polisen nedlagt")
        assert page.found[0].story.title.startswith("Pust Siebel")
        assert [row.organisation.name for row in page.organisations] == ["Polismyndigheten"]

    def test_scb(self, library: Flask) -> None:
        page = search("SCB")
        assert [row.organisation.name for row in page.organisations] == ["Statistiska centralbyrån"]

    def test_effekthemtagning_in_quotation_marks(self, library: Flask) -> None:
        page = search('"effekthemtagning"')
        assert all("effekthemtagning" in said(item.story) for item in page.found)
        assert page.total == sum("effekthemtagning" in said(story) for story in everything())

    def test_kostnad_without_region(self, library: Flask) -> None:
        page = search("kostnad -region")
        assert 0 < page.total < search("kostnad").total
        assert not any("region" in words(item.story) for item in page.found)

    def test_digitalisering_in_a_span_of_years(self, library: Flask) -> None:
        page = search("digitalisering år:2012..2018")
        assert page.total > 0
        assert all(set(range(2012, 2019)) & set(item.story.years) for item in page.found)

    def test_uphandling_misspelt(self, library: Flask) -> None:
        page = search("uphandling")
        assert page.corrected
        assert page.suggestion.text == "upphandling"
        assert slugs(page)[0] in slugs(search("upphandling"))[:3]


def said(story: PublishedStory) -> str:
    parts = (story.title, story.summary, story.body_plain, *(lesson.text for lesson in story.lessons))
    benefits = (f"{benefit.description} {benefit.note}" for benefit in story.benefits)
    return "\n".join((*parts, *benefits, *(term.label for term in story.terms))).casefold()


def words(story: PublishedStory) -> set[str]:
    return set("".join(sign if sign.isalnum() else " " for sign in said(story)).split())


class TestFacets:
    @pytest.mark.parametrize("facet", STORIES.facets)
    def test_they_add_up_with_the_database(self, library: Flask, facet: Facet) -> None:
        counted = Counter(value for story in everything() for value in values_of(story, facet))
        assert options(search(), facet) == counted

    @pytest.mark.parametrize("facet", STORIES.facets)
    def test_choosing_an_option_gives_as_many_as_it_said(self, library: Flask, facet: Facet) -> None:
        for value, count in options(search(), facet).items():
            page = search(filters=choose(facet, value))
            assert (value, page.total) == (value, count)
            assert all(value in values_of(item.story, facet) for item in page.found)

    def test_two_choices_in_a_facet_mean_either(self, library: Flask) -> None:
        counts = options(search(), Facet.KIND)
        assert search(filters=choose(Facet.KIND, *counts)).total == len(everything())

    def test_choices_in_two_facets_mean_both(self, library: Flask) -> None:
        chosen = {**choose(Facet.KIND, "lesson_learned"), **choose(Facet.OUTCOME, "stopped")}
        expected = [
            story
            for story in everything()
            if all(values_of(story, facet) & values for facet, values in chosen.items())
        ]
        assert search(filters=chosen).total == len(expected) > 0

    def test_a_facet_counts_under_the_other_choices_only(self, library: Flask) -> None:
        chosen = search(filters=choose(Facet.KIND, "lesson_learned"))
        assert options(chosen, Facet.KIND) == options(search(), Facet.KIND)
        assert options(chosen, Facet.OUTCOME) != options(search(), Facet.OUTCOME)

    def test_every_option_has_a_name(self, library: Flask) -> None:
        for group in search().groups:
            for option in group.options:
                assert option.name
                assert (
                    group.facet is Facet.YEAR
                    or isinstance(option.name, StrEnum)
                    or option.name != option.value
                )

    def test_what_is_chosen_stays_in_the_list_when_nothing_is_left(self, library: Flask) -> None:
        page = search("xyzzyqwert", filters=choose(Facet.KIND, "lesson_learned"))
        [group] = [group for group in page.groups if group.facet is Facet.KIND]
        assert [(option.value, option.count, option.chosen) for option in group.options] == [
            ("lesson_learned", 0, True)
        ]

    def test_costs_and_years_stand_in_their_own_order(self, library: Flask) -> None:
        page = search()
        years = list(options(page, Facet.YEAR))
        assert years == sorted(years)
        order = ["lt_1m", "1_5m", "5_25m", "25_200m", "gt_200m", "unknown"]
        classes = list(options(page, Facet.COST_CLASS))
        assert classes == [name for name in order if name in classes]

    def test_the_span_of_years(self, library: Flask) -> None:
        for span in ((2012, 2014), (None, 2010), (2018, None)):
            low, high = span[0] or 0, span[1] or 9999
            expected = {
                story.entry_id for story in everything() if any(low <= year <= high for year in story.years)
            }
            page = search(year_from=span[0], year_to=span[1])
            assert page.total == len(expected)
            assert {item.story.entry_id for item in page.found} <= expected


def test_no_more_pages_are_promised_than_can_be_reached(
    library: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search().pages > 1
    monkeypatch.setattr(searching, "PAGES_MAX", 1)
    assert search().pages == 1


class TestChips:
    def test_one_for_each_choice_and_one_for_the_years(self, library: Flask) -> None:
        chosen = {
            **choose(Facet.KIND, "lesson_learned"),
            **choose(Facet.ORGANISATION, "skatteverket"),
            **choose(Facet.PHASE, "rollout"),
        }
        page = search(filters=chosen, year_from=2012, year_to=2014)
        assert [(chip.facet, chip.value) for chip in page.chosen] == [
            (Facet.KIND, "lesson_learned"),
            (Facet.PHASE, "rollout"),
            (Facet.ORGANISATION, "skatteverket"),
            (None, ""),
        ]
        names = [chip.name for chip in page.chosen]
        assert names[0] is EntryKind.LESSON_LEARNED
        assert names[2:] == ["Skatteverket", Years(2012, 2014)]

    @pytest.mark.parametrize("span", [(2012, 2012), (None, 2014), (2012, None)])
    def test_the_span_of_years_is_one_choice(
        self, library: Flask, span: tuple[int | None, int | None]
    ) -> None:
        [chip] = search(year_from=span[0], year_to=span[1]).chosen
        assert chip.name == Years(*span)

    def test_a_value_that_does_not_exist_has_none(self, library: Flask) -> None:
        page = search(
            filters={
                **choose(Facet.KIND, "påhittat"),
                **choose(Facet.ORGANISATION, "finns-inte"),
                **choose(Facet.PHASE, "finns_inte"),
            }
        )
        assert (page.chosen, page.total) == ((), 0)

    def test_taking_one_away(self) -> None:
        request = SearchRequest(
            text="vård",
            filters={**choose(Facet.KIND, "lesson_learned"), **choose(Facet.OUTCOME, "stopped", "delayed")},
            year_from=2012,
            page=3,
            sort=Sort.COST,
        )
        fewer = without(request, Chip(Facet.OUTCOME, "stopped", "Avbruten"))
        assert fewer.filters[Facet.OUTCOME] == {"delayed"}
        assert (fewer.page, fewer.sort, fewer.year_from, fewer.text) == (1, Sort.COST, 2012, "vård")
        assert Facet.KIND not in without(request, Chip(Facet.KIND, "lesson_learned", "Lärdom")).filters
        assert not without(request, Chip(None, "", "2012–")).has_years


class TestLoosenings:
    def kinds(self, page: SearchPage[FoundStory]) -> list[LooseningKind]:
        return [loosening.kind for loosening in page.loosenings]

    def test_none_while_something_is_found(self, library: Flask) -> None:
        assert search("system").loosenings == ()

    def test_none_where_nothing_helps(self, library: Flask) -> None:
        assert search("xyzzyqwert").loosenings == ()

    def test_without_the_choice_that_stands_in_the_way(self, library: Flask) -> None:
        page = search("polisen", filters=choose(Facet.PHASE, "procurement"), year_from=1951, year_to=1952)
        assert page.total == 0
        assert LooseningKind.WITHOUT_CHOICES in self.kinds(page)
        assert all(
            loosening.total == story_search.search(loosening.request, TODAY).total > 0
            for loosening in page.loosenings
        )

    def test_one_choice_is_offered_once(self, library: Flask) -> None:
        page = search("polisen", year_from=1951, year_to=1952)
        assert [(loosening.kind, loosening.name) for loosening in page.loosenings] == [
            (LooseningKind.WITHOUT_CHOICE, Years(1951, 1952))
        ]

    def test_a_choice_that_does_not_exist_can_be_let_go(self, library: Flask) -> None:
        page = search("polisen", filters=choose(Facet.ORGANISATION, "finns-inte"))
        assert self.kinds(page) == [LooseningKind.WITHOUT_CHOICES]

    def test_all_choices_are_offered_however_many_there_are(self, library: Flask) -> None:
        phases = list(options(search(), Facet.PHASE))
        page = search("polisen", filters=choose(Facet.PHASE, *phases), year_from=1951, year_to=1952)
        assert LooseningKind.WITHOUT_CHOICES in self.kinds(page)

    def test_the_order_asked_for_is_kept(self, library: Flask) -> None:
        page = search("polisen", filters=choose(Facet.ORGANISATION, "finns-inte"), sort=Sort.COST)
        assert page.loosenings[0].request.sort is Sort.COST

    def test_the_words_without_quotation_marks(self, library: Flask) -> None:
        page = search('"polisen nedlagt system kostnad"')
        assert self.kinds(page) == [LooseningKind.PLAIN_WORDS]
        assert page.loosenings[0].request.text == "polisen nedlagt system kostnad"

    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ('"effekthemtagning"', "effekthemtagning"),
            ("kostnad -region", "kostnad region"),
            ("titel:journalsystem vård", "journalsystem vård"),
            ('myndighet:"Region Skåne" pris', "Region Skåne pris"),
            ("digitalisering år:2012..2018", "digitalisering"),
            ("e-legitimation för alla", "e-legitimation för alla"),
            ("-", "-"),
            ("", ""),
        ],
    )
    def test_what_the_plain_words_are(self, text: str, plain: str) -> None:
        assert searching.plain_words(text) == plain


class TestFieldsTyped:
    """``fält:värde`` takes the words that stand on the page, not only the codes in the address."""

    @pytest.mark.parametrize(
        ("text", "facet", "value"),
        [
            ("myndighet:Skatteverket", Facet.ORGANISATION, "skatteverket"),
            ("myndighet:SKV", Facet.ORGANISATION, "skatteverket"),
            ("slag:lärdom", Facet.KIND, "lesson_learned"),
            ("utfall:avbruten", Facet.OUTCOME, "stopped"),
            ("organisationstyp:region", Facet.ORGANISATION_TYPE, "region"),
            ("typ:ärendesystem", Facet.INVESTMENT_TYPE, "case_system"),
        ],
    )
    def test_a_label_finds_what_the_choice_finds(
        self, library: Flask, text: str, facet: Facet, value: str
    ) -> None:
        if facet is Facet.INVESTMENT_TYPE:
            label = next(
                option.name.label
                for group in search().groups
                if group.facet is facet
                for option in group.options
                if option.value == value
            )
            text = f'typ:"{label}"'
        expected = {item.story.entry_id for item in search(filters=choose(facet, value)).found}
        assert {item.story.entry_id for item in search(text).found} == expected != set()


class TestAnonymity:
    @pytest.fixture
    def hidden(self, app: Flask) -> str:
        with writing(db.session):
            owner = factories.organisation("Skogsstyrelsen", short_name="SKS", aliases=("Skogsvården",))
            partner = factories.organisation("Kammarkollegiet")
        entry = factories.published("Nytt diarium", owner=owner, partners=(partner,), anonymised=True)
        return entry.id

    @pytest.mark.parametrize(
        "text",
        [
            "Skogsstyrelsen",
            "SKS",
            "Skogsvården",
            "Kammarkollegiet",
            "myndighet:skogsstyrelsen",
            "myndighet:SKS",
        ],
    )
    def test_no_name_finds_it(self, hidden: str, text: str) -> None:
        assert search(text).total == 0

    def test_no_facet_names_it(self, hidden: str) -> None:
        page = search("diarium")
        assert page.total == 1
        assert options(page, Facet.ORGANISATION) == {}
        assert options(page, Facet.ORGANISATION_TYPE) == {"state_authority": 1}
        assert search(filters=choose(Facet.ORGANISATION, "skogsstyrelsen")).total == 0

    def test_its_organisation_is_not_said_to_have_stories(self, hidden: str) -> None:
        [row] = search("SKS").organisations
        assert row.stories == 0


@pytest.mark.parametrize(
    "hidden", [{"state": FactState.WITHHELD}, {"publish_from": TODAY.replace(year=2099)}]
)
def test_a_hidden_value_enters_no_facet_and_no_order(app: Flask, hidden: dict[str, object]) -> None:
    cost = factories.fact_row(FactName.OUTCOME_COST, 900_000, **hidden)
    start = factories.fact_row(FactName.START, 2011_01, **hidden)
    factories.published("Hemligt dyrt", facts=[cost, start])
    factories.published("Känt billigt", facts=[factories.fact_row(FactName.OUTCOME_COST, 100)])
    page = search(sort=Sort.COST)
    assert [item.story.title for item in page.found] == ["Känt billigt", "Hemligt dyrt"]
    assert options(page, Facet.COST_CLASS) == {"lt_1m": 1, "unknown": 1}
    assert options(page, Facet.YEAR) == {}


class TestPagesAndOrder:
    def test_pages_hold_ten_and_do_not_overlap(self, app: Flask) -> None:
        for number in range(23):
            factories.published(f"Diarium {number}")
        pages = [search("diarium", page=number) for number in (1, 2, 3, 4)]
        assert [len(page.found) for page in pages] == [10, 10, 3, 0]
        assert {(page.total, page.pages) for page in pages} == {(23, 3)}
        assert len({slug for page in pages for slug in slugs(page)}) == 23
        assert pages[3].loosenings == ()

    def test_by_cost_the_dearest_first_and_the_unknown_last(self, library: Flask) -> None:
        page = search(sort=Sort.COST)
        costs = [item.story.cost.middle if item.story.cost else None for item in page.found]
        known = [cost for cost in costs if cost is not None]
        assert known == sorted(known, reverse=True)
        assert costs[: len(known)] == known

    def test_by_newest(self, library: Flask) -> None:
        days = [item.story.published_on for item in search(sort=Sort.NEWEST).found]
        assert days == sorted(days, reverse=True)


def test_an_index_that_is_being_built_says_so(app: Flask) -> None:
    sync.attach(replace(sync.of(db.engine), stories=NullIndex()))
    with pytest.raises(SearchUnavailable, match="byggs om"):
        search("diarium")


@pytest.mark.parametrize("text", ["a" * 1001, "ord " * 65, "nul\0tecken"])
def test_a_query_over_the_limits_is_refused_with_its_field(library: Flask, text: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        search(text)
    assert caught.value.field == "q"
