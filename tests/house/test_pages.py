"""Every page of the site, whatever it answers, keeps the rules of the house (S-21, S-22, S-24, S-40).

The pages are those of ``tests/web/pages.py``: a new kind of page gets a row there.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from kb.web.access import ROUTES, Access
from kb.web.security_headers import HEADERS
from tests.installation import DATABASE
from tests.web.conftest import broken_app, new_app, site
from tests.web.html import Html
from tests.web.pages import Page, pages_of, pages_of_broken
from tests.web.site import Site

__all__ = ["broken_app", "new_app", "site"]

Fetched = list[tuple[Page, TestResponse]]


@pytest.fixture(scope="module")
def before(site: Site) -> str:
    """The whole database as text, before any page was asked for and after what the pages need was made."""
    pages_of(site)
    return content(site)


COUNTED = "zero_hit_query"
"""What reading may write to: searches without hits are counted (docs/adr/0008) ..."""
OPENED = 'INSERT INTO "reading_count"'
"""... and how often a story is opened on a day."""


def content(site: Site) -> str:
    """The database as text, but for the rows of that table."""
    with closing(sqlite3.connect(Path(site.app.instance_path) / DATABASE)) as connection:
        return "\n".join(
            row for row in connection.iterdump() if not row.startswith((f'INSERT INTO "{COUNTED}"', OPENED))
        )


def counted(site: Site) -> list[str]:
    with closing(sqlite3.connect(Path(site.app.instance_path) / DATABASE)) as connection:
        return [text for (text,) in connection.execute(f"SELECT text FROM {COUNTED}")]


@pytest.fixture(scope="module")
def fetched(site: Site, broken_app: Flask, before: str) -> Fetched:
    return [
        *((page, page.fetch(site.app)) for page in pages_of(site)),
        *((page, page.fetch(broken_app)) for page in pages_of_broken()),
    ]


def html_pages(fetched: Fetched) -> Iterator[tuple[Page, Html]]:
    for page, response in fetched:
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            yield page, Html(response.get_data(as_text=True))


def test_asking_for_every_page_changes_nothing(site: Site, before: str, fetched: Fetched) -> None:
    assert "Pust Siebel" in before
    assert content(site) == before
    assert counted(site) == ["xyzzyqwrt"], "only the search without hits, choices and pages"


def test_every_page_answers_with_its_code(fetched: Fetched) -> None:
    wrong = [
        f"{page.name} ({page.method} {page.path[:60]}): {response.status_code}, not {page.status}"
        for page, response in fetched
        if response.status_code != page.status
    ]
    assert not wrong, "\n".join(wrong)


def test_the_pages_are_of_every_kind(fetched: Fetched) -> None:
    assert {page.status for page, _ in fetched} >= {
        200,
        301,
        302,
        400,
        403,
        404,
        405,
        409,
        410,
        422,
        500,
        503,
    }


def test_every_page_is_a_page_of_the_house(fetched: Fetched) -> None:
    faults = [f"{page.name}: {fault}" for page, html in html_pages(fetched) for fault in html.faults()]
    assert not faults, "\n".join(faults)


def test_every_response_has_exactly_the_headers_of_the_table(fetched: Fetched) -> None:
    faults = []
    for page, response in fetched:
        for name, value in HEADERS.items():
            got = response.headers.getlist(name)
            if got != [value]:
                faults.append(f"{page.name}: {name} is {got}")
        if "Server" in response.headers:
            faults.append(f"{page.name}: says what the server is")
        if "charset" not in response.content_type and response.mimetype.startswith("text/"):
            faults.append(f"{page.name}: does not say its charset")
    assert not faults, "\n".join(faults)


def test_no_response_sets_a_cookie(fetched: Fetched) -> None:
    guilty = [page.name for page, response in fetched if "Set-Cookie" in response.headers]
    assert not guilty, f"a reader gets no cookie (invariant 7): {guilty}"


def test_pages_vary_by_the_cookie_and_nothing_else_does(fetched: Fetched) -> None:
    """S-45: a page is another for someone who is signed in; files and feeds are the same for all."""
    wrong = [
        page.name
        for page, response in fetched
        if ("cookie" in response.headers.get("Vary", "").lower()) is not (response.mimetype == "text/html")
    ]
    assert not wrong, wrong


def test_a_page_is_kept_by_no_shared_cache(site: Site, fetched: Fetched) -> None:
    """S-45. Those of signing in are kept nowhere: addresses that work once stand in them."""
    guilty = [
        page.name
        for page, response in fetched
        if response.mimetype == "text/html"
        and response.headers.getlist("Cache-Control")
        != ["no-store" if is_of_signing_in(site, page) else "private, no-cache"]
    ]
    assert not guilty, guilty


def is_of_signing_in(site: Site, page: Page) -> bool:
    """Whether the page is one of those, or only for those who are signed in."""
    try:
        endpoint = site.app.url_map.bind("").match(page.path.partition("?")[0])[0]
    except HTTPException:
        return False
    row = ROUTES[endpoint]
    return row.access in (Access.ACCOUNT, Access.PERMITTED) or endpoint.startswith(
        ("auth.", "federation.", "sharing.")
    )


def test_no_error_tells_what_is_inside(fetched: Fetched) -> None:
    telling = re.compile(r"Traceback|hemligt|SELECT|sqlite|\.py\b|werkzeug|jinja|sqlalche", re.IGNORECASE)
    guilty = [
        f"{page.name}: {found[0]}"
        for page, response in fetched
        if page.status >= 400 and (found := telling.search(response.get_data(as_text=True)))
    ]
    assert not guilty, guilty


def test_every_error_page_says_what_to_do(fetched: Fetched) -> None:
    for page, html in html_pages(fetched):
        if page.status >= 400:
            assert html.all("main a[href], main [aria-invalid]"), f"{page.name}: no way on"
            assert len(html.one("main").text().split()) >= 8, f"{page.name}: too short to help"
