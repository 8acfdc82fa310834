"""What a reader is told when something fails, and what the log is told (S-40)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask
from jinja2 import DictLoader
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from kb.db import db
from kb.domain import errors as domain
from kb.web import auth, errors
from kb.web.access import OPEN
from kb.web.error_texts import TEXTS
from kb.web.last_resort import LastResort
from kb.web.security_headers import HEADERS, SecurityHeaders
from tests.installation import DATABASE
from tests.web.broken import FAILURES, SECRET
from tests.web.conftest import NewApp
from tests.web.html import Html
from tests.web.site import REASON, Site


def all_domain_errors(
    kind: type[domain.DomainError] = domain.DomainError,
) -> Iterator[type[domain.DomainError]]:
    for child in kind.__subclasses__():
        if child.__module__ == "kb.domain.errors":
            yield child
            yield from all_domain_errors(child)


@pytest.mark.parametrize("kind", list(all_domain_errors()), ids=lambda kind: kind.__name__)
def test_every_domain_error_has_a_code_with_words(kind: type[domain.DomainError]) -> None:
    codes = [errors.CODES[parent] for parent in kind.__mro__ if parent in errors.CODES]
    assert codes, f"add {kind.__name__} to CODES in kb/web/errors.py"
    assert codes[0] in TEXTS, f"add {codes[0]} to TEXTS in kb/web/error_texts.py"


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_a_failure_has_its_code_and_its_words(broken_app: Flask, name: str) -> None:
    response = broken_app.test_client().get(f"/prov/{name}")
    page = Html(response.get_data(as_text=True))
    assert response.status_code == FAILURES[name][1]
    assert page.faults() == []
    if response.status_code in TEXTS:
        assert page.h1 == str(TEXTS[response.status_code].heading)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("saknas", "Berättelsen finns inte."),
        ("lagring", "Disken är full."),
        ("otillatet", "Bara kansliet får se köen."),
        ("ogiltigt", "Titeln är för lång. Korta den."),
        ("text", "Tabellen har för många <kolumner>."),
        ("vagrad", "Frågan är för lång. Korta den."),
        ("konflikt", "Någon annan sparade först."),
    ],
)
def test_the_sentence_of_an_error_is_on_its_page(broken_app: Flask, name: str, sentence: str) -> None:
    page = Html(broken_app.test_client().get(f"/prov/{name}").get_data(as_text=True))
    assert sentence in page.one("main").text()


def test_an_unforeseen_error_has_an_id_that_is_in_the_log(broken_app: Flask) -> None:
    with structlog.testing.capture_logs() as log:
        page = broken_app.test_client().get("/prov/krasch?losenord=abc").get_data(as_text=True)
    entry = next(entry for entry in log if entry["event"] == "unexpected_error")
    assert re.fullmatch("[0-9a-f]{12}", entry["error_id"])
    assert entry["error_id"] in Html(page).one("main").text()
    assert str(entry["exc_info"]) == SECRET
    assert "losenord=abc" not in json.dumps(entry, default=str), "the log holds the path, not what was asked"
    assert SECRET not in page


def test_two_errors_have_two_ids(broken_app: Flask) -> None:
    pages = [broken_app.test_client().get("/prov/krasch").get_data(as_text=True) for _ in range(2)]
    ids = [re.search("[0-9a-f]{12}", Html(page).one("main").text()) for page in pages]
    assert ids[0]
    assert ids[1]
    assert ids[0][0] != ids[1][0]


@pytest.mark.parametrize("name", ["databas", "lagring"])
def test_a_database_that_does_not_answer_is_said_to_be_away_for_now(broken_app: Flask, name: str) -> None:
    response = broken_app.test_client().get(f"/prov/{name}")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


def test_a_fault_of_ours_in_the_database_is_not_called_a_broken_disk(broken_app: Flask) -> None:
    with broken_app.test_request_context("/"):
        assert errors.database_error(IntegrityError("INSERT", {}, ValueError("x"))).status_code == 500
        assert errors.database_error(OperationalError("SELECT", {}, ValueError("x"))).status_code == 503
        assert errors.database_error(DatabaseError("SELECT", {}, ValueError("x"))).status_code == 503


def test_search_that_is_being_rebuilt_leaves_reading_open(broken_app: Flask) -> None:
    response = broken_app.test_client().get("/sok?q=polisen")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "Sökningen byggs om" in Html(response.get_data(as_text=True)).h1
    for path in ("/", "/myndigheter", "/om"):
        assert broken_app.test_client().get(path).status_code == 200


def test_the_newest_stories_are_offered_while_search_is_away(site: Site) -> None:
    with site.app.test_request_context("/sok?q=x"):
        response = errors.search_unavailable(domain.SearchUnavailable("Sökningen byggs om just nu."))
    assert Html(response.get_data(as_text=True)).all(".entry-card a[href^='/erfarenheter/']")


def test_a_withdrawn_story_says_when_and_why_and_nothing_of_its_text(site: Site) -> None:
    for path in (site.withdrawn, f"{site.withdrawn}/version/1", site.withdrawn.rpartition("/")[0]):
        response = site.app.test_client().get(path)
        assert response.status_code == 410
        text = Html(response.get_data(as_text=True)).one("main").text()
        assert REASON in text
        assert "Stockholm" not in text


def test_a_database_without_tables_is_a_page_and_not_a_crash(new_app: NewApp) -> None:
    app = new_app()
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE entry")
    for path in ("/", "/sok", "/sok?q=x", "/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/x"):
        assert app.test_client().get(path).status_code == 503


def test_a_file_that_is_not_a_database_is_a_page_and_not_a_crash(new_app: NewApp) -> None:
    app = new_app()
    for file in Path(app.instance_path).glob(f"{DATABASE}*"):
        file.unlink()
    (Path(app.instance_path) / DATABASE).write_bytes(b"detta \xe4r ingen databas" * 100)
    response = app.test_client().get("/")
    assert response.status_code == 503
    assert Html(response.get_data(as_text=True)).faults() == []
    health = app.test_client().get("/healthz")
    assert (health.status_code, health.get_json()["ok"]) == (503, False)


@pytest.fixture(scope="module")
def without_templates(new_app: NewApp) -> Flask:
    app = new_app()
    app.jinja_loader = DictLoader({})  # type: ignore[misc]
    app.jinja_env.loader = app.jinja_loader
    return app


@pytest.mark.parametrize(("path", "status"), [("/", 500), ("/finns-inte", 404), ("/om", 500)])
def test_without_templates_there_is_still_a_page(without_templates: Flask, path: str, status: int) -> None:
    response = without_templates.test_client().get(path)
    assert response.status_code == status
    page = Html(response.get_data(as_text=True))
    assert page.h1 == str(TEXTS[status].heading)
    assert page.title == f"{page.h1} – Erfarenhetsbanken"
    assert page.one("html").attributes["lang"] == "sv"
    assert set(HEADERS) <= set(response.headers.keys())


def test_without_flask_there_is_still_a_page() -> None:
    def application(environ: object, start_response: object) -> list[bytes]:
        raise MemoryError(SECRET)

    from werkzeug.test import Client

    with structlog.testing.capture_logs() as log:
        response = Client(SecurityHeaders(LastResort(application))).get("/")
    page = Html(response.get_data(as_text=True))
    assert response.status_code == 500
    assert set(HEADERS) <= set(response.headers.keys())
    assert page.h1 == "Något gick fel hos oss"
    assert log[0]["error_id"] in page.text
    assert SECRET not in page.text


def test_errors_are_pages_in_development_too(new_app: NewApp) -> None:
    """No debugger and no trace, whatever the environment."""
    app = new_app(environment="development")
    app.debug = True
    app.add_url_rule("/prov/krasch", "prov.krasch", lambda: 1 / 0)
    auth.allow(app, "prov.krasch", OPEN)
    response = app.test_client().get("/prov/krasch")
    assert response.status_code == 500
    assert "ZeroDivisionError" not in response.get_data(as_text=True)
