"""What was done to an entry, by whom, from which status to which, and why. Never changed, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.domain.workflow import Action, Position
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of


class ModerationEvent(Base):
    """``source_hash`` is the hash of the revision as it was when the decision was made.

    Triggers of the first migration refuse to change or delete a row.
    """

    __tablename__ = "moderation_event"
    __table_args__ = (
        one_of("action", Action),
        one_of("from_position", Position),
        one_of("to_position", Position),
        CheckConstraint("actor_id IS NOT NULL OR by_system", name="someone_did_it"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"), index=True)
    action: Mapped[Action] = mapped_column(Word(Action))
    from_position: Mapped[Position] = mapped_column(Word(Position))
    to_position: Mapped[Position] = mapped_column(Word(Position))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    by_system: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    source_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
