"""The main task from first page to citation: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.results import ResultsPage, search_box, tab_to
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

Act = Callable[[Page, Locator], None]


def by_mouse(page: Page, target: Locator) -> None:
    target.click()


KEYS = {"a": "Enter", "button": "Enter", "submit": "Enter", "checkbox": "Space", "search": None}


def by_keyboard(page: Page, target: Locator) -> None:
    tab_to(page, target)
    key = KEYS[target.evaluate("element => element.type || element.localName")]
    if key:
        page.keyboard.press(key)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("act", [by_mouse, by_keyboard])
def test_find_read_and_cite(new_page: Callable[..., Page], site: Site, act: Act, javascript: bool) -> None:
    """A-14, A-33: searching, filtering, reading and citing need neither mouse nor JavaScript."""
    page = new_page(site, javascript=javascript)
    results = ResultsPage(page)

    page.goto("/")
    box = search_box(page, "Vad vill du veta mer om?")
    act(page, box)
    page.keyboard.type("journalsystem")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sökning: ”journalsystem”")

    stopped = next(option for option in results.options("utfall") if option.value == "stopped")
    assert 0 < stopped.count < results.count
    results.reveal(stopped)
    act(page, results.box(stopped))
    expect(results.box(stopped)).to_be_checked()
    act(page, page.get_by_role("button", name="Visa träffar"))
    expect(page.get_by_role("link", name="Ta bort Avbruten")).to_be_visible()
    assert results.count == stopped.count
    assert parse_qsl(urlsplit(page.url).query) == [("q", "journalsystem"), ("utfall", "stopped")]

    act(page, page.get_by_role("main").get_by_role("link", name=re.compile("^FVM:")))
    expect(page.locator("h1")).to_have_text("FVM: upphandling av nytt journalsystem avbröts gång på gång")
    title = page.locator("h1").inner_text()

    act(page, page.get_by_role("navigation", name="På den här sidan").get_by_role("link", name="Lärdomar"))
    expect(page).to_have_url(re.compile("#lardomar$"))
    expect(page.get_by_role("heading", name="Lärdomar", exact=True)).to_be_in_viewport()

    lesson = page.locator("article.lesson").first
    advice = lesson.get_by_role("heading").inner_text()
    anchor = lesson.get_attribute("id")
    act(page, lesson.get_by_role("link", name=re.compile("^Citera")))
    expect(page).to_have_url(re.compile(r"/version/1#"))
    assert urlsplit(page.url).fragment == anchor
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(f"#{anchor}").get_by_role("heading")).to_have_text(advice)
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()

    permanent = page.get_by_role("link", name=re.compile("^Fast adress till version 1"))
    act(page, permanent)
    assert re.fullmatch(r"/erfarenheter/[0-9A-Z]{26}/[a-z0-9-]+/version/1", urlsplit(page.url).path)
    assert f"{site.url}{urlsplit(page.url).path}" in page.locator("#citera").inner_text()
    expect(page.locator("h1")).to_have_text(title)


def test_an_older_version_says_so_and_leads_on(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    page = new_page(stocked)
    page.goto(stock.superseded_version)
    expect(page.locator(".story-text")).to_contain_text("Den första versionen")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("Den har ersatts av version 2")
    notice.get_by_role("link", name="Läs den version som gäller nu").click()
    expect(page).to_have_url(stocked.url + stock.revised_story)
    expect(page.locator(".story-text")).to_contain_text("Den andra versionen")
    page.get_by_role("link", name="Version 1").click()
    expect(page).to_have_url(stocked.url + stock.superseded_version)


def test_old_addresses_lead_to_the_story(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    page = new_page(stocked)
    address = stock.revised_story
    for old in (address.rsplit("/", 1)[0], address.rsplit("/", 1)[0] + "/en-aldre-rubrik"):
        page.goto(old)
        expect(page).to_have_url(stocked.url + address)
    page.goto("/myndigheter/SCB")
    expect(page.locator("h1")).to_have_text("Statistiska centralbyrån")
    page.goto("/erfarenheter")
    expect(page).to_have_url(f"{stocked.url}/sok")


def test_reading_goes_on_while_search_is_broken(new_page: Callable[..., Page], stocked: Site) -> None:
    page = new_page(stocked)
    page.goto("/")
    with stocked.broken_search():
        with page.expect_navigation() as navigation:
            ResultsPage(page).search("journalsystem")
        assert navigation.value.status == 503
        expect(page.locator("h1")).to_have_text("Sökningen byggs om just nu")
        expect(search_box(page)).to_have_value("journalsystem")
        page.get_by_role("main").locator(".entry-card-title a").first.click()
        expect(page.locator("article.story")).to_be_visible()
        page.goto("/myndigheter/region-stockholm")
        expect(page.get_by_role("main")).to_contain_text("FVM")
    ResultsPage(page).search("journalsystem")
    assert ResultsPage(page).count, "it mends itself when the index is back"


def test_an_anonymised_story_names_nobody(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    page = new_page(stocked)
    page.goto(stock.anonymous_story)
    expect(page.locator("article.story")).to_contain_text("Kommun")
    assert "nacka" not in page.content().lower()
    linked = page.locator(f"a[href='{stock.anonymous_story}']")
    page.goto("/sok?q=avidentifierad+nacka")
    expect(page.locator(".entry-card").filter(has=linked)).not_to_contain_text("Nacka")
    for path in ("/sok?myndighet=nacka-kommun", "/myndigheter/nacka-kommun"):
        page.goto(path)
        assert page.locator(".entry-card").count(), path
        assert not linked.count(), f"{path}: filed under the name that it withholds"


def test_the_reference_can_be_copied(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    """A-26: and it is said that it was copied."""
    page = new_page(stocked, permissions=["clipboard-read", "clipboard-write"])
    page.goto(stock.revised_story)
    reference = page.locator("#citera").inner_text()
    page.get_by_role("button", name="Kopiera hänvisningen").click()
    expect(page.get_by_role("status").filter(has_text="Hänvisningen är kopierad")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == reference
