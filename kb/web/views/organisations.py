"""Organisations and the stories that they own or took part in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.services import organisation_list, organisations
from kb.web import query_string, structured_data

blueprint = Blueprint("organisations", __name__, url_prefix="/myndigheter")

LETTER = "bokstav"
"""The name of the first letter in an address; a part of a name is ``q``, as in a search."""


@blueprint.get("")
def index() -> str:
    found = organisation_list.find(
        query_string.text_of(request.args).strip(), request.args.get(LETTER, "")[:1]
    )
    return render_template("organisations/index.html", list=found, letter_name=LETTER)


@blueprint.get("/<slug:slug>")
def show(slug: str) -> str:
    page = organisations.read(slug, today())
    named = structured_data.whole(structured_data.organisation(page.organisation))
    return render_template("organisations/show.html", page=page, structured=[named])


@blueprint.errorhandler(organisations.Moved)
def moved(error: organisations.Moved) -> Response:
    """An older name or an abbreviation leads to the page of the organisation."""
    return redirect(url_for("organisations.show", slug=error.slug), 301)
