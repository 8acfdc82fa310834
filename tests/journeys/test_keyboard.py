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
        faults += [f"{kind.name}: {fault}" for fault in walk(page)]
    assert not faults, "\n".join(faults)


def walk(page: Page) -> list[str]:
    """Press Tab from the beginning of the page to its end, and say what was wrong on the way."""
    wanted = page.evaluate("measures.tabbable()")
    page.evaluate("measures.follow()")
    for _ in wanted:
        page.keyboard.press("Tab")
    stops = page.evaluate("measures.followed()")
    faults = [
        str(stop)
        for stop in stops
        if stop["place"] < 0 or stop["outline"] < 2 or stop["contrast"] < 3 or not stop["uncovered"]
    ]
    order = [stop["place"] for stop in stops]
    if order != list(range(len(wanted))):
        missed = [name for place, name in enumerate(wanted) if place not in order]
        faults.append(f"order: {order}; missed: {missed}")
    page.keyboard.press("Shift+Tab")
    back = page.evaluate("measures.followed()")[-1]
    if back["place"] != len(wanted) - 2:
        faults.append(f"Shift+Tab from the last stop leads to {back}")
    return faults


@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelector('main a').tabIndex = 5",
        "measures.restyle('main a:focus { outline: none !important }')",
        "measures.restyle('main a:focus { outline-color: #eee !important }')",
        "measures.restyle('header { position: fixed; inset: 0; z-index: 9; }')",
        "addEventListener('keydown', e => e.target.closest('footer a') && e.preventDefault())",
    ],
    ids=["order", "no-outline", "pale-outline", "covered", "trap"],
)
def test_the_walk_can_say_no(new_page: Callable[..., Page], stocked: Site, harm: str) -> None:
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(MEASURES)
    page.evaluate(harm)
    assert walk(page)
