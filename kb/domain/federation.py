"""The words of signing in through an identity provider: what for, and why it was refused (S-16)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kb.domain.errors import DomainError
from kb.domain.text import translatable as _


class Purpose(StrEnum):
    """What someone is sent to the provider for: to sign in, to add the identity to the account that is
    signed in, or to prove anew who they are (S-15).
    """

    SIGN_IN = "sign_in"
    ADD = "add"
    CONFIRM = "confirm"


class Refusal(StrEnum):
    """Why a sign-in was refused: the code that the audit log keeps. One that is in a log is never renamed."""

    CANCELLED = "cancelled"
    PROVIDER_ERROR = "provider_error"
    UNKNOWN_ATTEMPT = "unknown_attempt"
    OTHER_BROWSER = "other_browser"
    OTHER_PROVIDER = "other_provider"
    TOO_OLD = "too_old"
    UNREACHABLE = "unreachable"
    BAD_METADATA = "bad_metadata"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a word for what happened, not a token
    NO_ID_TOKEN = "no_id_token"  # noqa: S105 - a word for what happened, not a token
    SIGNATURE = "signature"
    UNKNOWN_KEY = "unknown_key"
    ALGORITHM = "algorithm"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    ISSUED_AT = "issued_at"
    NONCE = "nonce"
    CLAIMS = "claims"
    ASSURANCE = "assurance"
    TENANT = "tenant"
    NOT_ANEW = "not_anew"
    IDENTITY_NUMBER = "identity_number"
    ORGANISATION = "organisation"
    NO_EMAIL = "no_email"
    EMAIL_TAKEN = "email_taken"
    DISABLED = "disabled"
    SIGNED_OUT = "signed_out"
    NOT_RECENT = "not_recent"
    IDENTITY_TAKEN = "identity_taken"
    OTHER_PERSON = "other_person"


_BEGIN_AGAIN = _("Inloggningen gick inte att slutföra. Gå till sidan Logga in och börja om.")
_NOT_TRUSTED = _(
    "Svaret från inloggningstjänsten gick inte att lita på, så du är inte inloggad. Försök igen. "
    "Hjälper inte det, kontakta kansliet."
)
_UNREACHABLE = _(
    "Vi når inte inloggningstjänsten just nu. Vänta en stund och försök igen, eller logga in med lösenord."
)

SENTENCES: Mapping[Refusal, str] = {
    Refusal.CANCELLED: _(
        "Inloggningen avbröts hos inloggningstjänsten. Du kan försöka igen, eller logga in på ett annat sätt."
    ),
    Refusal.PROVIDER_ERROR: _(
        "Inloggningstjänsten kunde inte logga in dig. Försök igen om en stund. Hjälper inte det, kontakta "
        "den som sköter inloggningen hos din arbetsgivare."
    ),
    Refusal.UNKNOWN_ATTEMPT: _BEGIN_AGAIN,
    Refusal.OTHER_BROWSER: _(
        "Inloggningen började i en annan webbläsare, eller så är kakor avstängda. Gå till sidan Logga in och "
        "börja om i den här webbläsaren."
    ),
    Refusal.OTHER_PROVIDER: _BEGIN_AGAIN,
    Refusal.TOO_OLD: _("Det tog mer än tio minuter att logga in. Gå till sidan Logga in och börja om."),
    Refusal.UNREACHABLE: _UNREACHABLE,
    Refusal.BAD_METADATA: _UNREACHABLE,
    Refusal.TOKEN_REFUSED: _BEGIN_AGAIN,
    Refusal.ASSURANCE: _(
        "Du loggade in på ett sätt som inte är säkert nog för Erfarenhetsbanken. Försök igen och välj ett "
        "sätt med e-legitimation eller två steg. Hjälper inte det, kontakta kansliet."
    ),
    Refusal.TENANT: _(
        "Din arbetsgivares inloggning är inte ansluten till Erfarenhetsbanken. Be kansliet om en inbjudan."
    ),
    Refusal.NOT_ANEW: _(
        "Inloggningstjänsten bad dig inte logga in på nytt, så vi kan inte vara säkra på att det är du. "
        "Försök igen, eller bekräfta med ditt lösenord."
    ),
    Refusal.IDENTITY_NUMBER: _(
        "Inloggningstjänsten skickade ett personnummer, och det tar Erfarenhetsbanken inte emot. Inget är "
        "sparat. Kontakta kansliet."
    ),
    Refusal.ORGANISATION: _(
        "Vi känner inte igen din organisation, så du kan inte logga in på det här sättet. Fråga kansliet om "
        "din organisation kan anslutas."
    ),
    Refusal.NO_EMAIL: _(
        "Inloggningstjänsten lämnade ingen e-postadress som går att använda, och den behövs för att skapa "
        "ett konto. Be kansliet om en inbjudan."
    ),
    Refusal.EMAIL_TAKEN: _(
        "Det finns redan ett konto med din e-postadress. Logga in med lösenord och lägg till den här "
        "inloggningen under Konto → Säkerhet. Sedan kan du logga in så här. Har du fått en inbjudan, öppna "
        "först länken i den."
    ),
    Refusal.DISABLED: _("Kontot är avstängt. Kontakta kansliet om du tror att det är fel."),
    Refusal.SIGNED_OUT: _("Du är inte längre inloggad i Erfarenhetsbanken. Logga in igen och börja om."),
    Refusal.NOT_RECENT: _(
        "Bekräfta först att det är du, och lägg sedan till inloggningen under Konto → Säkerhet."
    ),
    Refusal.IDENTITY_TAKEN: _(
        "Den här inloggningen hör redan till ett annat konto. Kontakta kansliet om det inte stämmer."
    ),
    Refusal.OTHER_PERSON: _(
        "Du loggade in som någon annan än den som är inloggad här. Försök igen med rätt inloggning."
    ),
}
"""What a person is told; whatever is not here is ``_NOT_TRUSTED``."""


class FederationRefused(DomainError):
    """Signing in through a provider failed. ``reason`` is for the log, the message for the person."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(SENTENCES.get(reason, _NOT_TRUSTED))
        self.reason = reason
