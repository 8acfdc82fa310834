"""The pages of one's own account: a form takes what it asks for and nothing else (S-06, S-13, S-15, S-18)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, update
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.accounts import Channel, NotificationEvent, SignInMethod
from kb.domain.letters import LetterKind
from kb.domain.vocabulary import Role
from kb.models import ExternalIdentity, Letter, NotificationChoice, User, UserSession, now
from kb.services import identities, notifications, second_factor, sessions
from kb.web import auth, form_guard, qr
from tests import factories
from tests.accounts import SECRET, code, make_user, sign_in
from tests.web.conftest import NewApp
from tests.web.html import Html
from tests.web.site import BASE_URL

PASSWORD, NEW_PASSWORD = "korven dansar på taket", "gråsparv under kylskåpet"
MORE = {
    "role": "admin",
    "organisation_id": "01JD0000000000000000000000",
    "organisations": "01JD0000000000000000000000",
    "email_verified": "1",
    "email": "annan@exempel.se",
    "user_id": "01JD0000000000000000000001",
    "id": "01JD0000000000000000000001",
    "totp_confirmed_at": "2020-01-01",
    "disabled_at": "2020-01-01",
    "password_hash": "x",
    "entry_submitted": "site",
}
"""What a form never asked for; a test leaves out what its form does ask for (S-06)."""


@dataclass
class Browser:
    """Someone's own browser."""

    app: Flask
    client: FlaskClient
    user_id: str
    answers: list[TestResponse] = field(default_factory=list)

    def get(self, path: str, status: int = 200) -> Html:
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code, response.headers.get("Location"))
        return Html(response.get_data(as_text=True))

    def send(self, path: str, *, at: str = "", **typed: Any) -> TestResponse:
        """Open the page, fill in its form and send it; ``at`` is where it is sent, if not to the page."""
        own = {
            node.attributes["name"] or "": node.attributes.get("value") or ""
            for node in self.get(path).all("main form input[type=hidden]")
        }
        return self.client.post(at or path, data={**own, **typed}, headers={"Origin": BASE_URL})

    def user(self) -> User:
        db.session.expire_all()
        return db.session.get_one(User, self.user_id)

    def row(self) -> dict[str, Any]:
        """The account as it lies in the database, with what belongs to it."""
        user = self.user()
        columns = {column.key: getattr(user, column.key) for column in inspect(User).column_attrs}
        own = sorted(one.id for one in user.organisations)
        choices = notifications.choices_of(user.id)
        return {**columns, "organisations": own, "choices": choices}


def problems(response: TestResponse) -> list[str]:
    page = Html(response.get_data(as_text=True))
    assert page.one("head title").text().startswith("Fel: ")
    summary = page.one(".error-summary")
    assert "autofocus" in summary.attributes
    ids = {(node.attributes["href"] or "")[1:] for node in summary.css("a")}
    assert all(page.all(f"#{one}") for one in ids), ids
    return page.texts(".error-summary li")


def location(response: TestResponse) -> str:
    assert response.status_code == 303, response.get_data(as_text=True)[:3000]
    return response.headers["Location"]


@pytest.fixture(scope="module")
def account_app(new_app: NewApp) -> Flask:
    return new_app()


@pytest.fixture(autouse=True)
def context(account_app: Flask) -> Iterator[None]:
    with account_app.app_context():
        yield


@pytest.fixture
def browser_of(account_app: Flask) -> Any:
    def make(role: Role = Role.CONTRIBUTOR, **changes: Any) -> Browser:
        user = make_user(role, **changes)
        return Browser(account_app, sign_in(account_app, user), user.id)

    return make


@pytest.fixture
def own(browser_of: Any) -> Browser:
    """A contributor with a password and no second factor."""
    browser: Browser = browser_of(password=PASSWORD, name="Åsa Öberg")
    return browser


def long_ago(browser: Browser) -> None:
    """The person proved who they are a good while ago."""
    with writing(db.session):
        db.session.execute(
            update(UserSession)
            .where(UserSession.user_id == browser.user_id)
            .values(authenticated_at=now() - timedelta(minutes=30))
        )


# Profil


