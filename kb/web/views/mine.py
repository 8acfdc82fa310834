"""What someone writes: one page with a few of each group, and each group by itself."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from kb.domain.clock import today
from kb.services import mine
from kb.services.mine import Group
from kb.web import auth

blueprint = Blueprint("mine", __name__)

ADDRESSES = {
    Group.CHANGES: "andringar",
    Group.DRAFTS: "utkast",
    Group.WAITING: "vantar",
    Group.REVIEW: "se-over",
    Group.PUBLISHED: "publicerade",
    Group.DISCARDED: "kastade",
}
HEADINGS = {
    Group.CHANGES: _("Kansliet ber om ändringar"),
    Group.DRAFTS: _("Utkast"),
    Group.WAITING: _("Väntar på granskning"),
    Group.REVIEW: _("Dags att se över"),
    Group.PUBLISHED: _("Publicerade"),
    Group.DISCARDED: _("Kastade utkast"),
}
_EXPLANATIONS = {
    Group.REVIEW: _("Det har gått mer än 18 månader. Läs igenom och ändra det som inte stämmer längre."),
    Group.DISCARDED: _("De finns kvar i 30 dagar. Sedan tas de bort."),
}


@blueprint.get("/mina-erfarenheter")
def show() -> str:
    """A group that does not exist is no choice."""
    by, day = auth.actor(), today()
    asked = request.args.get("lage", "")
    chosen = next((group for group, address in ADDRESSES.items() if address == asked), None)
    everything = mine.overview(by, day)
    if chosen is None:
        groups = everything
    else:
        groups = (mine.listed(chosen, by, day, request.args.get("sida", 1, type=int)),)
    return render_template(
        "mine/show.html",
        groups=groups,
        counts={each.group: each.total for each in everything},
        chosen=chosen,
        addresses=ADDRESSES,
        headings=HEADINGS,
        explanations=_EXPLANATIONS,
    )
