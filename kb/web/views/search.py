"""Search and its results; without a query, the list of all stories."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.domain.errors import QueryRefused
from kb.services import story_search
from kb.services.choices import STORIES
from kb.services.searching import SearchPage
from kb.services.story_search import FoundStory
from kb.web import query_string
from kb.web.errors import code_of, sentence

blueprint = Blueprint("search", __name__)


@blueprint.get("/sok")
def show() -> str | Response:
    reading = query_string.read(request.args)
    page = story_search.search(reading.request, today(), for_reader=True)
    if 1 <= page.pages < reading.request.page:
        return redirect(_urls(reading).with_page(page.pages))
    return _results(reading, page=page, error=None)


@blueprint.errorhandler(QueryRefused)
def refused(error: QueryRefused) -> tuple[str, int]:
    """The form again, with what was written and what to do about it."""
    reading = query_string.read(request.args)
    return _results(reading, page=None, error=sentence(error)), code_of(error)


def _urls(reading: query_string.Reading) -> query_string.SearchUrls:
    return query_string.SearchUrls(reading.request, url_for("search.show"))


def _results(reading: query_string.Reading, *, page: SearchPage[FoundStory] | None, error: str | None) -> str:
    return render_template(
        "search/results.html",
        page=page,
        url=_urls(reading),
        text=reading.request.text,
        notices=reading.notices,
        error=error,
        sorts=STORIES.sorts,
    )
