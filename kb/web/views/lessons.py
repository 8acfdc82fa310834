"""Lessons of all stories: searched, narrowed by phase and perspective, or read from the newest."""

from __future__ import annotations

from flask import Blueprint
from werkzeug import Response

from kb.domain.clock import today
from kb.domain.errors import QueryRefused
from kb.services import lesson_search
from kb.services.choices import LESSONS
from kb.web.search_pages import SearchView

blueprint = Blueprint("lessons", __name__)

_VIEW = SearchView(LESSONS, "lessons.index", "lessons/index.html")


@blueprint.get("/lardomar")
def index() -> str | Response:
    return _VIEW.show(lambda request: lesson_search.search(request, today()))


@blueprint.errorhandler(QueryRefused)
def refused(error: QueryRefused) -> tuple[str, int]:
    return _VIEW.refused(error)
