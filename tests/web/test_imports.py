"""An administrator takes in files: everything is checked first, then all of it waits for the secretariat."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db
from kb.domain.vocabulary import RevisionStatus, Role
from kb.models import Entry, Revision, User
from kb.services import stories
from kb.web.views.imports import BYTES_MAX
from tests.accounts import make_user, sign_in
from tests.web.html import Html
from tests.web.site import BASE_URL

PATH = "/administration/importera"
TABLE = (
    "organisation;title;summary;kind;outcomes;domain;investment_type;phase;outcome_cost;source_title;source_url\n"
    "Tullverket;Rätt titel;Kort.;Lärdom;Avbruten;labour_market;case_system;idea;12,5 Mkr;Rapport;https://a.se\n"
)
TITLE = "Rätt titel"


@pytest.fixture
def admin(seeded: Flask) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def client(seeded: Flask, admin: User) -> FlaskClient:
    return sign_in(seeded, admin)


def page(response: TestResponse) -> Html:
    return Html(response.get_data(as_text=True))


def upload(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    form = page(client.get(PATH)).one("main form[method=post]")
    token = form.css_first("input[type=hidden]")
    parts = [(f'name="{token.attributes["name"]}"', (token.attributes["value"] or "").encode())]
    parts += [(f'name="filer"; filename="{name}"', content) for name, content in files]
    return client.post(
        form.attributes["action"] or "",
        data=b"".join(map(_part, parts)) + b"--grans--\r\n",
        content_type="multipart/form-data; boundary=grans",
        headers={"Origin": BASE_URL},
    )


def _part(part: tuple[str, bytes]) -> bytes:
    """Written by hand: the client of the tests leaves large files open."""
    head, content = part
    return f"--grans\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def send(client: FlaskClient, action: str, data: dict[str, object]) -> TestResponse:
    return client.post(
        action, data=data, content_type="multipart/form-data", headers={"Origin": BASE_URL}, buffered=True
    )


def confirm(client: FlaskClient, shown: TestResponse) -> TestResponse:
    form = page(shown).one("main form[method=post]")
    data: dict[str, object] = {}
    for field in form.css("input[name]"):
        held = data.setdefault(field.attributes["name"] or "", [])
        assert isinstance(held, list)
        held.append(field.attributes["value"])
    return send(client, form.attributes["action"] or "", data)


def added() -> list[Revision]:
    db.session.rollback()
    return list(db.session.scalars(select(Revision).where(Revision.title == TITLE)))


def test_files_are_shown_first_and_then_wait_for_the_secretariat(
    client: FlaskClient, admin: User, seeded: Flask
) -> None:
    admin_id, before = admin.id, stories.count()
    shown = upload(client, ("tabell.csv", TABLE.encode()))
    assert shown.status_code == 200
    row = page(shown).one("main tbody tr").text()
    for said in ("tabell.csv:2", TITLE, "Tullverket", "Ny"):
        assert said in row
    assert added() == []
    done = confirm(client, shown)
    assert done.status_code == 303
    (revision,) = added()
    assert revision.status is RevisionStatus.SUBMITTED
    assert revision.created_by == admin_id
    assert revision.case_number.startswith("EB-")
    assert stories.count() == before
    text = page(client.get(done.headers["Location"])).one("main").text()
    assert "1 erfarenhet är inläst och väntar på granskning" in text


def test_the_same_file_again_makes_no_double(client: FlaskClient) -> None:
    shown = upload(client, ("tabell.csv", TABLE.encode()))
    confirm(client, shown)
    assert confirm(client, shown).status_code == 303
    again = upload(client, ("annat namn.csv", TABLE.encode("cp1252")))
    assert "Finns redan" in page(again).one("main tbody").text()
    assert "Inget i filerna är nytt" in page(again).one("main").text()
    assert len(added()) == 1


def test_one_fault_stops_everything_and_is_named_by_row_and_column(client: FlaskClient) -> None:
    wrong = TABLE + TABLE.splitlines()[1].replace(TITLE, "Annan").replace("12,5 Mkr", "cirka 5") + "\n"
    shown = upload(client, ("tabell.csv", wrong.encode()))
    assert shown.status_code == 422
    text = page(shown).one("main").text()
    assert "Rad 3, outcome_cost: Ta bort ”cirka”" in text
    assert "1 ny, 0 finns redan, 1 med fel" in text
    assert page(shown).one("main input[type=file]") is not None
    assert "Fel:" in page(shown).one("title").text()
    assert added() == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "Välj minst en fil."),
        ((("a.csv", b"x" * (BYTES_MAX + 1)),), "för många eller för stora"),
        (tuple((f"{number}.md", b"x") for number in range(51)), "för många eller för stora"),
        ((("bild.png", b"\x89PNG"),), "ska sluta på .md eller .csv"),
        ((("bild.md", b"\x89PNG\r\n\x1a\n\0"),), "inte text i UTF-8"),
        ((("bild.csv", b"\x89PNG\r\n\x1a\n\0"),), "inte text i UTF-8"),
        ((("tom.md", b""),), "ska börja med ---"),
        ((("<script>alert(1)</script>.txt", b"x"),), "ska sluta på .md eller .csv"),
    ],
)
def test_what_is_no_file_of_ours_is_said(
    client: FlaskClient, files: tuple[tuple[str, bytes], ...], said: str
) -> None:
    shown = upload(client, *files)
    assert shown.status_code == 422
    assert said in page(shown).one("main").text()
    assert "<script>alert" not in shown.get_data(as_text=True)


def test_what_came_in_the_page_is_checked_anew(client: FlaskClient) -> None:
    shown = upload(client, ("tabell.csv", TABLE.encode()))
    form = page(shown).one("main form[method=post]")
    data: dict[str, object] = {
        field.attributes["name"] or "": field.attributes["value"] for field in form.css("input[name]")
    }
    assert send(client, form.attributes["action"] or "", data | {"innehall": "!"}).status_code == 422
    assert added() == []


def test_only_administrators_see_the_page(seeded: Flask) -> None:
    assert sign_in(seeded, make_user(Role.MODERATOR)).get(PATH).status_code == 404
    assert db.session.scalar(select(Entry.id)) is not None
