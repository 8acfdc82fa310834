"""The forms of signing in. Names and ``autocomplete`` are what browsers and password managers know (A-24)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from kb.web.forms.fields import FormField

_EMAIL = FormField("email", _("E-post"), type="email", autocomplete="username")
_PASSWORD = FormField("password", _("Lösenord"), type="password", autocomplete="current-password")
_NEW_PASSWORD = FormField(
    "password",
    _("Nytt lösenord"),
    _("Minst 12 tecken. Flera ord efter varandra går bra. Du kan klistra in det."),
    type="password",
    autocomplete="new-password",
)
_NAME = FormField("name", _("Ditt namn"), _("Så som dina kollegor känner igen det."), autocomplete="name")

LOG_IN = (_EMAIL, _PASSWORD)
CODE = (
    FormField(
        "code",
        _("Kod"),
        _("Sex siffror från appen i din telefon, eller en av dina reservkoder."),
        autocomplete="one-time-code",
        inputmode="text",
    ),
)
FORGOTTEN = (FormField("email", _("E-post"), type="email", autocomplete="username"),)
CONFIRM_BY_PASSWORD = (_PASSWORD,)
ACCEPT_INVITATION = (_NAME, _NEW_PASSWORD)
NEW_PASSWORD = (_NEW_PASSWORD,)
NOTHING: tuple[FormField, ...] = ()
"""Of a form that is only a button."""
