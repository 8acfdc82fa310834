"""Suggestions while typing: by keyboard, mouse and touch, for screen readers; none without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.journeys import browser
from tests.journeys.browser import Watch
from tests.journeys.results import search_box
from tests.journeys.server import Site
from tests.journeys.test_axe import AXE, violations

pytestmark = pytest.mark.journey

IDS = ["wide", "narrow"]
SIZES = [browser.WIDE, browser.NARROW]


OFFERS = re.compile("^(?:Förslag|Suggestions)$")
"""What the list is called, in Swedish and in English."""


class Box:
    """The combobox of the header, and what it offers."""

    def __init__(self, page: Page, within: str = "banner") -> None:
        self.page = page
        self.field = search_box(page.get_by_role(within))
        self.list = page.get_by_role(within).get_by_role("listbox", name=OFFERS)

    def type(self, text: str) -> None:
        self.field.click()
        with self.page.expect_response(lambda answer: is_asked(answer.request)):
            self.page.keyboard.type(text)

    def options(self) -> Locator:
        return self.list.get_by_role("option")

    def active(self) -> Locator:
        name = self.field.get_attribute("aria-activedescendant")
        assert name
        return self.page.locator(f"#{name}")


def is_asked(request: Request) -> bool:
    return urlsplit(request.url).path.endswith("/sok/forslag")


def test_a_word_is_chosen_by_keyboard(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    expect(box.field).to_have_attribute("aria-expanded", "false")
    box.type("journals")
    expect(box.list).to_be_visible()
    expect(box.field).to_have_attribute("aria-expanded", "true")
    controls = box.field.get_attribute("aria-controls")
    assert box.list.get_attribute("id") == controls
    assert box.field.get_attribute("aria-activedescendant") is None, "nothing is chosen for the reader"
    page.keyboard.press("ArrowDown")
    expect(box.active()).to_have_text("journalsystem")
    expect(box.active()).to_have_attribute("aria-selected", "true")
    expect(box.field).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sökning: ”journalsystem”")


def test_the_arrows_go_round_and_end_in_the_field(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    expect(box.list).to_be_visible()
    number = box.options().count()
    for place in range(number):
        page.keyboard.press("ArrowDown")
        assert box.active().inner_text() == box.options().nth(place).inner_text()
    page.keyboard.press("ArrowDown")
    assert box.field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    assert box.active().inner_text() == box.options().last.inner_text()
    expect(box.list.locator("[aria-selected=true]")).to_have_count(1)
    expect(box.field).to_have_value("jour")


def test_home_and_end_move_in_the_text(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    page.keyboard.press("ArrowDown")
    for key, place in (("Home", 0), ("End", 4)):
        page.keyboard.press(key)
        assert box.field.evaluate("field => field.selectionStart") == place


def test_escape_closes_the_list_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    expect(box.list).to_be_visible()
    page.keyboard.press("Escape")
    expect(box.list).to_be_hidden()
    expect(box.field).to_have_attribute("aria-expanded", "false")
    expect(box.field).to_have_value("jour")
    page.keyboard.press("ArrowDown")
    expect(box.list).to_be_visible()


def test_enter_without_a_choice_searches_for_what_was_typed(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    expect(box.list).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).query == "q=jour"


def test_tab_leaves_the_field_and_closes_the_list(page: Page) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    expect(box.list).to_be_visible()
    page.keyboard.press("Tab")
    expect(box.list).to_be_hidden()
    expect(page.get_by_role("banner").get_by_role("button", name="Sök")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "group", "path"),
    [("rikspol", "Myndigheter", "/myndigheter/rikspolisstyrelsen"), ("inför", "Ämnen", "/sok")],
)
def test_a_thing_is_chosen_with_the_mouse(page: Page, typed: str, group: str, path: str) -> None:
    page.goto("/om")
    box = Box(page)
    box.type(typed)
    with page.expect_navigation():
        box.list.get_by_role("group", name=group).get_by_role("option").first.click()
    assert urlsplit(page.url).path == path


def test_a_story_is_chosen_by_touch(new_page: Callable[..., Page], site: Site) -> None:
    page = new_page(site, viewport=browser.NARROW, has_touch=True)
    page.goto("/")
    box = Box(page, "main")
    box.type("millennium")
    story = box.list.get_by_role("group", name="Erfarenheter").get_by_role("option").first
    measured = story.bounding_box()
    assert measured is not None
    assert measured["height"] >= 44
    with page.expect_navigation():
        story.tap()
    expect(page.locator("article.story h1")).to_contain_text("Millennium")


def test_the_number_of_suggestions_is_said_politely(page: Page) -> None:
    """A-26."""
    page.goto("/om")
    box = Box(page)
    said = page.get_by_role("banner").locator("[aria-live=polite]")
    expect(said).to_have_text("")
    box.type("jour")
    expect(said).to_have_text(re.compile(r"^\d+ förslag$"))
    assert int(said.inner_text().split()[0]) == box.options().count()
    box.type("xyzzy")
    expect(said).to_have_text("Inga förslag")
    expect(box.list).to_be_hidden()


def test_typing_asks_once_when_it_pauses_and_never_submits(page: Page, watch: Watch) -> None:
    page.goto("/om")
    box = Box(page)
    box.type("journalsystem")
    expect(box.list).to_be_visible()
    asked = [url for url in watch.requests if "/sok/forslag" in url]
    assert len(asked) < len("journalsystem") / 2, asked
    assert urlsplit(page.url).path == "/om"


def test_a_late_answer_to_old_letters_is_not_shown(page: Page) -> None:
    page.goto("/om")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/sok/forslag?*", hold_the_first)
    box = Box(page)
    box.field.click()
    with page.expect_request(is_asked):
        page.keyboard.type("po")
    box.type("lisen")
    expect(box.list).to_be_visible()
    shown = box.options().all_inner_texts()
    held[0].abort()
    browser.settle(page)
    assert box.options().all_inner_texts() == shown


def test_one_more_letter_while_an_answer_is_on_its_way_asks_again(page: Page) -> None:
    page.goto("/om")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/sok/forslag?q=po", hold)
    box = Box(page)
    box.field.click()
    with page.expect_request(is_asked):
        page.keyboard.type("po")
    box.type("l")
    expect(box.list).to_be_visible()
    expect(box.options().first).to_contain_text("pol")


def test_nothing_is_left_behind(page: Page) -> None:
    page.goto("/om")
    Box(page).type("jour")
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_plain_field_works_when_suggestions_do_not(page: Page, watch: Watch) -> None:
    page.goto("/om")
    page.route("**/sok/forslag?*", lambda route: route.abort())
    box = Box(page)
    box.field.click()
    page.keyboard.type("journalsystem")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sökning: ”journalsystem”")


def test_without_javascript_it_is_a_plain_search_field(new_page: Callable[..., Page], site: Site) -> None:
    page = new_page(site, javascript=False)
    page.goto("/om")
    field = page.get_by_role("banner").get_by_role("searchbox")
    assert field.get_attribute("role") is None
    assert page.get_by_role("listbox").count() == 0
    field.fill("journalsystem")
    with page.expect_navigation():
        field.press("Enter")
    expect(page.locator("h1")).to_have_text("Sökning: ”journalsystem”")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=IDS)
def test_the_open_list_is_accessible_and_fits(
    new_page: Callable[..., Page], site: Site, scheme: str, size: dict[str, int]
) -> None:
    """A-10, A-18."""
    page = new_page(site, viewport=size, color_scheme=scheme)
    for path, within in (("/", "main"), ("/om", "banner"), ("/en/om", "banner")):
        page.goto(path)
        box = Box(page, within)
        box.type("jour")
        expect(box.list).to_be_visible()
        page.keyboard.press("ArrowDown")
        browser.settle(page)
        page.evaluate(AXE.read_text())
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path


def test_the_chosen_option_is_seen_in_forced_colours(new_page: Callable[..., Page], site: Site) -> None:
    page = new_page(site, forced_colors="active")
    page.goto("/om")
    box = Box(page)
    box.type("jour")
    expect(box.list).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert box.active().evaluate("option => getComputedStyle(option).outlineStyle") == "solid"
