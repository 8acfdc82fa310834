"""A story on paper, and the signs of the pages in colours that the system chooses (A-21, A-34)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import browser
from tests.journeys.judges import MEASURES
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

SIGNS = {
    ".tag svg": 0.08,
    ".notice-attention svg": 0.08,
    ".button": 0.1,
    ".button-quiet": 0.05,
    "main input.input": 0.02,
    "main input[type=checkbox]": 0.02,
    ".chip": 0.1,
    ".pagination [aria-current]": 0.05,
    ".error-summary": 0.02,
    ".range-plot svg": 0.01,
    ".timeline li": 0.02,
}
"""What must be seen in any colours, and the least share of its picture that its lines and letters take."""


def ink(page: Page, sign: Locator) -> float:
    """The share of a picture of the element that stands out by 3:1 from what most of it is."""
    picture = base64.b64encode(sign.screenshot()).decode()
    share: float = page.evaluate("picture => meanings.ink(picture)", picture)
    return share


def faint(page: Page) -> list[str]:
    """The signs of the catalogue of parts that cannot be told from what is behind them."""
    signs = {sign: page.locator(f"{sign} >> visible=true") for sign in SIGNS}
    return [
        f"{sign}: {share:.3f}"
        for sign, found in signs.items()
        if (share := ink(page, found.first)) < SIGNS[sign]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_are_seen_in_the_readers_own_colours(
    new_page: Callable[..., Page], stocked: Site, scheme: str
) -> None:
    """A-21: pictures of tags, buttons, fields, marks and messages in the colours of the system."""
    page = new_page(stocked, forced_colors="active", color_scheme=scheme)
    page.goto("/komponenter")
    page.evaluate(MEASURES)
    browser.settle(page)
    assert faint(page) == []
    page.evaluate("measures.restyle('svg path { forced-color-adjust: none; stroke: Canvas !important; }')")
    assert faint(page), "a sign in the colour of what is behind it is found"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_matched_words_and_focus_are_seen_in_the_readers_own_colours(
    new_page: Callable[..., Page], stocked: Site, scheme: str
) -> None:
    """A-21: a matched word differs from the words around it, and the focus has its ring."""
    page = new_page(stocked, forced_colors="active", color_scheme=scheme)
    page.goto("/sok?q=system")
    mark = page.locator("mark").first
    grounds = mark.evaluate("e => [e, e.parentElement].map(one => getComputedStyle(one).backgroundColor)")
    assert grounds[0] != grounds[1]
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineStyle, outlineWidth, outlineColor}) => [outlineStyle, parseFloat(outlineWidth),"
            " outlineColor])(getComputedStyle(document.activeElement))"
        )
        ground = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        assert style[0] == "solid"
        assert style[1] >= 2
        assert style[2] != ground


def test_a_story_on_paper(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    """A-34: no controls, the whole text, and the addresses that links lead to."""
    page = new_page(stocked)
    page.goto(stock.long_story)
    page.emulate_media(media="print")
    controls = page.locator("nav, [role=search], .skip-link, button, .button, summary")
    assert controls.count() > 5
    for control in controls.all():
        expect(control).to_be_hidden()
    for text in ("h1", ".lead", ".story-facts", ".prose", ".lesson", ".source-list", "#citera"):
        expect(page.locator(text).first).to_be_visible()
    for link in page.locator(".source-list a, .prose a[href^=http]").all():
        shown = link.evaluate("element => getComputedStyle(element, '::after').content")
        assert "http" in shown, "an address that is printed can be typed in"
    assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(0, 0, 0)"
