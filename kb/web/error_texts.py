"""What each error page says: what happened, and what the reader can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class ErrorText:
    heading: str
    explanation: str


TEXTS: dict[int, ErrorText] = {
    400: ErrorText(
        _("Vi kunde inte läsa det du skickade"),
        _("Adressen eller frågan har ett fel. Gå tillbaka, rätta den och försök igen."),
    ),
    401: ErrorText(_("Du behöver logga in"), _("Logga in och öppna sidan igen.")),
    403: ErrorText(
        _("Du får inte se den här sidan"),
        _("Ditt konto saknar behörighet. Hör av dig till den som sköter webbplatsen om du behöver den."),
    ),
    404: ErrorText(
        _("Sidan finns inte"),
        _(
            "Adressen kan vara felskriven eller gammal. "
            "Sök efter det du letar efter, eller börja från startsidan."
        ),
    ),
    405: ErrorText(
        _("Det går inte att göra så här"),
        _("Sidan går att läsa men tar inte emot något. Öppna den på vanligt sätt i webbläsaren."),
    ),
    406: ErrorText(_("Vi har inte det formatet"), _("Be om sidan som HTML i stället.")),
    408: ErrorText(_("Det tog för lång tid"), _("Kontrollera din anslutning och försök igen.")),
    409: ErrorText(
        _("Någon annan hann före"),
        _("Innehållet har ändrats sedan du öppnade det. Läs in sidan igen och försök en gång till."),
    ),
    410: ErrorText(
        _("Sidan är borttagen"), _("Den har funnits men finns inte längre. Sök efter något som liknar den.")
    ),
    413: ErrorText(_("Det du skickade är för stort"), _("Skicka högst 1 MB åt gången.")),
    414: ErrorText(_("Adressen är för lång"), _("Korta frågan eller ta bort några val, och försök igen.")),
    415: ErrorText(_("Vi kan inte läsa det formatet"), _("Skicka innehållet i ett annat format.")),
    416: ErrorText(_("Den delen av filen finns inte"), _("Hämta hela filen i stället.")),
    422: ErrorText(_("Något är fel ifyllt"), _("Gå tillbaka, rätta uppgifterna och försök igen.")),
    429: ErrorText(_("Det blev för många frågor på kort tid"), _("Vänta en minut och försök igen.")),
    500: ErrorText(
        _("Något gick fel hos oss"),
        _("Felet är antecknat. Försök igen om en stund, och hör av dig med felnumret om felet är kvar."),
    ),
    502: ErrorText(_("Vi får inget svar just nu"), _("Försök igen om en stund.")),
    503: ErrorText(
        _("Webbplatsen svarar inte just nu"),
        _("Vi når inte våra uppgifter. Inget är ändrat. Vänta en stund och försök igen."),
    ),
}

OTHER = ErrorText(
    _("Vi kan inte svara på det du bad om"),
    _("Gå tillbaka eller börja från startsidan. Försök igen om en stund om felet är kvar."),
)
"""For codes that nothing of ours gives."""


def text_for(code: int) -> ErrorText:
    return TEXTS.get(code, TEXTS[500] if code >= 500 else OTHER)
