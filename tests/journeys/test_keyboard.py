"""By keyboard alone: the way to the text, the order, no trap, and a focus that is seen (A-13, A-14, A-15)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page

from tests.journeys import browser
from tests.journeys.judges import MEASURES, WORDS
from tests.journeys.pages import Kind, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

WALKS = {
    "wide": (browser.WIDE, "light", "sv"),
    "narrow": (browser.NARROW, "dark", "en"),
}
"""Both widths, themes and languages in two walks: each page has the same elements in all of them."""
RING = 12
"""CSS pixels around an element within which its focus must show."""


@pytest.mark.parametrize("walk", WALKS)
def test_tab_walks_every_page_in_its_order_and_is_seen(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, tmp_path: Path, walk: str
) -> None:
    """A-13, A-14, A-15: the skip link first, then each stop once, in order, seen and not covered, and out."""
    size, scheme, language = WALKS[walk]
    page = new_page(stocked, viewport=size, color_scheme=scheme)
    faults: list[str] = []
    shown: set[str] = set()
    for kind in every_kind_in(language, stock):
        kind.open(page, stocked)
        page.evaluate(MEASURES)
        found = skip(page, kind) + walk_through(page) + rings(page, shown)
        faults += [f"{kind.name}: {fault}" for fault in found]
    assert len(shown) > 15, f"these sorts of stops were looked at: {shown}"
    assert not faults, "\n".join(faults)


def skip(page: Page, kind: Kind) -> list[str]:
    """The first stop is the link to the text, seen when it has the focus; following it moves the focus.

    A page whose form has errors begins in the list of them: its way to the text is that list.
    """
    if page.evaluate("document.activeElement.matches('.error-summary')"):
        page.evaluate("document.activeElement.blur(); document.getSelection().removeAllRanges()")
    page.evaluate("measures.toTheStart()")
    page.keyboard.press("Tab")
    link = page.evaluate("measures.skipLink()")
    faults = [] if link["text"] == WORDS[kind.language]["skip"] else [f"the first stop is {link}"]
    if not link["seen"]:
        faults.append(f"the skip link is not seen: {link}")
    if faults:
        return faults
    page.keyboard.press("Enter")
    if not page.evaluate("document.activeElement.localName === 'main'"):
        faults.append("the skip link does not move the focus to the text")
    page.keyboard.press("Tab")
    if not page.evaluate("document.querySelector('main').contains(document.activeElement)"):
        beyond = page.evaluate("!document.querySelector('main a[href], main button, main input')")
        faults += [] if beyond else ["the stop after the skip link is not in the text"]
    return faults


def walk_through(page: Page) -> list[str]:
    """Press Tab from the beginning of the page to its end, and say what was wrong on the way."""
    wanted = page.evaluate("measures.tabbable()")
    page.evaluate("measures.toTheStart(); measures.follow()")
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


def rings(page: Page, shown: set[str]) -> list[str]:
    """Photograph one stop of each sort without and with the focus: enough of what surrounds it must differ
    by 3:1, at least the area of a line of two pixels around it (WCAG 2.4.13)."""
    faults = []
    for sort, index in page.evaluate("measures.sorts()").items():
        if sort in shown:
            continue
        shown.add(sort)
        page.evaluate("measures.leave()")
        box = page.evaluate("index => measures.bring(index)", index)
        area: FloatRect = {
            "x": max(box["x"] - RING, 0),
            "y": max(box["y"] - RING, 0),
            "width": min(box["width"] + 2 * RING, page.evaluate("innerWidth")),
            "height": min(box["height"] + 2 * RING, page.evaluate("innerHeight")),
        }
        before = _picture(page, area)
        page.evaluate("index => measures.enter(index)", index)
        after = _picture(page, area)
        differing = page.evaluate("pictures => meanings.changed(...pictures)", [before, after])
        wanted = 2 * 2 * (min(box["width"], area["width"]) + min(box["height"], area["height"])) * 0.9
        if differing < wanted:
            faults.append(f"{sort}: {differing} pixels differ with the focus, {wanted:.0f} wanted")
    return faults


def _picture(page: Page, area: FloatRect) -> str:
    browser.settle(page)
    return base64.b64encode(page.screenshot(clip=area)).decode()


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
    """A-14, A-15: a page with each fault."""
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(MEASURES)
    page.evaluate(harm)
    assert walk_through(page)


@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelector('.skip-link').remove()",
        "document.querySelector('main').removeAttribute('tabindex')",
        "measures.restyle('.skip-link:focus { transform: translateY(-300%) !important }')",
    ],
    ids=["none", "no-focus", "unseen"],
)
def test_the_judge_of_the_skip_link_can_say_no(
    new_page: Callable[..., Page], stocked: Site, harm: str
) -> None:
    """A-13: a page with each fault."""
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(MEASURES)
    page.evaluate(harm)
    assert skip(page, Kind("about", "/om"))


@pytest.mark.parametrize(
    "harm",
    [
        "a:focus { outline: none !important; box-shadow: none !important }",
        "a:focus { outline: 1px dotted #ccc !important; box-shadow: none !important }",
    ],
    ids=["nothing", "faint"],
)
def test_the_judge_of_the_focus_can_say_no(new_page: Callable[..., Page], stocked: Site, harm: str) -> None:
    """A-15: a focus that changes no pixel, or too few or too little."""
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(MEASURES)
    page.keyboard.press("Tab")
    assert rings(page, set()) == []
    page.evaluate("css => measures.restyle(css)", harm)
    assert rings(page, set())


def test_no_key_alone_does_anything(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    """A-14: no shortcut of a single letter or sign, which those who speak to their computer set off by
    mistake (WCAG 2.1.4). Only the browser's own keys move anything."""
    page = new_page(stocked)
    for path in ("/", "/sok?q=system", stock.long_story):
        page.goto(path)
        page.evaluate(MEASURES)
        page.evaluate("measures.toTheStart()")
        before = page.evaluate(_STATE)
        page.keyboard.type("abcdefghijklmnopqrstuvwxyzåäö0123456789/?.,;:-+*#'!")
        browser.settle(page)
        assert page.evaluate(_STATE) == before, path
        page.evaluate(
            "addEventListener('keydown', e => e.key === '/' && document.querySelector('input').focus())"
        )
        page.keyboard.type("/")
        assert page.evaluate(_STATE) != before, "a shortcut is found"


_STATE = """() => [
  location.href, document.activeElement.outerHTML.slice(0, 99), scrollX, scrollY,
  document.querySelectorAll("details[open], dialog[open]").length,
]"""
