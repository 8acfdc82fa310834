"""The whole site is walked: a reader leaves no trace and meets no dead end (L-40, L-41, S-21)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser

from tests.journeys import walk as walks
from tests.journeys.browser import Watch
from tests.journeys.pages import every_kind, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock
from tests.journeys.walk import Walk

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

OF_A_SORT = 6
"""How many pages of each sort the browser opens here; ``test_crawl`` opens all."""

TRACES = """async () => ({
  cookie: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(database => database.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NO_TRACES = {"cookie": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0}


@pytest.fixture(scope="module")
def walk(stocked: Site) -> Walk:
    return walks.walk(stocked)


def _ids(body: bytes) -> set[str | None]:
    return {node.attributes.get("id") for node in LexborHTMLParser(body.decode()).css("[id]")}


def test_no_link_is_dead(walk: Walk) -> None:
    assert len(walk.answers) > 200, "the walk reached the site"
    dead = {
        path: (answer.status, walk.linked_from[path])
        for path, answer in walk.answers.items()
        if answer.status not in {200, 301, 302}
    }
    assert not dead, dead
    lost = [
        f"{path}#{fragment}"
        for path, fragment in sorted(walk.fragments)
        if unquote(fragment) not in _ids(walk.answers[path].body)
    ]
    assert walk.fragments
    assert not lost, lost


def test_no_answer_sets_a_cookie(walk: Walk, stocked: Site, stock: Stock) -> None:
    errors = {kind.name: kind.fetch(stocked) for kind in every_kind(stock) if kind.status != 200}
    assert {answer.status for answer in errors.values()} >= {400, 404, 405, 410, 422, 503}
    for path, answer in (walk.answers | errors).items():
        assert not answer.header("set-cookie"), path


def test_links_to_others_are_only_links(walk: Walk, stocked: Site) -> None:
    """Nothing but the sources of stories leads away, and none of it is loaded."""
    assert walk.foreign
    for answer in walk.answers.values():
        if answer.header("content-type").startswith("text/html"):
            for node in LexborHTMLParser(answer.body.decode()).css("link, script, img, iframe, source, form"):
                for name in ("href", "src", "srcset", "action"):
                    address = (node.attributes.get(name) or "").removeprefix(f"{stocked.url}/")
                    assert not address.startswith(("http:", "https:", "//")), address


@pytest.mark.parametrize(
    "english", [pytest.param(False, id="sv"), pytest.param(True, id="en", marks=pytest.mark.soak)]
)
def test_reading_leaves_no_trace(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, walk: Walk, watch: Watch, english: bool
) -> None:
    """Every page: nothing stored, nobody else asked, nothing refused by the policy, no error."""
    page = new_page(stocked)
    pages = [path for path in walk.some_pages(OF_A_SORT) if path.startswith("/en/") is english]
    assert len(pages) > 40
    for path in pages:
        page.goto(path)
        assert page.evaluate(TRACES) == NO_TRACES, path
        assert not watch.errors, f"{path}: {watch.errors}"
        for summary in page.locator("summary:visible").all()[:3]:
            summary.click()
    for kind in every_kind_in("en" if english else "sv", stock):
        kind.open(page, stocked)
        assert page.evaluate(TRACES) == NO_TRACES, kind.name
    assert page.context.cookies() == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert watch.foreign_hosts(stocked.url) == set()
    assert not watch.errors
    assert not watch.dialogs


def test_the_watch_can_say_no(new_page: Callable[..., Page], stocked: Site, watch: Watch) -> None:
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(
        """() => {
          document.cookie = "spår=1";
          localStorage.setItem("spår", "1");
          const image = new Image();
          const refused = new Promise(done => addEventListener("securitypolicyviolation", done));
          image.src = "https://spar.example/x.png";
          return refused.then(() => null);
        }"""
    )
    traces = page.evaluate(TRACES)
    assert traces["cookie"]
    assert traces["local"]
    assert any("csp: img-src" in error for error in watch.errors)
    assert page.context.cookies()
