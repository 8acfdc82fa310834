"""The forms that a draft begins with, and that are only a button or a choice."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from kb.domain.errors import Invalid, InvalidFields
from kb.domain.vocabulary import EntrySize
from kb.services.colleagues import OwnOrganisation
from kb.web.forms.choices import ChoiceField
from kb.web.forms.fields import Form, FormField
from kb.web.labels import label
from kb.web.languages import gettext

SIZE = "size"
ORGANISATION = "organisation"
MINUTES = {
    EntrySize.TIP: _("Fem minuter"),
    EntrySize.STORY: _("En halvtimme"),
    EntrySize.IN_DEPTH: _("Ett par timmar, gärna flera gånger"),
}
CONTENTS = {
    EntrySize.TIP: _("En rubrik, en sammanfattning och en lärdom."),
    EntrySize.STORY: _("Dessutom vad ni gjorde, hur det gick, vad det kostade och vilka källor som finns."),
    EntrySize.IN_DEPTH: _("Dessutom omfattning, arbetssätt och vilka nyttor ni väntade och fick."),
}


def size_field() -> ChoiceField:
    texts = tuple((size.value, f"{label(size)}: {str(MINUTES[size]).lower()}") for size in EntrySize)
    return ChoiceField(SIZE, _("Hur mycket vill du berätta?"), _("Du kan byta när du vill."), choices=texts)


def start_fields(organisations: Sequence[OwnOrganisation]) -> tuple[FormField, ...]:
    """The organisation is asked for only where there is a choice."""
    if len(organisations) < 2:
        return (size_field(),)
    names = tuple((one.slug, one.name) for one in organisations)
    which = ChoiceField(
        ORGANISATION, _("Vilken myndighet gäller det?"), choices=names, any=gettext("Välj myndighet")
    )
    return (size_field(), which)


def size_of(form: Form) -> EntrySize:
    """Raises ``InvalidFields`` for a size that does not exist."""
    if form.values[SIZE] not in set(EntrySize):
        raise InvalidFields((Invalid("Välj hur mycket du vill berätta.", field=SIZE),))
    return EntrySize(form.values[SIZE])


def organisation_of(form: Form, organisations: Sequence[OwnOrganisation]) -> str:
    """The address of the organisation. Raises ``InvalidFields`` for one that is not the writer's."""
    if len(organisations) == 1:
        return organisations[0].slug
    chosen = form.values.get(ORGANISATION, "")
    if chosen not in {one.slug for one in organisations}:
        raise InvalidFields((Invalid("Välj en av de myndigheter som du skriver för.", field=ORGANISATION),))
    return chosen
