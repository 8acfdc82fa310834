"""What is kept until somebody decides otherwise, and the rules of such a decision (L-07).

To destroy a public document takes a decision (*gallringsbeslut*) of the authority. Without one everything
here is kept. What is technical only (sessions, links that have run out, counters) needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.audit_chain import one_line
from kb.domain.errors import Invalid
from kb.domain.text import translatable as _

DAYS_MAX = 36_500
BASIS_MAX = 500


class RetentionKind(StrEnum):
    """What a decision can be about. A kind that a decision has named is never renamed."""

    AUDIT_ORIGIN = "audit_origin"
    LETTER = "letter"
    READER_MESSAGE = "reader_message"
    READER_VOTE = "reader_vote"


@dataclass(frozen=True, slots=True)
class KindText:
    """``label`` names it; ``counted_from`` is when its time begins; ``advice`` helps whoever decides."""

    label: str
    counted_from: str
    advice: str


KINDS: Mapping[RetentionKind, KindText] = {
    RetentionKind.AUDIT_ORIGIN: KindText(
        _("IP-adresser i loggen över vad som har gjorts"),
        _("när det gjordes"),
        _("Vanligt är 180 till 365 dagar. Själva händelserna går inte att ta bort."),
    ),
    RetentionKind.LETTER: KindText(
        _("Brev som har skickats, eller som inte gick att skicka"),
        _("när brevet lades i kön"),
        _("Vanligt är 90 dagar. Brev som väntar tas aldrig bort."),
    ),
    RetentionKind.READER_MESSAGE: KindText(
        _("Meddelanden från läsare"),
        _("när meddelandet kom"),
        _("Ett meddelande är en allmän handling. Beslutet ska säga vad som gäller."),
    ),
    RetentionKind.READER_VOTE: KindText(
        _("Svar på frågan om en erfarenhet hjälpte"),
        _("när svaret kom"),
        _("Svaren säger inte vem som svarade, men texten kan göra det."),
    ),
}


def checked_days(days: int) -> int:
    """Raise ``Invalid`` for a number of days that no decision can mean."""
    if not 1 <= days <= DAYS_MAX:
        raise Invalid("Ange ett antal dagar från 1 till %(most)s.", field="days", most=DAYS_MAX)
    return days


def checked_basis(basis: str) -> str:
    """The ground of a decision in one line. Raises ``Invalid`` if there is none or it is too long."""
    text = one_line(" ".join(basis.split()), BASIS_MAX + 1)
    if not text:
        raise Invalid("Ange beslutet som gallringen stöder sig på, till exempel diarienummer.", field="basis")
    if len(text) > BASIS_MAX:
        raise Invalid("Texten om beslutet får ha högst %(most)s tecken.", field="basis", most=BASIS_MAX)
    return text
