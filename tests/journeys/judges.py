"""What is asked of a page that stands open in the browser: each judge answers with sentences about faults.

``measures.js`` and ``meanings.js`` measure in the page; here is what they ought to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys import browser
from tests.journeys.pages import Kind

FOLDER = Path(__file__).parent
MEASURES = "\n".join((FOLDER / name).read_text("utf-8") for name in ("measures.js", "meanings.js"))

LARGE_TEXT = "html { font-size: 200% !important; }"
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
SIZES = (
    ("wide", 1440, ""),
    ("narrow", 320, ""),
    ("spaced narrow", 320, TEXT_SPACING),
    ("spaced", 1280, TEXT_SPACING),
    ("double text", 1280, LARGE_TEXT),
)
CONTROLS = ".button, input, textarea, select, .chip, .tag-filled, .notice, .error-summary, .copy"
ON_SCREEN_ONLY = "nav, form, select, input, .skip-link, .language-switch, button, .button, summary"

NAMES = "q, .similar-meta, .entry-card-meta, .source-list, .organisation-list, .breadcrumb, [hreflang]"
"""The reader's own words, names of organisations and sources, and the languages' names for themselves."""

WORDS = {
    "sv": {"menu": "Huvudmeny", "skip": "Hoppa till innehållet", "error": "Fel:"},
    "en": {"menu": "Main menu", "skip": "Skip to the content", "error": "Error:"},
}

_SEEN = "element => element.checkVisibility({ visibilityProperty: true })"
_START = "element => element.outerHTML.slice(0, 90)"
_UNSAID = """element =>
  !getComputedStyle(element, "::after").content.includes(element.getAttribute("href").slice(0, 40))"""

Judge = Callable[[Page, Kind], list[str]]


def languages(page: Page, kind: Kind) -> list[str]:
    """The page has the language of its address, and no text reads like another than it is marked with."""
    said = page.locator("html").get_attribute("lang")
    wrong = [] if said == kind.language else [f"the page says lang={said}"]
    return wrong + [f"marked {text}" for text in page.evaluate("names => meanings.foreign(names)", NAMES)]


def landmarks(page: Page, kind: Kind) -> list[str]:
    """One of each landmark, a search, a named menu; one first heading and no level that is skipped."""
    faults = [
        f"{count} of the landmark {landmark}"
        for landmark in ("banner", "main", "contentinfo")
        if (count := page.get_by_role(landmark).count()) != 1
    ]
    if page.get_by_role("navigation", name=WORDS[kind.language]["menu"], exact=True).count() != 1:
        faults.append("no menu by its name")
    if not page.get_by_role("search").count():
        faults.append("no search")
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter(h => h.checkVisibility()).map(h => Number(h.localName[1]))"
    )
    jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    begins = levels[:1] == [1] or bool(page.locator(".error-summary h2").count())
    if levels.count(1) != 1 or jumps or not begins:
        faults.append(f"headings of the levels {levels}")
    return faults


def tables(page: Page, kind: Kind) -> list[str]:
    return list(page.evaluate("meanings.tables()"))


def stillness(page: Page, kind: Kind) -> list[str]:
    """Nothing moves for those who ask for less, and nothing plays by itself for anybody."""
    page.emulate_media(reduced_motion="no-preference")
    playing = page.evaluate("meanings.playing()")
    page.emulate_media(reduced_motion="reduce")
    return [*playing, *page.evaluate("measures.moving()")]


def room(page: Page, kind: Kind) -> list[str]:
    """Small, large and widely spaced: nothing cut off, written over, or out of sight to the side."""
    faults = []
    for state, width, css in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        with laid_over(page, css):
            sideways = page.evaluate("measures.sideways()")
            found = [f"scrolls sideways {sideways}"] if sideways["over"] > 0 or sideways["hidden"] else []
            found += page.evaluate("measures.clipped()")[:4]
            found += [f"over each other: {pair}" for pair in page.evaluate("measures.overlapping()")[:4]]
            found += [f"no keyboard scrolls {box}" for box in page.evaluate("meanings.unreachable()")]
            faults += [f"({state}) {fault}" for fault in found]
    page.set_viewport_size(browser.WIDE)
    return faults


def drawings(page: Page, kind: Kind) -> list[str]:
    """Signs and diagrams stand out by 3:1 in both themes."""
    faults = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults += [f"({scheme}) faint: {one}" for one in page.evaluate("measures.faintDrawings(3)")]
    return faults


def own_colours(page: Page, kind: Kind) -> list[str]:
    """Where the system chooses the colours, controls keep their edges and drawings their lines."""
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme=scheme)  # type: ignore[arg-type]
        edgeless = page.evaluate("selector => measures.edgeless(selector)", CONTROLS)
        lost = page.evaluate("measures.faintDrawings(1.5)")
        faults += [f"({scheme}) no edge: {control}" for control in edgeless]
        faults += [f"({scheme}) not seen: {drawing}" for drawing in lost]
    page.emulate_media(forced_colors="none", color_scheme="light")
    return faults


def paper(page: Page, kind: Kind) -> list[str]:
    """In print: the text and no controls, black on white, and addresses in words."""
    page.emulate_media(media="print")
    seen = page.locator(ON_SCREEN_ONLY).evaluate_all(f"all => all.filter({_SEEN}).map({_START})")
    unsaid = page.locator("main a[href^=http]").evaluate_all(
        f"all => all.filter({_SEEN}).filter({_UNSAID}).map({_START})"
    )
    ink = page.locator("body").evaluate("body => getComputedStyle(body).color")
    empty = not page.locator("h1").is_visible()
    page.emulate_media(media="screen")
    return [
        *(f"printed: {control}" for control in seen),
        *(f"its address is not printed: {link}" for link in unsaid),
        *([f"the ink is {ink}"] if ink != "rgb(0, 0, 0)" else []),
        *(["the heading is not printed"] if empty else []),
    ]


@contextmanager
def laid_over(page: Page, css: str) -> Iterator[None]:
    """A style sheet over the page's own inside the block, as a reader's own is."""
    page.evaluate("css => measures.restyle(css)", css)
    browser.settle(page)
    yield
    page.evaluate("document.adoptedStyleSheets = []")
