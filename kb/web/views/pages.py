"""Pages about the site itself: what it is, what it keeps, whom it can be used by, and where everything is."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from kb.domain.site_information import SitePage
from kb.services import organisations, rate_limits, subjects, zero_hits
from kb.web import navigation
from kb.web.cookies import STORED
from kb.web.site_view import site_view

blueprint = Blueprint("pages", __name__)

_DAY_SECONDS = 86_400


@blueprint.get("/om")
def about() -> str:
    return render_template("pages/about.html")


@blueprint.get("/sa-hanterar-vi-uppgifter")
def privacy() -> str:
    return render_template(
        "pages/privacy.html",
        missing=site_view().missing(SitePage.PRIVACY),
        searches_kept_days=zero_hits.KEPT_DAYS,
        counters_kept_days=rate_limits.DAY // _DAY_SECONDS,
    )


@blueprint.get("/om-kakor")
def cookies() -> str:
    return render_template("pages/cookies.html", stored=STORED)


@blueprint.get("/tillganglighetsredogorelse")
def accessibility() -> str:
    """The statement; while a field of it is empty, what is missing instead (A-01)."""
    missing = site_view().missing(SitePage.STATEMENT)
    if missing:
        return render_template("pages/accessibility_incomplete.html", missing=missing)
    return render_template("pages/accessibility.html")


@blueprint.get("/tillganglighet")
def accessibility_shorter() -> Response:
    return redirect(url_for("pages.accessibility"), 301)


@blueprint.get("/webbkarta")
def site_map() -> str:
    return render_template(
        "pages/site_map.html",
        groups=navigation.SITE_MAP,
        lists=subjects.index(),
        organisations=[row for row in organisations.index() if row.stories],
    )
