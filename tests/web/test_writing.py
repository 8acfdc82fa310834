"""Saving while someone types: every answer is JSON with a sentence, and no text is written over unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from kb.domain.vocabulary import EntrySize
from kb.models import User
from kb.services import drafts, sessions
from kb.services.drafts import DraftView
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of, start_draft
from tests.web.site import BASE_URL

STRANGE = "Åäö 👩🏽‍💻 e\u0301 \u202e\x0b\x1f\r slut \n\n  "
"""Emoji, combining and turning characters, control characters, a lone CR, and spaces at the end."""


@pytest.fixture
def writer(app: Flask) -> Iterator[User]:
    return make_user(name="Cilla Ceder")


@pytest.fixture
def browser(app: Flask, writer: User) -> FlaskClient:
    return sign_in(app, writer)


@pytest.fixture
def entry_id(writer: User) -> str:
    return start_draft(writer, EntrySize.STORY, title="Så gick det", summary="Ett", body="Två")


def stored(entry_id: str, writer: User) -> DraftView:
    from kb.db import db

    db.session.rollback()
    return drafts.read(entry_id, actor_of(writer))


def ask(browser: FlaskClient, entry_id: str) -> TestResponse:
    return browser.get(f"/bidra/{entry_id}/spara", headers={"Accept": "application/json"})


def send(browser: FlaskClient, entry_id: str, *, token: str | None = None, **body: Any) -> TestResponse:
    said = token if token is not None else ask(browser, entry_id).get_json()["token"]
    return browser.post(
        f"/bidra/{entry_id}/spara",
        json={"token": said, **body},
        headers={"Accept": "application/json", "Origin": BASE_URL},
    )


def test_what_is_sent_is_what_is_stored(browser: FlaskClient, entry_id: str, writer: User) -> None:
    before = ask(browser, entry_id).get_json()
    assert before["user"] == writer.id
    assert before["fields"] == {"title": "Så gick det", "summary": "Ett", "body": "Två"}
    answer = send(browser, entry_id, version=before["version"], fields={"body": STRANGE})
    assert answer.status_code == 200
    told = answer.get_json()
    assert re.fullmatch(r"\d\d:\d\d", told["clock"])
    now = stored(entry_id, writer)
    assert now.fields["body"] == STRANGE
    assert (now.version, now.saved_at.isoformat()) == (told["version"], told["saved_at"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_text_that_the_writer_has_not_seen_stays(browser: FlaskClient, entry_id: str, writer: User) -> None:
    first = send(browser, entry_id, version=2, fields={"body": "Den ena flikens"}).get_json()
    answer = send(browser, entry_id, version=2, fields={"body": "Den andra flikens", "summary": "Nytt"})
    assert answer.status_code == 409
    assert answer.get_json()["names"] == ["body"]
    assert answer.get_json()["version"] == first["version"]
    assert answer.get_json()["message"]
    now = stored(entry_id, writer)
    assert (now.fields["body"], now.fields["summary"]) == ("Den ena flikens", "Ett")


def test_a_later_version_of_one_field_is_no_reason_to_write_over_another(
    browser: FlaskClient, entry_id: str, writer: User
) -> None:
    """The page has saved its title after someone else saved the body that it still shows as it was."""
    send(browser, entry_id, version=2, fields={"body": "Någon annans"})
    newest = send(browser, entry_id, version=2, fields={"title": "Min"}).get_json()["version"]
    answer = send(
        browser, entry_id, versions={"title": newest, "body": 2}, fields={"title": "Min 2", "body": "Min"}
    )
    assert answer.status_code == 409
    assert stored(entry_id, writer).fields["body"] == "Någon annans"


def test_what_was_saved_without_an_answer_is_the_writers_own(
    browser: FlaskClient, entry_id: str, writer: User
) -> None:
    send(browser, entry_id, version=2, fields={"body": "Första"})  # the answer is lost
    answer = send(browser, entry_id, version=2, fields={"body": "Första och mer"}, sent={"body": ["Första"]})
    assert answer.status_code == 200
    assert stored(entry_id, writer).fields["body"] == "Första och mer"
    answer = send(browser, entry_id, version=2, fields={"body": "Annat"}, sent={"body": ["Första"]})
    assert answer.status_code == 409


def test_nobody_signed_in_is_told_so_without_being_led_anywhere(app: Flask, entry_id: str) -> None:
    nobody = app.test_client()
    for answer in (ask(nobody, entry_id), send(nobody, entry_id, token="x", version=1, fields={})):
        assert answer.status_code == 401
        assert answer.get_json()["message"]
    assert nobody.get(f"/bidra/{entry_id}/spara").status_code == 302


def test_a_token_is_of_one_session_and_one_draft(
    app: Flask, browser: FlaskClient, entry_id: str, writer: User
) -> None:
    token = ask(browser, entry_id).get_json()["token"]
    other_draft = start_draft(writer)
    assert send(browser, other_draft, token=token, version=1, fields={"title": "x"}).status_code == 400
    assert send(browser, entry_id, token="", version=2, fields={"title": "x"}).status_code == 400
    again = sign_in(app, writer)
    assert send(again, entry_id, token=token, version=2, fields={"title": "x"}).status_code == 400
    assert stored(entry_id, writer).fields["title"] == "Så gick det"
    assert send(again, entry_id, version=2, fields={"title": "x"}).status_code == 200


def test_a_page_of_another_site_saves_nothing(browser: FlaskClient, entry_id: str) -> None:
    """Its browser would have to be told the token too (S-24)."""
    token = ask(browser, entry_id).get_json()["token"]
    body = {"token": token, "version": 2, "fields": {"title": "x"}}
    answer = browser.post(f"/bidra/{entry_id}/spara", json=body, headers={"Origin": "https://annan.example"})
    assert answer.status_code == 400


def test_who_may_not_write_meets_what_is_not_there(app: Flask, entry_id: str) -> None:
    """(S-27)"""
    stranger = sign_in(app, make_user(name="Sture Främling"))
    foreign, unknown = (ask(stranger, one) for one in (entry_id, "01JD0000000000000000000000"))
    assert (foreign.status_code, foreign.data) == (unknown.status_code, unknown.data)
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"fields": {"hittepa": "x"}, "version": 2}, 422),
        ({"fields": {"title": 7}, "version": 2}, 422),
        ({"fields": ["title"], "version": 2}, 422),
        ({"fields": {"title": "x"}}, 422),
        ({"fields": {"title": "x"}, "version": "2"}, 422),
        ({"fields": {"body": "x" * 900_100}, "version": 2}, 413),
        ({"fields": {"body": "x" * 1_000_001}, "version": 2}, 413),
    ],
)
def test_what_cannot_be_stored_is_refused_in_words(
    browser: FlaskClient, entry_id: str, writer: User, body: dict[str, Any], status: int
) -> None:
    answer = send(browser, entry_id, **body)
    assert answer.status_code == status
    if len(str(body)) < 950_000:
        assert answer.get_json()["message"]
    assert stored(entry_id, writer).fields["body"] == "Två"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 100_000])
def test_what_is_no_json_object_is_refused(browser: FlaskClient, entry_id: str, body: str) -> None:
    answer = browser.post(
        f"/bidra/{entry_id}/spara", data=body, content_type="application/json", headers={"Origin": BASE_URL}
    )
    assert answer.status_code == 422
    assert answer.get_json()["message"]


def merge(browser: FlaskClient, entry_id: str, **fields: str) -> TestResponse:
    token = ask(browser, entry_id).get_json()["token"]
    return browser.post(
        f"/bidra/{entry_id}/spara", data={"intyg": token, **fields}, headers={"Origin": BASE_URL}
    )


def hidden(answer: TestResponse) -> dict[str, str]:
    """The hidden fields of the merge page, with its token."""
    tree = LexborHTMLParser(answer.get_data(as_text=True))
    return {
        str(one.attributes["name"]): one.attributes.get("value") or ""
        for one in tree.css("form.merge input[type=hidden]")
    }


@pytest.mark.parametrize(
    ("chosen", "together", "becomes"),
    [
        ("mina", "", "Min text\nmed rader"),
        ("deras", "", "Deras text"),
        ("egen", "Båda\r\ntexterna", "Båda\ntexterna"),
    ],
)
def test_the_writer_chooses_between_two_texts(
    browser: FlaskClient, entry_id: str, writer: User, chosen: str, together: str, becomes: str
) -> None:
    """Without a script too; what nobody else has touched comes along (A-23)."""
    send(browser, entry_id, version=2, fields={"body": "Deras text"})
    page = merge(
        browser,
        entry_id,
        version="2",
        body="Min text\r\nmed rader",
        summary="Min sammanfattning",
        tillbaka=f"/bidra/{entry_id}/text",
        kopia="abc123",
    )
    assert page.status_code == 409
    text = LexborHTMLParser(page.get_data(as_text=True)).body.text()  # type: ignore[union-attr]
    assert "Min text\nmed rader" in text
    assert "Deras text" in text
    assert "Min sammanfattning" not in text, "nobody else has written there"
    fields = hidden(page)
    answer = merge(browser, entry_id, **fields | {"val.body": chosen, "egen.body": together})
    assert answer.status_code == 303
    assert answer.location == f"/bidra/{entry_id}/text?avgjord=abc123"
    now = stored(entry_id, writer)
    assert (now.fields["body"], now.fields["summary"]) == (becomes, "Min sammanfattning")


def test_nothing_is_chosen_for_the_writer(browser: FlaskClient, entry_id: str, writer: User) -> None:
    send(browser, entry_id, version=2, fields={"body": "Deras text"})
    fields = hidden(merge(browser, entry_id, version="2", body="Min text"))
    again = merge(browser, entry_id, **fields)
    assert again.status_code == 422
    assert hidden(again)["min.body"] == "Min text"
    assert stored(entry_id, writer).fields["body"] == "Deras text"


def test_a_third_text_is_not_written_over_either(browser: FlaskClient, entry_id: str, writer: User) -> None:
    send(browser, entry_id, version=2, fields={"body": "Deras text"})
    fields = hidden(merge(browser, entry_id, version="2", body="Min text"))
    send(browser, entry_id, version=int(fields["version"]), fields={"body": "Ännu en text"})
    again = merge(browser, entry_id, **fields | {"val.body": "mina"})
    assert again.status_code == 409
    assert hidden(again)["min.body"] == "Min text"
    assert stored(entry_id, writer).fields["body"] == "Ännu en text"


def test_a_choice_with_an_old_token_is_shown_again(browser: FlaskClient, entry_id: str, writer: User) -> None:
    answer = merge(browser, entry_id, version="2", body="Min text", intyg="gammalt")
    assert answer.status_code == 400
    assert "Min text" in answer.get_data(as_text=True)
    saved = merge(browser, entry_id, **hidden(answer))
    assert saved.status_code == 303
    assert stored(entry_id, writer).fields["body"] == "Min text"


def test_a_log_in_between_shows_the_texts_again(
    app: Flask, browser: FlaskClient, entry_id: str, writer: User
) -> None:
    """(S-19)"""
    token = ask(browser, entry_id).get_json()["token"]
    sessions.end_others(writer.id, "", actor_of(writer))
    answer = browser.post(
        f"/bidra/{entry_id}/spara",
        data={"intyg": token, "version": "2", "body": "Min text"},
        headers={"Origin": BASE_URL},
    )
    assert answer.status_code == 401
    assert "behallet" in answer.get_data(as_text=True)


def test_the_end_of_a_log_in_beside_the_text(browser: FlaskClient) -> None:
    page = browser.get("/bidra/inloggad")
    assert page.status_code == 200
    assert "Stäng det här fönstret" in page.get_data(as_text=True)