def test_the_profile_is_shown_and_changed(own: Browser) -> None:
    page = own.get("/konto")
    assert page.one("#falt-name").attributes["value"] == "Åsa Öberg"
    assert page.one("#falt-name").attributes["autocomplete"] == "name"
    assert own.user().email in page.text
    response = own.send("/konto", name="Åsa  Ek", language="en")
    assert location(response) == "/konto?klart=profil"
    assert own.get("/konto?klart=profil").texts("main [role=status]") == ["Ändringarna är sparade."]
    assert (own.user().name, own.user().language) == ("Åsa Ek", "en")


@pytest.mark.parametrize(("typed", "fault"), [({"name": " "}, "namn"), ({"language": "de"}, "svenska eller")])
def test_a_wrong_profile_keeps_what_was_typed_and_changes_nothing(
    own: Browser, typed: dict[str, str], fault: str
) -> None:
    before = own.row()
    response = own.send("/konto", **{"name": "Ny", "language": "en", **typed})
    assert response.status_code == 422
    assert fault in problems(response)[0]
    assert Html(response.get_data(as_text=True)).one("#falt-name").attributes["value"] == (
        typed.get("name", "Ny").strip()
    )
    assert own.row() == before


def test_a_new_address_counts_when_its_link_is_followed(own: Browser) -> None:
    before = own.user().email
    response = own.send("/konto/e-post", email="ny.adress@exempel.se")
    assert location(response) == "/konto?klart=e-post"
    assert own.user().email == before
    [letter] = db.session.scalars(select(Letter).where(Letter.user_id == own.user_id))
    assert (letter.kind, letter.recipient) == (LetterKind.EMAIL_CHANGE, "ny.adress@exempel.se")


def test_a_wrong_address_is_refused(own: Browser) -> None:
    response = own.send("/konto/e-post", email="ingen adress")
    assert response.status_code == 422
    assert len(problems(response)) == 1
    assert 'value="ingen adress"' in response.get_data(as_text=True)


# Organisation


def test_colleagues_are_named_and_others_are_not(browser_of: Any) -> None:
    one, two = factories.organisation("Kammarkollegiet"), factories.organisation("Tillväxtverket")
    db.session.commit()
    own = browser_of(organisations=(one,), name="Åsa Öberg")
    make_user(Role.MODERATOR, organisations=(one, two), name="Kollega Kvist")
    make_user(organisations=(two,), name="Främmande Fors")
    make_user(organisations=(one,), name="Avstängd Alm", disabled_at=now())
    page = own.get("/konto/organisation")
    assert page.texts("h2 a") == ["Kammarkollegiet"]
    assert page.texts("tbody tr") == ["Kollega Kvist Granskare"]
    assert "@exempel.se" not in page.one("main").text()


def test_someone_of_no_organisation_is_told_what_to_do(browser_of: Any) -> None:
    page = browser_of(organisations=()).get("/konto/organisation")
    assert "inte knuten till någon myndighet" in page.one("main").text()
    assert page.one("main a[href='/kontakt']")


def test_an_administrator_is_led_to_where_it_is_changed(browser_of: Any) -> None:
    page = browser_of(Role.ADMIN).get("/konto/organisation")
    assert page.one("main a[href='/administration/personer']")


def test_many_colleagues_are_counted(browser_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.services.colleagues.SHOWN_MAX", 2)
    place = factories.organisation("Många Människors Myndighet")
    db.session.commit()
    own = browser_of(organisations=(place,))
    for name in ("Ödla", "Ask", "Ängel", "Björk"):
        make_user(organisations=(place,), name=name)
    page = own.get("/konto/organisation")
    assert page.texts("tbody th") == ["Ask", "Björk"]
    assert "2 kollegor till har konto." in page.one("main").text()


# Säkerhet, lösenordet


def test_a_password_is_changed_with_the_old_one(account_app: Flask, own: Browser) -> None:
    with account_app.app_context():
        elsewhere = Browser(account_app, sign_in(account_app, own.user()), own.user_id)
    before = own.user().password_hash
    token = own.client.get_cookie(_cookie(account_app), domain="localhost")
    response = own.send("/konto/sakerhet/losenord", old_password=PASSWORD, password=NEW_PASSWORD)
    assert location(response) == "/konto/sakerhet?klart=losenord"
    assert own.user().password_hash != before
    own.get("/konto/sakerhet")
    assert elsewhere.client.get("/konto").status_code == 302, "V7.4.3: the other devices are signed out"
    assert own.client.get_cookie(_cookie(account_app), domain="localhost") != token, "a new session token"


def _cookie(app: Flask) -> str:
    with app.test_request_context():
        return auth.cookie_name()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("fel lösenord helt", NEW_PASSWORD, "nuvarande"),
        (PASSWORD, "kort", "12 tecken"),
        (PASSWORD, "Lösenord123!", ""),
    ],
)
def test_a_wrong_or_weak_password_changes_nothing(own: Browser, old: str, new: str, fault: str) -> None:
    before = own.row()
    response = own.send("/konto/sakerhet/losenord", old_password=old, password=new)
    assert response.status_code == 422
    assert fault in problems(response)[0]
    text = response.get_data(as_text=True)
    assert old not in text, "a password is never shown again"
    assert new not in re.sub(r"kort", "", text) or new == "kort"
    assert own.row() == before


