"""Every kind of page in each language, opened once and judged by each rule of the layout and the outline.

Which row of the requirements each test holds stands in the test, and in docs/accessibility.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import browser, judges
from tests.journeys.judges import MEASURES, Judge
from tests.journeys.pages import ENGLISH_LATER, LANGUAGES, Kind, empty_kinds, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

JUDGES: tuple[Judge, ...] = (
    judges.languages,
    judges.landmarks,
    judges.tables,
    judges.stillness,
    judges.room,
    judges.drawings,
    judges.own_colours,
    judges.paper,
)
MADE_UP = "components"
"""The catalogue of parts: made-up Swedish content in both languages, and links that are only for show."""
EXEMPT = {(MADE_UP, "paper"), (f"{MADE_UP}-en", "paper"), (f"{MADE_UP}-en", "languages")}


class Verdicts:
    """What each judge found on each page, and where each page leads."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.places: dict[str, dict[str, list[str]]] = {}

    def hear(self, page: Page, kind: Kind) -> None:
        page.evaluate(MEASURES)
        self.places[kind.name] = page.evaluate("meanings.places()")
        for judge in JUDGES:
            name = judge.__name__
            if (kind.name, name) not in EXEMPT:
                self.faults[name] += [f"{kind.name}: {fault}" for fault in judge(page, kind)]


@pytest.fixture(scope="module", params=ENGLISH_LATER)
def verdicts(
    request: pytest.FixtureRequest, chromium: Browser, stocked: Site, bare: Site, stock: Stock
) -> Verdicts:
    heard = Verdicts()
    language = request.param
    for site, kinds in ((stocked, every_kind_in(language, stock)), (bare, empty_kinds(language))):
        settings: dict[str, Any] = {
            "viewport": browser.WIDE,
            "reduced_motion": "reduce",
            "base_url": site.url,
        }
        with chromium.new_context(**settings) as context:
            page = context.new_page()
            for kind in kinds:
                kind.open(page, site)
                heard.hear(page, kind)
    return heard


def test_language_of_page_and_parts(verdicts: Verdicts) -> None:
    """A-12: the page has the language of its address; what is written in another is marked."""
    assert not verdicts.faults["languages"], "\n".join(verdicts.faults["languages"])


OWN_WORDS = (
    ".entry-card-title a, .entry-card-text, .similar-list a, .story h1, .story .lead, .story .prose,"
    ".lesson h3"
)
OUR_WORDS = ".entry-card .tag, .entry-card-meta, .story .tag, .story-facts dt, .story-toc h2, .lesson dt"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_keeps_its_own_language(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, language: str
) -> None:
    """A-12: in a list, among hits and on its own page; our words around it have the page's."""
    page = new_page(stocked)
    met = set()
    for path in ("/sok?q=legacy+system", "/sok?sortering=nyast", "/", stock.english_story, stock.long_story):
        page.goto(path if language == "sv" else f"/{language}{path}")
        page.evaluate(MEASURES)
        for part in page.evaluate("selector => meanings.languages(selector)", OWN_WORDS):
            is_english = part["path"].endswith(stock.english_story)
            assert part["language"] == ("en" if is_english else "sv"), part
            met.add(is_english)
        for part in page.evaluate("selector => meanings.languages(selector)", OUR_WORDS):
            assert part["language"] == language, part
    assert met == {True, False}, "stories in both languages were met"


def test_nothing_is_cut_off_or_written_over(verdicts: Verdicts) -> None:
    """A-18, A-19: at 320 px, with text of double size, and with the spacing that some readers need."""
    assert not verdicts.faults["room"], "\n".join(verdicts.faults["room"])


def test_nothing_moves_for_those_who_ask_for_stillness(verdicts: Verdicts) -> None:
    """A-20: and nothing plays by itself for anybody."""
    assert not verdicts.faults["stillness"], "\n".join(verdicts.faults["stillness"])


def test_signs_and_diagrams_stand_out(verdicts: Verdicts) -> None:
    """A-17: by 3:1 from what is behind them, in both themes (axe looks at text only)."""
    assert not verdicts.faults["drawings"], "\n".join(verdicts.faults["drawings"])


def test_edges_and_signs_remain_in_the_readers_own_colours(verdicts: Verdicts) -> None:
    """A-21: controls keep their edges and drawings their lines."""
    assert not verdicts.faults["own_colours"], "\n".join(verdicts.faults["own_colours"])


def test_headings_and_landmarks(verdicts: Verdicts) -> None:
    """A-22: the stops of the page are named for those who listen, and the headings are its outline."""
    assert not verdicts.faults["landmarks"], "\n".join(verdicts.faults["landmarks"])


