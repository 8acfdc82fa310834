"""Sending the letters of the outbox: what the worker does, one letter at a time.

A letter is taken by one statement, so that no two workers have it, and for a time: if its worker dies,
another takes it. Just before the mail server is told that the letter is complete, ``handing_over`` is
committed. A letter whose worker died after that is uncertain, and nobody sends it again by itself.

Each change asks for the lease that this worker got. One who has been away for longer than its lease changes
nothing more, except to tell of an uncertain letter what became of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement, Update, and_, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from kb.db import db, transaction
from kb.domain.errors import NotFound, StorageUnavailable
from kb.domain.letters import LetterKind, LetterState, wait_after
from kb.mail import Mailer, NotTaken, Post, Refused, Unheard
from kb.models import Letter, new_id, now
from kb.services import links

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=4)
"""Longer than a mailer may take to the end of a letter, with a wait for the database."""
HANDING_OVER = timedelta(minutes=15)
"""Longer than a mailer waits for the answer to the end of a letter."""

TOO_LATE = "Brevet hann inte iväg medan det gällde."
GIVEN_UP = "E-postservern har inte tagit emot brevet på tre dagar."
DIED = "Tjänsten avbröts medan brevet lämnades över, så det är ovisst om det har skickats."
NO_TEMPLATE = "Brevet gick inte att skriva. Felet står i tjänstens logg."


_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between the tries to write down an outcome, beside the wait of the database itself."""


class LeaseLost(Exception):
    """The letter is no longer this worker's; it may be another's."""


class Unwritable(Exception):
    """The letter cannot be made of its template; raised by the door that renders."""