def test_someone_without_a_password_is_told_so(browser_of: Any) -> None:
    page = browser_of().get("/konto/sakerhet/losenord")
    assert "Du har inget lösenord här" in page.one("main").text()
    assert not page.all("main form")


# Säkerhet: andra steget


def test_a_second_factor_is_set_up_and_its_codes_are_shown_once(own: Browser) -> None:
    page = own.get("/konto/sakerhet/tvasteg")
    secret = page.one("code.secret").text().replace(" ", "")
    assert re.fullmatch(r"(\w{4} )*\w{4}", page.one("code.secret").text())
    address = page.one("main a[href^='otpauth:']").attributes["href"] or ""
    assert f"secret={secret}" in address
    assert page.one("svg.qr path").attributes["d"] == qr.draw(address).path
    sealed = page.one("[name=sealed]").attributes["value"]
    response = own.client.post(
        "/konto/sakerhet/tvasteg",
        data={
            "intyg": page.one("main [name=intyg]").attributes["value"],
            "sealed": sealed,
            "code": pyotp.TOTP(secret).now(),
        },
        headers={"Origin": BASE_URL},
    )
    assert response.status_code == 200
    codes = Html(response.get_data(as_text=True)).texts(".recovery-codes code")
    assert len(set(codes)) == 10
    assert own.user().totp_confirmed_at is not None
    security = own.get("/konto/sakerhet")
    assert "Du har 10 reservkoder kvar." in security.one("main").text()
    assert not any(code in security.text for code in codes)


def test_looking_at_the_page_stores_nothing(own: Browser) -> None:
    before = own.row()
    own.get("/konto/sakerhet/tvasteg")
    assert own.row() == before


def test_a_wrong_code_shows_the_same_qr_code_again(own: Browser) -> None:
    page = own.get("/konto/sakerhet/tvasteg")
    response = own.client.post(
        "/konto/sakerhet/tvasteg",
        data={
            "intyg": page.one("main [name=intyg]").attributes["value"],
            "sealed": page.one("[name=sealed]").attributes["value"],
            "code": "000000",
        },
        headers={"Origin": BASE_URL},
    )
    assert response.status_code == 422
    assert "Koden stämmer inte" in problems(response)[0]
    again = Html(response.get_data(as_text=True))
    assert again.one("svg.qr path").attributes["d"] == page.one("svg.qr path").attributes["d"]
    assert own.user().totp_secret is None


def test_a_page_that_is_too_old_or_anothers_begins_anew(own: Browser, browser_of: Any) -> None:
    theirs = browser_of().get("/konto/sakerhet/tvasteg")
    secret = theirs.one("code.secret").text().replace(" ", "")
    response = own.send(
        "/konto/sakerhet/tvasteg",
        sealed=theirs.one("[name=sealed]").attributes["value"],
        code=pyotp.TOTP(secret).now(),
    )
    assert response.status_code == 422
    assert any("för gammal" in one for one in problems(response))
    assert secret not in response.get_data(as_text=True).replace(" ", "")
    assert own.user().totp_secret is None


