"""Every kind of page that a reader can meet, for the tests that look at all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db
from kb.domain.vocabulary import EntrySize, MessageKind
from kb.models import Organisation
from kb.services import preview_links
from kb.services.reader_messages import Receipt
from kb.web.receipts import VoteReference, receipt_url, vote_reference
from tests.accounts import make_user
from tests.drafts import actor_of, complete_story_fields, start_draft
from tests.web.broken import FAILURES
from tests.web.site import Site

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
"""An id that no row has."""


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    path: str
    status: int
    method: str = "GET"

    def fetch(self, app: Flask) -> TestResponse:
        return app.test_client().open(self.path, method=self.method, buffered=True)


_SHARED = "tests_shared_draft"
"""Where the path of a site's shared draft is kept: one site, one draft."""


def pages_of(site: Site) -> list[Page]:
    """Pages of the site with its stories; every endpoint of the product is among them."""
    return [
        Page("home", "/", 200),
        Page("search", "/sok", 200),
        Page("search with hits", "/sok?q=polisen", 200),
        Page("search with choices", "/sok?q=system&utfall=stopped&utfall=delayed&fran=2005&till=2020", 200),
        Page("search sorted", "/sok?sortering=kostnad&sida=2", 200),
        Page("search with a notice", "/sok?q=polisen&fran=abc", 200),
        Page("search without hits", "/sok?q=xyzzyqwrt", 200),
        Page(
            "search with choices that exclude", "/sok?q=polisen&organisationstyp=region&utfall=succeeded", 200
        ),
        Page("search misspelt", "/sok?q=uphandling", 200),
        Page("search for an organisation", "/sok?q=Polismyndigheten", 200),
        Page("search refused", "/sok?q=" + "a" * 1001, 400),
        Page("lessons", "/lardomar", 200),
        Page("lessons with hits", "/lardomar?q=leverant%C3%B6ren", 200),
        Page("lessons with one hit", "/lardomar?q=%22Amazon+Web+Services%22", 200),
        Page("lessons with choices", "/lardomar?q=system&fas=idea&perspektiv=risk&utfall=stopped", 200),
        Page("lessons sorted", "/lardomar?sortering=nyast&sida=2", 200),
        Page("lessons without hits", "/lardomar?q=xyzzyqwrt", 200),
        Page("lessons that choices exclude", "/lardomar?q=xyzzyqwrt&fas=idea", 200),
        Page("lessons misspelt", "/lardomar?q=leverant%C3%B6rrn", 200),
        Page("lessons refused", "/lardomar?q=" + "a" * 1001, 400),
        Page("suggestions", "/sok/forslag?q=pol", 200),
        Page("suggestions for nothing", "/sok/forslag", 200),
        Page("stories", "/erfarenheter", 302),
        Page("story", site.story, 200),
        Page("story by id", f"/erfarenheter/{site.story_id}", 301),
        Page("story with another slug", f"/erfarenheter/{site.story_id}/nagot-annat", 301),
        Page("story with its old slug", site.old_slug, 301),
        Page("story revised", site.revised, 200),
        Page("changes between versions", f"{site.revised}/andringar", 200),
        Page("changes of the only version", f"{site.story}/andringar", 200),
        Page("changes on another slug", f"/erfarenheter/{site.story_id}/annat/andringar", 301),
        Page("changes from a version that never was", f"{site.revised}/andringar?fran=7", 404),
        Page("changes of a withdrawn story", f"{site.withdrawn}/andringar", 410),
        Page("draft by a link that is none", "/utkast/finns-inte", 404),
        Page("mine, signed out", "/mina-erfarenheter", 302),
        Page("version that holds", f"{site.revised}/version/2", 200),
        Page("version superseded", site.superseded, 200),
        Page("version that never was", f"{site.revised}/version/7", 404),
        Page("story withdrawn", site.withdrawn, 410),
        Page("story unknown", "/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/finns-inte", 404),
        Page("organisations", "/myndigheter", 200),
        Page("organisation with stories", "/myndigheter/polismyndigheten", 200),
        Page("organisation by abbreviation", "/myndigheter/scb", 301),
        Page("organisation unknown", "/myndigheter/finns-inte", 404),
        Page("organisation without stories", "/myndigheter/statistiska-centralbyran", 200),
        Page("organisations by name", "/myndigheter?q=malmo", 200),
        Page("organisations by letter", "/myndigheter?bokstav=S", 200),
        Page("organisations that are not there", "/myndigheter?q=xyzzy", 200),
        Page("subjects", "/amnen", 200),
        Page("vocabulary", "/amnen/verksamhetsomrade", 200),
        Page("vocabulary that is no official one", "/amnen/analysperspektiv", 200),
        Page("vocabulary by code", "/amnen/phase", 301),
        Page("vocabulary unknown", "/amnen/finns-inte", 404),
        Page("subject", "/amnen/fas/inforande", 200),
        Page("subject, a page further on", "/amnen/fas/inforande?sida=2", 200),
        Page("subject, a page after the last", "/amnen/fas/inforande?sida=99", 302),
        Page("subject without stories", "/amnen/verksamhetsomrade/miljoskydd", 200),
        Page("subject by code", "/amnen/phase/rollout", 301),
        Page("subject unknown", "/amnen/fas/finns-inte", 404),
        Page("contribute", "/bidra", 200),
        Page("begin a draft", "/bidra/ny", 302),
        Page("about", "/om", 200),
        Page("privacy", "/sa-hanterar-vi-uppgifter", 200),
        Page("cookies", "/om-kakor", 200),
        Page("accessibility statement", "/tillganglighetsredogorelse", 200),
        Page("accessibility statement, shorter", "/tillganglighet", 301),
        Page("site map", "/webbkarta", 200),
        *doors_of(site),
        Page("log in, with a way on", "/logga-in?till=/om", 200),
        Page("log in, signed out", "/logga-in?klart=utloggad", 200),
        Page("log in, password set", "/logga-in?klart=losenord", 200),
        Page("log in, e-mail changed", "/logga-in?klart=e-post", 200),
        Page("code without a first step", "/logga-in/kod", 302),
        Page("code sent without a first step", "/logga-in/kod", 401, "POST"),
        Page("password forgotten, letter sent", "/glomt-losenord?klart=skickat", 200),
        Page("link that is not ours", "/lank/abc.def", 404),
        Page("identity provider that is not there", "/logga-in/via/finns-inte", 404),
        Page("page for those who are signed in", "/konto", 302),
        Page("form of those who are signed in", "/konto", 401, "POST"),
        Page("change password", "/.well-known/change-password", 302),
        Page("health", "/healthz", 200),
        Page("feed", "/feed.atom", 200),
        Page("feed's second page", "/feed.atom?sida=2", 200),
        Page("feed past its end", "/feed.atom?sida=99", 404),
        Page("feed of an organisation", "/myndigheter/polismyndigheten/feed.atom", 200),
        Page("feed of a subject", "/amnen/fas/upphandling/feed.atom", 200),
        Page("feed of a search", "/sok.atom?q=polisen", 200),
        Page("site map for machines", "/sitemap.xml", 200),
        Page("site map of pages", "/sitemap/sidor.xml", 200),
        Page("site map of stories", "/sitemap/erfarenheter-1.xml", 200),
        Page("site map past its end", "/sitemap/erfarenheter-2.xml", 404),
        Page("robots", "/robots.txt", 200),
        Page("opensearch", "/opensearch.xml", 200),
        Page("suggestions for a browser", "/sok/forslag.json?q=pol", 200),
        Page("security.txt", "/.well-known/security.txt", 200),
        Page("components", "/komponenter", 200),
        Page("static file", "/static/css/tokens.css", 200),
        Page("static file unknown", "/static/css/finns-inte.css", 404),
        Page("unknown", "/finns-inte", 404),
        Page("not a method of the page", "/sok", 405, "POST"),
        Page("head", site.story, 200, "HEAD"),
        Page("options", "/sok", 200, "OPTIONS"),
        Page("address too long", "/sok?q=" + "a" * 20_000, 414),
    ]


