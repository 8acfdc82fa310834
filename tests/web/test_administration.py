"""The administrator's pages about the site, its people and its organisations, through their forms (S-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import Role
from kb.models import AuditEvent, Letter, Organisation, User, UserSession, now
from kb.services import managed_organisations, organisation_changes, people, people_list
from tests import factories
from tests.accounts import make_user, sign_in
from tests.web.conftest import new_app, site
from tests.web.html import Html
from tests.web.signed_in_pages import Browsers, _administration, browsers_of
from tests.web.site import BASE_URL, Site

__all__ = ["new_app", "site"]

PEOPLE = "/administration/personer"
PLACES = "/administration/myndigheter"


@dataclass
class Desk:
    """An administrator with a browser."""

    app: Flask
    client: FlaskClient
    admin_id: str

    def get(self, path: str, status: int = 200) -> Html:
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code)
        return Html(response.get_data(as_text=True))

    def send(self, path: str, **filled: str | list[str]) -> TestResponse:
        """Fill in the form of a page and send it as it says: what it holds already goes along."""
        form = self.get(path).one("main form[method=post]")
        data: dict[str, str | list[str]] = {}
        for field in form.css("input[name], textarea[name], select[name]"):
            name, kind = field.attributes["name"] or "", field.attributes.get("type")
            if kind in ("radio", "checkbox") and "checked" not in field.attributes:
                continue
            chosen = field.css_first("option[selected]") if field.tag == "select" else None
            value = chosen.attributes.get("value") if chosen else field.attributes.get("value")
            text = field.text().removeprefix("\n") if field.tag == "textarea" else value or ""
            if kind == "checkbox":
                held = data.setdefault(name, [])
                assert isinstance(held, list)
                held.append(text)
            else:
                data[name] = text
        return self.client.post(
            form.attributes["action"] or "", data={**data, **filled}, headers={"Origin": BASE_URL}
        )

    def done(self, path: str, **filled: str | list[str]) -> str:
        """Send the form, and go where it leads; the words of the page there."""
        response = self.send(path, **filled)
        assert response.status_code == 303, response.get_data(as_text=True)
        return self.get(response.headers["Location"]).one("main").text()

    def refused(self, path: str, status: int, **filled: str | list[str]) -> str:
        """Send the form, which comes back; what its summary of faults says."""
        response = self.send(path, **filled)
        assert response.status_code == status, response.status_code
        return Html(response.get_data(as_text=True)).one(".error-summary").text()


@pytest.fixture
def desk(app: Flask) -> Desk:
    with writing(db.session):
        for name in ("Skogsstyrelsen", "Boverket", "Sametinget"):
            factories.organisation(name)
    admin = make_user(Role.ADMIN, name="Anna Aspelin", password_hash="x", organisations=())
    return Desk(app, sign_in(app, admin), admin.id)


def user(user_id: str) -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, user_id)


def colleague(**changes: object) -> str:
    return make_user(**{"password_hash": "x", **changes}).id  # type: ignore[arg-type]


class TestPeople:
    def test_invite(self, desk: Desk) -> None:
        said = desk.done(
            f"{PEOPLE}/bjud-in",
            email="Bo@skogen.se",
            name="Bo Ek",
            organisations="Skogsstyrelsen\n\nboverket",
            language="en",
        )
        assert "på väg med e-post" in said
        assert "Inbjuden" in said
        assert "Boverket, Skogsstyrelsen" in said
        [letter] = db.session.scalars(select(Letter))
        assert (letter.recipient, letter.language) == ("bo@skogen.se", "en")
        row = db.session.scalar(select(User).where(User.email == "bo@skogen.se"))
        assert row is not None
        assert row.role is Role.CONTRIBUTOR

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, desk: Desk) -> None:
        response = desk.send(f"{PEOPLE}/bjud-in", email="Bo", name="Bo Ek", organisations="Skogstyrelsen")
        page = Html(response.get_data(as_text=True))
        assert response.status_code == 422
        assert "Menade du ”Skogsstyrelsen”" in page.one("#falt-organisations-error").text()
        assert page.one("#falt-organisations").text().strip() == "Skogstyrelsen"
        assert page.one("#falt-name").attributes["value"] == "Bo Ek"
        assert "namn@myndighet.se" in desk.refused(
            f"{PEOPLE}/bjud-in", 422, email="Bo", name="Bo Ek", organisations="Boverket"
        )
        assert db.session.scalars(select(Letter)).all() == []

    def test_an_address_that_has_an_account(self, desk: Desk) -> None:
        address = user(colleague()).email
        said = desk.refused(
            f"{PEOPLE}/bjud-in", 422, email=address.upper(), name="Bo", organisations="Boverket"
        )
        assert "redan ett konto" in said

    def test_a_form_takes_only_what_it_asks_for(self, desk: Desk) -> None:
        """S-06: the rest of what is sent changes nothing."""
        person = colleague(name="Bo Ek")
        before = user(person)
        email, role = before.email, before.role
        more = {
            "role": "admin",
            "email": "ny@exempel.se",
            "name": "Någon Annan",
            "user_id": desk.admin_id,
            "id": desk.admin_id,
            "disabled_at": "2020-01-01",
            "password_hash": "",
        }
        desk.done(f"{PEOPLE}/{person}/organisationer", organisations="Boverket", **more)
        after = user(person)
        assert (after.email, after.role, after.name, after.password_hash) == (email, role, "Bo Ek", "x")
        desk.done(f"{PEOPLE}/{person}/roll", **(more | {"role": "moderator"}), organisations="Sametinget")
        after = user(person)
        assert (after.role, [row.name for row in after.organisations]) == (Role.MODERATOR, ["Boverket"])
        assert user(desk.admin_id).role is Role.ADMIN

    @pytest.mark.parametrize("role", ["", "reader", "Admin", "admin "])
    def test_a_role_that_is_none(self, desk: Desk, role: str) -> None:
        person = colleague()
        response = desk.send(f"{PEOPLE}/{person}/roll", role=role)
        if role.strip() == "admin":
            assert response.status_code == 303
        else:
            assert (response.status_code, user(person).role) == (422, Role.CONTRIBUTOR)

    def test_shut_out_and_let_in(self, desk: Desk) -> None:
        person = colleague()
        theirs = sign_in(desk.app, user(person))
        assert theirs.get("/konto").status_code == 200
        assert "loggas ut genast" in desk.get(f"{PEOPLE}/{person}/stang-av").one(".notice").text()
        assert "Avstängd" in desk.done(f"{PEOPLE}/{person}/stang-av")
        assert theirs.get("/konto").status_code == 302  # S-18: signed out at once
        assert "Aktiv" in desk.done(f"{PEOPLE}/{person}/oppna")
        assert theirs.get("/konto").status_code == 302

    def test_ones_own_account_is_for_another(self, desk: Desk) -> None:
        for part in ("roll", "organisationer", "stang-av"):
            assert desk.client.get(f"{PEOPLE}/{desk.admin_id}/{part}").status_code == 302
        page = desk.get(f"{PEOPLE}/{desk.admin_id}")
        assert "Det här är du" in page.one("main").text()
        assert not page.all(f"a[href*='{desk.admin_id}/']")

    def test_two_administrators_cannot_shut_each_other_out(self, desk: Desk) -> None:
        """One does it while the other has the form open: the second has no page any more."""
        other = colleague(role=Role.ADMIN, name="Bo Ek")
        browser = Desk(desk.app, sign_in(desk.app, user(other)), other)
        form = browser.get(f"{PEOPLE}/{desk.admin_id}/stang-av").one("main form[method=post]")
        desk.done(f"{PEOPLE}/{other}/stang-av")
        token = form.css_first("[name=intyg]")
        assert token is not None
        response = browser.client.post(
            form.attributes["action"] or "",
            data={"intyg": token.attributes["value"] or ""},
            headers={"Origin": BASE_URL},
        )
        assert response.status_code == 401
        assert user(desk.admin_id).disabled_at is None

    def test_invite_again(self, desk: Desk) -> None:
        person, _link = people.invite("bo@skogen.se", "Bo Ek", Role.ADMIN, [], SYSTEM)
        assert "En ny inbjudan" in desk.done(f"{PEOPLE}/{person}/bjud-in-igen")
        db.session.rollback()
        assert len(db.session.scalars(select(Letter)).all()) == 2

    def test_pages_lead_to_each_other_with_what_was_asked_for(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(people_list, "PER_PAGE", 1)
        for name in ("Bo Ek", "Bo Al"):
            colleague(name=name, organisations=())
        page = desk.get(f"{PEOPLE}?q=bo&lage=active")
        assert [link.text() for link in page.all("main th a")] == ["Bo Al"]
        following = page.one(".pagination [rel=next]").attributes["href"] or ""
        assert [link.text() for link in desk.get(following).all("main th a")] == ["Bo Ek"]

    def test_a_name_is_text(self, desk: Desk) -> None:
        person = colleague(name="<img src=x onerror=alert(1)>")
        for path in (PEOPLE, f"{PEOPLE}/{person}", f"{PEOPLE}/{person}/stang-av"):
            assert not desk.get(path).all("main img")


RECENTLY = ("roll", "organisationer", "stang-av")


class TestProof:
    @pytest.mark.parametrize("part", RECENTLY)
    def test_a_change_of_rights_needs_a_fresh_proof(self, desk: Desk, part: str) -> None:
        """S-15: ten minutes after signing in, changing someone's rights asks who one is."""
        person = colleague()
        with writing(db.session):
            for row in db.session.scalars(select(UserSession)):
                row.authenticated_at = now() - timedelta(minutes=11)
        response = desk.send(f"{PEOPLE}/{person}/{part}", role="moderator", organisations="Boverket")
        assert response.status_code != 303 or "/logga-in/bekrafta" in response.headers["Location"]
        after = user(person)
        assert (after.role, after.disabled_at) == (Role.CONTRIBUTOR, None)
        assert "Boverket" not in [row.name for row in after.organisations]


