"""The first page."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.domain.clock import today
from kb.search.index import Facet
from kb.services import known_figures, site_information, stories, subjects
from kb.services.subjects import Subject
from kb.web import structured_data
from kb.web.formatting import number
from kb.web.labels import label
from kb.web.situations import EXAMPLES, situations

blueprint = Blueprint("home", __name__)

NEWEST_OF_EACH_KIND = 3

_PLAN = (
    (Facet.INVESTMENT_TYPE, "investment_type", _("Vad gäller det?"), _("Alla typer")),
    (Facet.PHASE, "phase", _("Hur långt har du kommit?"), _("Alla faser")),
)
"""What one who plans chooses by: the facet, its vocabulary, the question, and what no choice is called."""


@blueprint.get("/")
def show() -> str:
    day = today()
    return render_template(
        "home.html",
        newest=stories.newest_of_each_kind(NEWEST_OF_EACH_KIND, day),
        balance=stories.balance(),
        figures=known_figures.read(day),
        situations=situations(url_for("search.show")),
        examples=EXAMPLES,
        plan=_plan(),
        structured=[structured_data.site(site_information.read())],
    )


def _plan() -> list[tuple[str, LazyString, LazyString, list[tuple[str, str]]]]:
    """The choices of the form for planners: only those that lead to something."""
    lists = {each.vocabulary.code: each for each in subjects.index()}
    return [
        (facet.value, question, every, [_option(subject) for subject in lists[code] if subject.stories])
        for facet, code, question, every in _PLAN
        if code in lists
    ]


def _option(subject: Subject) -> tuple[str, str]:
    return subject.term.code, f"{label(subject.term)} ({number(subject.stories)})"
