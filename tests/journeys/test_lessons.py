"""A planner looks for what others learned: with the keyboard, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import NARROW, Watch
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey


def total(page: Page) -> int:
    return int(page.locator("#antal").inner_text().split()[0])


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until something that fits has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_by_keyboard_from_the_menu_to_a_lesson_in_its_story(page: Page) -> None:
    page.goto("/")
    tab_to(page, '.site-nav a[href="/lardomar"]')
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lärdomar")
    everything = total(page)
    tab_to(page, "#sok-lardomar-q")
    page.keyboard.type("leverantören")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lärdomar: ”leverantören”")
    found = total(page)
    assert 0 < found < everything
    tab_to(page, 'input[name="fas"][value="procurement"]')
    page.keyboard.press("Space")
    tab_to(page, ".filters-submit button")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_text(re.compile("Upphandling"))
    assert 0 < total(page) < found
    assert parse_qsl(urlsplit(page.url).query) == [("q", "leverantören"), ("fas", "procurement")]
    tab_to(page, ".entry-card h3 a")
    heading = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/erfarenheter/.+#.+"))
    expect(page.locator(".lesson:target")).to_contain_text(heading)


def test_without_javascript_on_a_phone(new_page: Callable[..., Page], site: Site, watch: Watch) -> None:
    page = new_page(site, javascript=False, viewport=NARROW)
    page.goto("/lardomar")
    first = page.locator(".entry-card h3").all_inner_texts()
    page.get_by_role("link", name="Nästa").click()
    expect(page).to_have_url(re.compile(r"/lardomar\?sida=2$"))
    assert not set(first) & set(page.locator(".entry-card h3").all_inner_texts())
    page.locator("details[data-filters] > summary").click()
    page.locator('input[name="perspektiv"][value="risk"]').check()
    page.get_by_role("button", name="Visa träffar").click()
    expect(page).to_have_url(re.compile(r"/lardomar\?q=&perspektiv=risk$"))
    narrowed = total(page)
    page.locator("#sok-lardomar-q").fill("uphandling")
    page.locator("#sok-lardomar button").click()
    expect(page.locator(".suggestion")).to_contain_text("upphandling")
    assert 0 < total(page) <= narrowed
    page.get_by_role("link", name="Rensa alla val").click()
    assert "perspektiv" not in page.url
    assert not watch.errors


def test_nothing_found_leads_on(page: Page) -> None:
    page.goto("/lardomar?q=xyzzyqwrt&fas=idea")
    assert total(page) == 0
    page.locator(".nothing").get_by_role("link", name="Se alla lärdomar").click()
    assert total(page) > 40


def test_a_search_among_stories_can_go_on_among_lessons_and_back(page: Page) -> None:
    page.goto("/sok?q=upphandling")
    page.get_by_role("link", name="Sök på samma ord bland lärdomarna").click()
    expect(page.locator("#sok-lardomar-q")).to_have_value("upphandling")
    page.get_by_role("link", name="Sök på samma ord bland hela erfarenheterna").click()
    expect(page.locator("#sok-q")).to_have_value("upphandling")


def test_hostile_rows_do_nothing(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, watch: Watch
) -> None:
    """The lesson of a story that passed no check of ours is text, and its anchor part of an address."""
    page = new_page(stocked)
    page.goto("/lardomar?q=fientlig")
    link = page.locator(f'.entry-card h3 a[href^="{stock.hostile_story}#"]')
    expect(link).to_contain_text("<script>alert('xss')</script>")
    assert unquote(link.get_attribute("href") or "").endswith('#x" onclick="alert(1)')
    link.click()
    assert (watch.dialogs, watch.errors) == ([], [])
    assert watch.foreign_hosts(stocked.url) == set()