class Round(StrEnum):
    """What came of looking for a letter. ``TROUBLE``: the server is not there, so let all wait."""

    NOTHING = "nothing"
    DONE = "done"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that this worker has for itself, and how: ``lease`` is never the same twice."""

    id: str
    lease: str
    message_id: str
    kind: LetterKind
    recipient: str
    language: str
    values: Mapping[str, str]
    attempts: int
    created_at: datetime
    not_after: datetime | None


Render = Callable[[Taken, str], Text]
"""Writes a letter; the second is the address of its link, or empty. Given by the door: services know no
templates.
"""


def send_next(mailer: Mailer, render: Render) -> Round:
    """Send the letter whose turn it is, if there is one. Raises only what the database raises."""
    if not _has_work(now()):
        return Round.NOTHING
    tidy(now())
    taken = take(mailer.domain)
    if taken is None:
        return Round.NOTHING
    return _send(taken, mailer, render)


@transaction
def take(domain: str, at: datetime | None = None) -> Taken | None:
    """The letter that has waited longest since its time came, for this caller alone; None if there is none.

    ``domain`` completes its Message-ID, the first time it is taken.
    """
    at = at or now()
    chosen = (
        select(Letter.id)
        .where(_may_be_taken(at))
        .order_by(Letter.next_attempt_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    lease = new_id()
    row = db.session.scalars(
        update(Letter)
        .where(Letter.id == chosen, _may_be_taken(at))
        .values(leased_by=lease, leased_until=at + LEASE, attempts=Letter.attempts + 1)
        .returning(Letter)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    if "@" not in row.message_id:
        row.message_id = f"{row.message_id}@{domain}"
        db.session.flush()
    return Taken(
        id=row.id,
        lease=lease,
        message_id=row.message_id,
        kind=LetterKind(row.kind),
        recipient=row.recipient,
        language=row.language,
        values=json.loads(row.values),
        attempts=row.attempts,
        created_at=row.created_at,
        not_after=row.not_after,
    )


@transaction
def mark_handing_over(taken: Taken, at: datetime | None = None) -> None:
    """Commit that from now on the server may have the letter. Raises ``LeaseLost``."""
    at = at or now()
    marked = _mine(taken).where(Letter.state == LetterState.UNSENT, Letter.leased_until > at)
    _change(marked.values(state=LetterState.HANDING_OVER, leased_until=at + HANDING_OVER))


@transaction
def settle(taken: Taken, state: LetterState, problem: str = "", at: datetime | None = None) -> None:
    """Write what became of a letter: sent, uncertain, refused, or unsent and tried again later.

    Raises ``LeaseLost``.
    """
    at = at or now()
    pause = wait_after(taken.attempts)
    if state is LetterState.UNSENT and pause is None:
        state, problem = LetterState.REFUSED, f"{GIVEN_UP} {problem}"
    values: dict[str, object] = {"state": state, "problem": problem}
    if state is LetterState.UNSENT:
        values["next_attempt_at"] = at + (pause or timedelta(0))
    if state is LetterState.SENT:
        values["sent_at"] = at
    if state is not LetterState.UNCERTAIN:  # that of an uncertain letter may still be settled
        values |= {"leased_by": None, "leased_until": None}
    open_states = (LetterState.UNSENT, LetterState.HANDING_OVER, LetterState.UNCERTAIN)
    _change(_mine(taken).where(Letter.state.in_(open_states)).values(**values))


@transaction
def tidy(at: datetime | None = None) -> None:
    """Settle what no worker will: letters whose worker died over them, and those whose time is past."""
    at = at or now()
    db.session.execute(
        update(Letter).where(_abandoned(at)).values(state=LetterState.UNCERTAIN, problem=DIED),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        update(Letter)
        .where(_is_free(at), Letter.not_after <= at)
        .values(state=LetterState.REFUSED, problem=TOO_LATE, leased_by=None, leased_until=None),
        execution_options={"synchronize_session": False},
    )


def _send(taken: Taken, mailer: Mailer, render: Render) -> Round:
    told = log.bind(letter_id=taken.id, kind=taken.kind.value, attempt=taken.attempts)
    try:
        state, problem, about_server = _outcome(taken, mailer, render)
        _settle_patiently(taken, state, problem)
    except LeaseLost:
        told.warning("letter_lease_lost")
        return Round.DONE
    (told.info if state is LetterState.SENT else told.warning)(f"letter_{state.value}", problem=problem)
    return Round.TROUBLE if about_server else Round.DONE


def _outcome(taken: Taken, mailer: Mailer, render: Render) -> tuple[LetterState, str, bool]:
    """What became of the letter, the problem in words, and whether it is about the server as a whole."""
    try:
        mailer.send(_written(taken, render), lambda: mark_handing_over(taken))
    except NotTaken as error:
        return LetterState.UNSENT, str(error), error.about_server
    except Unwritable:
        log.exception("letter_unwritable", letter_id=taken.id)
        return LetterState.UNSENT, NO_TEMPLATE, False
    except Unheard as error:
        return LetterState.UNCERTAIN, str(error), False
    except Refused as error:
        return LetterState.REFUSED, str(error), False
    return LetterState.SENT, "", False


def _settle_patiently(taken: Taken, state: LetterState, problem: str) -> None:
    """What the server said is known only here: it is not lost because the database is busy for a while."""
    for pause in _PAUSES:
        try:
            return settle(taken, state, problem)
        except (StorageUnavailable, SQLAlchemyError):
            log.warning("letter_outcome_waits", letter_id=taken.id, state=state.value)
            time.sleep(pause)
    return settle(taken, state, problem)


def _written(taken: Taken, render: Render) -> Post:
    link_id = taken.values.get("link_id")
    try:
        text = render(taken, links.address_of(link_id) if link_id else "")
    except NotFound as error:
        raise Refused(str(error)) from error
    db.session.rollback()  # no transaction stays open while the mail server thinks
    return Post(taken.message_id, taken.recipient, text.subject, text.body, taken.created_at)


def _has_work(at: datetime) -> bool:
    wanted = or_(_may_be_taken(at), _abandoned(at), and_(_is_free(at), Letter.not_after <= at))
    found = db.session.scalar(select(exists().where(wanted)))
    db.session.rollback()  # nothing stays open between two looks
    return bool(found)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        Letter.state == LetterState.UNSENT,
        or_(Letter.leased_until.is_(None), Letter.leased_until <= at),
    )


def _may_be_taken(at: datetime) -> ColumnElement[bool]:
    timely = or_(Letter.not_after.is_(None), Letter.not_after > at)
    return and_(_is_free(at), Letter.next_attempt_at <= at, timely)


def _abandoned(at: datetime) -> ColumnElement[bool]:
    return and_(Letter.state == LetterState.HANDING_OVER, Letter.leased_until <= at)


def _mine(taken: Taken) -> Update:
    return update(Letter).where(Letter.id == taken.id, Letter.leased_by == taken.lease)


def _change(statement: Update) -> None:
    returned = statement.returning(Letter.id).execution_options(synchronize_session=False)
    if db.session.scalar(returned) is None:
        raise LeaseLost
