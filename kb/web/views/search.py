"""Search and its results; without a query, the list of all stories."""

from __future__ import annotations

from flask import Blueprint
from werkzeug import Response

from kb.domain.clock import today
from kb.domain.errors import QueryRefused
from kb.services import story_search
from kb.services.choices import STORIES
from kb.web.search_pages import SearchView

blueprint = Blueprint("search", __name__)

_VIEW = SearchView(STORIES, "search.show", "search/results.html")


@blueprint.get("/sok")
def show() -> str | Response:
    return _VIEW.show(lambda request: story_search.search(request, today(), note_misses=True))


@blueprint.errorhandler(QueryRefused)
def refused(error: QueryRefused) -> tuple[str, int]:
    return _VIEW.refused(error)
