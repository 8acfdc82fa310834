"""The words of letters: what one is about, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from kb.domain.text import translatable as _


class LetterState(StrEnum):
    """``UNCERTAIN``: the server had all of it and we did not hear: never sent again by itself."""

    UNSENT = "unsent"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"


class LetterKind(StrEnum):
    """What a letter is about; ``templates/emails`` has a template of each."""

    INVITATION = "invitation"
    RESET = "reset"
    RESET_IMPOSSIBLE = "reset_impossible"
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, not a password
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_DISABLED = "account_disabled"
    SUBMITTED = "submitted"


STATE_LABELS: Mapping[LetterState, str] = {
    LetterState.UNSENT: _("Väntar"),
    LetterState.HANDING_OVER: _("Skickas nu"),
    LetterState.SENT: _("Skickat"),
    LetterState.UNCERTAIN: _("Ovisst"),
    LetterState.REFUSED: _("Gick inte att skicka"),
}

KIND_LABELS: Mapping[LetterKind, str] = {
    LetterKind.INVITATION: _("Inbjudan"),
    LetterKind.RESET: _("Nytt lösenord"),
    LetterKind.RESET_IMPOSSIBLE: _("Nytt lösenord, men inget konto att ändra"),
    LetterKind.EMAIL_CHANGE: _("Bekräfta ny e-postadress"),
    LetterKind.EMAIL_CHANGED: _("E-postadressen är ändrad"),
    LetterKind.PASSWORD_CHANGED: _("Lösenordet är ändrat"),
    LetterKind.SECOND_FACTOR_CHANGED: _("Tvåstegsinloggningen är ändrad"),
    LetterKind.ROLE_CHANGED: _("Rollen är ändrad"),
    LetterKind.ACCOUNT_DISABLED: _("Kontot är avstängt"),
    LetterKind.SUBMITTED: _("Kansliet har fått en erfarenhet"),
}

TRIES = 20
"""How often a letter is tried before it is given up: about three days."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait before a letter that has been tried so often is tried again; None to give it up."""
    if attempts >= TRIES:
        return None
    doubled: int = 2 ** max(attempts - 1, 0)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
