"""Everything that the site leaves in a browser: the one list that ``/om-kakor`` is made of (L-43).

What is not here may not be set. Tests compare it with what every page does set and store.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel.speaklater import LazyString


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


STORED: tuple[Stored, ...] = ()
"""Nothing: whoever reads has nothing to log in to (invariant 7)."""
