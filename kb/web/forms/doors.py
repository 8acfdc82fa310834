"""The forms that a reader may send without an account, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from kb.domain.vocabulary import MessageKind
from kb.web.forms.fields import FormField

_AUTOCOMPLETE_EMAIL = "email"

_EMAIL = FormField(
    "email",
    _("E-post (frivilligt)"),
    _("Lämna din adress om du vill ha svar."),
    type="email",
    autocomplete=_AUTOCOMPLETE_EMAIL,
)

FIELDS: Mapping[MessageKind, tuple[FormField, ...]] = {
    MessageKind.CORRECTION: (
        FormField("message", _("Vad är fel?"), _("Citera gärna det som står."), rows=5),
        FormField(
            "proposal", _("Vad ska det stå i stället?"), _("Vet du inte säkert? Skriv det du vet."), rows=5
        ),
        FormField(
            "source",
            _("Källa (frivilligt)"),
            _("En länk, ett diarienummer eller namnet på en rapport."),
            rows=2,
        ),
        _EMAIL,
    ),
    MessageKind.STORY_REQUEST: (
        FormField(
            "message",
            _("Vad vill du läsa om?"),
            _("Till exempel en sorts system, en metod eller ett projekt som du har hört talas om."),
            rows=4,
        ),
        FormField(
            "purpose",
            _("Vad behöver du det till? (frivilligt)"),
            _("Då vet vi vad en erfarenhet behöver svara på."),
            rows=3,
        ),
        _EMAIL,
    ),
    MessageKind.FEEDBACK: (
        FormField(
            "message", _("Vad tycker du?"), _("Vad fungerar bra, vad fungerar inte, vad saknar du?"), rows=6
        ),
        _EMAIL,
    ),
    MessageKind.CONTACT: (
        FormField("message", _("Vad vill du fråga?"), rows=6),
        FormField(
            "email",
            _("E-post"),
            _("Vi svarar till den adressen och använder den inte till något annat."),
            type="email",
            autocomplete=_AUTOCOMPLETE_EMAIL,
        ),
    ),
    MessageKind.ACCESSIBILITY: (
        FormField(
            "message",
            _("Vad fungerar inte?"),
            _("Beskriv vad du försökte göra och vad som hindrade dig."),
            rows=5,
        ),
        FormField("page", _("På vilken sida?"), _("Sidans adress eller rubrik.")),
        FormField(
            "assistive_technology",
            _("Vad använder du? (frivilligt)"),
            _("Webbläsare och hjälpmedel, till exempel skärmläsare, förstoring eller röststyrning."),
        ),
        _EMAIL,
    ),
}

ANSWER = (FormField("svar", _("Hjälpte den här erfarenheten dig?")),)
WHY_HELPED = (FormField("why", _("Vad hjälpte dig? (frivilligt)"), _("Högst 1 000 tecken."), rows=4),)
WHY_NOT_HELPED = (FormField("why", _("Vad saknade du? (frivilligt)"), _("Högst 1 000 tecken."), rows=4),)