def test_an_administrator_without_a_second_factor_is_told_why_and_gets_no_further(
    account_app: Flask, browser_of: Any
) -> None:
    own = browser_of(Role.ADMIN, second_factor=False, password=PASSWORD)
    assert own.client.get("/konto/organisation").headers["Location"] == "/konto/sakerhet/tvasteg"
    page = own.get("/konto/sakerhet/tvasteg")
    assert "Din roll kräver tvåstegsinloggning" in page.one(".notice").text()
    assert page.texts("nav[aria-label='Kontots sidor'] a") == ["Säkerhet"]
    secret = page.one("code.secret").text().replace(" ", "")
    response = own.client.post(
        "/konto/sakerhet/tvasteg",
        data={
            "intyg": page.one("main [name=intyg]").attributes["value"],
            "sealed": page.one("[name=sealed]").attributes["value"],
            "code": pyotp.TOTP(secret).now(),
        },
        headers={"Origin": BASE_URL},
    )
    assert len(Html(response.get_data(as_text=True)).all(".recovery-codes li")) == 10
    own.get("/konto/organisation")


def test_a_session_that_has_not_shown_the_factor_shows_its_code(account_app: Flask) -> None:
    user = make_user(Role.MODERATOR)
    client = sign_in(account_app, user, second_factor=False, method=SignInMethod.FEDERATED)
    own = Browser(account_app, client, user.id)
    page = own.get("/konto/sakerhet/tvasteg")
    assert not page.all("svg.qr")
    assert own.send("/konto/sakerhet/tvasteg", code="000000").status_code in (401, 403, 422)
    assert own.client.get("/konto/notiser").status_code == 302
    assert location(own.send("/konto/sakerhet/tvasteg", code=code())) == "/konto/sakerhet?klart=tvasteg"
    own.get("/konto/notiser")


def test_the_factor_is_switched_off_where_the_role_allows_it(browser_of: Any) -> None:
    own = browser_of(second_factor=True)
    response = own.send("/konto/sakerhet/tvasteg/stang-av")
    assert location(response) == "/konto/sakerhet?klart=tvasteg-av"
    assert own.user().totp_secret is None
    assert "inget att stänga av" in own.get("/konto/sakerhet/tvasteg/stang-av").one("main").text()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
def test_the_factor_stays_where_the_role_needs_it(browser_of: Any, role: Role) -> None:
    own = browser_of(role)
    page = own.get("/konto/sakerhet/tvasteg/stang-av")
    assert "kan inte stänga av" in page.one("main").text()
    assert not page.all("main form")
    token = _token(own, "account_second_factor_off")
    response = own.client.post(
        "/konto/sakerhet/tvasteg/stang-av", data={"intyg": token}, headers={"Origin": BASE_URL}
    )
    assert response.status_code == 409
    assert "Din roll kräver" in problems(response)[0]
    assert own.user().totp_confirmed_at is not None


def _token(own: Browser, purpose: str, subject: str = "") -> str:
    """A token as the page would carry it, for a form that it does not show."""
    name = _cookie(own.app)
    cookie = own.client.get_cookie(name, domain="localhost")
    assert cookie is not None
    with own.app.test_request_context("/konto", headers={"Cookie": f"{name}={cookie.value}"}):
        return form_guard.token(purpose, subject)


def test_new_recovery_codes_end_the_old_ones(browser_of: Any) -> None:
    own = browser_of(second_factor=True)
    first = Html(own.send("/konto/sakerhet/reservkoder").get_data(as_text=True)).texts("code")
    second = Html(own.send("/konto/sakerhet/reservkoder").get_data(as_text=True)).texts("code")
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    assert not second_factor.take_recovery_code(own.user_id, first[0])
    assert second_factor.take_recovery_code(own.user_id, second[0])


def test_no_codes_without_a_factor(own: Browser) -> None:
    page = own.get("/konto/sakerhet/reservkoder")
    assert not page.all("main form")
    token = _token(own, "account_recovery_codes")
    response = own.client.post(
        "/konto/sakerhet/reservkoder", data={"intyg": token}, headers={"Origin": BASE_URL}
    )
    assert response.status_code == 409
    assert len(problems(response)) == 1


# Säkerhet: enheter och andra tjänster


def test_sessions_are_listed_and_this_one_is_marked(account_app: Flask, own: Browser) -> None:
    assert "inte inloggad någon annanstans" in own.get("/konto/sakerhet").one("main").text()
    sign_in(account_app, own.user(), device="Safari på iPhone")
    page = own.get("/konto/sakerhet")
    assert sorted(page.texts(".session-list h3")) == ["Firefox på Linux Den här", "Safari på iPhone"]
    assert len(page.all(".session-list form")) == 1


