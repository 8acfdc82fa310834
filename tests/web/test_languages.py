"""Every page has an English address: the same page, in English throughout, with the stories as told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from kb.db import db
from kb.domain.vocabulary import SiteField
from kb.models import Organisation
from kb.services import site_information
from kb.web.languages import LANGUAGES, Languages, has_one_language, lang_of
from tests import catalogue
from tests.web.conftest import NewApp
from tests.web.html import Html, is_own, words
from tests.web.pages import Page, pages_of, pages_of_broken
from tests.web.site import BASE_URL, Site
from tests.web.test_story_page import story

SPOKEN = (
    "aria-label",
    "alt",
    "title",
    "placeholder",
    "data-copy-label",
    "data-copied-label",
    "data-suggestions-label",
)
MADE_UP = "components"
"""Invented Swedish content, for those who build the product."""


def in_english(pages: list[Page], app: Flask) -> list[Page]:
    """The same pages under ``/en``, without those that have one language."""
    return [
        Page(page.name, f"/en{page.path}", page.status, page.method)
        for page in pages
        if not has_one_language(endpoint_of(page, app))
    ]


def endpoint_of(page: Page, app: Flask) -> str:
    try:
        endpoint, _ = app.url_map.bind("").match(urlsplit(page.path).path)
    except HTTPException:
        return ""
    return str(endpoint)


@pytest.fixture(scope="module")
def english(site: Site) -> dict[str, tuple[Page, Html | None]]:
    """Every page in English by its name; None where the answer is not a page."""
    found = {}
    for page in in_english(pages_of(site), site.app):
        answer = page.fetch(site.app)
        assert answer.status_code == page.status, f"{page.name}: {answer.status_code} at {page.path[:200]}"
        is_page = answer.mimetype == "text/html" and answer.text and not answer.location
        found[page.name] = (page, Html(answer.text, "en") if is_page else None)
    return found


def shown(english: dict[str, tuple[Page, Html | None]]) -> Iterator[tuple[Page, Html]]:
    return ((page, html) for page, html in english.values() if html is not None)


def test_every_page_is_whole_in_english(english: dict[str, tuple[Page, Html | None]]) -> None:
    faults = {page.name: html.faults() for page, html in shown(english) if html.faults()}
    assert faults == {}
    assert len(english) > 40


@pytest.fixture(scope="module")
def names(site: Site) -> re.Pattern[str]:
    """Proper names, which are the same in every language."""
    with site.app.app_context():
        rows = db.session.scalars(select(Organisation)).all()
        known = {
            name
            for row in rows
            for name in (row.name, row.short_name, *(alias.alias for alias in row.aliases))
            if name
        }
        postal = site_information.read().text(SiteField.POSTAL_ADDRESS)
    known |= set(postal.lines if postal else ())
    known |= set("ÅÄÖ")  # the letters to choose organisations by
    known.add("ärendehantering")  # a Swedish word to search for, as an example
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(known, key=len, reverse=True)))


@pytest.fixture(scope="module")
def swedish() -> set[str]:
    """What the interface says in Swedish and says otherwise in English."""
    return {
        form
        for message in catalogue.committed()
        if message.id
        for form in catalogue.forms(message.id)
        if form not in catalogue.forms(message.string)
    }


def own_texts(html: Html) -> Iterator[str]:
    """Every text that the page says in its own language: shown, spoken or in the head."""
    tree = Html(html.text).tree
    for marked in tree.css("html > body [lang]"):
        if marked.attributes["lang"] != "en":
            marked.decompose()
    for node in tree.css("script, style"):
        node.decompose()
    for name in SPOKEN:
        yield from (node.attributes[name] or "" for node in tree.css(f"[{name}]"))
    body = tree.css_first("body")
    assert body is not None
    yield from (text.strip() for text in body.text(separator="\n").split("\n") if text.strip())


def left_in_swedish(html: Html, names: re.Pattern[str], swedish: set[str]) -> list[str]:
    return [
        text
        for text in own_texts(html)
        if text in swedish or re.search(r"[åäöÅÄÖ]", names.sub("", re.sub("“.*?”", "", text)))
    ]


def test_no_word_of_the_interface_is_left_in_swedish(
    english: dict[str, tuple[Page, Html | None]], names: re.Pattern[str], swedish: set[str]
) -> None:
    """A-12: what is in another language than the page says so."""
    left = {
        page.name: found
        for page, html in shown(english)
        if page.name != MADE_UP and (found := left_in_swedish(html, names, swedish))
    }
    assert left == {}, "translate it, or mark it with lang_of()"


def test_the_eyes_of_that_test_see(site: Site, names: re.Pattern[str], swedish: set[str]) -> None:
    page = Html(site.app.test_client().get("/").text)
    assert len(left_in_swedish(page, names, swedish)) > 10


def test_links_stay_in_english(english: dict[str, tuple[Page, Html | None]]) -> None:
    for page, html in shown(english):
        if page.name == "receipt":  # it leads back to where its reader came from, here a Swedish page
            continue
        for node in html.all("a[href], form[action]"):
            address = node.attributes.get("href") or node.attributes.get("action") or ""
            path = urlsplit(address.removeprefix(BASE_URL)).path
            if (
                not is_own(address.removeprefix(BASE_URL))
                or not path
                or node.attributes.get("hreflang") == "sv"
            ):
                continue
            assert path.startswith("/en/") or is_for_machines(path), f"{page.name}: {address}"


def is_for_machines(path: str) -> bool:
    return path.endswith((".atom", ".xml", ".txt", ".json"))


def test_files_have_one_address(english: dict[str, tuple[Page, Html | None]]) -> None:
    for page, html in shown(english):
        for selector, attribute in (
            ("link[rel=stylesheet], link[rel=preload], link[rel=icon]", "href"),
            ("script[src]", "src"),
        ):
            for node in html.all(selector):
                assert (node.attributes[attribute] or "").startswith("/static/"), page.name


def test_redirects_stay_in_english(site: Site, english: dict[str, tuple[Page, Html | None]]) -> None:
    for page, _ in english.values():
        if page.status in (301, 302):
            assert page.fetch(site.app).location.startswith("/en/"), page.name


def test_the_switch_leads_there_and_back_with_the_query_string(client: FlaskClient) -> None:
    address = "/sok?q=%C3%A4rende&utfall=delayed&utfall=stopped&sida=1"
    for language, other in (("en", "sv"), ("sv", "en")):
        del other
        switch = Html(client.get(address).text, "sv" if language == "en" else "en").one(".language-switch")
        assert switch.attributes["hreflang"] == switch.attributes["lang"] == language
        assert words(switch) == LANGUAGES[language]
        address = switch.attributes["href"] or ""
        assert address.startswith("/en/") is (language == "en")
    assert address == "/sok?q=%C3%A4rende&utfall=delayed&utfall=stopped&sida=1"


def test_both_languages_know_each_other_and_themselves(client: FlaskClient) -> None:
    for address, language in (("/om", "sv"), ("/en/om", "en")):
        html = Html(client.get(address).text, language)
        assert html.one("link[rel=canonical]").attributes["href"] == f"{BASE_URL}{address}"
        alternates = {
            node.attributes["hreflang"]: node.attributes["href"]
            for node in html.all("link[rel=alternate][hreflang]")
        }
        assert alternates == {
            "sv": f"{BASE_URL}/om",
            "en": f"{BASE_URL}/en/om",
            "x-default": f"{BASE_URL}/om",
        }


def test_an_error_is_nobodys_address(client: FlaskClient) -> None:
    html = Html(client.get("/en/finns-inte").text, "en")
    assert html.all("link[rel=canonical], link[hreflang]") == []
    assert html.h1 == "The page does not exist"


@pytest.mark.parametrize("address", ["/en", "/en?q=1"])
def test_the_prefix_alone_leads_to_the_home_page(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (301, address.replace("/en", "/en/"))


@pytest.mark.parametrize("address", ["/sv/", "/de/om", "/EN/om", "/english", "/en/en/om", "/enom"])
def test_other_prefixes_are_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_has_one_language_is_not_found_in_english(site: Site, client: FlaskClient) -> None:
    paths = [
        "/static/css/tokens.css",
        "/healthz",
        "/sitemap.xml",
        "/robots.txt",
        "/feed.atom",
        "/opensearch.xml",
    ]
    for path in paths:
        assert client.get(path, buffered=True).status_code == 200, path
        answer = client.get(f"/en{path}")
        assert (answer.status_code, answer.mimetype) == (404, "text/html"), path
        assert Html(answer.text, "en").one(".language-switch").attributes["href"] == path


def test_no_page_sets_a_cookie_or_minds_the_language_of_the_browser(
    site: Site, english: dict[str, tuple[Page, Html | None]]
) -> None:
    """The address decides: nothing is remembered, and nothing that a browser sends changes the language."""
    for page, _ in english.values():
        answer = page.fetch(site.app)
        assert "Set-Cookie" not in answer.headers, page.name
        assert "accept-language" not in {part.lower() for part in answer.vary}, page.name
    answer = site.app.test_client().get("/", headers={"Accept-Language": "en"})
    assert Html(answer.text).faults() == []


def test_a_site_below_another_path_keeps_both(site: Site) -> None:
    html = Html(
        site.app.test_client().get("/en/om?a=1", environ_overrides={"SCRIPT_NAME": "/bank"}).text, "en"
    )
    assert html.one(".site-name").attributes["href"] == "/bank/en/"
    assert html.one(".language-switch").attributes["href"] == "/bank/om?a=1"
    assert all(
        (node.attributes["href"] or "").startswith("/bank/static/")
        for node in html.all("link[rel=stylesheet]")
    )
    assert (
        site.app.test_client().get("/en", environ_overrides={"SCRIPT_NAME": "/bank"}).location == "/bank/en/"
    )


def test_a_broken_site_is_broken_in_english(broken_app: Flask) -> None:
    for page in in_english(pages_of_broken(), broken_app):
        answer = page.fetch(broken_app)
        assert answer.status_code == page.status, page.name
        if answer.mimetype == "text/html":
            assert '<html lang="en">' in answer.text, page.name


def test_the_last_resort_speaks_english(new_app: NewApp) -> None:
    app = new_app()

    def fail(environ: object, start_response: object) -> None:
        raise RuntimeError

    app.wsgi_app.application.application = Languages(fail, app)  # type: ignore[attr-defined, arg-type]
    text = app.test_client().get("/en/om").text
    assert '<html lang="en">' in text
    assert "Something went wrong at our end" in text
    assert 'href="/en/"' in text
    assert '<html lang="sv">' in app.test_client().get("/om").text


class TestStories:
    """Stories keep their own language (A-12)."""

    def test_the_words_of_a_story_say_their_language(self, site: Site, client: FlaskClient) -> None:
        html = Html(client.get(f"/en{site.story}").text, "en")
        for selector in (
            "h1",
            ".lead",
            ".prose",
            ".lesson h3",
            ".cite",
            ".source-list li > a > span:first-child",
        ):
            assert {node.attributes.get("lang") for node in html.all(selector)} == {"sv"}, selector
        assert "This experience is written in Swedish." in html.texts(".notice p")

    def test_the_page_around_it_does_not(self, site: Site, client: FlaskClient) -> None:
        html = Html(client.get(f"/en{site.story}").text, "en")
        assert not html.one("article.story").attributes.get("lang")
        assert "Lessons" in html.texts("h2")
        assert "Outcome" in html.texts("dt, .range-label")

    def test_on_a_page_of_its_language_it_says_nothing(self, site: Site, client: FlaskClient) -> None:
        html = Html(client.get(site.story).text)
        assert html.all("main [lang]") == []

    def test_cards_and_snippets_say_it_too(self, client: FlaskClient) -> None:
        html = Html(client.get("/en/sok?q=polisen").text, "en")
        cards = html.all(".entry-card-title a, .entry-card-text")
        assert cards
        assert {node.attributes.get("lang") for node in cards} == {"sv"}

    def test_the_same_search_finds_the_same(self, client: FlaskClient) -> None:
        def titles(address: str) -> list[str]:
            return Html(client.get(address).text).texts(".entry-card-title")

        assert titles("/en/sok?q=journalsystem") == titles("/sok?q=journalsystem") != []

    def test_an_english_story_is_marked_on_a_swedish_page_only(self, site: Site) -> None:
        told = story(language="en")
        with site.app.test_request_context("/om"):
            assert lang_of(told) == "en"
        with site.app.test_request_context("/om", environ_overrides={"kb.language": "en"}):
            assert lang_of(told) is None
            assert lang_of("sv") == "sv"


def test_suggestions_are_labelled_in_the_language_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/en/sok/forslag?q=pol").get_json()
    labels = {group["kind"]: group["label"] for group in answer["groups"]}
    assert labels["title"] == "Experiences"
    assert answer["announcement"].endswith(" suggestions")
    titles = [option for group in answer["groups"] if group["kind"] == "title" for option in group["options"]]
    assert all(option["lang"] == "sv" and option["url"].startswith("/en/") for option in titles)
    swedish = client.get("/sok/forslag?q=pol").get_json()
    assert {option["lang"] for group in swedish["groups"] for option in group["options"]} == {None}


def test_outside_a_request_the_language_is_the_source(site: Site) -> None:
    with site.app.app_context():
        assert lang_of("sv") is None
    with site.app.test_request_context("/"):
        assert url_for("static", filename="css/tokens.css") == "/static/css/tokens.css"
