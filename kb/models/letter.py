"""Letters to send: a row in the transaction that they tell of, taken with a lease by the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.domain.letters import LetterState
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of


class Letter(Base):
    """``kind`` and ``values`` (JSON) are what the letter is made of when it is sent: no link lies here, only
    the id that it can be made from.

    ``message_id`` stays the same however often it is tried. ``leased_until`` is how long the worker that
    took it has it for itself.
    """

    __tablename__ = "letter"
    __table_args__ = (
        one_of("state", LetterState),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="lease_is_whole"),
        CheckConstraint("state != 'handing_over' OR leased_by IS NOT NULL", name="handed_over_by_someone"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        Index("ix_letter_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    values: Mapped[str] = mapped_column(Text, default="{}")
    state: Mapped[LetterState] = mapped_column(Word(LetterState), default=LetterState.UNSENT)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_by: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(Text, default="")
