"""The address of a receipt, which carries all that the receipt says, signed: it needs no look-up.

So the page can say nothing about anyone but to the one who has its address, and what was thrown away gets a
receipt like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import url_for
from itsdangerous import BadSignature

from kb.domain.clock import SWEDEN
from kb.domain.errors import NotFound
from kb.domain.vocabulary import MessageKind
from kb.services.reader_messages import Receipt
from kb.web import form_guard

_RECEIPT = "receipt"
_VOTE = "vote"


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """``kind`` is None for a vote; ``back`` is a path of ours, or nothing."""

    kind: MessageKind | None
    reference: str
    received_at: datetime
    answered: bool
    back: str

    @property
    def day(self) -> date:
        return self.received_at.date()

    @property
    def time(self) -> str:
        return f"{self.received_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class VoteReference:
    """A vote that its voter may still give a reason for."""

    vote_id: str
    helped: bool


def receipt_url(kind: MessageKind | None, receipt: Receipt, *, answered: bool, back: str) -> str:
    at = int(receipt.received_at.timestamp())
    content = [kind.value if kind else "", receipt.reference, at, int(answered), back]
    return url_for("doors.receipt", reference=form_guard.references(_RECEIPT).dumps(content))


def receipt_of(reference: str) -> ReceiptView:
    """Raises ``NotFound`` for an address that is not ours."""
    kind, number, at, answered, back = _loaded(_RECEIPT, reference)
    received_at = datetime.fromtimestamp(at, UTC).astimezone(SWEDEN)
    return ReceiptView(MessageKind(kind) if kind else None, number, received_at, bool(answered), back)


def vote_reference(vote: VoteReference) -> str:
    content = [vote.vote_id, int(vote.helped)]
    return str(form_guard.references(_VOTE).dumps(content))


def vote_of(reference: str) -> VoteReference:
    """Raises ``NotFound`` for an address that is not ours, or older than a form may be."""
    vote_id, helped = _loaded(_VOTE, reference, max_age=int(form_guard.VALID.total_seconds()))
    return VoteReference(vote_id, bool(helped))


def _loaded(what: str, reference: str, max_age: int | None = None) -> Any:
    try:
        return form_guard.references(what).loads(reference, max_age=max_age)
    except BadSignature:
        raise NotFound("Sidan finns inte, eller så har länken slutat gälla.") from None
