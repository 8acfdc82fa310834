"""Letters: put in the outbox by the use case that they tell of, and sent by the worker afterwards.

Here is what the rest of the house asks of them; ``posting`` is what the worker does.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from sqlalchemy import ColumnElement, case, func, select

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.letters import LetterKind, LetterState
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import Letter, new_id, now
from kb.services import audit, site_settings

PAGE = 50
WAITED_TOO_LONG = timedelta(minutes=30)
"""A letter that is still unsent after this deserves a look: a link in it lasts an hour."""

MAY_BE_SENT_AGAIN = frozenset({LetterState.UNCERTAIN, LetterState.REFUSED})


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as the administrator sees it: never what it says, and never its link."""

    id: str
    kind: LetterKind
    recipient: str
    user_id: str | None
    language: str
    state: LetterState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    not_after: datetime | None
    sent_at: datetime | None
    problem: str
    message_id: str
    at: datetime

    @property
    def is_too_late(self) -> bool:
        """Whether its time is past, so that it cannot be sent any more."""
        return self.not_after is not None and self.not_after <= self.at

    @property
    def may_be_sent_again(self) -> bool:
        return self.state in MAY_BE_SENT_AGAIN and not self.is_too_late


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Failures first, then what waits, then what has been sent, the newest first in each."""

    rows: tuple[LetterRow, ...]
    counts: Mapping[LetterState, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Troubles:
    """What an administrator should look at. ``unconfigured``: letters cannot leave, no server is set."""

    uncertain: int
    refused: int
    waiting_long: int
    unconfigured: bool

    @property
    def any(self) -> bool:
        return bool(self.uncertain or self.refused or self.waiting_long or self.unconfigured)


@transaction
def put(
    kind: LetterKind,
    recipient: str,
    *,
    user_id: str | None,
    language: str = "sv",
    not_after: datetime | None = None,
    **values: str,
) -> None:
    """Put a letter in the outbox, in the caller's transaction: if that is undone, nothing is sent.

    ``values`` are what its template needs; a link is given as the ``link_id`` that it is made from, never as
    the link. After ``not_after`` it is not sent. Raises ``Invalid`` for an address that is none.
    """
    is_one = parseaddr(recipient)[1] == recipient and recipient.isprintable()
    if "@" not in recipient or " " in recipient or not is_one:
        raise Invalid("E-postadressen går inte att skicka till. Kontrollera den.", field="email")
    letter_id = new_id()
    db.session.add(
        Letter(
            id=letter_id,
            message_id=f"{letter_id.lower()}.{secrets.token_hex(8)}",
            kind=kind,
            recipient=recipient,
            user_id=user_id,
            language=language,
            not_after=not_after,
            values=json.dumps(values, ensure_ascii=False, sort_keys=True),
        )
    )
    db.session.flush()


@transaction
def send_again(letter_id: str, by: Actor) -> None:
    """Let the worker send an uncertain or refused letter once more, with the same Message-ID.

    Raises ``NotPermitted``, ``NotFound``, or ``Conflict`` for a letter that cannot be sent again.
    """
    require(Permission.LETTER_MANAGE, by)
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise _unknown()
    if letter.state not in MAY_BE_SENT_AGAIN:
        raise Conflict("Brevet är redan på väg eller skickat. Läs om sidan för att se hur det har gått.")
    at = now()
    if letter.not_after is not None and letter.not_after <= at:
        raise Conflict("Det som brevet säger gäller inte längre. Gör om det som brevet handlar om i stället.")
    audit.record(
        AuditAction.LETTER_RESENT, by, subject=(SubjectKind.LETTER, letter.id), state=letter.state.value
    )
    letter.state = LetterState.UNSENT
    letter.attempts = 0
    letter.next_attempt_at = at
    letter.problem = ""
    letter.leased_by = letter.leased_until = None


def listed(by: Actor, state: LetterState | None = None, page: int = 1) -> LetterPage:
    """The letters in a state, or all; a page that there is not is the last one. Raises ``NotPermitted``."""
    require(Permission.LETTER_MANAGE, by)
    counted = dict.fromkeys(LetterState, 0)
    for found, number in db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)):
        counted[found] = number
    total = counted[state] if state else sum(counted.values())
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = select(Letter).order_by(_urgency(), Letter.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    if state:
        rows = rows.where(Letter.state == state)
    return LetterPage(tuple(map(_row, db.session.scalars(rows))), counted, page, pages)


def one(letter_id: str, by: Actor) -> LetterRow:
    """Raises ``NotPermitted`` or ``NotFound``."""
    require(Permission.LETTER_MANAGE, by)
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise _unknown()
    return _row(letter)


def troubles(at: datetime | None = None) -> Troubles:
    """How many letters have failed or wait too long, and whether there is a mail server at all."""
    waiting_since = (at or now()) - WAITED_TOO_LONG

    def count(condition: ColumnElement[bool]) -> int:
        return db.session.scalar(select(func.count()).select_from(Letter).where(condition)) or 0

    settings = site_settings.current()
    return Troubles(
        uncertain=count(Letter.state == LetterState.UNCERTAIN),
        refused=count(Letter.state == LetterState.REFUSED),
        waiting_long=count((Letter.state == LetterState.UNSENT) & (Letter.created_at < waiting_since)),
        unconfigured=settings.is_production and not settings.mail_url,
    )


def _urgency() -> ColumnElement[int]:
    order = [LetterState.UNCERTAIN, LetterState.REFUSED, LetterState.HANDING_OVER, LetterState.UNSENT]
    return case({state: place for place, state in enumerate(order)}, value=Letter.state, else_=len(order))


def _row(letter: Letter) -> LetterRow:
    return LetterRow(
        id=letter.id,
        kind=LetterKind(letter.kind),
        recipient=letter.recipient,
        user_id=letter.user_id,
        language=letter.language,
        state=letter.state,
        attempts=letter.attempts,
        created_at=letter.created_at,
        next_attempt_at=letter.next_attempt_at,
        not_after=letter.not_after,
        sent_at=letter.sent_at,
        problem=letter.problem,
        message_id=letter.message_id,
        at=now(),
    )


def _unknown() -> NotFound:
    return NotFound("Brevet finns inte.")
