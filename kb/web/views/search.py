"""Search and its results; without a query, the list of all stories."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from kb.domain.clock import today
from kb.domain.errors import QueryRefused
from kb.search.index import Sort
from kb.services import searching
from kb.web import query_string
from kb.web.errors import code_of, sentence

blueprint = Blueprint("search", __name__)


@blueprint.get("/sok")
def show() -> str:
    reading = query_string.read(request.args)
    return _results(reading, page=searching.search(reading.request, today()), error=None)


@blueprint.errorhandler(QueryRefused)
def refused(error: QueryRefused) -> tuple[str, int]:
    """The form again, with what was written and what to do about it."""
    reading = query_string.read(request.args)
    return _results(reading, page=None, error=sentence(error)), code_of(error)


def _results(reading: query_string.Reading, *, page: searching.SearchPage | None, error: str | None) -> str:
    return render_template(
        "search/results.html",
        page=page,
        url=query_string.SearchUrls(reading.request, url_for("search.show")),
        text=reading.request.text,
        notices=reading.notices,
        error=error,
        sorts=tuple(Sort),
    )
