"""The forms about who may read and write a draft, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from kb.services.co_authors import Person
from kb.services.preview_links import DAYS_MAX
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import FormField
from kb.web.languages import gettext, ngettext

DAYS = "days"
DAYS_FIRST = 14
_DAYS = (7, DAYS_FIRST, 30, DAYS_MAX)

REMOVE = "ta-bort"
"""The button that ends a link, or lets someone write along no more; its value says which."""

COMMENT = (
    FormField("writer", _("Vad heter du? (frivilligt)"), _("Den som skriver ser det."), autocomplete="name"),
    FormField("message", _("Vad tycker du om utkastet?"), _("Högst 2 000 tecken."), rows=6),
)


def link_fields() -> tuple[FormField, ...]:
    choices = tuple((str(days), ngettext("%(num)s dag", "%(num)s dagar", days)) for days in _DAYS)
    return (
        FormField(
            "label",
            _("Vem är länken till? (frivilligt)"),
            _("Skriv till exempel en grupp, så vet du vilken länk det är. Bara ni som skriver ser det."),
            autocomplete="off",
        ),
        ChoiceField(DAYS, _("Hur länge ska länken gälla?"), choices=choices),
    )


def colleague_fields(candidates: Sequence[Person]) -> tuple[FormField, ...]:
    choices = tuple((person.user_id, person.name) for person in candidates)
    return (ChoiceField("user_id", _("Kollega"), choices=choices, any=gettext("Välj en kollega")),)


def days_of(text: str) -> int:
    """The days that were chosen; none where it is no number: then the service says what may be chosen."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000") else 0
