"""Everything that the site leaves in a browser: the one list that ``/om-kakor`` is made of (L-43).

What is not here may not be set. Tests compare it with what every page does set and store.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SESSION = "__Host-kb_session"
SESSION_WITHOUT_TLS = "kb_session"
"""Where readers reach the site by http, as on the machine of whoever builds it: never in production."""

FEDERATION = "__Host-kb_oidc"
FEDERATION_WITHOUT_TLS = "kb_oidc"
"""Likewise, while someone signs in through an identity provider."""


DRAFT_COPY = "kb-utkast"
"""What the names of the copies begin with that ``static/js/writing/local_copy.js`` keeps."""


class Place(StrEnum):
    """Where in the browser it lies."""

    COOKIE = "cookie"
    LOCAL_STORAGE = "localStorage"
    SESSION_STORAGE = "sessionStorage"
    INDEXED_DB = "indexedDB"
    CACHE = "caches"


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing: its name, what it is for, when it comes and how long it stays."""

    name: str
    place: Place
    purpose: LazyString
    set_when: LazyString
    kept: LazyString


STORED: tuple[Stored, ...] = (
    Stored(
        SESSION,
        Place.COOKIE,
        _("Den visar att det är du som är inloggad. Den innehåller en slumpad kod och inget om dig."),
        _("När du har loggat in. Den som bara läser får den aldrig."),
        _("Tills du loggar ut eller stänger webbläsaren. Koden slutar gälla tidigare om du inte gör något."),
    ),
    Stored(
        FEDERATION,
        Place.COOKIE,
        _("Den visar att det är du som kommer tillbaka från en inloggningstjänst. Den är en slumpad kod."),
        _("När du väljer att logga in genom en inloggningstjänst, till exempel din arbetsgivares."),
        _("Tills du har kommit tillbaka, högst tio minuter."),
    ),
    Stored(
        DRAFT_COPY,
        Place.LOCAL_STORAGE,
        _("En kopia av det du skriver i ett utkast, så att inget går förlorat om något går fel."),
        _("När du är inloggad och skriver. Den som bara läser får den aldrig."),
        _(
            "Tills servern har sparat texten. Om det inte går finns kopian kvar tills du använder eller "
            "kastar den, också när du har loggat ut. Den tas bort när någon skriver i samma webbläsare efter "
            "30 dagar. Kasta den om du delar datorn med andra."
        ),
    ),
)
"""Nothing for whoever reads (invariant 7)."""
