"""From one story to those like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.results import ResultsPage
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_reader_goes_on_to_a_story_like_it(
    new_page: Callable[..., Page], site: Site, javascript: bool
) -> None:
    page = new_page(site, javascript=javascript)
    page.goto("/om")
    ResultsPage(page).search("millennium journalsystem") if javascript else page.goto("/sok?q=millennium")
    page.locator(".entry-card-title a").first.click()
    title = page.locator("h1").inner_text()
    page.get_by_role("link", name="Liknande erfarenheter").click()
    similar = page.get_by_role("region", name="Liknande erfarenheter")
    expect(similar.get_by_role("heading")).to_be_in_viewport()
    expect(similar.get_by_role("listitem").filter(has_text="FVM")).to_contain_text("Gemensamt: journalsystem")
    assert title not in similar.get_by_role("link").all_inner_texts()
    with page.expect_navigation():
        similar.get_by_role("link", name="FVM").click()
    expect(page.locator("h1")).to_contain_text("FVM")


def test_the_page_is_whole_while_search_is_broken(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    page = new_page(stocked)
    with stocked.broken_search():
        response = page.goto(stock.long_story)
        assert response is not None
        assert response.status == 200
        expect(page.locator("article.story")).to_be_visible()
        expect(page.get_by_role("link", name="Liknande erfarenheter")).to_have_count(0)
        expect(page.get_by_role("region", name="Liknande erfarenheter")).to_have_count(0)
