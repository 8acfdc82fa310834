"""Atom feeds (O-01): judged by feedparser and by the rules of RFC 4287 that it does not hold."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree

from kb.db import db
from kb.domain.clock import today
from kb.feeds import xml_text
from kb.feeds.atom import PER_PAGE
from kb.models import Entry
from kb.services import stories
from tests.markdown.judges import decorated_violations
from tests.web.site import BASE_URL, Site

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/feed.atom",
    "/feed.atom?sida=2",
    "/myndigheter/polismyndigheten/feed.atom",
    "/amnen/fas/upphandling/feed.atom",
    "/sok.atom?q=polisen",
]


def parsed(client: FlaskClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.data)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_well_formed_and_has_what_rfc_4287_asks_for(client: FlaskClient, path: str) -> None:
    feed = feedparser.parse(client.get(path).data)
    assert feed.bozo is False, feed.get("bozo_exception")
    root = parsed(client, path)
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1, f"one {name}"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", parent.findtext(f"{ATOM}updated") or "")
    entries = root.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert len(content) == 0, "the HTML is escaped text and not elements"
        assert decorated_violations(content.text or "") == []
        assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") in ("sv", "en")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


@pytest.mark.parametrize("path", FEEDS)
def test_every_address_in_a_feed_is_whole_and_answers(client: FlaskClient, path: str) -> None:
    root = parsed(client, path)
    links = [link.get("href", "") for link in root.iter(f"{ATOM}link")]
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} >= {"self", "alternate"}
    for address in links:
        assert address.startswith(f"{BASE_URL}/")
        parts = urlsplit(address)
        assert client.get(f"{parts.path}?{parts.query}").status_code == 200, address


def test_the_pages_of_a_feed_hold_every_story_once(site: Site, client: FlaskClient) -> None:
    path, found = "/feed.atom", []
    while path:
        root = parsed(client, path)
        found += [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
        following = root.find(f"{ATOM}link[@rel='next']")
        path = (
            urlsplit(following.get("href")).path + "?" + urlsplit(following.get("href")).query
            if following is not None
            else ""
        )
    with site.app.app_context():
        assert len(found) == len(set(found)) == stories.count()
        assert stories.count() > PER_PAGE


def test_the_id_of_a_story_outlives_its_title_and_host(site: Site, client: FlaskClient) -> None:
    """It is the story's own id; nothing of the address is in it."""
    ids = {entry.findtext(f"{ATOM}id") for entry in parsed(client, "/feed.atom").findall(f"{ATOM}entry")}
    with site.app.app_context():
        newest = stories.newest(1, today())[0]
        assert db.session.get(Entry, newest.entry_id) is not None
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each or "") for each in ids)


def test_what_is_withdrawn_is_in_no_feed(site: Site, client: FlaskClient) -> None:
    for path in ("/feed.atom", "/feed.atom?sida=2", "/feed.atom?sida=3"):
        assert site.withdrawn not in client.get(path).text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "1" * 400, "١", ""])
def test_a_page_that_is_not_there_is_not_found(client: FlaskClient, page: str) -> None:
    assert client.get(f"/feed.atom?sida={page}").status_code == 404


def test_a_feed_of_what_nothing_matches_is_empty_and_valid(client: FlaskClient) -> None:
    feed = feedparser.parse(client.get("/sok.atom?q=xyzzyqwrt").data)
    assert (feed.bozo, feed.entries) == (False, [])
    feed = feedparser.parse(client.get("/sok.atom?q=<b>%22%26amp;").data)
    assert feed.bozo is False


def test_a_feed_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("text", "left"), [("a\x00b\x08c", "abc"), ("å\n\t😀", "å\n\t😀"), ("\ufffe\ud800x", "x")]
)
def test_what_xml_cannot_hold_is_left_out(text: str, left: str) -> None:
    assert xml_text(text) == left
    etree.fromstring(f"<a>{xml_text(text)}</a>")
