"""Every route is in the table of access, and the table has no others."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.web.access import ROUTES
from tests.web.conftest import NewApp, new_app, site
from tests.web.pages import pages_of
from tests.web.site import Site

__all__ = ["new_app", "site"]

DEVELOPMENT_ONLY = {"components.show"}


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_has_a_row(site: Site) -> None:
    missing = endpoints(site.app) - ROUTES.keys()
    assert not missing, (
        f"no one has said who may ask for {sorted(missing)}. Add a row for each to ROUTES in "
        "kb/web/access.py: Access.OPEN if anyone may see it."
    )


def test_every_row_has_a_route(site: Site) -> None:
    gone = ROUTES.keys() - endpoints(site.app)
    assert not gone, (
        f"{sorted(gone)} have a row in kb/web/access.py but no route. A page that moved needs a redirect "
        "from its old address; then take the row away."
    )


def test_every_route_is_among_the_pages_that_are_looked_at(site: Site) -> None:
    adapter = site.app.url_map.bind("localhost")
    looked_at = {
        adapter.match(page.path.partition("?")[0])[0]
        for page in pages_of(site)
        if page.status < 400 and page.method == "GET"
    }
    missing = endpoints(site.app) - looked_at
    assert not missing, f"add a page of each of {sorted(missing)} to pages_of in tests/web/pages.py"


def test_reading_is_all_that_can_be_done(site: Site) -> None:
    unsafe = {
        rule.rule: sorted(methods)
        for rule in site.app.url_map.iter_rules()
        if (methods := (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    }
    assert not unsafe, (
        f"{unsafe}: a route that changes something needs a guard against forgery (S-24) and a row"
    )


def test_addresses_are_swedish_without_accents_or_capitals(site: Site) -> None:
    fixed = [
        part for rule in site.app.url_map.iter_rules() for part in rule.rule.split("/") if "<" not in part
    ]
    wrong = [part for part in fixed if not part.isascii() or part != part.lower()]
    assert not wrong, wrong


@pytest.mark.parametrize(("environment", "there"), [("production", False), ("development", True)])
def test_the_components_page_is_for_those_who_build(new_app: NewApp, environment: str, there: bool) -> None:
    found = endpoints(new_app(environment=environment, secret_key="x" * 40))
    assert (found >= DEVELOPMENT_ONLY) is there
    assert found - DEVELOPMENT_ONLY == ROUTES.keys() - DEVELOPMENT_ONLY