def test_tables_have_headers_and_names(verdicts: Verdicts) -> None:
    """A-29: each with a name, and headers that are not empty and say what they head."""
    assert not verdicts.faults["tables"], "\n".join(verdicts.faults["tables"])


def test_print_has_the_text_and_no_controls(verdicts: Verdicts) -> None:
    """A-34: every page on paper, with the addresses that its links lead to."""
    assert not verdicts.faults["paper"], "\n".join(verdicts.faults["paper"])


def test_the_same_places_in_the_same_order(verdicts: Verdicts) -> None:
    """A-01, A-25, A-32: header and footer lead to the same places by the same names on every page, and
    there are several ways to a story: search, the list of subjects, the site map."""
    first = verdicts.places["home" if "home" in verdicts.places else "home-en"]
    strange = {name: places for name, places in verdicts.places.items() if places != first}
    assert not strange
    header, footer = ([place.rsplit(" ", 1)[1] for place in first[part]] for part in ("header", "footer"))
    assert {"/sok", "/amnen"} <= set(header)
    assert footer[0] == "/kontakt", "help comes first"
    assert {"/webbkarta", "/tillganglighetsredogorelse"} <= set(footer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_of_hits_is_a_status_message(
    new_page: Callable[..., Page], stocked: Site, language: str
) -> None:
    """A-26: of stories and of lessons, also when there are none."""
    page = new_page(stocked)
    prefix = "" if language == "sv" else f"/{language}"
    for path in ("/sok?q=system", "/sok?q=xyzzyqwrt", "/lardomar?q=system", "/lardomar?q=xyzzyqwrt"):
        page.goto(prefix + path)
        said = [text for text in page.get_by_role("status").all_inner_texts() if text.strip()]
        assert len(said) == 1, path
        assert re.match(r"(\d+|Inga|No) ", said[0]), said


HARM: dict[Judge, tuple[str, ...]] = {
    judges.languages: (
        "document.documentElement.lang = 'en'",
        "meanings.add('This is the text that should not be here, and it is not marked')",
    ),
    judges.landmarks: (
        "document.querySelector('footer').remove()",
        "document.querySelector('.site-nav').removeAttribute('aria-label')",
        "document.querySelector('main h1').insertAdjacentHTML('afterend', '<h4>Ett hopp</h4>')",
        "meanings.add('<h1>En till</h1>')",
    ),
    judges.tables: (
        "meanings.add('<table><tr><td>1</table>')",
        "meanings.add('<table><caption>Namn</caption><tr><th scope=col><th>a</table>')",
    ),
    judges.stillness: (
        "measures.restyle('a { transition: color 1s; }')",
        "measures.restyle('@keyframes blink { to { opacity: 0 } } h1 { animation: blink 1s infinite; }')",
        "meanings.add('<video autoplay></video>')",
    ),
    judges.room: (
        "h1 { white-space: nowrap; } h1::after { content: 'VerksamhetsutvecklingsprogrammetVerksamhet'; }",
        "p { height: 1em; overflow: hidden; }",
        "footer p { margin-block-end: -3em !important; }",
        "main p { white-space: nowrap; overflow-x: auto; }",
    ),
    judges.drawings: ("measures.restyle('svg * { stroke: #ccc !important; fill: #ccc !important; }')",),
    judges.own_colours: (
        "measures.restyle('.button { border: 0 !important; }')",
        "measures.restyle('svg * { forced-color-adjust: none; stroke: Canvas; fill: Canvas; }')",
    ),
    judges.paper: (
        "measures.restyle('nav { display: block !important; }')",
        "measures.restyle('* { color: #777 !important; }')",
        """meanings.add('<a href="https://exempel.se/">x</a>');
           measures.restyle('main a::after { content: none !important; }')""",
    ),
}
"""For the judge of room a style sheet, for the others what to do to the page."""


@pytest.mark.parametrize(
    ("judge", "harm"),
    [pytest.param(judge, harm, id=judge.__name__) for judge, harms in HARM.items() for harm in harms],
)
def test_each_judge_can_say_no(
    new_page: Callable[..., Page],
    stocked: Site,
    monkeypatch: pytest.MonkeyPatch,
    judge: Judge,
    harm: str,
) -> None:
    """A page with the fault, or the silence of the judges above proves nothing."""
    page = new_page(stocked)
    kind = Kind("about", "/om")
    kind.open(page, stocked)
    page.evaluate(MEASURES)
    assert judge(page, kind) == []
    if judge is judges.room:
        worse = tuple((state, width, css + harm) for state, width, css in judges.SIZES)
        monkeypatch.setattr(judges, "SIZES", worse)
    else:
        page.evaluate(harm)
    assert judge(page, kind)
