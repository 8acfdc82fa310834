"""The searches of the people who will use it, through the real form, with what a colleague would expect."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.results import ResultsPage
from tests.journeys.server import Site

pytestmark = pytest.mark.journey

JOURNAL_SYSTEMS = ("FVM", "Millennium", "SDV")
_TEXT_WITHOUT_SOURCES = """story => {
  const copy = story.cloneNode(true);
  copy.querySelector(".source-list")?.remove();
  return copy.textContent;
}"""
SINGLE_VALUED = ("slag", "organisationstyp", "myndighet", "kostnadsklass")


@pytest.fixture
def results(page: Page) -> ResultsPage:
    page.goto("/")
    return ResultsPage(page)


def names(results: ResultsPage) -> list[str]:
    """The part of each title before the colon: how a colleague speaks of the project."""
    return [title.split(":")[0] for title in results.titles]


def check_the_page_adds_up(results: ResultsPage, text: str) -> None:
    """Query kept, address complete, count true, facets that partition the hits sum to their number."""
    page = results.page
    assert parse_qsl(urlsplit(page.url).query) == [("q", text)], page.url
    expect(page.locator("#sok-q")).to_have_value(text)
    heading = page.locator("h1").inner_text()
    assert text in heading
    assert page.title() == f"{heading} – Erfarenhetsbanken"
    assert len(results.titles) == min(results.count, 10)
    partitions = {option.facet for option in results.options()} & set(SINGLE_VALUED)
    for facet in partitions:
        assert sum(option.count for option in results.options(facet)) == results.count, facet
    assert not results.count or {"slag", "organisationstyp"} <= partitions


def test_upphandling_av_journalsystem(results: ResultsPage) -> None:
    results.search("upphandling av journalsystem")
    check_the_page_adds_up(results, "upphandling av journalsystem")
    assert names(results)[0] == "FVM", "the story about exactly this comes first"
    assert set(names(results)[:3]) == set(JOURNAL_SYSTEMS)
    assert "journalsystem" in results.page.locator(".entry-card mark").first.inner_text().lower() or (
        results.page.locator(".entry-card").first.locator("mark").count() >= 2
    )


def test_polisen_nedlagt(results: ResultsPage) -> None:
    results.search("polisen nedlagt")
    check_the_page_adds_up(results, "polisen nedlagt")
    assert names(results)[0] == "Pust Siebel"
    expect(results.page.locator(".entry-card").first).to_contain_text("Rikspolisstyrelsen")


def test_scb_has_no_story_but_is_known(results: ResultsPage) -> None:
    results.search("SCB")
    check_the_page_adds_up(results, "SCB")
    page = results.page
    assert results.count == 0
    expect(page.locator(".nothing")).to_contain_text("Ingen erfarenhet innehåller ordet")
    expect(page.locator(".nothing").get_by_role("link", name="Se alla erfarenheter")).to_be_visible()
    results.follow(page.get_by_role("link", name="Statistiska centralbyrån (SCB)"))
    expect(page.locator("h1")).to_have_text("Statistiska centralbyrån")
    expect(page.locator("main")).to_contain_text("Ännu ingen erfarenhet")


def test_effekthemtagning_in_quotes(results: ResultsPage) -> None:
    results.search('"effekthemtagning"')
    check_the_page_adds_up(results, '"effekthemtagning"')
    assert names(results)[0] == "Utredningsstöd"
    assert every_story(results, lambda text: "effekthemtagning" in text.lower()), (
        "the phrase must stand there"
    )


def test_kostnad_without_region(results: ResultsPage) -> None:
    results.search("kostnad -region")
    check_the_page_adds_up(results, "kostnad -region")
    first = [title for title in results.titles if "kostnad" in title.lower()]
    assert "PRIO" in [title.split(":")[0] for title in first]
    assert results.titles[: len(first)] == first, "the stories with the word in their titles"
    assert not set(names(results)) & set(JOURNAL_SYSTEMS)
    without = re.compile(r"\bregion(en|er|erna|ens|ernas|s)?\b", re.IGNORECASE)
    assert every_story(results, lambda text: "kostna" in text.lower() and not without.search(text))


def test_digitalisering_in_a_span_of_years(results: ResultsPage) -> None:
    results.search("digitalisering år:2012..2018")
    check_the_page_adds_up(results, "digitalisering år:2012..2018")
    assert names(results)[0] == "Västernorrland"
    for card in results.page.locator(".results-list .entry-card-meta").all_inner_texts():
        years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", card)]
        assert years, f"a project without years cannot be known to overlap: {card}"
        assert min(years) <= 2018, card
        assert max(years) >= 2012, card


def test_uphandling_is_read_as_upphandling(results: ResultsPage) -> None:
    results.search("uphandling")
    check_the_page_adds_up(results, "uphandling")
    page = results.page
    found = results.titles
    assert names(results)[0] == "FVM"
    suggestion = page.locator(".suggestion")
    expect(suggestion).to_contain_text(re.compile("Menade du|Vi sökte också efter"))
    results.follow(suggestion.get_by_role("link", name="upphandling"))
    check_the_page_adds_up(results, "upphandling")
    assert set(found) <= set(results.titles), "what the misspelt word found, the right one finds too"


@pytest.mark.parametrize(
    "empty",
    [
        "/sok?q=%22journalsystem+i+skolan%22&slag=lesson_learned",
        "/sok?q=Millennium&slag=good_example&fran=2016",
    ],
    ids=["phrase", "choices"],
)
def test_no_hits_leads_on(results: ResultsPage, empty: str) -> None:
    """Each way out of an empty page gives what it promises."""
    page = results.page
    page.goto(empty)
    assert results.count == 0
    ways = page.locator(".nothing li:has(a)").filter(has_text="träff").all_inner_texts()
    assert ways
    for way in ways:
        page.goto(empty)
        promised = int(re.findall(r"\((\d+)", way)[-1])
        results.follow(page.locator(".nothing li").filter(has_text=way).get_by_role("link"))
        assert results.count == promised > 0, way


def test_a_refused_query_says_why_and_keeps_what_was_written(results: ResultsPage) -> None:
    page, text = results.page, "mycket lång fråga " * 60
    results.search(text)
    expect(page).to_have_title(re.compile("^Fel:"))
    expect(page.locator("#sok-q")).to_have_value(text.strip())
    expect(page.locator("#sok-q")).to_have_attribute("aria-invalid", "true")
    said = page.get_by_role("alert").get_by_role("link")
    expect(said).to_contain_text("högst 1000 tecken")
    said.click()
    expect(page.locator("#sok-q")).to_be_focused()
    described = page.locator("#sok-q").get_attribute("aria-describedby")
    expect(page.locator(f"#{described}")).to_have_text(said.inner_text())


def every_story(results: ResultsPage, holds: Callable[[str], bool]) -> bool:
    """Whether something holds of the text of every hit on every page; reads the stories in a page beside.

    The list of sources is left out: a publisher ("Sveriges Kommuner och Regioner") is not in the story.
    """
    beside = results.page.context.new_page()
    texts, paths = {}, results.story_paths
    for number in range(2, -(-results.count // 10) + 1):
        beside.goto(f"{results.page.url}&sida={number}")
        paths += ResultsPage(beside).story_paths
    assert len(paths) == results.count
    for path in paths:
        beside.goto(path)
        texts[path] = beside.locator("article.story").evaluate(_TEXT_WITHOUT_SOURCES)
    beside.close()
    failing = [path for path, text in texts.items() if not holds(text)]
    assert not failing, failing
    return bool(texts)


def test_narrowing_by_mouse(results: ResultsPage) -> None:
    """A facet promises a number, and gives it; chips, the browser's Back and the address agree."""
    results.search("kostnad")
    page, before = results.page, results.count
    kind = next(option for option in results.options("slag") if option.value == "lesson_learned")
    assert 0 < kind.count < before, "the choice must narrow something"
    results.choose(kind)
    assert results.count == kind.count
    assert parse_qsl(urlsplit(page.url).query) == [("q", "kostnad"), ("slag", "lesson_learned")]
    assert results.chips == ["Lärdom"]

    owner = next(option for option in results.options("organisationstyp") if 0 < option.count < kind.count)
    results.choose(owner)
    assert results.count == owner.count
    assert len(results.chips) == 2
    again = page.url
    found = results.titles

    results.follow(page.get_by_role("link", name="Ta bort Lärdom"))
    assert len(results.chips) == 1
    assert results.count >= owner.count
    page.go_back()
    assert page.url == again
    assert results.titles == found
    assert [option.value for option in results.options() if option.chosen] == ["lesson_learned", owner.value]
    results.follow(page.get_by_role("link", name="Rensa alla val"))
    assert results.count == before
    assert not results.chips

    page.goto(again)
    assert results.titles == found, "the address alone holds the whole search"


