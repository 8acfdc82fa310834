"""Signing in and out as a browser does it: the cookie, the words (S-12, S-18, S-20, S-25, S-45)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose
from kb.domain.letters import LetterKind
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, Letter, User, UserSession
from kb.services import links, people
from kb.web import form_guard
from kb.web.form_guard import FIELD
from tests.accounts import code, make_user, sign_in
from tests.web import guarded
from tests.web.conftest import NewApp
from tests.web.html import Html, words
from tests.web.site import BASE_URL

EMAIL, PASSWORD = "asa.oberg@exempel.se", "korrekt häst batteri"
COOKIE = "__Host-kb_session"
FROM_HERE = {"Origin": BASE_URL}


@pytest.fixture(scope="module")
def app(new_app: NewApp) -> Flask:
    app = new_app()
    guarded.add(app)
    with app.app_context():
        make_user(email=EMAIL, password=PASSWORD)
        make_user(Role.MODERATOR, email="milla@exempel.se", password=PASSWORD)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def fields(response: TestResponse) -> dict[str, str]:
    """What the form of a page would send by itself."""
    return {
        node.attributes["name"] or "": node.attributes.get("value") or ""
        for node in Html(response.text).all("main form[method=post]:first-of-type input")
    }


def send(client: FlaskClient, page: TestResponse, path: str, **typed: str) -> TestResponse:
    return client.post(path, data={**fields(page), **typed}, headers=FROM_HERE)


def log_in(
    client: FlaskClient, to: str = "", *, email: str = EMAIL, password: str = PASSWORD, **_: Any
) -> Any:
    page = client.get("/logga-in", query_string={"till": to} if to else {})
    return send(client, page, "/logga-in", email=email, password=password)


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def name_in_header(response: TestResponse) -> str:
    found = Html(response.text).texts(".account-menu a[href$='/konto']")
    return found[0].removeprefix("Ditt konto: ") if found else ""


class TestTheCookie:
    """S-20."""

    def test_it_is_bound_to_this_host_and_kept_from_scripts(self, client: FlaskClient) -> None:
        response = log_in(client)
        (cookie,) = response.headers.getlist("Set-Cookie")
        name, *attributes = cookie.split("; ")
        assert name.startswith(f"{COOKIE}=")
        assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}

    def test_without_tls_it_has_another_name(self, new_app: NewApp) -> None:
        app = new_app(base_url="http://127.0.0.1:8000")
        with app.app_context():
            make_user(email=EMAIL, password=PASSWORD)
        client = app.test_client()
        page = client.get("/logga-in")
        response = client.post(
            "/logga-in",
            data={**fields(page), "email": EMAIL, "password": PASSWORD},
            headers={"Origin": "http://127.0.0.1:8000"},
        )
        assert response.headers["Set-Cookie"].startswith("kb_session=")
        assert "Secure" not in response.headers["Set-Cookie"]

    def test_none_is_set_before_the_log_in_succeeds(self, client: FlaskClient) -> None:
        for response in (client.get("/logga-in"), log_in(client, password="fel lösenord")):
            assert "Set-Cookie" not in response.headers

    def test_a_value_from_before_never_becomes_a_session(self, client: FlaskClient) -> None:
        """S-18: no fixation."""
        client.set_cookie(COOKIE, "vald-av-en-angripare", path="/")
        assert log_in(client).status_code == 303
        assert token_of(client) not in ("", "vald-av-en-angripare")
        client.set_cookie(COOKIE, "vald-av-en-angripare", path="/")
        assert name_in_header(client.get("/om")) == ""


class TestLoggingIn:
    """S-12, S-25; A-24."""

    def test_it_leads_to_what_was_asked_for(self, client: FlaskClient) -> None:
        asked = client.get("/en/prov/own?a=1")
        assert asked.status_code == 302
        assert asked.location.startswith("/en/logga-in?till=")
        page = client.get(asked.location)
        response = send(client, page, "/en/logga-in", email=EMAIL, password=PASSWORD)
        assert (response.status_code, response.location) == (303, "/en/prov/own?a=1")
        assert name_in_header(client.get("/om")) == "Åsa Öberg"

    @pytest.mark.parametrize(
        "evil",
        [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "%2f%2fevil.example",
            "/%2fevil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
        ],
    )
    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_it_leads_nowhere_else(self, client: FlaskClient, evil: str, prefix: str) -> None:
        """S-25."""
        page = client.get(f"{prefix}/logga-in", query_string={"till": evil})
        data = {**fields(page), "till": evil, "email": EMAIL, "password": PASSWORD}
        response = client.post(f"{prefix}/logga-in", data=data, headers=FROM_HERE)
        assert (response.status_code, response.location) == (303, f"{prefix}/")

    def test_every_failure_is_the_same(self, app: Flask, client: FlaskClient) -> None:
        """S-12: no one learns whether there is such an account."""
        with app.app_context():
            people.disable(make_user(email="bort@exempel.se", password=PASSWORD).id, SYSTEM)
        answers = [
            log_in(client, email=email, password=password)
            for email, password in (
                (EMAIL, "fel lösenord 1"),
                ("ingen@exempel.se", PASSWORD),
                ("bort@exempel.se", PASSWORD),
            )
        ]
        assert {answer.status_code for answer in answers} == {401}
        assert len({tuple(Html(answer.text).texts(".error-summary li")) for answer in answers}) == 1

    def test_a_password_is_never_shown_again(self, client: FlaskClient) -> None:
        response = log_in(client, password="fel men hemligt")
        assert "fel men hemligt" not in response.text
        assert EMAIL in response.text

    def test_empty_fields_are_named(self, client: FlaskClient) -> None:
        response = log_in(client, email="", password="")
        assert response.status_code == 422
        assert len(Html(response.text).all("[aria-invalid]")) == 2

    def test_whoever_guesses_waits_and_is_told_how_long(self, app: Flask) -> None:
        client = app.test_client()
        for _ in range(30):
            response = log_in(client, email="gissad@exempel.se", password="fel lösenord")
            if response.status_code != 401:
                break
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) > 0
        assert "Det går igen om" in words(Html(response.text).one(".error-summary"))

    def test_a_second_factor_is_asked_for_in_a_second_step(self, app: Flask) -> None:
        client = app.test_client()
        step = log_in(client, "/om", email="milla@exempel.se")
        assert "Set-Cookie" not in step.headers
        wrong = send(client, step, "/logga-in/kod", code="000000")
        assert wrong.status_code == 401
        assert "Set-Cookie" not in wrong.headers
        right = send(client, wrong, "/logga-in/kod", code=code())
        assert (right.status_code, right.location) == (303, "/om")
        assert client.get("/prov/own").status_code == 200

    @pytest.mark.parametrize("step", ["", "forged", "IjAxTTg0WVI0OUtBQ01YMENRSkpFMlBQRldEIg.awSWiw.MdfVw"])
    def test_the_first_step_cannot_be_made_up(self, client: FlaskClient, step: str) -> None:
        response = client.post("/logga-in/kod", data={"steg": step, "code": code()}, headers=FROM_HERE)
        assert response.status_code == 401
        assert Html(response.text).h1 == "Logga in"

    def test_browsers_and_password_managers_know_the_fields(self, app: Flask, client: FlaskClient) -> None:
        """A-24: nothing to remember or to solve; everything can be pasted."""
        page = Html(client.get("/logga-in").text)
        assert page.one("[name=email]").attributes["autocomplete"] == "username"
        assert page.one("[name=password]").attributes["autocomplete"] == "current-password"
        step = Html(log_in(app.test_client(), email="milla@exempel.se").text)
        assert step.one("[name=code]").attributes["autocomplete"] == "one-time-code"

    def test_a_form_from_another_site_signs_nobody_in(self, client: FlaskClient) -> None:
        data = {**fields(client.get("/logga-in")), "email": EMAIL, "password": PASSWORD}
        for headers in ({"Origin": "https://evil.example"}, {}):
            response = client.post("/logga-in", data=data, headers=headers)
            assert response.status_code == 400
            assert "Set-Cookie" not in response.headers

    def test_the_host_header_is_in_no_redirect(self, client: FlaskClient) -> None:
        evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        response = client.get("/prov/own", headers=evil)
        assert response.location == "/logga-in?till=/prov/own"


class TestLoggingOut:
    """S-18, S-24."""

    def test_it_ends_the_session_on_the_server(self, app: Flask) -> None:
        """S-18: a copy of the cookie is worth nothing afterwards. S-45: the browser forgets its pages."""
        client = app.test_client()
        log_in(client)
        copy = token_of(client)
        response = send(client, client.get("/logga-ut"), "/logga-ut")
        assert (response.status_code, response.location) == (303, "/logga-in?klart=utloggad")
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert token_of(client) == ""
        client.set_cookie(COOKIE, copy, path="/")
        assert client.get("/prov/own").status_code == 302

    def test_the_button_of_the_header_does_it_from_any_page(self, app: Flask) -> None:
        client = app.test_client()
        log_in(client)
        token = Html(client.get("/om").text).one(f".account-menu [name={FIELD}]").attributes["value"]
        assert client.post("/logga-ut", data={FIELD: token}, headers=FROM_HERE).status_code == 303
        assert name_in_header(client.get("/om")) == ""

    def test_a_link_does_not(self, app: Flask) -> None:
        client = app.test_client()
        log_in(client)
        assert client.get("/logga-ut").status_code == 200
        assert name_in_header(client.get("/om")) == "Åsa Öberg"

    def test_the_token_of_another_session_does_not(self, app: Flask) -> None:
        """S-24: the token is bound to the session."""
        first, second = app.test_client(), app.test_client()
        log_in(first)
        log_in(second)
        response = second.post("/logga-ut", data=fields(first.get("/logga-ut")), headers=FROM_HERE)
        assert response.status_code == 400
        assert name_in_header(second.get("/om")) == "Åsa Öberg"

    def test_a_token_from_before_the_log_in_does_not(self, app: Flask) -> None:
        client = app.test_client()
        with app.test_request_context():
            unbound = form_guard.token("log_out", bound=False)
        log_in(client)
        assert client.post("/logga-ut", data={FIELD: unbound}, headers=FROM_HERE).status_code == 400


class TestAPageOfSomeone:
    """S-18, S-45."""

    def test_it_is_kept_nowhere(self, app: Flask) -> None:
        """S-45: no-store, no tag, no 304, not packed (BREACH)."""
        client = app.test_client()
        tag = client.get("/om").headers["ETag"]
        log_in(client)
        for path in ("/om", "/", "/sok?q=a", "/prov/own", "/finns-inte"):
            response = client.get(path, headers={"Accept-Encoding": "gzip, br", "If-None-Match": tag})
            assert response.status_code in (200, 404), path
            assert response.headers["Cache-Control"] == "no-store", path
            assert "ETag" not in response.headers, path
            assert "Content-Encoding" not in response.headers, path
            assert "cookie" in response.headers["Vary"].lower(), path

    def test_a_reader_gets_the_page_of_a_reader(self, app: Flask) -> None:
        client = app.test_client()
        log_in(client)
        assert "Åsa Öberg" in client.get("/om").text
        assert "Åsa Öberg" not in app.test_client().get("/om").text

    def test_whoever_is_shut_out_is_signed_out_at_once(self, app: Flask) -> None:
        """S-18: in the middle of a session."""
        with app.app_context():
            user = make_user(Role.MODERATOR)
            user_id = user.id
            client = sign_in(app, user)
        assert client.get("/prov/own").status_code == 200
        with app.app_context():
            people.disable(user_id, SYSTEM)
        assert client.get("/prov/own").status_code == 302
        assert name_in_header(client.get("/om")) == ""

    def test_a_changed_role_ends_the_token(self, app: Flask) -> None:
        with app.app_context():
            user = make_user()
            user_id, admin = user.id, make_user(Role.ADMIN)
            by = Actor(user_id=admin.id, role=Role.ADMIN)
            client = sign_in(app, user)
        token = token_of(client)
        with app.app_context():
            people.change_role(user_id, Role.MODERATOR, by)
        client.set_cookie(COOKIE, token, path="/")
        assert client.get("/prov/own").status_code == 302


class TestStaying:
    """A-30: the session is prolonged on request."""

    def test_it_is_prolonged_from_any_page(self, app: Flask) -> None:
        with app.app_context():
            client = sign_in(app, make_user(), at=datetime.now(UTC) - timedelta(minutes=40))
        said = Html(client.get("/om").text).one("[data-session]").attributes
        data = {FIELD: said["data-token"]}
        response = client.post(said["data-stay"] or "", data=data, headers=FROM_HERE)
        assert response.status_code == 200
        assert response.json is not None
        assert 44 * 60 < response.json["seconds"] <= 45 * 60

    def test_not_from_a_page_of_others(self, app: Flask) -> None:
        with app.app_context():
            client = sign_in(app, make_user())
        said = Html(client.get("/om").text).one("[data-session]").attributes
        for token, origin in ((said["data-token"], "https://evil.example"), ("", BASE_URL)):
            response = client.post("/logga-in/stanna", data={FIELD: token}, headers={"Origin": origin})
            assert response.status_code == 400

    def test_whoever_is_signed_out_is_told_so(self, client: FlaskClient) -> None:
        assert client.post("/logga-in/stanna", headers=FROM_HERE).location == "/logga-in"

    def test_readers_get_neither_script_nor_warning(self, client: FlaskClient) -> None:
        page = Html(client.get("/om").text)
        assert not page.all("[data-session], script[src*=session], link[href*=account]")


class TestForgotten:
    def test_the_answer_is_the_same_for_everyone(self, app: Flask) -> None:
        """S-12."""
        seen = set()
        for email in (EMAIL, "ingen.alls@exempel.se"):
            client = app.test_client()
            response = send(client, client.get("/glomt-losenord"), "/glomt-losenord", email=email)
            seen.add((response.status_code, response.location))
        assert seen == {(303, "/glomt-losenord?klart=skickat")}
        with app.app_context():
            resets = select(Letter.recipient).where(Letter.kind == LetterKind.RESET)
            assert list(db.session.scalars(resets)) == [EMAIL]


class TestLinks:
    """S-14: a link works once, and opening it uses nothing up."""

    @staticmethod
    def path_of(app: Flask, user_id: str, purpose: LinkPurpose, email: str = "") -> str:
        with app.app_context(), writing(db.session):
            return links.address_of(links.make(user_id, purpose, email)).removeprefix(BASE_URL)

    def test_a_new_password_is_chosen_once(self, app: Flask) -> None:
        with app.app_context():
            user = make_user(email="glomsk@exempel.se", password=PASSWORD)
            path, browser = self.path_of(app, user.id, LinkPurpose.RESET), sign_in(app, user)
        client = app.test_client()
        page = client.get(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert client.get(path).status_code == 200
        weak = send(client, page, path, password="sommar2026")
        assert weak.status_code == 422
        response = send(client, page, path, password="en helt annan fras 7")
        assert (response.status_code, response.location) == (303, "/logga-in?klart=losenord")
        assert "Set-Cookie" not in response.headers
        assert client.get(path).status_code == 404
        assert browser.get("/prov/own").status_code == 302, "the sessions of before have ended"
        assert log_in(client, email="glomsk@exempel.se").status_code == 401
        assert log_in(client, email="glomsk@exempel.se", password="en helt annan fras 7").status_code == 303

    def test_an_invitation_is_accepted_with_a_name(self, app: Flask) -> None:
        with app.app_context():
            user_id, _ = people.invite("ny@exempel.se", "Ny Person", Role.MODERATOR, [], SYSTEM)
            path = self.path_of(app, user_id, LinkPurpose.INVITATION)
        client = app.test_client()
        page = client.get(path)
        assert fields(page)["name"] == "Ny Person"
        assert "granskare" in Html(page.text).one("main").text()
        send(client, page, path, name="Nya Namnet", password="en helt annan fras 7")
        step = log_in(client, email="ny@exempel.se", password="en helt annan fras 7")
        assert step.status_code == 303
        assert name_in_header(client.get("/om")) == "Nya Namnet"
        assert client.get("/prov/own").location == "/konto/sakerhet/tvasteg"

    def test_a_new_address_is_confirmed(self, app: Flask) -> None:
        with app.app_context():
            user = make_user(email="gammal@exempel.se", password=PASSWORD)
            path = self.path_of(app, user.id, LinkPurpose.EMAIL_CHANGE, "nyare@exempel.se")
        client = app.test_client()
        assert send(client, client.get(path), path).location == "/logga-in?klart=e-post"
        assert log_in(client, email="nyare@exempel.se").status_code == 303

    def test_a_form_of_others_uses_nothing_up(self, app: Flask) -> None:
        with app.app_context():
            path = self.path_of(app, make_user(password=PASSWORD).id, LinkPurpose.RESET)
        client = app.test_client()
        data = {**fields(client.get(path)), "password": "en helt annan fras 7"}
        assert client.post(path, data=data, headers={"Origin": "https://evil.example"}).status_code == 400
        assert client.get(path).status_code == 200


def test_a_password_manager_is_led_to_the_page(client: FlaskClient) -> None:
    assert client.get("/.well-known/change-password").location == "/konto/sakerhet/losenord"


def test_a_log_in_is_in_the_log_without_what_was_typed(app: Flask) -> None:
    client = app.test_client()
    log_in(client, password="fel men hemligt igen")
    log_in(client)
    with app.app_context():
        events = list(db.session.scalars(select(AuditEvent)))
        assert {"signed_in", "sign_in_failed"} <= {event.action for event in events}
        assert not any("hemligt" in event.detail or EMAIL in event.detail for event in events)
        user = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        stored = db.session.scalars(
            select(UserSession.token_hash).where(UserSession.user_id == user.id)
        ).all()
        assert token_of(client) not in stored
