"""The forms of the account pages. A form reads these fields and nothing else of what is sent (S-06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from kb.domain.accounts import EVENT_LABELS, Channel, NotificationEvent
from kb.domain.notifications import Choices
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import Form, FormField
from kb.web.languages import LANGUAGES

NAME = FormField("name", _("Namn"), _("Så som kollegor och kansliet ska se det."), autocomplete="name")
LANGUAGE = ChoiceField("language", _("Språk i brev från oss"), choices=tuple(LANGUAGES.items()))
PROFILE = (NAME, LANGUAGE)

EMAIL = (
    FormField(
        "email",
        _("Ny e-postadress"),
        _("Din adress i arbetet. Vi skickar en länk dit."),
        type="email",
        autocomplete="email",
    ),
)

OLD = FormField("old_password", _("Lösenord nu"), type="password", autocomplete="current-password")
NEW = FormField(
    "password",
    _("Nytt lösenord"),
    _("Minst 12 tecken. Flera ord efter varandra går bra. Du kan klistra in det."),
    type="password",
    autocomplete="new-password",
)
PASSWORD = (OLD, NEW)

SEALED = FormField("sealed", _("Sidans uppgifter"), type="hidden")
CODE = FormField(
    "code",
    _("Kod från appen"),
    _("Sex siffror. Koden byts var trettionde sekund."),
    autocomplete="one-time-code",
    inputmode="numeric",
)
SECOND_FACTOR = (SEALED, CODE)

ERASE = (FormField("email", _("Din e-postadress"), type="email", autocomplete="email"),)

SESSION = FormField("session", _("Enhet"))
END_SESSIONS = (SESSION,)
ALL_OTHERS = "andra"
"""What ``SESSION`` says for every session but this one."""

NOTHING: tuple[FormField, ...] = ()
"""For a form that is only a button."""


def event_fields(events: Iterable[NotificationEvent]) -> tuple[FormField, ...]:
    """A field for each event; its value is the codes of the channels with spaces between."""
    return tuple(FormField(event.value, _(EVENT_LABELS[event])) for event in events)


def choices_form(fields: tuple[FormField, ...], choices: Choices) -> Form:
    """The form with what holds now."""
    return Form(fields, {event.value: " ".join(sorted(channels)) for event, channels in choices.items()})


def read_choices(fields: tuple[FormField, ...], sent: MultiDict[str, str]) -> Form:
    return Form.read(fields, {one.name: " ".join(sent.getlist(one.name)) for one in fields})


def chosen(form: Form) -> Mapping[NotificationEvent, set[Channel]]:
    """What is chosen in the form; a code that is none was not chosen."""
    known = {channel.value: channel for channel in Channel}
    return {
        NotificationEvent(one.name): {known[code] for code in form.values[one.name].split() if code in known}
        for one in form.fields
    }
