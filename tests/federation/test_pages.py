"""The pages of the way there and back: well-made, in both languages, and kept by nobody."""

from __future__ import annotations

import pytest

from tests.federation.conftest import NewWalk
from tests.federation.provider import Provider
from tests.federation.walking import Walk, table
from tests.web.html import Html

PAGES = {
    "start": lambda walk, prefix: walk.client.get(f"{prefix}/logga-in/via/leverantoren?till=/konto"),
    "add": lambda walk, prefix: walk.client.get(f"{prefix}/logga-in/via/leverantoren?syfte=lagg-till"),
    "confirm": lambda walk, prefix: walk.client.get(f"{prefix}/logga-in/via/leverantoren?syfte=bekrafta"),
    "stale": lambda walk, prefix: walk.client.post(f"{prefix}/logga-in/via/leverantoren"),
    "go on": lambda walk, prefix: walk.start(prefix=prefix),
    "refused": lambda walk, prefix: walk.client.get(f"{prefix}/logga-in/svar/leverantoren?state=x"),
}


@pytest.mark.parametrize(("language", "prefix"), [("sv", ""), ("en", "/en")])
def test_every_page_is_a_page_of_the_house(walk: NewWalk, language: str, prefix: str) -> None:
    browser = walk()
    for name, fetch in PAGES.items():
        response = fetch(browser, prefix)
        assert Html(response.text, language).faults() == [], name
        assert response.headers["Cache-Control"] == "no-store", name
        assert "ETag" not in response.headers, name
        assert "noindex" in response.text, name


def test_the_page_says_what_for(walk: NewWalk) -> None:
    browser = walk()
    headings = [
        Html(PAGES[name](browser, "").text).texts("h1")[0] for name in ("start", "add", "confirm", "go on")
    ]
    assert headings == [
        "Logga in med Leverantören",
        "Lägg till Leverantören",
        "Bekräfta med Leverantören",
        "Du skickas till Leverantören",
    ]


def test_the_purpose_and_the_way_back_stay_with_the_form(walk: NewWalk) -> None:
    page = Html(walk().client.get("/logga-in/via/leverantoren?syfte=bekrafta&till=/konto/e-post").text)
    sent = {one.attributes["name"]: one.attributes["value"] for one in page.all("main input[type=hidden]")}
    assert (sent["syfte"], sent["till"]) == ("bekrafta", "/konto/e-post")


def test_the_log_in_page_has_a_button_for_each_provider(
    walk: NewWalk, provider: Provider, other: Provider
) -> None:
    browser = walk(table(provider), table(other, "annan").replace("Leverantören", "Den andra"))
    page = Html(browser.client.get("/logga-in?till=/konto").text)
    forms = {
        form.attributes["action"]: {
            one.attributes["name"]: one.attributes["value"] or "" for one in form.css("input[type=hidden]")
        }
        for form in page.all("main form")
        if "/via/" in (form.attributes["action"] or "")
    }
    assert list(forms) == ["/logga-in/via/leverantoren", "/logga-in/via/annan"]
    sent = browser.client.post(
        "/logga-in/via/annan",
        data=forms["/logga-in/via/annan"],
        headers={"Origin": "https://erfarenhetsbanken.example"},
    )
    assert "Du skickas till Den andra" in sent.text
    assert Walk(browser.app, browser.client).is_signed_in is False