def test_one_session_is_ended_and_then_all_others(account_app: Flask, own: Browser) -> None:
    others = [sign_in(account_app, own.user(), device=f"Enhet {number}") for number in range(3)]
    rows = {row.device: row.session_id for row in sessions.of_user(own.user_id)}
    ended = own.send("/konto/sakerhet", at="/konto/sakerhet/sessioner", session=rows["Enhet 0"])
    assert location(ended) == "/konto/sakerhet?klart=enhet"
    assert [client.get("/konto").status_code for client in others] == [302, 200, 200]
    ended = own.send("/konto/sakerhet", at="/konto/sakerhet/sessioner", session="andra")
    assert location(ended) == "/konto/sakerhet?klart=enheter"
    assert [client.get("/konto").status_code for client in others] == [302, 302, 302]
    own.get("/konto")


def test_anothers_session_is_not_there(account_app: Flask, own: Browser, browser_of: Any) -> None:
    theirs = browser_of()
    [row] = sessions.of_user(theirs.user_id)
    sign_in(account_app, own.user())
    response = own.send("/konto/sakerhet", at="/konto/sakerhet/sessioner", session=row.session_id)
    assert response.status_code == 404
    theirs.get("/konto")


def identity(user_id: str, subject: str = "ett") -> str:
    with writing(db.session):
        db.session.add(
            ExternalIdentity(
                issuer="https://id.exempel.se",
                subject=f"{user_id}-{subject}",
                user_id=user_id,
                provider="prov",
            )
        )
    return identities.of_user(user_id)[0].key


def test_an_identity_is_removed_by_its_owner_alone(own: Browser, browser_of: Any) -> None:
    key = identity(own.user_id)
    path = f"/konto/sakerhet/inloggning/{key}"
    browser_of(password=PASSWORD).get(path, 404)
    assert location(own.send(path)) == "/konto/sakerhet?klart=inloggning"
    assert db.session.scalars(select(ExternalIdentity).filter_by(user_id=own.user_id)).all() == []
    own.get(path, 404)


def test_the_only_way_in_is_kept(browser_of: Any) -> None:
    own = browser_of()
    key = identity(own.user_id)
    page = own.get(f"/konto/sakerhet/inloggning/{key}")
    assert "enda sätt att logga in" in page.one("main").text()
    assert not page.all("main form")
    token = _token(own, "account_identity_off", key)
    response = own.client.post(
        f"/konto/sakerhet/inloggning/{key}", data={"intyg": token}, headers={"Origin": BASE_URL}
    )
    assert response.status_code == 409
    assert "enda sätt" in problems(response)[0]
    assert len(identities.of_user(own.user_id)) == 1


# Notiser


def test_choices_are_a_table_and_are_kept(own: Browser) -> None:
    page = own.get("/konto/notiser")
    assert page.texts("thead th")[1:] == [
        "På webbplatsen",
        "E-post direkt",
        "E-post en gång om dagen",
        "E-post en gång i veckan",
    ]
    assert len(page.all("tbody th[scope=row]")) == 4
    assert "En läsare har skrivit till kansliet" not in page.text
    response = own.send("/konto/notiser", entry_decided=["site", "weekly"], story_helped=[])
    assert location(response) == "/konto/notiser?klart=notiser"
    chosen = notifications.choices_of(own.user_id)
    assert chosen[NotificationEvent.ENTRY_DECIDED] == {Channel.SITE, Channel.WEEKLY}
    assert chosen[NotificationEvent.STORY_HELPED] == frozenset()
    again = own.get("/konto/notiser")
    checked = [
        (node.attributes["name"], node.attributes["value"]) for node in again.all("tbody input[checked]")
    ]
    assert checked == [("entry_decided", "site"), ("entry_decided", "weekly")]


def test_day_and_week_at_once_is_refused_at_its_row(own: Browser) -> None:
    response = own.send("/konto/notiser", entry_decided=["daily", "weekly"], story_helped=["site"])
    assert response.status_code == 422
    assert problems(response) == ["Välj brev en gång om dagen eller en gång i veckan, inte båda."]
    page = Html(response.get_data(as_text=True))
    checked = {
        (node.attributes["name"], node.attributes["value"]) for node in page.all("tbody input[checked]")
    }
    assert checked == {("entry_decided", "daily"), ("entry_decided", "weekly"), ("story_helped", "site")}
    assert page.one("#falt-entry_decided").attributes["aria-describedby"] == "falt-entry_decided-error"


