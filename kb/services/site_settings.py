"""The site's settings for services, which may not know Flask: carried with the engine, as the index is."""

from __future__ import annotations

import hashlib
import hmac
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from kb.config import Settings
from kb.db import db

_ATTACHED: WeakKeyDictionary[Engine, Settings] = WeakKeyDictionary()


def attach(engine: Engine, settings: Settings) -> None:
    """Let ``of(engine)`` find the settings of the installation whose database it is."""
    _ATTACHED[engine] = settings


def of(engine: Engine) -> Settings:
    """The settings of the installation; ``LookupError`` for an engine that ``create_app`` did not make."""
    found = _ATTACHED.get(engine)
    if found is None:
        raise LookupError("no settings are attached to this engine")
    return found


def current() -> Settings:
    """The settings of the application whose context this is."""
    return of(db.engine)


def keys(purpose: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes for one purpose, one of each signing key, the newest first (S-41).

    What is made uses the first; what is checked is tried with all of them.
    """
    return tuple(
        hmac.digest(key.encode(), f"erfarenhetsbanken:{purpose}".encode(), hashlib.sha256)
        for key in current().signing_keys()
    )
