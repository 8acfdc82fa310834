"""Where a reader can go is the same on every page, complete, and never a dead end (A-25, A-32)."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.web import cookies
from kb.web.access import ROUTES, Access
from kb.web.cookies import Place
from kb.web.navigation import FOOTER, MAIN, SITE_MAP
from tests.shared import ROOT
from tests.web.conftest import broken_app, new_app, site
from tests.web.html import Html
from tests.web.pages import pages_of, pages_of_broken
from tests.web.site import Site

__all__ = ["broken_app", "new_app", "site"]

ENDPOINTS = {place.endpoint for group in SITE_MAP for place in group.places}
NOT_FOR_READERS = {
    "health.show",
    "components.show",
    "stories.browse",
    "pages.accessibility_shorter",
    "auth.code",
    "auth.forgotten",
    "well_known.change_password",
    *(name for name, row in ROUTES.items() if row.access in (Access.ACCOUNT, Access.PERMITTED)),
}
"""For machines, for those who build or who sign in, or another address of a page that is there."""


def links(page: Html, selector: str) -> list[tuple[str, str]]:
    return [(node.text(strip=True), str(node.attributes["href"])) for node in page.all(selector)]


def test_header_and_footer_are_the_same_on_every_page(site: Site, broken_app: Flask) -> None:
    """Also where everything fails: help stands in the same place."""
    seen = set()
    kinds = [(site.app, page) for page in pages_of(site)] + [(broken_app, page) for page in pages_of_broken()]
    for app, kind in kinds:
        response = kind.fetch(app)
        if response.mimetype != "text/html" or not response.data or 300 <= response.status_code < 400:
            continue
        page = Html(response.get_data(as_text=True))
        english = page.one("html").attributes["lang"] == "en"
        footer = links(page, "footer nav a")
        assert footer, kind.name
        seen.add((english, tuple(links(page, ".site-nav li a")), tuple(footer)))
    assert len({english for english, _, _ in seen}) == len(seen), (
        "one header and one footer for each language"
    )


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("selector", [".site-nav li a", "footer nav a", "main ul a"])
def test_every_place_leads_somewhere(site: Site, prefix: str, selector: str) -> None:
    page = Html(site.app.test_client().get(f"{prefix}/webbkarta").text)
    found = links(page, selector)
    assert len(found) >= min(len(MAIN), len(FOOTER))
    for label, address in found:
        assert label
        assert address.startswith(f"{prefix}/"), address
        if selector != "main ul a" or "/myndigheter/" not in address:
            assert site.app.test_client().get(address).status_code == 200, address


def test_the_place_where_the_reader_is_is_marked(site: Site) -> None:
    for place in MAIN:
        with site.app.test_request_context():
            address = site.app.url_for(place.endpoint)
        page = Html(site.app.test_client().get(address).text)
        assert [node.attributes["href"] for node in page.all(".site-nav [aria-current=page]")] == [address]


def test_the_site_map_has_every_page_that_needs_no_choice(site: Site) -> None:
    client = site.app.test_client()
    pages = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in (rule.methods or ())
        and client.get(rule.rule).mimetype == "text/html"
    }
    missing = pages - ENDPOINTS - NOT_FOR_READERS - {"pages.site_map"}
    assert not missing, f"kb/web/navigation.py: add {sorted(missing)} to SITE_MAP"
    assert {place.endpoint for place in (*MAIN, *FOOTER)} <= ENDPOINTS | {"pages.site_map"}


def test_the_site_map_leads_to_subjects_and_to_organisations_with_stories(site: Site) -> None:
    addresses = {
        address for _, address in links(Html(site.app.test_client().get("/webbkarta").text), "main a")
    }
    assert {"/amnen/fas", "/myndigheter/polismyndigheten"} <= addresses
    assert any(address.startswith("/amnen/fas/") for address in addresses)


def test_a_place_has_one_name(site: Site) -> None:
    """A-32: what the header, the footer and the site map call a page may be shorter, not another word."""
    names: dict[str, set[str]] = {}
    with site.app.test_request_context():
        for place in (*MAIN, *FOOTER, *(place for group in SITE_MAP for place in group.places)):
            names.setdefault(place.endpoint, set()).add(str(place.label))
    odd = {
        endpoint: labels
        for endpoint, labels in names.items()
        if not all(longest.startswith(label) for label in labels for longest in [max(labels, key=len)])
    }
    assert not odd


def test_what_the_code_can_leave_in_a_browser_is_in_the_list(site: Site) -> None:
    """L-43: a script or a view that stores something has a row in kb/web/cookies.py, and a row is used."""
    signs = {
        Place.COOKIE: ("document.cookie", "set_cookie("),
        Place.LOCAL_STORAGE: ("localStorage",),
        Place.SESSION_STORAGE: ("sessionStorage",),
        Place.INDEXED_DB: ("indexedDB",),
        Place.CACHE: ("caches.open", "serviceWorker"),
    }
    assert signs.keys() == set(Place)
    sources = [
        *(ROOT / "static" / "js").rglob("*.js"),
        *(ROOT / "kb").rglob("*.py"),
        *(ROOT / "templates").rglob("*.*"),
    ]
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in sources if path != ROOT / "kb" / "web" / "cookies.py"
    )
    used = {place for place, words in signs.items() if any(word in code for word in words)}
    listed = {row.place for row in cookies.STORED}
    assert used == listed, f"kb/web/cookies.py lists {listed}, but the code uses {used}"


def test_what_a_page_sets_is_in_the_list(site: Site) -> None:
    """L-43."""
    listed = {row.name for row in cookies.STORED if row.place is Place.COOKIE}
    for kind in pages_of(site):
        cookies_set = kind.fetch(site.app).headers.getlist("Set-Cookie")
        assert {value.partition("=")[0] for value in cookies_set} <= listed, kind.name
