"""The whole site is walked: a reader leaves no trace and meets no dead end (L-40, L-41, S-21)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser

from tests.journeys.browser import Watch
from tests.journeys.pages import every_kind
from tests.journeys.server import Answer, Site, ask
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

COMPONENTS = "/komponenter"
"""Shows parts with made-up content, whose links lead nowhere."""
SILENT_ORGANISATIONS = 3
"""How many of the pages of organisations without stories are opened in the browser: they are all alike."""

_TRACES = """async () => ({
  cookie: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(database => database.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
_NO_TRACES = {"cookie": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0}


@dataclass
class Walk:
    """What a walk along every link of the site met."""

    answers: dict[str, Answer] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)
    fragments: set[tuple[str, str]] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def walk(stocked: Site) -> Walk:
    """Every address that is linked or loaded, from the first page on. Searches that are linked from a page
    of hits are asked for too, but their own links are not followed: choices would multiply without end."""
    found = Walk()
    waiting: deque[tuple[str, str]] = deque([("/", ""), ("/healthz", ""), (COMPONENTS, "")])
    while waiting:
        path, source = waiting.popleft()
        if path in found.answers:
            continue
        answer = ask(stocked.url, path)
        found.answers[path] = answer
        found.linked_from[path] = source
        if answer.header("location"):
            target = urljoin(stocked.url + path, answer.header("location"))
            waiting.append((_local(target, stocked.url), path))
        if path == COMPONENTS or (_is_search(path) and _is_search(source)):
            continue
        if not answer.header("content-type").startswith("text/html"):
            continue
        for address in _addresses(answer.body):
            whole, fragment = urldefrag(urljoin(stocked.url + path, address))
            if urlsplit(whole).netloc != urlsplit(stocked.url).netloc:
                found.foreign.add(whole)
                continue
            waiting.append((_local(whole, stocked.url), path))
            if fragment:
                found.fragments.add((_local(whole, stocked.url), fragment))
    return found


def _is_search(path: str) -> bool:
    return path.startswith("/sok?")


def _local(address: str, site: str) -> str:
    return address.removeprefix(site) or "/"


def _ids(body: bytes) -> set[str | None]:
    return {node.attributes.get("id") for node in LexborHTMLParser(body.decode()).css("[id]")}


def _addresses(body: bytes) -> list[str]:
    tree = LexborHTMLParser(body.decode())
    linked = [node.attributes.get("href") for node in tree.css("[href]")]
    loaded = [node.attributes.get("src") for node in tree.css("[src]")]
    return [address for address in (*linked, *loaded) if address]


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
    assert {answer.status for answer in errors.values()} == {400, 404, 405, 410, 503}
    for path, answer in (walk.answers | errors).items():
        assert not answer.header("set-cookie"), path


def test_links_to_others_are_only_links(walk: Walk) -> None:
    """Nothing but the sources of stories leads away, and none of it is loaded."""
    assert walk.foreign
    for answer in walk.answers.values():
        if answer.header("content-type").startswith("text/html"):
            for node in LexborHTMLParser(answer.body.decode()).css("link, script, img, iframe, source, form"):
                for name in ("href", "src", "srcset", "action"):
                    assert not (node.attributes.get(name) or "").startswith(("http:", "https:", "//"))


def test_reading_leaves_no_trace(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, walk: Walk, watch: Watch
) -> None:
    """Every page: nothing stored, nobody else asked, nothing refused by the policy, no error."""
    page = new_page(stocked)
    silent = [
        path
        for path, answer in walk.answers.items()
        if path.startswith("/myndigheter/") and b"inga publicerade erfarenheter" in answer.body
    ]
    pages = [
        path
        for path, answer in walk.answers.items()
        if answer.status == 200
        and answer.header("content-type").startswith("text/html")
        and path not in silent[SILENT_ORGANISATIONS:]
        and not (_is_search(path) and _is_search(walk.linked_from[path]))
    ]
    assert len(pages) > 40
    for path in pages:
        page.goto(path)
        assert page.evaluate(_TRACES) == _NO_TRACES, path
        assert not watch.errors, f"{path}: {watch.errors}"
        for summary in page.locator("summary:visible").all()[:3]:
            summary.click()
    for kind in every_kind(stock):
        kind.open(page, stocked)
        assert page.evaluate(_TRACES) == _NO_TRACES, kind.name
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
    traces = page.evaluate(_TRACES)
    assert traces["cookie"]
    assert traces["local"]
    assert any("csp: img-src" in error for error in watch.errors)
    assert page.context.cookies()
