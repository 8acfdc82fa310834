"""How a machine finds its way: site map, robots.txt, OpenSearch and security.txt (O-03 to O-05, O-09)."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, jsonify, request, url_for
from werkzeug.exceptions import NotFound

from kb.domain.clock import today
from kb.domain.errors import SearchUnavailable
from kb.domain.published import TermRef
from kb.domain.vocabulary import SiteField
from kb.feeds.blueprint import absolute, base_url, blueprint, document
from kb.services import organisations, site_information, stories, subjects, suggesting

LANGUAGE_PREFIXES = {"sv": "", "en": "/en"}
PER_SITEMAP = 20_000
"""Stories in one part of the site map; each has an address in two languages, and 50,000 are allowed."""
_PAGES = (
    "home.show",
    "search.show",
    "lessons.index",
    "subjects.index",
    "organisations.index",
    "pages.about",
    "pages.accessibility",
    "pages.privacy",
    "pages.cookies",
    "pages.site_map",
    "doors.contact",
)
_VALID_FOR = timedelta(days=180)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    parts = max(-(-stories.count() // PER_SITEMAP), 1)
    return document(
        "feeds/sitemap-index.xml",
        "application/xml",
        parts=[
            absolute("feeds.sitemap_pages"),
            *(absolute("feeds.sitemap_stories", part=part + 1) for part in range(parts)),
        ],
    )


@blueprint.get("/sitemap/sidor.xml")
def sitemap_pages() -> Response:
    paths = [url_for(endpoint) for endpoint in _PAGES]
    paths += [url_for("organisations.show", slug=row.organisation.slug) for row in organisations.index()]
    for each in subjects.index():
        paths.append(url_for("subjects.vocabulary", slug=each.vocabulary.slug))
        paths += [subject_path(subject.term) for subject in each]
    return _sitemap([(path, None) for path in paths])


def subject_path(term: TermRef) -> str:
    return url_for("subjects.show", vocabulary=term.vocabulary_slug, slug=term.slug)


@blueprint.get("/sitemap/erfarenheter-<int(max=99999):part>.xml")
def sitemap_stories(part: int) -> Response:
    rows = stories.addresses(PER_SITEMAP, offset=(part - 1) * PER_SITEMAP) if part else []
    if not rows and part != 1:
        raise NotFound
    return _sitemap(
        [(url_for("stories.show", entry_id=row.entry_id, slug=row.slug), row.published_on) for row in rows]
    )


def _sitemap(paths: list[tuple[str, date | None]]) -> Response:
    base = base_url()
    return document(
        "feeds/sitemap.xml",
        "application/xml",
        pages=[
            ({language: f"{base}{prefix}{path}" for language, prefix in LANGUAGE_PREFIXES.items()}, changed)
            for path, changed in paths
        ],
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    return document("feeds/robots.txt", "text/plain")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    return document("feeds/opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/sok/forslag.json")
def suggestions() -> Response:
    """What a browser's own search box offers: the words typed, and a list of completions."""
    text = request.args.get("q", "")
    try:
        groups = suggesting.suggest(text, today())
    except SearchUnavailable:
        groups = ()
    response = jsonify([text, [offer.text for group in groups for offer in group.offers]])
    response.headers["Content-Type"] = "application/x-suggestions+json; charset=utf-8"
    return response


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """RFC 9116. It holds for half a year from the first of the month, so it is the same all the month.

    Raises ``NotFound`` where those who run the site have not said where to write.
    """
    contact = site_information.read().text(SiteField.SECURITY_CONTACT)
    if contact is None:
        raise NotFound
    return document(
        "feeds/security.txt",
        "text/plain",
        expires=today().replace(day=1) + _VALID_FOR,
        contact=contact.text if contact.text.startswith("https://") else f"mailto:{contact.text}",
    )
