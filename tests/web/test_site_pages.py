"""Pages about the site itself, made of what the operator says and of what the code does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import lazy_gettext

from kb.config import resource
from kb.db import db, writing
from kb.domain.site_information import RULES, SitePage
from kb.domain.vocabulary import LABELS, SiteField
from kb.models import SiteValue
from kb.services import seed_site, site_information, zero_hits
from kb.web.cookies import STORED, Place, Stored
from kb.web.views import pages
from tests.web.conftest import NewApp
from tests.web.html import Html

STATEMENT, PRIVACY, COOKIES = "/tillganglighetsredogorelse", "/sa-hanterar-vi-uppgifter", "/om-kakor"
FORM = f"{STATEMENT}/anmal"
NOINDEX = "meta[name=robots][content=noindex]"

Ask = Callable[[str], Html]


@pytest.fixture
def described(new_app: NewApp) -> Flask:
    """A site without stories whose made-up operator has answered everything."""
    app = new_app()
    with app.app_context(), writing(db.session):
        seed_site.put(seed_site.read(resource("seed"), demo=True))
    return app


@pytest.fixture
def ask(described: Flask) -> Ask:
    def get(path: str) -> Html:
        response = described.test_client().get(path)
        assert response.status_code == 200
        return Html(response.text)

    return get


def say(app: Flask, field: SiteField, value: str, language: str = "sv") -> None:
    with app.app_context():
        site_information.put(field, value, language)


def forget(app: Flask, field: SiteField, language: str = "sv") -> None:
    with app.app_context(), writing(db.session):
        db.session.delete(db.session.get_one(SiteValue, (field, language)))


def main_text(page: Html) -> str:
    return " ".join(page.one("main").text().split())


class TestTheStatementHasAllElevenItems:
    """A-01, numbered as in requirements/accessibility.md."""

    def test_1_the_name_of_the_public_actor(self, ask: Ask) -> None:
        assert "Exempelmyndigheten (demonstration) står bakom den här webbplatsen." in main_text(
            ask(STATEMENT)
        )

    def test_2_the_name_of_the_service(self, described: Flask, ask: Ask) -> None:
        say(described, SiteField.SERVICE_NAME, "Provtjänsten")
        assert "Här står hur Provtjänsten följer lagen" in main_text(ask(STATEMENT))

    @pytest.mark.parametrize(
        ("conformity", "word"),
        [("full", "helt förenlig"), ("partly", "delvis förenlig"), ("not", "inte förenlig")],
    )
    def test_3_how_far_it_conforms(self, described: Flask, ask: Ask, conformity: str, word: str) -> None:
        if conformity == "full":
            say(described, SiteField.KNOWN_FAULTS, "")
            say(described, SiteField.KNOWN_FAULTS, "", "en")
        say(described, SiteField.CONFORMITY, conformity)
        text = main_text(ask(STATEMENT))
        assert f"Webbplatsen är {word} med lagen om tillgänglighet till digital offentlig service." in text
        assert ("Vi känner inte till några brister." in text) is (conformity == "full")

    def test_4_what_is_not_accessible_for_whom_and_why(self, described: Flask, ask: Ask) -> None:
        lines = (
            "motor | Menyn går inte att nå. | Den är gammal.",
            "without_sight | Bilden saknar text. | Vi glömde.",
        )
        say(described, SiteField.KNOWN_FAULTS, "\n".join(lines))
        page = ask(STATEMENT)
        assert page.texts("#brister ~ h3") == [
            "Om du inte kan se",
            "Om du har svårt att röra dig eller använda händerna",
        ]
        assert page.texts("#brister ~ h3 + ul li") == [
            "Bilden saknar text. Vi glömde.",
            "Menyn går inte att nå. Den är gammal.",
        ]

    def test_5_when_it_was_assessed(self, described: Flask, ask: Ask) -> None:
        say(described, SiteField.ASSESSED_ON, "2025-02-03")
        assert "Den senaste bedömningen gjordes 2025-02-03." in main_text(ask(STATEMENT))

    def test_6_when_it_was_updated(self, described: Flask, ask: Ask) -> None:
        say(described, SiteField.UPDATED_ON, "2025-02-04")
        assert "Redogörelsen uppdaterades senast 2025-02-04." in main_text(ask(STATEMENT))

    def test_7_by_which_method(self, described: Flask, ask: Ask) -> None:
        say(
            described,
            SiteField.ASSESSMENT_METHOD,
            "Vi har frågat fem personer.\n\nIngen annan har granskat den.",
        )
        page = ask(STATEMENT)
        assert {"Vi har frågat fem personer.", "Ingen annan har granskat den."} <= set(page.texts("main p"))

    def test_8_where_to_report(self, ask: Ask) -> None:
        assert ask(STATEMENT).one(f'main a[href="{FORM}"]').text() == "Anmäl bristande tillgänglighet"

    def test_9_where_to_complain(self, ask: Ask) -> None:
        assert (
            ask(STATEMENT).one('main a[href="https://www.digg.se/tdosanmalan"]').text() == "Anmäl till Digg"
        )

    def test_10_what_would_burden_too_much(self, described: Flask, ask: Ask) -> None:
        assert "Vi gör inga undantag för att det vore oskäligt betungande (12 §" in main_text(ask(STATEMENT))
        say(described, SiteField.UNREASONABLE_BURDEN, "Kartan, för att den kostar för mycket.")
        text = main_text(ask(STATEMENT))
        assert "med stöd av 12 § i lagen: Kartan, för att den kostar för mycket." in text
        assert "Vi gör inga undantag" not in text

    def test_11_what_the_law_does_not_cover(self, described: Flask, ask: Ask) -> None:
        assert "Vi har inget innehåll som lagen inte omfattar (9 §)." in main_text(ask(STATEMENT))
        say(described, SiteField.OUTSIDE_THE_LAW, "Dokument från före 2018.")
        text = main_text(ask(STATEMENT))
        assert "omfattas inte av lagen (9 §): Dokument från före 2018." in text
        assert "Vi har inget innehåll" not in text


@pytest.mark.parametrize(
    "field", [field for field, rule in RULES.items() if SitePage.STATEMENT in rule.pages]
)
def test_the_statement_is_not_published_with_an_empty_item(
    described: Flask, ask: Ask, field: SiteField
) -> None:
    """A-01."""
    assert not ask(STATEMENT).all(NOINDEX)
    forget(described, field)
    page = ask(STATEMENT)
    assert page.one(NOINDEX)
    assert page.one(".notice h2").text() == "Redogörelsen är inte färdig"
    assert page.texts(".notice li") == [LABELS[field]]
    assert "förenlig" not in main_text(page).replace(LABELS[field], "")
    assert page.one(f'main a[href="{FORM}"]')
    assert page.one('main a[href^="mailto:"]')
    assert page.one('main a[href="https://www.digg.se/tdosanmalan"]')


def test_the_statement_is_not_published_when_it_contradicts_itself(described: Flask, ask: Ask) -> None:
    say(described, SiteField.CONFORMITY, "full")
    assert ask(STATEMENT).texts(".notice li") == [LABELS[SiteField.CONFORMITY]]


def test_a_site_that_nobody_has_described_says_so(new_app: NewApp) -> None:
    client = new_app().test_client()
    for path in (STATEMENT, PRIVACY):
        page = Html(client.get(path).text)
        assert page.one(NOINDEX)
        assert LABELS[SiteField.AUTHORITY] in page.texts(".notice li")
        assert not page.all('main a[href^="mailto:"]')
    assert "inte fyllt i sina uppgifter ännu" in main_text(Html(client.get("/om").text))


def test_the_statement_in_english(described: Flask, ask: Ask) -> None:
    """A-03; what nobody has translated is Swedish, and marked as such (A-12)."""
    page = ask(f"/en{STATEMENT}")
    assert page.one("html").attributes["lang"] == "en"
    assert page.h1 == "Accessibility statement"
    text = main_text(page)
    assert "partially compliant" in text
    assert "Those who built the service have assessed it themselves." in text
    assert page.one(f'main a[href="/en{FORM}"]')
    assert not page.all("main [lang]")
    forget(described, SiteField.ASSESSMENT_METHOD, "en")
    forget(described, SiteField.KNOWN_FAULTS, "en")
    in_swedish = " ".join(ask(f"/en{STATEMENT}").texts("main [lang=sv]"))
    assert "De som har byggt tjänsten har granskat den själva." in in_swedish
    assert "lättläst svenska" in in_swedish


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_shorter_address_leads_to_the_statement(described: Flask, prefix: str) -> None:
    answer = described.test_client().get(f"{prefix}/tillganglighet")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{prefix}{STATEMENT}")


def test_the_page_on_data_names_who_answers_for_it(ask: Ask) -> None:
    """L-08: what article 13 asks for."""
    page = ask(PRIVACY)
    text = main_text(page)
    assert not page.all(NOINDEX)
    for said in (
        "Exempelmyndigheten (demonstration) är personuppgiftsansvarig",
        "Påhittade gatan 1, 123 45 Exempelstad",
        "dataskyddsombudet@exempelmyndigheten.example",
        "uppgift av allmänt intresse",
        "få veta vilka uppgifter vi har om dig",
        "få fel rättade",
        "raderade",
        "säga nej",
        "Integritetsskyddsmyndigheten",
        "Inga beslut om dig fattas av en dator.",
        "30 dagar.",
        "De sparas tills myndigheten har beslutat om att gallra dem.",
    ):
        assert said in text, said
    assert page.one('main a[href="https://www.imy.se/"]')


def test_the_figures_of_the_page_on_data_are_those_of_the_code(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L-07, ADR 8: a searched name may be kept, and for how long."""
    assert "När det har gått 90 dagar sedan den senaste sökningen tas det bort" in main_text(ask(PRIVACY))
    assert "Räknaren gäller i 1 dygn." in main_text(ask(PRIVACY))
    monkeypatch.setattr(zero_hits, "KEPT_DAYS", 31)
    text = main_text(ask(PRIVACY))
    assert "Söker du på en persons namn kan namnet alltså finnas hos oss. När det har gått 31 dagar" in text
    assert "90" not in text


