"""By keyboard alone: the way to the text, the order, no trap, and a focus that is seen (A-13, A-14, A-15)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import browser
from tests.journeys.pages import Kind, every_kind
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

MEASURES = (Path(__file__).parent / "measures.js").read_text()
WALKED = {
    "home", "results", "results-none", "results-refused", "story-long", "version-superseded",
    "organisation", "about", "components", "not-found", "gone",
}  # fmt: skip
"""The others are made of the same parts; the list of all organisations has two hundred stops of one kind."""


def walked(stock: Stock) -> list[Kind]:
    kinds = [kind for kind in every_kind(stock) if kind.name in WALKED]
    assert len(kinds) == len(WALKED)
    return kinds


def test_the_skip_link_comes_first_and_leads_to_the_text(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    page = new_page(stocked)
    for kind in walked(stock):
        kind.open(page, stocked)
        skip = page.get_by_role("link", name="Hoppa till innehållet")
        page.keyboard.press("Tab")
        expect(skip).to_be_focused()
        box = skip.bounding_box()
        assert box is not None
        assert box["x"] >= 0, f"{kind.name}: the skip link is seen when it has the focus"
        assert box["y"] >= 0, kind.name
        assert box["height"] >= 24, kind.name
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), (
            f"{kind.name}: the next stop after the skip link is in the text"
        )


@pytest.mark.parametrize(
    ("size", "scheme"), [(browser.WIDE, "light"), (browser.NARROW, "dark")], ids=["wide", "narrow"]
)
def test_tab_walks_the_page_in_its_order_and_is_seen(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, size: dict[str, int], scheme: str
) -> None:
    page = new_page(stocked, viewport=size, color_scheme=scheme)
    faults = []
    for kind in walked(stock):
        kind.open(page, stocked)
        page.evaluate(MEASURES)
        wanted = page.evaluate("measures.tabbable()")
        page.evaluate("measures.follow()")
        for _ in wanted:
            page.keyboard.press("Tab")
        stops = page.evaluate("measures.followed()")
        order = [stop["place"] for stop in stops]
        if order != list(range(len(wanted))):
            met = [stop["name"] for stop in stops]
            missed = [name for name in wanted if name not in met]
            faults.append(f"{kind.name}: order {order}; missed {missed}")
        for stop in stops:
            if stop["outline"] < 2 or stop["contrast"] < 3 or not stop["uncovered"]:
                faults.append(f"{kind.name}: {stop}")
        page.keyboard.press("Shift+Tab")
        back = page.evaluate("measures.followed()")
        if back[-1]["place"] != len(wanted) - 2:
            faults.append(f"{kind.name}: Shift+Tab from the last stop leads to {back[-1]}")
    assert not faults, "\n".join(faults)
