"""The parts of the administrator's pages: one list for the navigation of all of them."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from kb.domain.people import STATE_LABELS, PersonState
from kb.web.languages import gettext
from kb.web.navigation import Place

PLACES: tuple[Place, ...] = (
    Place("administration.show", _("Översikt")),
    Place("people.index", _("Personer")),
    Place("managed_organisations.index", _("Myndigheter")),
    Place("imports.show", _("Läs in filer")),
    Place("letters.index", _("Brev")),
    Place("audit.index", _("Logg")),
)


def init_app(app: Flask) -> None:
    """Those whose pages the application has, in this order."""

    def places() -> tuple[Place, ...]:
        return tuple(place for place in PLACES if place.endpoint in app.view_functions)

    app.jinja_env.globals["administration_places"] = places
    app.jinja_env.filters["state_label"] = state_label


def state_label(state: PersonState) -> str:
    """How far an account has come, in the language of the page."""
    return gettext(STATE_LABELS[state])
