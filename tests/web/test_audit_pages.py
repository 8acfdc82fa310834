"""The pages of the audit log: who sees them, what a row says, what a filter finds, what a file holds."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import LABELS, Role
from kb.models import AuditEvent, User, now
from kb.services import audit, audit_check, audit_log
from tests import factories
from tests.accounts import make_user, sign_in
from tests.web.site import BASE_URL

LOG, CSV = "/administration/logg", "/administration/logg.csv"


@pytest.fixture
def admin(app: Flask) -> User:
    return make_user(Role.ADMIN, name="Anna Aspelin")


@pytest.fixture
def browser(app: Flask, admin: User) -> FlaskClient:
    return sign_in(app, admin)


def rows(page: TestResponse) -> list[str]:
    """The text of each row, with single spaces."""
    found = HTMLParser(page.text).css("table tbody tr")
    return [" ".join(row.text(separator=" ").split()) for row in found]


def see(browser: FlaskClient, **asked: str | int) -> TestResponse:
    return browser.get(LOG, query_string=asked)


def take_out(browser: FlaskClient, page: TestResponse, **changes: str) -> TestResponse:
    """Send the form of the page that gives a file."""
    form = HTMLParser(page.text).css_first(f'form[action="{CSV}"], form[action^="{CSV}?"]')
    fields = {one.attributes["name"]: one.attributes.get("value") or "" for one in form.css("input")}
    return browser.post(CSV, data={**fields, **changes}, headers={"Origin": BASE_URL}, buffered=True)


def cells(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return cells_of(response.data.decode("utf-8-sig"))


def cells_of(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file), delimiter=";"))


class TestWhoSees:
    @pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.MODERATOR])
    def test_others_find_no_such_page_and_that_is_told(self, app: Flask, role: Role) -> None:
        user = make_user(role)
        browser = sign_in(app, user)
        assert see(browser).status_code == 404
        assert browser.post(CSV, headers={"Origin": BASE_URL}).status_code == 404
        (refused, _) = audit_log.index(audit_log.Filter(who=user.id), 1, SYSTEM).rows[:2]
        assert (refused.action, refused.kind, refused.subject_id) == (
            "access_refused",
            "route",
            "audit.export",
        )

    def test_whoever_is_not_signed_in_is_asked_to(self, app: Flask) -> None:
        assert app.test_client().get(LOG).status_code == 302


class TestRows:
    def test_an_empty_choice_and_what_there_is(self, browser: FlaskClient) -> None:
        (row,) = rows(see(browser))
        assert "Loggade in" in row
        assert "Anna Aspelin" in row
        assert "192.0.2.7" in row

    def test_the_newest_comes_first_in_plain_words(self, browser: FlaskClient, admin: User) -> None:
        other = make_user(Role.CONTRIBUTOR, name="Cilla Ceder")
        audit.record(
            AuditAction.ROLE_CHANGED,
            Actor(admin.id, Role.ADMIN),
            subject=(SubjectKind.USER, other.id),
            before="contributor",
            after="moderator",
        )
        page = see(browser)
        before, after = LABELS[Role.CONTRIBUTOR], LABELS[Role.MODERATOR]
        assert (
            f"Ändrade en roll till: {after} från: {before} Anna Aspelin Cilla Ceder Person –" in rows(page)[0]
        )
        links = [one.attributes["href"] for one in HTMLParser(page.text).css("table a")]
        assert links[:2] == [f"/administration/personer/{admin.id}", f"/administration/personer/{other.id}"]

    def test_an_erased_person_is_nobody_in_particular(self, browser: FlaskClient) -> None:
        gone = make_user(Role.CONTRIBUTOR, name="Rut Raderad")
        audit.record(AuditAction.NAME_CHANGED, Actor(gone.id))
        with writing(db.session):
            gone.erased_at = gone.disabled_at = now()
        assert "Tidigare medarbetare" in rows(see(browser))[0]
        assert "Rut Raderad" not in see(browser).text

    def test_the_system_and_strangers_have_words(self, browser: FlaskClient) -> None:
        audit.record(AuditAction.SIGN_IN_FAILED, Actor(address="2001:db8::7"))
        audit.record(AuditAction.RETENTION_RUN, SYSTEM)
        first, second, *_ = rows(see(browser))
        assert "Gallrade Systemet" in first
        assert "Någon som inte var inloggad" in second
        assert "2001:db8::7" in second

    def test_a_story_and_an_organisation_lead_to_their_pages(self, browser: FlaskClient) -> None:
        entry = factories.published()
        audit.record(
            AuditAction.ORGANISATION_CHANGED, SYSTEM, subject=(SubjectKind.ORGANISATION, entry.owner_id)
        )
        links = {
            one.text(strip=True): one.attributes["href"]
            for one in HTMLParser(see(browser).text).css("table a")
        }
        assert links["Nytt ärendesystem för avverkningar"] == f"/erfarenheter/{entry.id}"
        assert links[entry.owner.name] == f"/administration/myndigheter/{entry.owner.slug}"

    def test_what_someone_wrote_makes_no_row_of_its_own(self, app: Flask, browser: FlaskClient) -> None:
        hostile = "\r\n<script>alert(1)</script>\u202e"
        audit.record(AuditAction.ACCESS_REFUSED, SYSTEM, subject=(SubjectKind.ROUTE, hostile), path=hostile)
        page = see(browser)
        assert "<script>alert(1)" not in page.text
        assert "\u202e" not in page.text
        assert r"\u000d\u000a<script>" in rows(page)[0]


class TestFilters:
    @pytest.fixture
    def filled(self, browser: FlaskClient) -> FlaskClient:
        audit.record(AuditAction.RETENTION_RUN, SYSTEM)
        audit.record(AuditAction.SIGN_IN_FAILED, Actor(address="192.0.2.9"))
        audit.record(AuditAction.LETTER_RESENT, SYSTEM, subject=(SubjectKind.LETTER, "BREV_1%"))
        return browser

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"grupp": "operation"}, 2),
            ({"grupp": "sign_in"}, 2),
            ({"grupp": "finns-inte"}, 4),
            ({"person": "system"}, 2),
            ({"person": "nobody"}, 1),
            ({"person": "finns-inte"}, 0),
            ({"om": "BREV_1%"}, 1),
            ({"om": "_"}, 1),
            ({"om": "%"}, 1),
            ({"om": "%V"}, 0),
            ({"fran": "2999-01-01"}, 0),
            ({"till": "2999-01-01"}, 4),
            ({"fran": "0001-01-01", "till": "9999-12-31"}, 4),
            ({"till": "2001-01-01"}, 0),
            ({"grupp": "operation", "om": "BREV"}, 1),
        ],
    )
    def test_it_finds(self, filled: FlaskClient, asked: dict[str, str], found: int) -> None:
        page = see(filled, **asked)
        assert page.status_code == 200
        assert len(rows(page)) == found
        if not found:
            assert "Ingen händelse stämmer med det du har valt" in page.text

    def test_a_person_is_chosen_by_name(self, filled: FlaskClient, admin: User) -> None:
        options = {
            one.attributes["value"]: one.text()
            for one in HTMLParser(see(filled).text).css("#falt-person option")
        }
        assert options[admin.id] == "Anna Aspelin"
        assert len(rows(see(filled, person=admin.id))) == 1

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"fran": "i går"}, "Skriv dagen som år, månad och dag"),
            ({"till": "2026-02-30"}, "Skriv dagen som år, månad och dag"),
            ({"fran": "2026-02-02", "till": "2026-02-01"}, "Den sista dagen ligger före den första"),
            ({"om": "x" * 101}, "Ett id har högst 100 tecken"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(
        self, filled: FlaskClient, asked: dict[str, str], says: str
    ) -> None:
        page = see(filled, **asked)
        assert page.status_code == 422
        assert says in HTMLParser(page.text).css_first(".field-error").text()
        assert rows(page) == []

    def test_many_are_on_several_pages(self, filled: FlaskClient) -> None:
        with writing(db.session):
            for _ in range(audit_log.PER_PAGE):
                audit.record(AuditAction.RETENTION_RUN, SYSTEM)
        first, second = see(filled, person="system"), see(filled, person="system", sida=2)
        assert (len(rows(first)), len(rows(second))) == (50, 2)
        assert f"{LOG}?sida=2&amp;person=system" in first.text
        assert rows(see(filled, person="system", sida=99)) == rows(second)
        assert rows(see(filled, sida=-1)) == rows(see(filled))


class TestChecked:
    def test_it_says_when_the_chain_was_last_followed(self, browser: FlaskClient) -> None:
        assert "Loggen har inte kontrollerats än" in see(browser).text
        audit_check.check_and_note()
        assert "och var hel" in see(browser).text

    def test_it_says_that_it_was_broken(self, browser: FlaskClient, app: Flask) -> None:
        with db.engine.connect().execution_options(kb_write=True) as connection, connection.begin():
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
            connection.exec_driver_sql("UPDATE audit_event SET action = 'signed_out'")
        db.session.rollback()
        audit_check.check_and_note()
        assert "Loggen är inte hel" in see(browser).text


class TestInjection:
    """What comes with ``%0a`` in an address or a form makes no row of its own, and no line (S-39)."""

    HOSTILE = "%0d%0a2026-11-23 admin loggade in%00%e2%80%ae"

    def test_a_line_break_in_an_address_or_a_form(self, app: Flask, browser: FlaskClient) -> None:
        stranger = sign_in(app, make_user(Role.CONTRIBUTOR))
        before = len(self.stored())
        stranger.get(f"{LOG}?om={self.HOSTILE}")
        stranger.get(f"/administration/personer/{self.HOSTILE}")
        audit.record(
            AuditAction.ACCESS_REFUSED,
            Actor(address="192.0.2.1"),
            subject=(SubjectKind.ROUTE, unquote(self.HOSTILE)),
            path=unquote(self.HOSTILE),
        )
        told = self.stored()
        assert len(told) == before + 2, "the page that was refused, and the one above"
        for row in told:
            assert all(str(value).isprintable() for value in row)
        (shown, *_) = rows(see(browser))
        assert r"\u000d\u000a2026-11-23 admin loggade in\u0000\u202e" in shown
        file = take_out(browser, see(browser)).data.decode("utf-8-sig")
        assert len(file.splitlines()) == len(cells_of(file)) + 1

    def stored(self) -> list[tuple[object, ...]]:
        db.session.rollback()
        return [tuple(row) for row in db.session.execute(select(*AuditEvent.__table__.columns))]


class TestFile:
    """The log as a file, for whoever has to tell of an incident (S-39, L-08)."""

    def test_it_holds_what_was_chosen_and_is_told_of(self, browser: FlaskClient, admin: User) -> None:
        audit.record(AuditAction.RETENTION_RUN, SYSTEM, count=3)
        given = take_out(browser, see(browser, person="system"))
        (row,) = cells(given)
        assert (row["action"], row["action_text"], row["actor_name"]) == (
            "retention_run",
            "Gallrade",
            "system",
        )
        assert row["detail"] == '{"count": 3}'
        assert row["at_utc"].endswith("+00:00")
        assert given.headers["Content-Disposition"].startswith("attachment; filename=logg-")
        assert given.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in given.headers["Cache-Control"]
        told = audit_log.index(audit_log.Filter(), 1, SYSTEM).rows[0]
        assert (told.action, told.actor_id, told.detail["who"]) == ("audit_exported", admin.id, "system")

    def test_who_and_when_are_there(self, browser: FlaskClient, admin: User) -> None:
        (row,) = cells(take_out(browser, see(browser)))
        assert (row["actor_id"], row["actor_name"], row["actor_email"]) == (admin.id, admin.name, admin.email)
        assert (row["action"], row["address"]) == ("signed_in", "192.0.2.7")

    def test_what_a_spreadsheet_would_run_is_text(self, browser: FlaskClient) -> None:
        """S-04."""
        make = make_user(Role.CONTRIBUTOR, name='=HYPERLINK("http://x")')
        audit.record(AuditAction.LETTER_RESENT, Actor(make.id), subject=(SubjectKind.LETTER, "@SUM(A1)"))
        row = cells(take_out(browser, see(browser)))[-1]
        assert (row["actor_name"], row["subject_id"]) == ('\'=HYPERLINK("http://x")', "'@SUM(A1)")

    def test_it_needs_the_form_of_the_page(self, browser: FlaskClient) -> None:
        for data in ({}, {"intyg": "fel"}):
            given = browser.post(CSV, data=data, headers={"Origin": BASE_URL})
            assert given.status_code == 400
            assert "Hämta loggen som fil" in given.text
        assert browser.get(CSV).status_code == 405

    def test_a_wrong_day_is_said_and_nothing_is_told(self, browser: FlaskClient) -> None:
        given = take_out(browser, see(browser), fran="i går")
        assert given.status_code == 422
        assert "Skriv dagen som år, månad och dag" in given.text
        again = take_out(browser, given, fran="2026-01-01")
        assert len(cells(again)) == 1

    def test_it_is_given_only_to_who_has_just_proved_who_they_are(self, app: Flask, admin: User) -> None:
        browser = sign_in(app, admin, at=now() - timedelta(minutes=11))
        given = take_out(browser, see(browser))
        assert given.mimetype == "text/html"
        assert audit_log.index(audit_log.Filter(), 1, SYSTEM).rows[0].action == "signed_in"
