"""Every route is in the table of access, and the table has no others."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.domain.reader_messages import LIMITS
from kb.web.access import ROUTES, Access
from kb.web.form_guard import FIELD
from tests.house.test_pages import content
from tests.web.conftest import NewApp, new_app, site
from tests.web.html import Html
from tests.web.pages import doors_of, pages_of
from tests.web.signed_in_pages import browsers_of
from tests.web.signed_in_pages import pages_of as pages_of_those_signed_in
from tests.web.site import BASE_URL, Site

__all__ = ["new_app", "site"]

FILLED = (*LIMITS, "why", "email", "password")
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
    browsers = browsers_of(site)
    adapter = site.app.url_map.bind("localhost")
    answers = [(page.path, page.method, page.status) for page in pages_of(site)]
    answers += [(page.path, page.method, page.status) for page in pages_of_those_signed_in(browsers)]
    looked_at = {
        adapter.match(path.partition("?")[0])[0]
        for path, method, status in answers
        if status < 400 and method == "GET"
    }
    missing = endpoints(site.app) - looked_at - NOT_TO_BE_LOOKED_AT
    assert not missing, (
        f"add a page of each of {sorted(missing)} to pages_of in tests/web/pages.py, or in signed_in_pages.py"
    )


NOT_TO_BE_LOOKED_AT = {
    "audit.export",
    "auth.link",
    "auth.stay",
    "federation.start",
    "federation.answer",
    "reports.policy",
    "contribute.add_item",
    "contribute.restore",
    "contribute.size",
    "contribute.submit",
    "images.show",
    "writing.help",
    "writing.preview",
    "writing.save",
}
"""Named by a secret, or by settings, that this site has not, or without a page: other tests try them."""

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_only_rows_that_say_so_take_more_than_reading(site: Site) -> None:
    taking = {
        rule.endpoint: rule.methods - SAFE
        for rule in site.app.url_map.iter_rules()
        if rule.methods and rule.methods - SAFE
    }
    senders = {endpoint for endpoint, row in ROUTES.items() if row.sends} & endpoints(site.app)
    assert taking == {endpoint: {"POST"} for endpoint in senders}, (
        "a route that takes a POST has a row that sends in kb/web/access.py and the guard of form_guard.py"
    )


def test_every_door_is_guarded(site: Site) -> None:
    """S-24: without a token, or from a page of others, nothing is taken and nothing is written.

    What is sent to those who are signed in is tried by ``test_matrix.py`` for each kind of person.
    """
    doors = {endpoint for endpoint, row in ROUTES.items() if row.access is Access.DOOR}
    adapter = site.app.url_map.bind("localhost")
    sent = {page.path: adapter.match(page.path.partition("?")[0])[0] for page in doors_of(site)}
    reached = {path: endpoint for path, endpoint in sent.items() if endpoint in doors}
    wanted = doors - NOT_TO_BE_LOOKED_AT - {"auth.code"}
    assert set(reached.values()) == wanted, "add a page of each door to doors_of in tests/web/pages.py"
    client = site.app.test_client()
    before = content(site)
    for path in reached:
        form = Html(client.get(path, follow_redirects=True).get_data(as_text=True)).all("main form[method]")
        tokens = [field.attributes["value"] or "" for one in form for field in one.css(f"[name={FIELD}]")]
        filled = dict.fromkeys(FILLED, "namn@exempel.se") | {"svar": "ja"}
        for token, origin in (("", BASE_URL), *((token, "https://evil.example") for token in tokens)):
            response = client.post(path, data={**filled, FIELD: token}, headers={"Origin": origin})
            assert response.status_code in (400, 404, 410), (path, origin, response.status_code)
    assert content(site) == before


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
