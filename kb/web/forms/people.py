"""The forms about people with an account, and what they ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from kb.domain.vocabulary import Role
from kb.services.organisation_choice import FIELD
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import FormField
from kb.web.labels import label
from kb.web.languages import LANGUAGES

ORGANISATIONS = FormField(
    FIELD,
    _("Myndigheter"),
    _("En på varje rad: namn eller förkortning. Den som bidrar behöver minst en."),
    rows=4,
)


def role_field() -> ChoiceField:
    return ChoiceField(
        "role",
        _("Roll"),
        _("Granskare och administratörer måste ha tvåstegsinloggning."),
        choices=tuple((role.value, label(role)) for role in Role),
    )


def invitation_fields() -> tuple[FormField, ...]:
    return (
        FormField("email", _("E-post i arbetet"), type="email", autocomplete="off"),
        FormField("name", _("För- och efternamn"), autocomplete="off"),
        role_field(),
        ORGANISATIONS,
        ChoiceField("language", _("Språk i brev"), choices=tuple(LANGUAGES.items())),
    )
