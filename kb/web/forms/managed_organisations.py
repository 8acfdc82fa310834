"""The forms about organisations, and what they ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from kb.domain.errors import Invalid, InvalidFields
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from kb.services.managed_organisations import OrganisationFields
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import Form, FormField
from kb.web.labels import label
from kb.web.languages import gettext

CONFIRMATION = FormField("confirmation", _("Skriv namnet för att bekräfta"), autocomplete="off")
CHOSEN_ENTRIES = "erfarenhet"


def organisation_fields() -> tuple[FormField, ...]:
    return (
        FormField("name", _("Namn"), autocomplete="off"),
        FormField("short_name", _("Förkortning (frivilligt)"), autocomplete="off"),
        ChoiceField(
            "type",
            _("Typ"),
            choices=tuple((word.value, label(word)) for word in OrganisationType),
            any=gettext("Välj typ"),
        ),
        ChoiceField(
            "size",
            _("Storlek"),
            choices=tuple((word.value, label(word)) for word in OrganisationSize),
            any=gettext("Okänd"),
        ),
        FormField(
            "aliases",
            _("Andra namn (frivilligt)"),
            _("Ett på varje rad. De hittas i sökningen och leder till myndighetens sida."),
            rows=4,
        ),
    )


def values_of(fields: OrganisationFields) -> dict[str, str]:
    return {
        "name": fields.name,
        "short_name": fields.short_name,
        "type": fields.type.value,
        "size": fields.size.value if fields.size else "",
        "aliases": "\n".join(fields.aliases),
    }


def fields_of(form: Form) -> OrganisationFields:
    """Raises ``InvalidFields`` for a type or a size that does not exist."""
    values = form.values
    problems = []
    if values["type"] not in set(OrganisationType):
        problems.append(Invalid("Välj en typ.", field="type"))
    if values["size"] and values["size"] not in set(OrganisationSize):
        problems.append(Invalid("Välj en storlek ur listan.", field="size"))
    if problems:
        raise InvalidFields(tuple(problems))
    return OrganisationFields(
        name=values["name"],
        short_name=values["short_name"],
        type=OrganisationType(values["type"]),
        size=OrganisationSize(values["size"]) if values["size"] else None,
        aliases=tuple(values["aliases"].splitlines()),
    )


def check_confirmation(form: Form, name: str) -> None:
    """Raises ``InvalidFields`` unless the name of what is changed was typed, in any case."""
    if " ".join(form.values[CONFIRMATION.name].split()).casefold() != name.casefold():
        raise InvalidFields(
            (Invalid("Skriv namnet ”%(name)s” för att bekräfta.", field=CONFIRMATION.name, name=name),)
        )
