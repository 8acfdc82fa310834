"""Organisations and the stories that they own or took part in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.services import organisations
from kb.web import structured_data

blueprint = Blueprint("organisations", __name__, url_prefix="/myndigheter")


@blueprint.get("")
def index() -> str:
    return render_template("organisations/index.html", rows=organisations.index())


@blueprint.get("/<slug:slug>")
def show(slug: str) -> str:
    page = organisations.read(slug, today())
    named = structured_data.whole(structured_data.organisation(page.organisation))
    return render_template("organisations/show.html", page=page, structured=[named])


@blueprint.errorhandler(organisations.Moved)
def moved(error: organisations.Moved) -> Response:
    """An older name or an abbreviation leads to the page of the organisation."""
    return redirect(url_for("organisations.show", slug=error.slug), 301)