def doors_of(site: Site) -> list[Page]:
    """The forms that a reader may send: as they are, sent with everything wrong, and their receipts."""
    with site.app.test_request_context():
        vote = vote_reference(VoteReference(NOBODYS, helped=True))
        sent = Receipt(NOBODYS, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
        receipt = receipt_url(MessageKind.CORRECTION, sent, answered=True, back=site.story)
        receipt_of_vote = receipt_url(None, sent, answered=False, back="")
    forms = {
        "vote": f"{site.story}/hjalpte",
        "why": f"{site.story}/hjalpte/{vote}",
        "correction": f"{site.story}/ratta",
        "correction of an old version": f"{site.revised}/ratta?version=1",
        "request": "/efterlys",
        "request for a query": "/efterlys?q=rymdhiss",
        "feedback": "/synpunkter",
        "contact": "/kontakt",
        "accessibility report": "/tillganglighetsredogorelse/anmal",
        "log in": "/logga-in",
        "password forgotten": "/glomt-losenord",
        "draft by a link": _shared_draft(site),
    }
    return [
        *(Page(name, path, 200) for name, path in forms.items()),
        *(Page(f"{name} sent as nothing", path, 400, "POST") for name, path in forms.items()),
        Page("correction of a version that never was", f"{site.revised}/ratta?version=7", 404),
        Page("correction of a version that no one has", f"{site.revised}/ratta?version=9{'9' * 30}", 200),
        Page("vote on another slug", f"/erfarenheter/{site.story_id}/annat/hjalpte", 301),
        Page("vote on a withdrawn story", f"{site.withdrawn}/hjalpte", 410),
        Page("receipt", receipt, 200),
        Page("receipt of a vote", receipt_of_vote, 200),
        Page("receipt that is not ours", "/kvitto/W10.abc.def", 404),
        Page("reason for a vote that is not ours", f"{site.story}/hjalpte/W10.abc.def", 404),
    ]


def _shared_draft(site: Site) -> str:
    """The path of a draft for whoever has the link: made at the first time of asking."""
    if _SHARED in site.app.extensions:
        return str(site.app.extensions[_SHARED])
    with site.app.app_context():
        owner = db.session.scalars(select(Organisation).where(Organisation.slug == "skatteverket")).one()
        writer = make_user(name="Disa Delare", organisations=(owner,))
        entry_id = start_draft(writer, EntrySize.STORY, **(complete_story_fields() | {"contact_role": ""}))
        token = preview_links.make(entry_id, "Styrgruppen", 14, actor_of(writer))
        db.session.expunge_all()
    site.app.extensions[_SHARED] = f"/utkast/{token}"
    return f"/utkast/{token}"


def pages_of_broken() -> list[Page]:
    """Pages of a site where everything fails."""
    return [
        Page("suggestions unavailable", "/sok/forslag?q=polisen", 200),
        Page("search unavailable", "/sok?q=polisen", 503),
        Page("lessons unavailable", "/lardomar?q=polisen", 503),
        *(Page(f"failure {name}", f"/prov/{name}", code) for name, (_, code) in FAILURES.items()),
    ]
