"""Site map, robots.txt, OpenSearch and security.txt (O-03 to O-05, O-09, S-43)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree

from kb.domain.clock import today
from kb.feeds import discovery
from kb.services import stories
from tests.web.html import Html
from tests.web.site import BASE_URL, Site

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def tree(client: FlaskClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200, path
    return etree.fromstring(response.data)


def path_of(address: str) -> str:
    assert address.startswith(f"{BASE_URL}/"), address
    return address.removeprefix(BASE_URL)


def every_url(client: FlaskClient) -> list[etree._Element]:
    parts = [path_of(each.text or "") for each in tree(client, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    assert len(parts) >= 2
    return [url for part in parts for url in tree(client, part).findall(f"{SITEMAP}url")]


def test_every_address_of_the_site_map_answers_and_may_be_indexed(client: FlaskClient) -> None:
    """But of the many that are alike only some: the crawler of ``tests/journeys`` visits them all."""
    paths = [path_of(url.findtext(f"{SITEMAP}loc") or "") for url in every_url(client)]
    alike = re.compile(r"(?:/en)?/(?:myndigheter|erfarenheter|amnen/[^/]+)/.")
    many = [path for path in paths if alike.match(path)]
    few = [path for path in paths if not alike.match(path)]
    assert len(few) >= 8
    assert len(many) > 200
    for path in (*few, *many[::25]):
        response = client.get(path)
        assert response.status_code == 200, path
        page = Html(response.text)
        assert not any(
            "noindex" in (node.attributes.get("content") or "") for node in page.all("meta[name=robots]")
        ), path
        canonical = page.one("link[rel=canonical]").attributes.get("href")
        assert canonical == f"{BASE_URL}{path}"


def test_each_address_names_its_languages_and_they_name_each_other(client: FlaskClient) -> None:
    by_address = {
        url.findtext(f"{SITEMAP}loc"): {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
        for url in every_url(client)
    }
    for address, languages in by_address.items():
        assert languages.keys() == {"sv", "en"}
        assert address in languages.values()
        assert all(by_address[other] == languages for other in languages.values() if other)


def test_every_published_story_is_there_and_no_other(site: Site, client: FlaskClient) -> None:
    found = {path_of(url.findtext(f"{SITEMAP}loc") or "") for url in every_url(client)}
    told = {path for path in found if path.startswith("/erfarenheter/")}
    with site.app.app_context():
        assert len(told) == stories.count()
    assert site.story in told
    assert site.withdrawn not in told
    assert site.superseded not in told


def test_a_long_site_map_is_in_parts(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "PER_SITEMAP", 5)
    found = [url.findtext(f"{SITEMAP}loc") or "" for url in every_url(client)]
    told = {address for address in found if address.startswith(f"{BASE_URL}/erfarenheter/")}
    with site.app.app_context():
        total = stories.count()
    assert len(told) == total
    parts = [each.text or "" for each in tree(client, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    assert len(parts) == 1 + -(-total // 5)
    assert client.get(f"/sitemap/erfarenheter-{len(parts)}.xml").status_code == 404
    assert client.get("/sitemap/erfarenheter-0.xml").status_code == 404


def test_robots_may_read_all_and_find_the_site_map(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {BASE_URL}/sitemap.xml" in lines
    assert "Disallow: /" not in lines


@pytest.mark.parametrize(
    ("path", "indexed"),
    [
        ("/sok", True),
        ("/sok?sida=2", True),
        ("/sok?q=polisen", False),
        ("/sok?utfall=stopped", False),
        ("/finns-inte", False),
    ],
)
def test_results_and_errors_ask_not_to_be_indexed(client: FlaskClient, path: str, indexed: bool) -> None:
    robots = [
        node.attributes.get("content") or "" for node in Html(client.get(path).text).all("meta[name=robots]")
    ]
    assert any("noindex" in content for content in robots) is not indexed


def test_a_browser_can_learn_to_search_here(client: FlaskClient) -> None:
    description = tree(client, "/opensearch.xml")
    assert len(description.findtext(f"{OPENSEARCH}ShortName") or "x" * 99) <= 16
    assert len(description.findtext(f"{OPENSEARCH}Description") or "") in range(1, 1025)
    assert description.findtext(f"{OPENSEARCH}InputEncoding") == "UTF-8"
    templates = {url.get("type"): url.get("template", "") for url in description.findall(f"{OPENSEARCH}Url")}
    wanted = {"text/html", "application/atom+xml", "application/x-suggestions+json"}
    assert wanted <= templates.keys()
    for media_type in wanted:
        path = path_of(templates[media_type].replace("{searchTerms}", "upphandling%20%26%20avtal"))
        response = client.get(path)
        assert (response.status_code, response.mimetype) == (200, media_type)
    page = Html(client.get("/").text)
    link = page.one("link[rel=search]").attributes.get("href") or ""
    assert client.get(link).mimetype == "application/opensearchdescription+xml"


def test_a_browsers_own_box_gets_words(client: FlaskClient) -> None:
    typed, offered = client.get("/sok/forslag.json?q=uppha").get_json()
    assert typed == "uppha"
    assert "upphandling" in offered


def test_security_txt_says_where_to_write_and_how_long_it_holds(client: FlaskClient) -> None:
    """RFC 9116; the test fails when less than 30 days are left (S-43)."""
    response = client.get("/.well-known/security.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    lines = [line.split(": ", 1) for line in response.text.splitlines() if line]
    fields = dict(lines)
    assert urlsplit(fields["Contact"]).scheme in ("mailto", "https")
    expires = datetime.fromisoformat(fields["Expires"]).date()
    assert timedelta(days=30) < expires - today() < timedelta(days=365)
    assert fields["Preferred-Languages"] == "sv, en"
    assert fields["Canonical"] == f"{BASE_URL}/.well-known/security.txt"


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 2, 1), date(2027, 12, 31)])
def test_security_txt_holds_on_every_day(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setattr(discovery, "today", lambda: day)
    line = next(
        line
        for line in client.get("/.well-known/security.txt").text.splitlines()
        if line.startswith("Expires")
    )
    left = datetime.fromisoformat(line.removeprefix("Expires: ")).date() - day
    assert timedelta(days=120) < left < timedelta(days=365)