class TestOrganisations:
    def test_add(self, desk: Desk) -> None:
        said = desk.done(
            f"{PLACES}/ny", name="Rymdstyrelsen", short_name="RS", type="state_authority", aliases="Rymden\n"
        )
        assert "finns nu i listan" in said
        row = managed_organisations.load("rymdstyrelsen")
        assert [alias.alias for alias in row.aliases] == ["Rymden"]

    def test_what_is_wrong(self, desk: Desk) -> None:
        said = desk.refused(f"{PLACES}/ny", 422, name="boverket", type="region")
        assert "används redan av Boverket" in said
        assert "Välj en typ" in desk.refused(f"{PLACES}/ny", 422, name="Nytt")
        assert "Välj en storlek" in desk.refused(
            f"{PLACES}/ny", 422, name="Nytt", type="region", size="enorm"
        )

    def test_renamed_and_found_at_both_addresses(self, desk: Desk) -> None:
        assert "sparad" in desk.done(f"{PLACES}/boverket", name="Planverket")
        reader = desk.app.test_client()
        for path in ("/myndigheter/boverket", "/myndigheter/boverket/feed.atom"):
            response = reader.get(path)
            assert (response.status_code, response.headers["Location"]) == (
                301,
                path.replace("boverket", "planverket"),
            )
            assert reader.get(response.headers["Location"]).status_code == 200
        assert "Boverket" in reader.get("/myndigheter/planverket").get_data(as_text=True)

    def test_merging_says_what_it_does_and_wants_the_name(self, desk: Desk) -> None:
        boverket = managed_organisations.load("boverket")
        factories.published("Planer", owner=boverket)
        make_user(organisations=(boverket,))
        desk.get(f"{PLACES}/boverket/sla-ihop")
        path = f"{PLACES}/boverket/sla-ihop?till=Sametinget"
        notice = desk.get(path).one(".notice").text()
        assert "1 egen erfarenhet flyttar" in notice
        assert "1 person flyttar" in notice
        assert "Skriv namnet ”Boverket”" in desk.refused(path, 422, confirmation="Sametinget")
        assert "sammanslagna" in desk.done(path, confirmation=" boverket ")
        db.session.rollback()
        assert db.session.scalar(select(Organisation).where(Organisation.slug == "boverket")) is None
        response = desk.app.test_client().get("/myndigheter/boverket")
        assert response.headers["Location"] == "/myndigheter/sametinget"

    def test_handing_over_those_that_were_chosen(self, desk: Desk) -> None:
        boverket = managed_organisations.load("boverket")
        kept, given = (factories.published(title, owner=boverket).id for title in ("Kvar", "Given"))
        path = f"{PLACES}/boverket/lamna-over?till=Sametinget"
        checked = [
            box.attributes["value"] for box in desk.get(path).all("main input[type=checkbox][checked]")
        ]
        assert set(checked) == {kept, given}
        # What was chosen stays chosen when the confirmation is missing.
        response = desk.send(path, erfarenhet=[given])
        page = Html(response.get_data(as_text=True))
        assert [box.attributes["value"] for box in page.all("main input[type=checkbox][checked]")] == [given]
        assert "Överlämningen är gjord" in desk.done(path, erfarenhet=[given], confirmation="Boverket")
        db.session.rollback()
        assert [entry.title for entry in managed_organisations.own_entries("boverket", SYSTEM)] == ["Kvar"]
        reader = desk.app.test_client()
        assert "Verksamheten fortsätter hos" in reader.get("/myndigheter/boverket").get_data(as_text=True)

    def test_what_is_no_successor(self, desk: Desk) -> None:
        organisation_changes.hand_over("boverket", "sametinget", SYSTEM)
        said = desk.refused(f"{PLACES}/sametinget/lamna-over?till=boverket", 422, confirmation="Sametinget")
        assert "kan inte ta över" in said