def test_a_decision_on_retention_is_said(described: Flask, ask: Ask) -> None:
    say(described, SiteField.MESSAGE_RETENTION, "två år")
    text = main_text(ask(PRIVACY))
    assert "Så länge sparas de: två år." in text
    assert "beslutat om att gallra" not in text


def test_the_page_on_cookies_names_each_that_a_log_in_may_set(ask: Ask) -> None:
    """L-43: the list itself is held by the tests of the headers that set them."""
    page = ask(COOKIES)
    assert page.texts("main h2")[: len(STORED)] == [thing.name for thing in STORED]
    assert STORED[0].name == "__Host-kb_session"
    assert "Du som läser utan att logga in får inga kakor." in main_text(page)


def test_the_page_on_cookies_without_any(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """L-40, L-43."""
    monkeypatch.setattr(pages, "STORED", ())
    text = main_text(ask(COOKIES))
    assert "Vi använder inga kakor." in text
    assert "Hur länge" not in text


def test_the_page_on_cookies_with_some(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Stored(
        name="prov_session",
        place=Place.COOKIE,
        purpose=lazy_gettext("Minns att du har loggat in."),
        set_when=lazy_gettext("När du loggar in."),
        kept=lazy_gettext("Åtta timmar."),
    )
    monkeypatch.setattr(
        pages, "STORED", (session, replace(session, name="prov_val", place=Place.LOCAL_STORAGE))
    )
    page = ask(COOKIES)
    assert page.texts("main h2")[:2] == ["prov_session", "prov_val"]
    assert page.texts("main dl:first-of-type dd") == [
        "kaka",
        "Minns att du har loggat in.",
        "När du loggar in.",
        "Åtta timmar.",
    ]
    text = main_text(page)
    assert "localStorage" in text
    assert "Vi använder inga kakor" not in text
    assert "Du som läser utan att logga in får inga kakor." in text
    assert page.faults() == []


@pytest.mark.parametrize(
    ("licence", "address", "says"),
    [("cc0", "zero/1.0", "Du behöver inte fråga"), ("cc_by", "by/4.0", "om du anger")],
)
def test_the_terms_of_our_own_texts(
    described: Flask, ask: Ask, licence: str, address: str, says: str
) -> None:
    """L-50."""
    say(described, SiteField.LICENCE, licence)
    page = ask("/om")
    link = page.one('main a[href^="https://creativecommons.org/"]')
    assert address in str(link.attributes["href"])
    assert says in main_text(page)


def test_what_the_operator_writes_is_text(described: Flask, ask: Ask) -> None:
    """Invariant 6."""
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    for field in (SiteField.AUTHORITY, SiteField.ASSESSMENT_METHOD, SiteField.DATA_PROTECTION_OFFICER):
        say(described, field, evil)
    for path in ("/om", PRIVACY, STATEMENT):
        page = ask(path)
        assert not page.all("main script, main img")
        assert "<script>alert(1)</script>" in main_text(page)


def test_the_contact_page_says_how_to_reach_the_secretariat_and_how_soon_it_answers(
    described: Flask, ask: Ask
) -> None:
    text = main_text(ask("/kontakt"))
    for said in ("kansliet@exempelmyndigheten.example", "08-465 004 00", "Du får svar inom tre arbetsdagar."):
        assert said in text
    assert "You get an answer within three working days." in main_text(ask("/en/kontakt"))
