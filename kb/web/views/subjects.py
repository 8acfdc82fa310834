"""Subjects: the vocabularies that stories are found by, and a page for each of their terms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.services import subjects
from kb.web import query_string

blueprint = Blueprint("subjects", __name__, url_prefix="/amnen")


@blueprint.get("")
def index() -> str:
    return render_template("subjects/index.html", lists=subjects.index())


@blueprint.get("/<slug:slug>")
def vocabulary(slug: str) -> str:
    return render_template("subjects/vocabulary.html", list=subjects.vocabulary(slug))


@blueprint.get("/<slug:vocabulary>/<slug:slug>")
def show(vocabulary: str, slug: str) -> str | Response:
    asked = query_string.read(request.args).request.page
    page = subjects.read(vocabulary, slug, asked, today())
    if asked > page.page:
        return redirect(_address(vocabulary, slug, page.page))
    return render_template(
        "subjects/show.html",
        page=page,
        address=lambda number: _address(vocabulary, slug, number),
    )


@blueprint.errorhandler(subjects.Moved)
def moved(error: subjects.Moved) -> Response:
    """A code leads to the page of what it stands for."""
    if error.term:
        return redirect(_address(error.vocabulary, error.term, 1), 301)
    return redirect(url_for("subjects.vocabulary", slug=error.vocabulary), 301)


def _address(vocabulary: str, slug: str, page: int) -> str:
    further: dict[str, Any] = {query_string.PAGE: page} if page > 1 else {}
    return url_for("subjects.show", vocabulary=vocabulary, slug=slug, **further)