def test_a_secretariat_may_choose_more(browser_of: Any) -> None:
    assert len(browser_of(Role.MODERATOR).get("/konto/notiser").all("tbody tr")) == 6


# Mina uppgifter


def test_all_that_is_stored_is_on_the_page_and_in_the_file(own: Browser) -> None:
    with writing(db.session):
        entry = factories.entry(own.user().organisations[0], created_by=own.user_id)
        factories.revision(entry, created_by=own.user_id, title="Ett <b>register</b> & dess slut")
    page = own.get("/konto/mina-uppgifter")
    assert "Ett <b>register</b> & dess slut" in page.one("main").text()
    response = own.send("/konto/mina-uppgifter", at="/konto/mina-uppgifter/exportera")
    assert response.status_code == 200
    assert response.mimetype == "application/zip"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in response.headers["Cache-Control"]
    files = zipfile.ZipFile(io.BytesIO(response.get_data()))
    assert files.testzip() is None
    texts = {name.rpartition("/")[2]: files.read(name).decode("utf-8") for name in files.namelist()}
    assert set(texts) == {"LAS-MIG.txt", "uppgifter.json", "uppgifter.html"}
    told = json.loads(texts["uppgifter.json"])
    assert told["account"][0]["email"] == own.user().email
    assert told["revisions"][0]["title"] == "Ett <b>register</b> & dess slut"
    assert [event["action"] for event in told["events"]] == ["signed_in", "data_exported"]
    assert "Ett &lt;b&gt;register&lt;/b&gt;" in texts["uppgifter.html"]
    assert "personuppgifter" in texts["LAS-MIG.txt"]
    assert str(own.user().password_hash) not in "".join(texts.values())


