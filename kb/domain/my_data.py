"""The words for what is stored of someone with an account: parts, columns, and words in them (L-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kb.domain import letters
from kb.domain.accounts import (
    CHANNEL_LABELS,
    EVENT_LABELS,
    Channel,
    LinkPurpose,
    NotificationEvent,
    SignInMethod,
)
from kb.domain.audit import ACTIONS, SUBJECT_LABELS, AuditAction, SubjectKind
from kb.domain.letters import LetterKind, LetterState
from kb.domain.text import translatable as _
from kb.domain.vocabulary import LABELS, RevisionStatus
from kb.domain.workflow import Action

Value = str | int | bool | datetime | StrEnum | None
Row = Mapping[str, Value]


class Part(StrEnum):
    """What is stored together, in the order in which it is shown."""

    ACCOUNT = "account"
    ORGANISATIONS = "organisations"
    SESSIONS = "sessions"
    IDENTITIES = "identities"
    LINKS = "links"
    NOTIFICATIONS = "notifications"
    ENTRIES = "entries"
    REVISIONS = "revisions"
    DRAFTS = "drafts"
    CO_AUTHORSHIPS = "co_authorships"
    CO_AUTHORS = "co_authors"
    PREVIEW_LINKS = "preview_links"
    IMAGES = "images"
    DECISIONS = "decisions"
    RETENTION = "retention"
    LETTERS = "letters"
    EVENTS = "events"


class Doer(StrEnum):
    """Who did what an event tells of; another person is not named."""

    YOU = "you"
    ANOTHER = "another"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One part of what is stored of someone; the rows of a part have the same columns."""

    part: Part
    rows: tuple[Row, ...]


PART_LABELS: Mapping[Part, str] = {
    Part.ACCOUNT: _("Kontot"),
    Part.ORGANISATIONS: _("Myndigheter som du skriver för"),
    Part.SESSIONS: _("Enheter där du är inloggad"),
    Part.IDENTITIES: _("Inloggning hos andra tjänster"),
    Part.LINKS: _("Länkar som vi har skickat"),
    Part.NOTIFICATIONS: _("Val av notiser"),
    Part.ENTRIES: _("Erfarenheter som du har börjat på"),
    Part.REVISIONS: _("Versioner som du har skrivit"),
    Part.DRAFTS: _("Utkast som du har sparat senast"),
    Part.CO_AUTHORSHIPS: _("Erfarenheter där du är medförfattare"),
    Part.CO_AUTHORS: _("Medförfattare som du har lagt till"),
    Part.PREVIEW_LINKS: _("Länkar till utkast som du har gjort"),
    Part.IMAGES: _("Bilder som du har lagt in"),
    Part.DECISIONS: _("Beslut om erfarenheter"),
    Part.RETENTION: _("Beslut om gallring"),
    Part.LETTERS: _("Brev till dig"),
    Part.EVENTS: _("Händelser i loggen"),
}

PART_PURPOSES: Mapping[Part, str] = {
    Part.ACCOUNT: _("Vem du är, hur vi når dig och vad du får göra."),
    Part.ORGANISATIONS: _("Styr vilka erfarenheter du kan arbeta med."),
    Part.SESSIONS: _("Gör att du är inloggad, och att du kan logga ut en enhet som du inte har hos dig."),
    Part.IDENTITIES: _("Visar vem du är när du loggar in genom en annan tjänst."),
    Part.LINKS: _("Behövs för inbjudan, nytt lösenord och byte av adress."),
    Part.NOTIFICATIONS: _("Dina egna val. För resten gäller det som är vanligast för din roll."),
    Part.ENTRIES: _("Visar vem som började skriva. Läsarna ser inte ditt namn."),
    Part.REVISIONS: _("Visar vem som skrev vad. Läsarna ser inte ditt namn."),
    Part.DRAFTS: _("Visar för dig och dina medförfattare vem som sparade sist."),
    Part.CO_AUTHORSHIPS: _("Gör att du kan skriva i erfarenheter som någon annan har börjat på."),
    Part.CO_AUTHORS: _("Visar vem som lade till en medförfattare. Den andras namn står inte här."),
    Part.PREVIEW_LINKS: _("Visar vem som delade ett utkast. Den som har länken ser inte ditt namn."),
    Part.IMAGES: _("Visar vem som lade in en bild. Läsarna ser inte ditt namn."),
    Part.DECISIONS: _("Visar vem som fattade ett beslut. Behövs för att besluten ska gå att granska."),
    Part.RETENTION: _("Visar vem som bestämde hur länge något sparas."),
    Part.LETTERS: _("Vilka brev vi har skickat till dig och om de kom fram. Breven själva sparas inte."),
    Part.EVENTS: _(
        "Vad du har gjort och vad andra har gjort med ditt konto. Behövs för säkerheten. Går inte att ändra."
    ),
}

