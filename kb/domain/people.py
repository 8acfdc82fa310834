"""The names and e-mail addresses of people with an account, in the one form in which they are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from kb.domain.errors import Invalid
from kb.domain.text import translatable as _

NAME_MAX = 200
EMAIL_MAX = 254

# One @, a host with a dot, nothing that could begin another header or address. The letter is the real test.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)+")


def email_key(text: str) -> str:
    """The form in which addresses are compared and kept; of anything, also of what no database takes."""
    printable = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text.strip())
    return unicodedata.normalize("NFC", printable).lower()


def checked_email(text: str) -> str:
    """The address in its one form. Raises ``Invalid``."""
    email = email_key(text)
    if len(email) > EMAIL_MAX or not text.strip().isprintable() or not _EMAIL.fullmatch(email):
        raise Invalid(
            "Skriv e-postadressen i formen namn@myndighet.se. Kontrollera att inget tecken fattas.",
            field="email",
        )
    return email


def checked_name(text: str) -> str:
    """The name with single spaces. Raises ``Invalid``."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise Invalid("Skriv ett namn.", field="name")
    if len(name) > NAME_MAX:
        raise Invalid("Namnet är för långt. Skriv högst %(count)s tecken.", field="name", count=NAME_MAX)
    if not name.isprintable():
        raise Invalid("Namnet innehåller tecken som inte går att använda.", field="name")
    return name


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