def test_of_many_events_the_page_shows_the_newest(own: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.web.my_data_view.ON_PAGE", 2)
    for number in range(3):
        own.send("/konto", name=f"Åsa {number}", language="sv")
    page = own.get("/konto/mina-uppgifter")
    assert "Här visas de 2 senaste av 4. Alla finns i filen." in page.one("main").text()


def test_erasing_needs_the_address_and_takes_away_the_person(own: Browser) -> None:
    email = own.user().email
    refused = own.send("/konto/mina-uppgifter/radera", email="fel@exempel.se")
    assert refused.status_code == 422
    assert problems(refused) == ["Skriv adressen precis som den står här ovanför."]
    assert own.user().erased_at is None
    response = own.send("/konto/mina-uppgifter/radera", email=f" {email.upper()} ")
    assert response.status_code == 200
    page = Html(response.get_data(as_text=True))
    assert "Ditt konto är raderat" in page.one("h1").text()
    assert "Åsa Öberg" not in page.text
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert own.user().name == "Tidigare medarbetare"
    assert own.client.get("/konto").status_code == 302


def test_the_last_administrator_is_told_who_must_come_first(browser_of: Any) -> None:
    with writing(db.session):
        db.session.execute(update(User).where(User.role == Role.ADMIN).values(disabled_at=now()))
    own = browser_of(Role.ADMIN, password=PASSWORD)
    response = own.send("/konto/mina-uppgifter/radera", email=own.user().email)
    assert response.status_code == 409
    assert "Utse en administratör till" in problems(response)[0]
    assert own.user().erased_at is None


# Alla formulär

FORMS: dict[str, dict[str, Any]] = {
    "/konto": {"name": "Åsa Öberg", "language": "sv"},
    "/konto/e-post": {"email": "ny@exempel.se"},
    "/konto/sakerhet/losenord": {"old_password": PASSWORD, "password": "kort"},
    "/konto/sakerhet/tvasteg": {"code": "000000"},
    "/konto/notiser": {},
    "/konto/mina-uppgifter/radera": {"email": "fel@exempel.se"},
}
"""Forms with what they ask for; sent so, nothing of the account but the choices is changed."""


@pytest.mark.parametrize("path", FORMS)
def test_what_a_form_did_not_ask_for_changes_nothing(own: Browser, path: str) -> None:
    """S-06."""
    before = own.row()
    response = own.send(path, **{**MORE, **FORMS[path]})
    assert response.status_code in (303, 422)
    after = own.row()
    if path == "/konto/notiser":
        assert set(after.pop("choices").values()) == {frozenset()}, "no box was checked"
        before.pop("choices")
        found = select(NotificationChoice.event).where(NotificationChoice.user_id == own.user_id)
        assert NotificationEvent.ENTRY_SUBMITTED not in set(db.session.scalars(found))
    assert after == before


@pytest.mark.parametrize(
    ("path", "at", "typed"),
    [
        ("/konto/sakerhet", "/konto/sakerhet/sessioner", {"session": "andra"}),
        ("/konto/mina-uppgifter", "/konto/mina-uppgifter/exportera", {}),
    ],
)
def test_what_a_button_did_not_ask_for_changes_nothing(
    account_app: Flask, own: Browser, path: str, at: str, typed: dict[str, str]
) -> None:
    """S-06."""
    sign_in(account_app, own.user())
    before = own.row()
    assert own.send(path, at=at, **{**MORE, **typed}).status_code in (200, 303)
    assert own.row() == before


GUARDED = (
    "/konto",
    "/konto/e-post",
    "/konto/sakerhet/losenord",
    "/konto/sakerhet/tvasteg",
    "/konto/sakerhet/tvasteg/stang-av",
    "/konto/sakerhet/reservkoder",
    "/konto/sakerhet/sessioner",
    "/konto/notiser",
    "/konto/mina-uppgifter/exportera",
    "/konto/mina-uppgifter/radera",
)


@pytest.mark.parametrize("path", GUARDED)
def test_without_its_token_a_form_is_not_taken(own: Browser, path: str) -> None:
    """S-24."""
    before = own.row()
    for origin in (BASE_URL, "https://evil.example"):
        data = {"intyg": "", **FORMS.get(path, {}), "name": "Ny"}
        response = own.client.post(path, data=data, headers={"Origin": origin})
        assert response.status_code in (400, 422), (path, origin)
    assert own.row() == before


RECENTLY = (
    "/konto/e-post",
    "/konto/sakerhet/losenord",
    "/konto/sakerhet/tvasteg",
    "/konto/sakerhet/tvasteg/stang-av",
    "/konto/sakerhet/reservkoder",
    "/konto/mina-uppgifter/exportera",
    "/konto/mina-uppgifter/radera",
)


@pytest.mark.parametrize("path", RECENTLY)
def test_who_one_is_must_have_been_proved_just_now(own: Browser, path: str) -> None:
    """S-15."""
    token = _token(own, {"exportera": "account_export"}.get(path.rpartition("/")[2], "account"))
    long_ago(own)
    before = own.row()
    data = {"intyg": token, **FORMS.get(path, {}), "email": own.user().email}
    response = own.client.post(path, data=data, headers={"Origin": BASE_URL})
    assert response.status_code == 403
    assert "Bekräfta att det är du" in Html(response.get_data(as_text=True)).one("h1").text()
    assert own.row() == before


def test_nobody_signed_in_is_led_to_sign_in(account_app: Flask) -> None:
    client = account_app.test_client()
    for path in (*GUARDED, "/konto/organisation", "/konto/sakerhet", "/konto/mina-uppgifter"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith("/logga-in?till=")


def test_the_secret_of_an_app_stands_on_no_other_page(browser_of: Any) -> None:
    own = browser_of(second_factor=True)
    for path in ("/konto", "/konto/sakerhet", "/konto/sakerhet/tvasteg", "/konto/mina-uppgifter"):
        assert SECRET not in own.get(path).text.replace(" ", "")


def test_the_pages_are_in_english_too(own: Browser) -> None:
    assert own.get("/en/konto").one("html").attributes["lang"] == "en"
    response = own.send("/en/konto", name="Åsa Öberg", language="sv")
    assert location(response) == "/en/konto?klart=profil"


# QR


def test_a_qr_code_is_drawn_module_by_module() -> None:
    text = "otpauth://totp/Erfarenhetsbanken:a%40exempel.se?secret=JBSWY3DPEHPK3PXP"
    drawing = qr.draw(text)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawing.path)
        for step in range(int(length))
    }
    matrix = segno.make(text, error="m", micro=False).matrix
    expected = {
        (column + qr.QUIET, row + qr.QUIET)
        for row, modules in enumerate(matrix)
        for column, module in enumerate(modules)
        if module
    }
    assert dark == expected
    assert drawing.size == len(matrix) + 2 * qr.QUIET
