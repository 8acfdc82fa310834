"""Where a reader can go: one list for the header, one for the footer and one for the site map.

The same rows in the same order on every page (A-25, A-32). A row is added when its page exists: a test
follows each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Place:
    """A page that anyone may open without saying more; ``label`` is what links to it say."""

    endpoint: str
    label: LazyString


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places under a heading of the site map."""

    heading: LazyString
    places: tuple[Place, ...]


MAIN: tuple[Place, ...] = (
    Place("search.show", _("Sök erfarenheter")),
    Place("lessons.index", _("Lärdomar")),
    Place("subjects.index", _("Ämnen")),
    Place("organisations.index", _("Myndigheter")),
    Place("contribute.show", _("Bidra")),
    Place("pages.about", _("Om")),
)
"""The header, in the order of what a planner does first."""

FOOTER: tuple[Place, ...] = (
    Place("doors.contact", _("Kontakta kansliet")),
    Place("doors.feedback", _("Lämna synpunkter")),
    Place("pages.accessibility", _("Tillgänglighetsredogörelse")),
    Place("pages.privacy", _("Så hanterar vi uppgifter")),
    Place("pages.cookies", _("Kakor")),
    Place("pages.site_map", _("Webbkarta")),
)
"""Help first, then what the law wants said, then all pages."""

SITE_MAP: tuple[PlaceGroup, ...] = (
    PlaceGroup(
        _("Hitta erfarenheter"),
        (
            Place("home.show", _("Startsidan")),
            Place("search.show", _("Sök erfarenheter")),
            Place("lessons.index", _("Lärdomar")),
            Place("subjects.index", _("Ämnen")),
            Place("organisations.index", _("Myndigheter, kommuner och regioner")),
        ),
    ),
    PlaceGroup(
        _("Skriv till oss"),
        (
            Place("contribute.show", _("Bidra")),
            Place("doors.contact", _("Kontakta kansliet")),
            Place("doors.feedback", _("Lämna synpunkter")),
            Place("doors.request", _("Efterlys en erfarenhet")),
            Place("doors.accessibility", _("Anmäl bristande tillgänglighet")),
        ),
    ),
    PlaceGroup(
        _("Om webbplatsen"),
        (
            Place("pages.about", _("Om Erfarenhetsbanken")),
            Place("pages.accessibility", _("Tillgänglighetsredogörelse")),
            Place("pages.privacy", _("Så hanterar vi uppgifter")),
            Place("pages.cookies", _("Kakor")),
            Place("auth.log_in", _("Logga in")),
        ),
    ),
)
"""All pages that need no choice; subjects and organisations follow from the database."""
