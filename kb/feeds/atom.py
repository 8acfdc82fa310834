"""Atom feeds (RFC 4287) of published stories, paged as RFC 5005 says.

The id of an entry is the story's own id written as a UUID. It names neither host nor title, so it stays the
same when either changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from ulid import ULID
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import NotFound

from kb import markdown
from kb.domain.clock import today
from kb.domain.published import PublishedStory
from kb.feeds.blueprint import base_url, blueprint, document, page_number
from kb.search.index import Sort
from kb.services import organisations, searching, stories, story_search, subjects
from kb.services.choices import SearchRequest

PER_PAGE = 20
MEDIA_TYPE = "application/atom+xml"
SITE_NAME = "Erfarenhetsbanken"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    id: str
    story: PublishedStory
    author: str
    body: Markup


@blueprint.get("/feed.atom")
def newest() -> Response:
    page = page_number()
    found = stories.newest(PER_PAGE, today(), offset=(page - 1) * PER_PAGE)
    return _feed(
        _("Nya erfarenheter"), url_for("search.show", sortering="nyast"), found, page, stories.count()
    )


@blueprint.get("/myndigheter/<slug:slug>/feed.atom")
def organisation(slug: str) -> AnyResponse:
    """A former address or another name leads on for ever, as that of the page does."""
    page = page_number()
    try:
        of = organisations.read(slug, today())
    except organisations.Moved as error:
        return redirect(url_for("feeds.organisation", slug=error.slug), 301)
    told = [*of.owned, *of.partnered]
    told.sort(key=lambda story: (story.first_published_on, story.entry_id), reverse=True)
    title = _("Erfarenheter från %(organisation)s", organisation=of.organisation.name)
    shown = told[(page - 1) * PER_PAGE : page * PER_PAGE]
    return _feed(title, url_for("organisations.show", slug=slug), shown, page, len(told))


@blueprint.get("/amnen/<slug:vocabulary>/<slug:slug>/feed.atom")
def subject(vocabulary: str, slug: str) -> Response:
    """Raises ``NotFound`` for a subject that is not there, also for its code: the address is its slug."""
    page = page_number()
    try:
        found = subjects.read(vocabulary, slug, page, today())
    except subjects.Moved as error:
        raise NotFound from error
    if page > found.pages:
        raise NotFound
    title = _("Erfarenheter om %(query)s", query=found.subject.term.label)
    about = url_for("subjects.show", vocabulary=vocabulary, slug=slug)
    return _feed(title, about, found.stories, page, found.subject.stories, per_page=subjects.PER_PAGE)


@blueprint.get("/sok.atom")
def search() -> Response:
    """The newest stories that a search finds. Raises ``QueryRefused`` and ``SearchUnavailable``."""
    page, text = page_number(), request.args.get("q", "")
    found = story_search.search(SearchRequest(text=text, sort=Sort.NEWEST, page=page), today())
    title = _("Erfarenheter om %(query)s", query=text) if text else _("Nya erfarenheter")
    shown = [hit.story for hit in found.found]
    return _feed(title, url_for("search.show", q=text), shown, page, found.total, per_page=searching.PER_PAGE)


def _feed(
    title: str,
    about: str,
    shown: Sequence[PublishedStory],
    page: int,
    total: int,
    *,
    per_page: int = PER_PAGE,
) -> Response:
    pages = max(-(-total // per_page), 1)
    if page > pages:
        raise NotFound
    own = request.args.to_dict()
    values = {**(request.view_args or {}), **own}

    def address(number: int) -> str:
        return base_url() + url_for(
            request.endpoint or "", **{**values, "sida": number if number > 1 else None}
        )

    return document(
        "feeds/entries.xml",
        MEDIA_TYPE,
        id=uuid5(NAMESPACE_URL, address(1)).urn,
        title=title,
        about=base_url() + about,
        entries=[_entry(story) for story in shown],
        updated=max((story.published_on for story in shown), default=today()),
        address=address,
        page=page,
        pages=pages,
    )


def _entry(story: PublishedStory) -> FeedEntry:
    author = SITE_NAME if story.editorial else story.organisation_label
    return FeedEntry(ULID.from_str(story.entry_id).to_uuid().urn, story, author, markdown.render(story.body))
