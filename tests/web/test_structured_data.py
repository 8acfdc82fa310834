"""What pages say in schema.org's words (O-06) and in their heads (O-07)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import render_template_string
from flask.testing import FlaskClient

from kb.db import db
from kb.domain.published import OrganisationRef, SourceView
from kb.domain.site_information import SiteInformation
from kb.domain.vocabulary import Licence, OrganisationType, SiteField
from kb.models import Entry
from kb.web import structured_data
from tests.web.html import Html
from tests.web.site import BASE_URL, Site
from tests.web.test_story_page import story

SKATTEVERKET = OrganisationRef("skatteverket", "Skatteverket", OrganisationType.STATE_AUTHORITY)
INFORMATION = SiteInformation(
    {(SiteField.AUTHORITY, "sv"): "Provmyndigheten", (SiteField.LICENCE, "sv"): Licence.CC_BY.value}
)


def things(page: str) -> dict[str, dict[str, Any]]:
    found = [json.loads(node.text()) for node in Html(page).all('script[type="application/ld+json"]')]
    assert all(each["@context"] == "https://schema.org" for each in found)
    return {each["@type"]: each for each in found}


def test_a_story_is_an_article_with_the_dates_of_the_database(site: Site, client: FlaskClient) -> None:
    found = things(client.get(site.revised).text)
    article = found["Article"]
    with site.app.app_context():
        entry = db.session.get_one(Entry, site.revised.split("/")[2])
        assert entry.published_revision is not None
        assert article["headline"] == entry.published_revision.title
        assert entry.first_published_at is not None
        assert article["datePublished"] == f"{entry.first_published_at:%Y-%m-%d}"
        assert article["dateModified"] == f"{entry.published_revision.published_at:%Y-%m-%d}"
    assert article["url"] == BASE_URL + site.revised
    assert (article["inLanguage"], article["isAccessibleForFree"], article["version"]) == ("sv", True, "2")
    way = [step["item"] for step in found["BreadcrumbList"]["itemListElement"]]
    assert way[0] == f"{BASE_URL}/sok"
    assert way[-1] == BASE_URL + site.revised


def test_the_first_page_says_how_to_search(client: FlaskClient) -> None:
    website = things(client.get("/").text)["WebSite"]
    template = website["potentialAction"]["target"]["urlTemplate"]
    assert template == f"{BASE_URL}/sok?q={{search_term_string}}"
    assert things(client.get("/en/").text)["WebSite"]["inLanguage"] == "en"


def test_an_organisation_is_what_it_is(client: FlaskClient) -> None:
    authority = things(client.get("/myndigheter/polismyndigheten").text)["GovernmentOrganization"]
    assert authority["name"] == "Polismyndigheten"


def test_who_tells_a_story_and_on_what_terms(site: Site) -> None:
    with site.app.test_request_context():
        told = structured_data.article(
            replace(story(), organisation=SKATTEVERKET, editorial=False), INFORMATION
        )
        summary = structured_data.article(
            replace(story(), organisation=SKATTEVERKET, editorial=True), INFORMATION
        )
        unsaid = structured_data.article(story(), SiteInformation({}))
    assert told["author"]["name"] == told["about"][0]["name"] == "Skatteverket"
    assert summary["author"]["name"] == "Erfarenhetsbanken"
    assert told["publisher"] == {"@type": "GovernmentOrganization", "name": "Provmyndigheten"}
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "publisher" not in unsaid
    assert "license" not in unsaid


def test_an_anonymised_story_names_no_one(site: Site) -> None:
    hidden = replace(story(), organisation=None, partners=(), sources=(), editorial=False)
    with site.app.test_request_context():
        article = structured_data.article(hidden, INFORMATION)
    assert "about" not in article
    assert "isBasedOn" not in article
    assert article["author"]["name"] == hidden.organisation_label


def test_a_text_does_not_end_the_element_that_it_stands_in(site: Site) -> None:
    evil = '</script><img src=x onerror="alert(1)"><!--'
    hostile = replace(story(), title=evil, summary=evil, sources=(SourceView(evil, f"https://a.se/{evil}"),))
    with site.app.test_request_context():
        thing = structured_data.article(hostile, INFORMATION)
        page = render_template_string(
            '<script type="application/ld+json">{{ thing|tojson }}</script>', thing=thing
        )
    assert page.count("<") == 2
    assert json.loads(Html(page).one("script").text())["headline"] == evil


def test_the_head_of_a_story_says_what_it_is_without_a_third_party(site: Site, client: FlaskClient) -> None:
    page = Html(client.get(site.story).text)
    said = {
        node.attributes.get("property") or node.attributes.get("name"): node.attributes.get("content")
        for node in page.all("meta[property], meta[name]")
    }
    heading = page.one("h1").text().strip()
    assert said["dcterms.title"] == heading
    assert (said["og:title"] or "").startswith(heading)
    assert said["og:type"] == "article"
    assert said["og:url"] == page.one("link[rel=canonical]").attributes.get("href") == BASE_URL + site.story
    assert said["dcterms.identifier"] == f"{BASE_URL}{site.story}/version/1"
    assert not [name for name in said if (name or "").startswith(("fb:", "twitter:"))]


def test_every_page_has_what_the_head_of_a_page_needs(site: Site) -> None:
    client = site.app.test_client()
    for path in ("/", "/sok", "/sok?q=polisen", "/myndigheter", "/om", "/finns-inte", "/en/om"):
        said = {
            node.attributes.get("property"): node.attributes.get("content")
            for node in Html(client.get(path).text).all("meta[property]")
        }
        assert said["og:title"]
        assert said["og:description"]
        assert said["og:locale"] == ("en_GB" if path.startswith("/en") else "sv_SE")
