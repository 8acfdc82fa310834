"""Rules for what is known of a person with an account: name, work e-mail, how far the account has come."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from kb.domain.errors import Invalid
from kb.domain.text import translatable as _

NAME_MAX = 200
EMAIL_MAX = 254

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"().\[\]\\]+(?:\.[^\s@<>,;:\"().\[\]\\]+)+")


class PersonState(StrEnum):
    """``INVITED`` has never signed in by a password or an identity of its own; ``ERASED`` has no name."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"
    ERASED = "erased"


STATE_LABELS: Mapping[PersonState, str] = {
    PersonState.ACTIVE: _("Aktiv"),
    PersonState.INVITED: _("Inbjuden"),
    PersonState.DISABLED: _("Avstängd"),
    PersonState.ERASED: _("Raderad"),
}


def checked_email(text: str) -> str:
    """The address in its one form, lower case. Raises ``Invalid`` for what is no address."""
    address = unicodedata.normalize("NFC", text.strip()).lower()
    if not address:
        raise Invalid("Skriv en e-postadress.", field="email")
    if len(address) > EMAIL_MAX or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise Invalid("Skriv e-postadressen som i namn@exempel.se.", field="email")
    return address


def checked_name(text: str) -> str:
    """The name on one line, its spaces single. Raises ``Invalid`` for none, or one that is too long."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise Invalid("Skriv för- och efternamn.", field="name")
    if len(name) > NAME_MAX or not name.isprintable():
        raise Invalid("Skriv ett namn med högst %(limit)s tecken.", field="name", limit=NAME_MAX)
    return name
