"""What readers without an account send: stored once each, and not too much from one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kb.db import db, transaction
from kb.domain import reader_messages as rules
from kb.domain.errors import Conflict, NotFound
from kb.domain.reader_messages import LIMITS
from kb.models import ReaderMessage, ReaderVote, Revision, new_id, now
from kb.services import rate_limits
from kb.services.rate_limits import DAY, HOUR, Limit, Place

MESSAGES_PER_PLACE = (Limit(30, HOUR), Limit(200, DAY))
"""For each kind of message: a whole authority may sit behind one address."""
VOTES_PER_PLACE = (Limit(120, HOUR), Limit(1_000, DAY))

REFERENCE_LENGTH = 8


class AlreadySent(Conflict):
    """The form has been sent before, with other words."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told: under which id it lies, and since when."""

    id: str
    received_at: datetime

    @property
    def reference(self) -> str:
        return reference(self.id)


def reference(message_id: str) -> str:
    """A number to quote: the random end of the id, in two groups."""
    end = message_id[-REFERENCE_LENGTH:]
    return f"{end[:4]}-{end[4:]}"


def not_kept() -> Receipt:
    """A receipt like any other, for what is thrown away."""
    return Receipt(new_id(), now())


def receive(message: rules.ReaderMessage, submission_key: str, place: Place) -> Receipt:
    """Store a message; the same one sent again gives the same receipt.

    Raises ``InvalidFields``, ``AlreadySent``, ``TooManyAttempts``, or ``NotFound`` for a version that never
    was.
    """
    message = rules.checked(message)
    return _once(lambda: _store(message, submission_key, place))


def vote(vote: rules.Vote, submission_key: str, place: Place) -> Receipt:
    """Store whether a story helped. One form is one vote: sent again, its last answer holds.

    Raises ``TooManyAttempts``, or ``NotFound`` for a version that never was.
    """
    return _once(lambda: _store_vote(vote, submission_key, place))


@transaction
def add_why(vote_id: str, why: str) -> None:
    """Give a vote its reason, in place of one given before; a vote that was thrown away has none.

    Raises ``InvalidFields``.
    """
    why = rules.checked_why(why)
    row = db.session.get(ReaderVote, vote_id)
    if row is not None:
        row.why = why


def _once(store: Callable[[], Receipt]) -> Receipt:
    try:
        return store()
    except IntegrityError:  # another process stored the same form since we looked: look again
        return store()


@transaction
def _store(message: rules.ReaderMessage, submission_key: str, place: Place) -> Receipt:
    texts = {name: getattr(message, name) for name in LIMITS}
    before = db.session.scalar(select(ReaderMessage).where(ReaderMessage.submission_key == submission_key))
    if before is not None:
        if any(getattr(before, name) != text for name, text in texts.items()):
            raise AlreadySent(
                "Du har redan skickat formuläret en gång, med annan text. Vill du skicka också det här? "
                "Tryck då på Skicka igen."
            )
        return Receipt(before.id, before.received_at)
    rate_limits.count(f"message.{message.kind}", place, MESSAGES_PER_PLACE)
    row = ReaderMessage(
        kind=message.kind,
        language=message.language,
        submission_key=submission_key,
        entry_id=message.entry_id or None,
        revision_id=_revision_id(message.entry_id, message.version) if message.entry_id else None,
        **texts,
    )
    db.session.add(row)
    db.session.flush()
    return Receipt(row.id, row.received_at)


@transaction
def _store_vote(vote: rules.Vote, submission_key: str, place: Place) -> Receipt:
    row = db.session.scalar(select(ReaderVote).where(ReaderVote.submission_key == submission_key))
    if row is None:
        rate_limits.count("vote", place, VOTES_PER_PLACE)
        row = ReaderVote(
            entry_id=vote.entry_id,
            revision_id=_revision_id(vote.entry_id, vote.version),
            language=vote.language,
            submission_key=submission_key,
        )
        db.session.add(row)
    row.helped = vote.helped
    db.session.flush()
    return Receipt(row.id, row.received_at)


def _revision_id(entry_id: str, version: int) -> str:
    found = db.session.scalar(
        select(Revision.id).where(
            Revision.entry_id == entry_id, Revision.number == version, Revision.published_at.is_not(None)
        )
    )
    if found is None:
        raise NotFound("Erfarenheten finns inte. Kontrollera adressen eller sök efter den.")
    return found