def test_every_facet_keeps_its_promise(results: ResultsPage) -> None:
    """Each number in every group, asked for by its own address."""
    results.search("kostnad")
    page = results.page
    promised = results.options()
    assert len({option.facet for option in promised}) >= 7
    for option in promised:
        page.goto(f"/sok?q=kostnad&{option.facet}={option.value}")
        assert results.count == option.count, option


def test_two_choices_in_one_group_widen(results: ResultsPage) -> None:
    results.search("")
    first, second = (option for option in results.options("slag"))
    assert first.count + second.count == results.count
    results.choose(first, second)
    assert results.count == first.count + second.count


def test_narrowing_on_a_telephone(new_page: Callable[..., Page], site: Site) -> None:
    """The same choice where the filters are folded away."""
    page = new_page(site, viewport={"width": 320, "height": 640}, has_touch=True)
    page.goto("/sok?q=kostnad")
    results = ResultsPage(page)
    kind = next(option for option in results.options("slag") if option.value == "good_example")
    expect(results.box(kind)).to_be_hidden()
    results.choose(kind)
    assert results.count == kind.count
    assert results.chips == ["Gott exempel"]


def test_years_are_a_choice_with_a_chip(results: ResultsPage) -> None:
    results.search("")
    page, before = results.page, results.count
    page.get_by_label("Från och med").fill("2012")
    page.get_by_label("Till och med").fill("2014")
    results.show()
    assert 0 < results.count < before
    assert results.chips == ["2012–2014"]
    assert parse_qsl(urlsplit(page.url).query) == [("fran", "2012"), ("till", "2014")]
    results.follow(page.get_by_role("link", name="2010–2014", exact=True))
    assert results.chips == ["2010–2014"]


