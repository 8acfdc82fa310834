"""One site and one browser per worker, a new empty context per test, a picture of what failed.

Playwright keeps an event loop running in its thread, where Flask cannot work: so nothing here makes an
application in this process, and the browser ends with this package, before any other test begins.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import browser as browsers
from tests.journeys import server, stocking
from tests.journeys.browser import Watch
from tests.journeys.server import Site

NewPage = Callable[..., Page]
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="package")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance as ``make run`` makes it: the product's own content and nothing else."""
    instance = tmp_path_factory.mktemp("seeded")
    server.kb(instance, "db", "upgrade")
    server.kb(instance, "seed", "--demo")
    return instance


@pytest.fixture(scope="package")
def site(seeded: Path) -> Iterator[Site]:
    """The site that a newcomer gets."""
    with server.serving(seeded) as running:
        yield running


@pytest.fixture(scope="package")
def stock(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> stocking.Stock:
    """A copy of it with stories of every shape: long, foreign, anonymised, revised, withdrawn, hostile."""
    instance = tmp_path_factory.mktemp("stocked") / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    return stocking.run(instance, tmp_path_factory.mktemp("seed-folder"))


@pytest.fixture(scope="package")
def stocked(stock: stocking.Stock) -> Iterator[Site]:
    """The site with stories of every shape."""
    with server.serving(Path(stock.instance)) as running:
        yield running


@pytest.fixture(scope="package")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that nobody has put anything in."""
    instance = tmp_path_factory.mktemp("bare")
    server.kb(instance, "db", "upgrade")
    with server.serving(instance) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test ask for and complain about."""
    return Watch()


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, chromium: Browser, watch: Watch, tmp_path: Path
) -> Iterator[NewPage]:
    """``new_page(site, javascript=…, **context options)``: a page of a new context of its own."""
    contexts: list[BrowserContext] = []

    def make(site: Site, *, javascript: bool = True, **options: Any) -> Page:
        settings = {"viewport": browsers.WIDE, "locale": "sv-SE", "reduced_motion": "reduce", **options}
        context = chromium.new_context(base_url=site.url, java_script_enabled=javascript, **settings)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        watch.attach(context)
        return context.new_page()

    yield make
    for number, context in enumerate(contexts):
        if request.node.stash.get(_FAILED, False):
            for page in context.pages:
                page.screenshot(path=tmp_path / f"failed-{number}.png", full_page=True)
        context.close()


@pytest.fixture
def page(new_page: NewPage, site: Site) -> Page:
    """A page of the newcomer's site."""
    return new_page(site)


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    if outcome.get_result().failed:
        item.stash[_FAILED] = True