COLUMN_LABELS: Mapping[str, str] = {
    "id": _("Nummer"),
    "name": _("Namn"),
    "email": _("E-post"),
    "language": _("Språk i brev"),
    "role": _("Roll"),
    "created_at": _("Skapat"),
    "last_seen_at": _("Senast använt"),
    "disabled_at": _("Avstängt"),
    "password_set_at": _("Lösenordet bestämt"),
    "second_factor_since": _("Tvåstegsinloggning sedan"),
    "recovery_codes_left": _("Reservkoder kvar"),
    "method": _("Sätt att logga in"),
    "device": _("Enhet"),
    "authenticated_at": _("Du visade senast vem du är"),
    "second_factor_at": _("Andra steget visat"),
    "provider": _("Tjänst"),
    "issuer": _("Tjänstens adress"),
    "subject": _("Ditt nummer där"),
    "purpose": _("Ändamål"),
    "expires_at": _("Gäller till"),
    "used_at": _("Använd"),
    "event": _("Händelse"),
    "channel": _("Sätt"),
    "wanted": _("Vill ha"),
    "title": _("Titel"),
    "organisation": _("Myndighet"),
    "entry_id": _("Erfarenhetens nummer"),
    "number": _("Version"),
    "status": _("Läge"),
    "action": _("Vad som gjordes"),
    "reason": _("Skäl"),
    "at": _("När"),
    "kind": _("Brevet gäller"),
    "state": _("Läge"),
    "recipient": _("Till"),
    "sent_at": _("Skickat"),
    "days": _("Antal dagar"),
    "basis": _("Grund"),
    "by": _("Vem"),
    "subject_kind": _("Gäller"),
    "subject_id": _("Nummer på det som händelsen gäller"),
    "address": _("Nätadress"),
    "detail": _("Mer"),
    "saved_at": _("Sparat"),
    "discarded_at": _("Kastat"),
    "label": _("Till vem"),
    "revoked_at": _("Stängd"),
}
"""What a column is called; the code of a column is its name in the machine-readable file."""

_STATUSES: Mapping[RevisionStatus, str] = {
    RevisionStatus.DRAFT: _("utkast"),
    RevisionStatus.SUBMITTED: _("inskickad"),
    RevisionStatus.CHANGES_REQUESTED: _("kansliet har bett om ändringar"),
    RevisionStatus.PUBLISHED: _("publicerad"),
    RevisionStatus.SUPERSEDED: _("ersatt av en nyare version"),
    RevisionStatus.REJECTED: _("avslagen"),
    RevisionStatus.DISCARDED: _("kastad"),
}
_ACTIONS: Mapping[Action, str] = {
    Action.IMPORT: _("Lade in erfarenheten"),
    Action.REPLACE: _("Ersatte med en ny version"),
    Action.WITHDRAW: _("Drog tillbaka erfarenheten"),
    Action.SUBMIT: _("Skickade in"),
    Action.RECALL: _("Tog tillbaka det som var inskickat"),
    Action.UPLOAD: _("Lade in från en fil"),
}
_PURPOSES: Mapping[LinkPurpose, str] = {
    LinkPurpose.INVITATION: _("Inbjudan"),
    LinkPurpose.RESET: _("Nytt lösenord"),
    LinkPurpose.EMAIL_CHANGE: _("Ny e-postadress"),
}
_METHODS: Mapping[SignInMethod, str] = {
    SignInMethod.PASSWORD: _("E-post och lösenord"),
    SignInMethod.FEDERATED: _("Genom en annan tjänst"),
}
_DOERS: Mapping[Doer, str] = {
    Doer.YOU: _("Du"),
    Doer.ANOTHER: _("En administratör"),
    Doer.SYSTEM: _("Webbplatsen själv, eller den som sköter servern"),
    Doer.NOBODY: _("Någon som inte var inloggad"),
}


_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    NotificationEvent: EVENT_LABELS,
    Channel: CHANNEL_LABELS,
    LetterKind: letters.KIND_LABELS,
    LetterState: letters.STATE_LABELS,
    AuditAction: {action: label for action, (_group, label) in ACTIONS.items()},
    SubjectKind: SUBJECT_LABELS,
    RevisionStatus: _STATUSES,
    Action: _ACTIONS,
    LinkPurpose: _PURPOSES,
    SignInMethod: _METHODS,
    Doer: _DOERS,
}


def word(value: StrEnum) -> str:
    """A code in Swedish words, to be translated by whoever shows it."""
    return _WORDS.get(type(value), LABELS)[value]