def test_sorting_by_cost_puts_the_dearest_first(results: ResultsPage) -> None:
    results.search("")
    page = results.page
    results.follow(page.get_by_role("link", name="Högst kostnad"))
    assert names(results)[:2] == ["Millennium", "PRIO"]
    expect(page.get_by_role("link", name="Högst kostnad")).to_have_attribute("aria-current", "true")
    results.search("system")
    assert ("sortering", "kostnad") in parse_qsl(urlsplit(page.url).query), "a new search keeps the order"


def test_paging(new_page: Callable[..., Page], stocked: Site) -> None:
    """From page to page every story comes once, and Back leads back."""
    page = new_page(stocked)
    page.goto("/sok")
    results = ResultsPage(page)
    total, first = results.count, results.story_paths
    assert len(first) == 10 < total
    pages = page.get_by_role("navigation", name="Sidor")
    seen = list(first)
    for number in range(2, -(-total // 10) + 1):
        results.follow(pages.get_by_role("link", name="Nästa"))
        assert urlsplit(page.url).query == f"sida={number}"
        assert results.count == total
        expect(pages.locator("[aria-current=page]")).to_have_text(re.compile(rf"\b{number}$"))
        seen += results.story_paths
    last = results.story_paths
    expect(pages.get_by_role("link", name="Nästa")).to_have_count(0)
    assert len(seen) == len(set(seen)) == total
    page.goto("/sok?sida=99")
    assert results.story_paths == last, "a page too far is the last one"
    page.goto("/sok")
    results.follow(pages.get_by_role("link", name="Nästa"))
    page.go_back()
    assert results.story_paths == first
