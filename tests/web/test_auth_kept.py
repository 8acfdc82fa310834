"""What was typed is not lost when a log-in comes between; nothing is sent by itself (S-15, S-19; A-30)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db
from kb.domain.vocabulary import Role
from kb.models import AuditEvent
from tests.accounts import code, make_user, sign_in
from tests.web import guarded
from tests.web.conftest import NewApp
from tests.web.html import Html, words
from tests.web.site import BASE_URL

PASSWORD = "korrekt häst batteri"
FROM_HERE = {"Origin": BASE_URL}
TYPED = {"message": 'Två rader\nmed <b>å</b> & "citat"', "title": "En rubrik"}
SECRET = {"password": "hemligt ord 99"}
LATER = timedelta(minutes=50)

Taken = tuple[Flask, list[dict[str, str]]]


@pytest.fixture
def taken(new_app: NewApp) -> Taken:
    app = new_app()
    return app, guarded.add(app)


def fields(response: TestResponse) -> dict[str, str]:
    nodes = Html(response.text).all("main form[method=post]:first-of-type :is(input, textarea)")
    return {
        node.attributes["name"] or "": (
            node.attributes.get("value") or "" if node.tag == "input" else node.text().removeprefix("\n")
        )
        for node in nodes
    }


def send(client: FlaskClient, path: str, page: TestResponse, **typed: str) -> TestResponse:
    return client.post(path, data={**fields(page), **typed}, headers=FROM_HERE)


def signed_in(app: Flask, ago: timedelta = timedelta(0), **changes: object) -> FlaskClient:
    with app.app_context():
        user = make_user(email="asa@exempel.se", password=PASSWORD, **changes)  # type: ignore[arg-type]
        return sign_in(app, user, at=datetime.now(UTC) - ago)


def test_a_form_sent_too_late_comes_back_after_the_log_in(taken: Taken) -> None:
    app, sent = taken
    client = signed_in(app)
    form = client.get("/en/prov/own")
    client.delete_cookie("__Host-kb_session", path="/")
    stopped = client.post("/en/prov/own?del=2", data={**fields(form), **TYPED, **SECRET}, headers=FROM_HERE)
    assert stopped.status_code == 401
    assert SECRET["password"] not in stopped.text
    again = send(client, "/en/logga-in", stopped, email="asa@exempel.se", password="fel lösenord")
    assert again.status_code == 401
    back = send(client, "/en/logga-in", again, email="asa@exempel.se", password=PASSWORD)
    assert back.status_code == 422
    assert back.headers["Cache-Control"] == "no-store"
    kept = fields(back)
    assert {name: kept[name] for name in TYPED} == TYPED
    assert kept["password"] == ""
    assert '<html lang="en">' in back.text
    assert sent == [], "the person sends it"
    done = client.post("/en/prov/own", data=kept, headers=FROM_HERE)
    assert done.status_code == 303
    assert sent == [{**TYPED, "password": ""}]


def test_the_session_ended_by_time(taken: Taken) -> None:
    app, sent = taken
    client = signed_in(app, LATER)
    assert client.get("/prov/own").status_code == 302
    stopped = client.post("/prov/own", data=TYPED, headers=FROM_HERE)
    back = send(client, "/logga-in", stopped, email="asa@exempel.se", password=PASSWORD)
    assert fields(back)["title"] == TYPED["title"]
    assert "Det du skrev finns kvar" in words(Html(back.text).one(".error-summary"))
    assert sent == []


def test_it_comes_along_through_the_second_step(taken: Taken) -> None:
    app, sent = taken
    client = signed_in(app, LATER, second_factor=True)
    stopped = client.post("/prov/own", data=TYPED, headers=FROM_HERE)
    step = send(client, "/logga-in", stopped, email="asa@exempel.se", password=PASSWORD)
    back = send(client, "/logga-in/kod", step, code=code())
    assert fields(back)["message"] == TYPED["message"]
    assert sent == []


def test_what_another_site_sent_is_not_kept(taken: Taken) -> None:
    app, sent = taken
    response = app.test_client().post("/prov/own", data=TYPED, headers={"Origin": "https://evil.example"})
    assert response.status_code == 401
    assert "behallet" not in fields(response)
    assert sent == []


def test_what_we_did_not_sign_is_not_shown(taken: Taken) -> None:
    app, sent = taken
    client = signed_in(app, LATER)
    page = client.get("/logga-in")
    data = {"behallet": "WyIvcHJvdi9vd24iXQ.awSWiw.xxxx", "email": "asa@exempel.se", "password": PASSWORD}
    response = client.post("/logga-in", data={**fields(page), **data}, headers=FROM_HERE)
    assert (response.status_code, response.location) == (303, "/")
    assert sent == []


def test_what_is_too_much_is_said_to_be(taken: Taken) -> None:
    app, _ = taken
    data = {f"f{number}": "x" for number in range(400)}
    response = app.test_client().post("/prov/own", data=data, headers=FROM_HERE)
    assert response.status_code == 401
    assert "kan inte följa med" in words(Html(response.text).one("main"))


def test_a_page_that_the_person_may_not_see_gives_the_words_back(
    taken: Taken,
) -> None:
    app, sent = taken
    client = signed_in(app, LATER)
    stopped = client.post("/prov/admin", data=TYPED, headers=FROM_HERE)
    back = send(client, "/logga-in", stopped, email="asa@exempel.se", password=PASSWORD)
    assert back.status_code == 200
    assert [node.text().removeprefix("\n") for node in Html(back.text).all("main textarea")] == [
        *TYPED.values()
    ]
    assert sent == []


class TestConfirming:
    """S-15: what guards the account is changed only by someone who has just proved who they are."""

    def test_it_is_asked_for_and_the_form_comes_back(self, taken: Taken) -> None:
        app, sent = taken
        client = signed_in(app, timedelta(minutes=20))
        form = client.get("/prov/recently")
        asked = send(client, "/prov/recently", form, **TYPED, **SECRET)
        assert asked.status_code == 403
        assert Html(asked.text).h1 == "Bekräfta att det är du"
        before = client.get_cookie("__Host-kb_session")
        wrong = send(client, "/logga-in/bekrafta", asked, password="fel lösenord")
        assert wrong.status_code == 401
        back = send(client, "/logga-in/bekrafta", wrong, password=PASSWORD)
        assert fields(back)["message"] == TYPED["message"]
        assert client.get_cookie("__Host-kb_session") != before, "a new token"
        assert sent == []
        assert client.post("/prov/recently", data=fields(back), headers=FROM_HERE).status_code == 303
        assert len(sent) == 1

    def test_not_of_someone_who_has_just_signed_in(self, taken: Taken) -> None:
        app, sent = taken
        client = signed_in(app)
        assert send(client, "/prov/recently", client.get("/prov/recently"), **TYPED).status_code == 303
        assert len(sent) == 1


class TestTheGate:
    """S-26, S-27: a row for each page, and what one may not see is as if it were not there."""

    def test_a_page_without_a_row_is_not_there(self, taken: Taken) -> None:
        app, _ = taken
        client = signed_in(app, role=Role.ADMIN)
        assert client.get("/prov/without-row").status_code == 404
        assert client.post("/prov/without-row", headers=FROM_HERE).status_code == 404

    def test_a_page_of_others_is_not_there_and_that_is_noted(self, taken: Taken) -> None:
        app, sent = taken
        client = signed_in(app)
        refused, absent = client.get("/prov/admin"), client.get("/prov/xdmin")
        assert refused.status_code == absent.status_code == 404
        assert words(Html(refused.text).one("main")) == words(Html(absent.text).one("main"))
        assert client.post("/prov/admin", data=TYPED, headers=FROM_HERE).status_code == 404
        assert sent == []
        with app.app_context():
            noted = select(AuditEvent.subject_id).where(AuditEvent.action == "access_refused")
            assert set(db.session.scalars(noted)) == {"guarded.admin"}

    def test_without_the_second_factor_of_the_role_little_is_there(self, taken: Taken) -> None:
        app, sent = taken
        client = signed_in(app, role=Role.ADMIN, second_factor=False)
        assert client.get("/prov/half-way").status_code == 200
        for path in ("/prov/own", "/prov/admin"):
            assert client.get(path).location == "/konto/sakerhet/tvasteg"
            stopped = client.post(path, data=TYPED, headers=FROM_HERE)
            assert stopped.status_code == 403
            assert "behallet" in fields(stopped)
        assert sent == []

    def test_a_second_factor_that_the_session_lacks_is_asked_for(self, taken: Taken) -> None:
        app, _ = taken
        with app.app_context():
            client = sign_in(app, make_user(Role.ADMIN), second_factor=False)
        asked = client.get("/prov/admin")
        assert asked.location == "/logga-in/bekrafta?till=/prov/admin"
        done = send(client, "/logga-in/bekrafta", client.get(asked.location), code=code())
        assert (done.status_code, done.location) == (303, "/prov/admin")
        assert client.get("/prov/admin").status_code == 200
