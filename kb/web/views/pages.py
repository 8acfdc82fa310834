"""Pages that are only text."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("pages", __name__)


@blueprint.get("/om")
def about() -> str:
    return render_template("pages/about.html")
