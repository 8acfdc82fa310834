"""What may be asked of the audit log: the same fields for looking and for taking it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _

from kb.domain.audit import GROUP_LABELS, AuditGroup
from kb.domain.errors import Invalid, InvalidFields
from kb.services.audit_log import NOBODY, SYSTEM, Filter
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import Form, FormField
from kb.web.languages import gettext

ABOUT_MAX = 100


def fields(people: tuple[tuple[str, str], ...]) -> tuple[FormField, ...]:
    """``people`` are the ids and names of those who have done something."""
    nobody = ((SYSTEM, gettext("Systemet")), (NOBODY, gettext("Någon som inte var inloggad")))
    return (
        ChoiceField(
            "grupp",
            _("Slag av händelse"),
            choices=tuple((group.value, gettext(text)) for group, text in GROUP_LABELS.items()),
            any=gettext("Alla slag"),
        ),
        ChoiceField("person", _("Vem"), choices=(*nobody, *people), any=gettext("Alla")),
        FormField("fran", _("Från och med"), _("Till exempel 2026-11-01."), autocomplete="off"),
        FormField("till", _("Till och med"), _("Till exempel 2026-11-30."), autocomplete="off"),
        FormField("om", _("Id för det som händelsen gäller"), autocomplete="off"),
    )


def filter_of(form: Form) -> Filter:
    """What the form asks for; a choice that does not exist is no choice. Raises ``InvalidFields``."""
    values = form.values
    problems: list[Invalid] = []
    first, last = _day(values, "fran", problems), _day(values, "till", problems)
    if first is not None and last is not None and last < first:
        problems.append(Invalid("Den sista dagen ligger före den första. Byt plats på dem.", field="till"))
    if len(values["om"]) > ABOUT_MAX:
        problems.append(Invalid("Ett id har högst %(most)s tecken.", field="om", most=ABOUT_MAX))
    if problems:
        raise InvalidFields(tuple(problems))
    group = AuditGroup(values["grupp"]) if values["grupp"] in set(AuditGroup) else None
    return Filter(group=group, who=values["person"], first=first, last=last, about=values["om"].strip())


def _day(values: Mapping[str, str], name: str, problems: list[Invalid]) -> date | None:
    text = values[name].strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Invalid("Skriv dagen som år, månad och dag, till exempel 2026-11-23.", field=name))
        return None
