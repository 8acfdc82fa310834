"""The first page."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from kb.domain.clock import today
from kb.services import site_information, stories
from kb.web import structured_data
from kb.web.situations import EXAMPLES, situations

blueprint = Blueprint("home", __name__)

NEWEST = 6


@blueprint.get("/")
def show() -> str:
    day = today()
    return render_template(
        "home.html",
        newest=stories.newest(NEWEST, day),
        balance=stories.balance(),
        situations=situations(url_for("search.show")),
        examples=EXAMPLES,
        structured=[structured_data.site(site_information.read())],
    )
