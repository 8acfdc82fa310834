"""The first of the administrator's pages: how the site is, and what there is to do."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.services import overview
from kb.web import auth

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


@blueprint.get("")
def show() -> str:
    return render_template("administration/show.html", overview=overview.read(auth.actor()))
