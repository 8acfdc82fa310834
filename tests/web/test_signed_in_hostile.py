"""Signed in, too: pages have their headers, show what was typed as text, and fail without telling more.

S-02, S-03, S-20, S-22, S-40, S-45; and what is public names nobody who has an account (S-28).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db
from kb.models import User
from kb.web.security_headers import HEADERS
from tests.web.html import Html
from tests.web.pages import pages_of as pages_of_all
from tests.web.signed_in_pages import ADMIN, Browsers, Page, browsers_of, pages_of
from tests.web.site import BASE_URL, Site

PAYLOAD = "\"><img src=x onerror=alert(1)>{{7*7}}${7*7}{%raw%}'"
RAW = "<img src=x"
PARAMETERS = ("q", "till", "klart", "roll", "lage", "myndighet", "fran", "sida", "handelse", "person")
TYPED = "input:not([type=hidden]):not([type=radio]):not([type=checkbox])[name], textarea[name]"


@pytest.fixture(scope="module")
def browsers(site: Site) -> Browsers:
    return browsers_of(site)


@pytest.fixture(scope="module")
def pages(browsers: Browsers) -> list[Page]:
    return pages_of(browsers)


def test_every_page_has_the_headers_and_is_kept_by_no_cache(browsers: Browsers, pages: list[Page]) -> None:
    faults = []
    for page in pages:
        response = page.fetch(browsers)
        faults += [
            f"{page.name}: {name} is {response.headers.getlist(name)}"
            for name, value in HEADERS.items()
            if response.headers.getlist(name) != [value]
        ]
        if response.headers["Cache-Control"] != "no-store" or "ETag" in response.headers:
            faults.append(f"{page.name}: {response.headers['Cache-Control']}")
        if response.mimetype == "text/html" and "cookie" not in response.headers.get("Vary", "").lower():
            faults.append(f"{page.name}: does not vary by the cookie")
        for cookie in response.headers.getlist("Set-Cookie"):
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            strict = {"secure", "httponly", "path=/", "samesite=lax"} <= parts
            if not (cookie.startswith("__Host-kb_session=") and strict and "domain" not in cookie.lower()):
                faults.append(f"{page.name}: {cookie.partition('=')[0]} {sorted(parts)}")
    assert not faults, "\n".join(faults)


def test_what_stands_in_an_address_is_text(browsers: Browsers, pages: list[Page]) -> None:
    for page in pages:
        if page.method == "GET":
            hostile = dict.fromkeys(PARAMETERS, PAYLOAD)
            path = page.path.partition("?")[0]
            check(page, browsers.of(page.who).get(path, query_string=hostile))


def test_what_is_typed_into_a_form_is_text(browsers: Browsers, pages: list[Page]) -> None:
    """Without a token each form comes back with what was typed in it; passwords do not."""
    sent = shown = 0
    for page in pages:
        if page.method != "GET" or page.status != 200:
            continue
        client = browsers.of(page.who)
        html = Html(client.get(page.path).get_data(as_text=True))
        for form in html.all("main form[method=post]"):
            fields = [field.attributes["name"] or "" for field in form.css(TYPED)]
            action = (form.attributes.get("action") or page.path).removeprefix(BASE_URL)
            if not fields or action.startswith("/logga-ut"):
                continue
            response = client.post(action, data=dict.fromkeys(fields, PAYLOAD), headers={"Origin": BASE_URL})
            check(page, response)
            sent += 1
            shown += "{{7*7}}${7*7}{%raw%}" in response.text
    assert sent > 5
    assert shown > 1, "some of them show what was typed, as it was typed"


def check(page: Page, response: TestResponse) -> None:
    assert response.status_code < 500, (page.name, response.status_code)
    assert RAW not in response.text, page.name


def test_an_error_on_a_page_of_someone_tells_nothing(
    browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: Any) -> str:
        raise RuntimeError("SELECT password_hash FROM user -- /srv/kb/services/accounts.py")

    monkeypatch.setitem(browsers.site.app.view_functions, "account.profile", fail)
    response = browsers.of(ADMIN).get("/konto")
    assert response.status_code == 500
    told = re.compile(
        r"SELECT|password_hash|/srv/|RuntimeError|Traceback|\.py\b|Python|Flask|Werkzeug|SQLAlchemy"
    )
    assert not told.search(response.text)
    assert not told.search(str(response.headers))
    assert response.headers["Cache-Control"] == "no-store"


def test_nothing_public_names_those_who_have_accounts(site: Site, browsers: Browsers) -> None:
    with site.app.app_context():
        known = {value for row in db.session.execute(select(User.email, User.name, User.id)) for value in row}
    assert len(known) > 6
    for page in pages_of_all(site):
        text = page.fetch(site.app).get_data(as_text=True)
        assert not [value for value in known if value and value in text], page.name
