"""Pages in small windows, with large or spaced text, in own colours and on paper (A-18 to A-22, A-34)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import browser
from tests.journeys.pages import every_kind
from tests.journeys.server import Site
from tests.journeys.stocking import Stock
from tests.journeys.test_keyboard import MEASURES

pytestmark = pytest.mark.journey

LARGE_TEXT = "html { font-size: 200% !important; }"
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
CONTROLS = ".button, input, .chip, .tag-filled, .notice, .copy"


def test_nothing_is_cut_off_or_written_over(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    """At 320 px, with text of double size at 1280 px, and with the spacing that some readers need."""
    page = new_page(stocked)
    faults = []
    for kind in every_kind(stock):
        kind.open(page, stocked)
        page.evaluate(MEASURES)
        for state, width, css in (
            ("wide", 1440, ""),
            ("narrow", 320, ""),
            ("spaced narrow", 320, TEXT_SPACING),
            ("spaced", 1280, TEXT_SPACING),
            ("double text", 1280, LARGE_TEXT),
        ):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("css => { document.adoptedStyleSheets = []; measures.restyle(css); }", css)
            browser.settle(page)
            sideways = page.evaluate("measures.sideways()")
            if sideways["over"] > 0 or sideways["hidden"]:
                faults.append(f"{kind.name} ({state}): scrolls sideways {sideways}")
            faults += [f"{kind.name} ({state}): {cut}" for cut in page.evaluate("measures.clipped()")[:4]]
            faults += [
                f"{kind.name} ({state}): over each other: {pair}"
                for pair in page.evaluate("measures.overlapping()")[:4]
            ]
    assert not faults, "\n".join(faults)


def test_the_measures_can_say_no(new_page: Callable[..., Page], stocked: Site) -> None:
    page = new_page(stocked, viewport=browser.NARROW)
    page.goto("/om")
    page.evaluate(MEASURES)
    assert page.evaluate("measures.sideways().over") <= 0
    page.evaluate(
        """measures.restyle(`
          h1 { white-space: nowrap; }
          .lead { height: 1em; overflow: hidden; }
          footer p { margin-block-end: -3em; }
          .button { border: 0 !important; }
          a { transition: color 1s; }
        `)"""
    )
    assert page.evaluate("measures.sideways().over") > 0
    assert page.evaluate("measures.clipped()")
    assert page.evaluate("measures.overlapping()")
    assert page.evaluate("measures.edgeless('.button')")
    assert page.evaluate("measures.moving()")


def test_nothing_moves_for_those_who_ask_for_stillness(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    page = new_page(stocked, reduced_motion="reduce")
    for path in ("/", "/sok?q=system", stock.long_story, "/komponenter"):
        page.goto(path)
        page.evaluate(MEASURES)
        assert page.evaluate("measures.moving()") == [], path


def test_edges_and_signs_remain_in_the_readers_own_colours(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    for scheme in ("light", "dark"):
        page = new_page(stocked, forced_colors="active", color_scheme=scheme)
        for path in ("/", "/sok?q=system&slag=lesson_learned", stock.long_story, "/komponenter"):
            page.goto(path)
            page.evaluate(MEASURES)
            assert page.evaluate("selector => measures.edgeless(selector)", CONTROLS) == [], path
            assert page.evaluate("measures.invisibleDrawings()") == [], path


def test_a_story_on_paper(new_page: Callable[..., Page], stocked: Site, stock: Stock) -> None:
    """No controls, the whole text, and the addresses that links lead to."""
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


def test_stops_of_the_page_are_named_for_those_who_listen(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    """One of each landmark, search twice at most, one first heading, no skipped level (A-22)."""
    page = new_page(stocked)
    for kind in every_kind(stock):
        kind.open(page, stocked)
        for landmark in ("banner", "main", "contentinfo"):
            assert page.get_by_role(landmark).count() == 1, f"{kind.name}: {landmark}"
        expect(page.get_by_role("navigation", name="Huvudmeny")).to_have_count(1)
        assert page.get_by_role("search").count() >= 1, kind.name
        assert page.locator("html").get_attribute("lang") == "sv"
        levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
            "all => all.filter(h => h.checkVisibility()).map(h => Number(h.localName[1]))"
        )
        assert levels.count(1) == 1, f"{kind.name}: {levels}"
        assert levels[0] == 1 or page.locator(".error-summary h2").count(), f"{kind.name}: {levels}"
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert not jumps, f"{kind.name}: {levels}"
