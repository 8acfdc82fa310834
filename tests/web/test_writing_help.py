"""Help beside a draft: in the page as it is made, and in what a script asks for (A-26, A-33, L-01)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from kb.domain.vocabulary import EntrySize
from kb.models import User
from kb.services import drafts
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of, complete_story_fields, complete_tip_fields, start_draft
from tests.web.site import BASE_URL

NUMBER = "811218-9876"


@pytest.fixture
def writer(app: Flask) -> Iterator[User]:
    return make_user(name="Cilla Ceder")


@pytest.fixture
def browser(app: Flask, writer: User) -> FlaskClient:
    return sign_in(app, writer)


@pytest.fixture
def entry_id(writer: User) -> str:
    return start_draft(writer, EntrySize.STORY, **complete_story_fields())


def ask(browser: FlaskClient, entry_id: str, fields: object, token: str | None = None) -> TestResponse:
    if token is None:
        said = browser.get(f"/bidra/{entry_id}/spara", headers={"Accept": "application/json"})
        token = said.get_json()["token"]
    return browser.post(
        f"/bidra/{entry_id}/hjalp",
        json={"token": token, "fields": fields},
        headers={"Accept": "application/json", "Origin": BASE_URL},
    )


def help_in(page: str) -> str:
    found = LexborHTMLParser(page).css_first("[data-help]")
    assert found is not None
    return " ".join(found.text().split())


def test_the_help_for_a_saved_draft_stands_in_the_page(
    browser: FlaskClient, entry_id: str, writer: User
) -> None:
    told = help_in(browser.get(f"/bidra/{entry_id}/text").text)
    assert "Vi hittar inga personuppgifter i texten." in told
    assert "Minst en källa finns: ja" in told
    assert "Kostnad och tid är ifyllda: inte än" in told
    drafts.save(entry_id, {"contact_role": f"chefen {NUMBER}"}, 2, actor_of(writer))
    page = LexborHTMLParser(browser.get(f"/bidra/{entry_id}/text").text)
    assert page.css_first(".help-stop a").attributes["href"] == f"/bidra/{entry_id}/kontakt#falt-contact-role"
    told = help_in(page.html or "")
    assert "811218-****" in told
    assert NUMBER not in told


def test_what_is_typed_is_judged_and_nothing_is_stored(
    browser: FlaskClient, entry_id: str, writer: User
) -> None:
    before = drafts.read(entry_id, actor_of(writer))
    typed = {"body": f"# Läget\n\nHandläggaren {NUMBER} <b>skrev</b> [här](https://exempel.se)."}
    answer = ask(browser, entry_id, typed)
    assert answer.status_code == 200
    told = answer.get_json()
    assert told["warnings"] == 1
    assert told["summary"] == "Det kan finnas en personuppgift i texten."
    assert NUMBER not in answer.text
    assert "811218-****" in told["html"]
    assert "<b>" not in told["html"]
    assert "säger inte vart den leder" in told["html"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert drafts.read(entry_id, actor_of(writer)) == before


def test_a_field_that_is_not_sent_is_as_it_was_saved(
    browser: FlaskClient, entry_id: str, writer: User
) -> None:
    drafts.save(entry_id, {"summary": f"{NUMBER}"}, 2, actor_of(writer))
    assert ask(browser, entry_id, {"title": "Anna Svensson"}).get_json()["warnings"] == 2
    assert ask(browser, entry_id, {"summary": ""}).get_json()["warnings"] == 0


@pytest.mark.parametrize("fields", [None, [], "x", 5, {"title": 5, "body": None}, {"nonsense": NUMBER}])
def test_what_is_no_field_is_passed_over(browser: FlaskClient, entry_id: str, fields: Any) -> None:
    answer = ask(browser, entry_id, fields)
    assert answer.status_code == 200
    assert answer.get_json()["warnings"] == 0


@pytest.mark.parametrize("body", ["", "[]", "x", '{"a":', "[" * 90_000])
def test_what_cannot_be_read_is_refused_in_words(browser: FlaskClient, entry_id: str, body: str) -> None:
    headers = {"Accept": "application/json", "Origin": BASE_URL, "Content-Type": "application/json"}
    answer = browser.post(f"/bidra/{entry_id}/hjalp", data=body, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["message"].endswith("Ladda om sidan.")


def test_it_needs_a_token_and_takes_no_get(browser: FlaskClient, entry_id: str) -> None:
    answer = ask(browser, entry_id, {}, token="x")
    assert answer.status_code == 400
    assert answer.get_json()["message"]
    assert browser.get(f"/bidra/{entry_id}/hjalp").status_code == 405


def test_another_writers_draft_is_as_one_that_is_not_there(app: Flask, entry_id: str) -> None:
    other = make_user(name="Olle Okänd", email="olle@exempel.se")
    browser = sign_in(app, other)
    assert browser.post(f"/bidra/{entry_id}/hjalp", json={}).status_code == 400
    own = start_draft(other)
    token = browser.get(f"/bidra/{own}/spara", headers={"Accept": "application/json"}).get_json()["token"]
    assert ask(browser, entry_id, {}, token=token).status_code == 400
    assert ask(browser, own, {}, token=token).status_code == 200


def test_what_looks_like_personal_data_is_said_once_more_before_it_is_sent_in(
    writer: User, browser: FlaskClient
) -> None:
    fields = complete_tip_fields() | {"lesson.lardom-1.situation": "Ring Anna Svensson på 070-123 45 67."}
    entry_id = start_draft(writer, EntrySize.TIP, **fields)
    page = browser.get(f"/bidra/{entry_id}/kontrollera").get_data(as_text=True)
    assert "Namn på en person" in page
    assert "Telefonnummer" in page
