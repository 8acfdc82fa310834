"""What a reader without an account may send, and the rules for it.

A text is kept as it was written but for white space at its ends, ends of lines and characters that no
text has. It is plain text: nobody renders it as anything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.domain.errors import Invalid, InvalidFields
from kb.domain.personal_data import holds_identity_number
from kb.domain.vocabulary import MessageKind

MESSAGE_MAX = 4_000
SOURCE_MAX = 1_000
PURPOSE_MAX = 1_000
PAGE_MAX = 1_000
ASSISTIVE_TECHNOLOGY_MAX = 200
EMAIL_MAX = 254
WHY_MAX = 1_000

LANGUAGES = ("sv", "en")

LIMITS: Mapping[str, int] = {
    "message": MESSAGE_MAX,
    "proposal": MESSAGE_MAX,
    "source": SOURCE_MAX,
    "purpose": PURPOSE_MAX,
    "page": PAGE_MAX,
    "assistive_technology": ASSISTIVE_TECHNOLOGY_MAX,
    "email": EMAIL_MAX,
}
"""The most characters of each text."""

FIELDS: Mapping[MessageKind, tuple[str, ...]] = {
    MessageKind.CORRECTION: ("message", "proposal", "source", "email"),
    MessageKind.STORY_REQUEST: ("message", "purpose", "email"),
    MessageKind.FEEDBACK: ("message", "page", "email"),
    MessageKind.CONTACT: ("message", "email"),
    MessageKind.ACCESSIBILITY: ("message", "page", "assistive_technology", "email"),
}
"""The texts that each kind may have; all others are empty."""

_MISSING: Mapping[MessageKind, tuple[Invalid, ...]] = {
    MessageKind.CORRECTION: (
        Invalid("Skriv vad som är fel.", field="message"),
        Invalid("Skriv vad det ska stå. Vet du inte det, så skriv det.", field="proposal"),
    ),
    MessageKind.STORY_REQUEST: (Invalid("Skriv vad du vill läsa om.", field="message"),),
    MessageKind.FEEDBACK: (Invalid("Skriv vad du tycker.", field="message"),),
    MessageKind.CONTACT: (
        Invalid("Skriv din fråga.", field="message"),
        Invalid("Skriv din e-postadress, så att vi kan svara.", field="email"),
    ),
    MessageKind.ACCESSIBILITY: (
        Invalid("Skriv vad som inte fungerar.", field="message"),
        Invalid("Skriv på vilken sida det är. Kopiera gärna adressen.", field="page"),
    ),
}
"""What each kind must have, and what to say where it is empty."""

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"().]+(?:\.[^\s@<>,;:\"().]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderMessage:
    """A message with its texts; ``entry_id`` and ``version`` are what a correction is about."""

    kind: MessageKind
    message: str
    proposal: str = ""
    source: str = ""
    purpose: str = ""
    page: str = ""
    assistive_technology: str = ""
    email: str = ""
    language: str = LANGUAGES[0]
    entry_id: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether a version of a story helped, and the language that it was asked in."""

    entry_id: str
    version: int
    helped: bool
    language: str = LANGUAGES[0]


def cleaned(text: str) -> str:
    """A text without control characters, with one sort of line ends, and nothing around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _NOT_TEXT.sub("", lines)).strip()


def checked(message: ReaderMessage) -> ReaderMessage:
    """The message with cleaned texts. Raises ``InvalidFields`` with all that is wrong, by field."""
    fields = FIELDS[message.kind]
    texts: dict[str, Any] = {
        name: cleaned(getattr(message, name)) if name in fields else "" for name in LIMITS
    }
    problems = {problem.field: problem for problem in _problems(message.kind, texts)}
    if problems:
        raise InvalidFields(tuple(problems[name] for name in fields if name in problems))
    return replace(message, **texts)


def checked_why(text: str) -> str:
    """The reason for a vote, cleaned. Raises ``InvalidFields``; nothing is needed."""
    why = cleaned(text)
    problems = tuple(_problems_of_text("why", why, WHY_MAX))
    if problems:
        raise InvalidFields(problems)
    return why


def _problems(kind: MessageKind, texts: Mapping[str, str]) -> Iterator[Invalid]:
    yield from (problem for problem in _MISSING[kind] if not texts[problem.field])
    for name in FIELDS[kind]:
        yield from _problems_of_text(name, texts[name], LIMITS[name])
    email = texts["email"]
    if email and len(email) <= EMAIL_MAX and not _ADDRESS.fullmatch(email):
        yield Invalid("Skriv e-postadressen som i namn@exempel.se.", field="email")


def _problems_of_text(name: str, text: str, limit: int) -> Iterator[Invalid]:
    if len(text) > limit:
        yield Invalid(
            "Texten är för lång: %(length)s tecken. Korta den till högst %(limit)s tecken.",
            field=name,
            length=len(text),
            limit=limit,
        )
    elif holds_identity_number(text):
        yield Invalid(
            "Texten ser ut att innehålla ett personnummer. Ta bort det och skicka igen.", field=name
        )
