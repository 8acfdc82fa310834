"""Every link from the first page on, in both languages: there, valid, accessible, silent, without a trace.

``test_privacy`` and the tests of every kind of page look at each sort of page on every run; this one opens
all that there are, which takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.browser import Watch, settle
from tests.journeys.server import Site
from tests.journeys.test_axe import axe, violations
from tests.journeys.test_html import check
from tests.journeys.test_privacy import NO_TRACES, TRACES, walk
from tests.journeys.walk import Walk

__all__ = ["axe", "walk"]

pytestmark = [pytest.mark.journey, pytest.mark.soak]

ALL = 10_000
OF_THOSE_WITH_NOTHING = 20


@pytest.mark.parametrize("english", [False, True], ids=["sv", "en"])
def test_every_page_that_a_link_leads_to_is_accessible_and_silent(
    new_page: Callable[..., Page], stocked: Site, walk: Walk, watch: Watch, axe: str, english: bool
) -> None:
    """Every page but some of those that tell of nothing, which are all alike."""
    page = new_page(stocked)
    shown = walk.some_pages(ALL, of_those_with_nothing=OF_THOSE_WITH_NOTHING)
    paths = [path for path in shown if path.startswith("/en/") is english]
    assert len(paths) > 250
    found = []
    for path in paths:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        settle(page)
        assert page.evaluate(TRACES) == NO_TRACES, path
        page.evaluate(axe)
        found += [f"{path}: {each['rule']} {each['nodes'][:2]}" for each in violations(page)]
    assert not found, "\n".join(found)
    assert not watch.errors
    assert watch.foreign_hosts(stocked.url) == set()
    assert page.context.cookies() == []


PAST_EVERY_CHECK = "x&#34; on"
"""An anchor and a source of the hostile story, put into the database by force. They are escaped, which
``test_hostile`` holds, but no anchor and no address can be valid with them."""


def test_every_page_that_a_link_leads_to_is_valid(walk: Walk, tmp_path: Path) -> None:
    """A-11: and only a few pages show what no writer could have written."""
    pages = {path: html for path, html in walk.pages().items() if PAST_EVERY_CHECK not in html}
    assert len(walk.pages()) - len(pages) < 20
    names = {}
    for number, (path, html) in enumerate(pages.items()):
        names[f"{number}.html"] = path
        (tmp_path / f"{number}.html").write_text(html, encoding="utf-8")
    said = check(tmp_path, seconds=600)
    found = [f"{names[line.partition(':')[0]]}: {line}" for line in said]
    assert not found, "\n".join(found[:50])