class TestStart:
    def test_nothing_to_do(self, desk: Desk) -> None:
        assert "Inget väntar på dig" in desk.get("/administration").one("main").text()

    def test_what_waits(self, desk: Desk) -> None:
        people.invite("bo@skogen.se", "Bo Ek", Role.ADMIN, [], SYSTEM)
        make_user(Role.MODERATOR, password_hash="x", second_factor=False)
        said = desk.get("/administration").one("main").text()
        assert "1 inbjudan väntar på svar" in said
        assert "1 person kan inte använda sin roll" in said
        assert "Inget väntar på dig" not in said

    def test_parts_that_exist_are_found(self, desk: Desk) -> None:
        links = [
            link.attributes["href"] or "" for link in desk.get("/administration").all("nav .jump-list a")
        ]
        assert links == [
            "/administration",
            PEOPLE,
            PLACES,
            "/administration/importera",
            "/administration/brev",
            "/administration/logg",
        ]
        for link in links:
            desk.get(link)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.MODERATOR])
def test_to_others_there_are_no_such_pages(site: Site, role: Role) -> None:
    """S-27: the same answer as for an address that is none."""
    browsers: Browsers = browsers_of(site)
    client = browsers.of(role.value)
    nowhere = client.get("/administration/finns-inte")
    for page in _administration(browsers):
        answer = client.open(page.path, method=page.method, data=page.data, headers={"Origin": BASE_URL})
        assert answer.status_code == nowhere.status_code == 404, page.name
        assert Html(answer.get_data(as_text=True)).one("h1").text() == "Sidan finns inte"


def test_each_page_answers_as_its_row_says(site: Site) -> None:
    browsers = browsers_of(site)
    for page in _administration(browsers):
        assert page.fetch(browsers).status_code == page.status, page.name


def test_who_did_it_is_in_the_log(desk: Desk) -> None:
    """S-39."""
    person = colleague()
    desk.done(f"{PEOPLE}/{person}/roll", role="moderator")
    desk.done(f"{PEOPLE}/{person}/stang-av")
    desk.done(f"{PLACES}/boverket", name="Planverket")
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.actor_id == desk.admin_id)).all()
    assert {"role_changed", "user_disabled", "organisation_changed"} <= {row.action for row in rows}
