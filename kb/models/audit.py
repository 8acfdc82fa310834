"""The audit log: what was done, by whom, when; each row carries the hash of the one before (S-38).

Triggers of the migration refuse to change or delete a row. From where something was done lies in a table of
its own, so that it can be deleted when its time has come while the chain stays whole: the chain holds only
a salted hash of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.models.base import ID_LENGTH, Base, UtcDateTime

DIGEST_LENGTH = 64


class AuditEvent(Base):
    """``actor_id`` and ``subject_id`` are ids and never names: a name can be erased, this cannot (L-06).

    ``detail`` is canonical JSON. ``origin_hash`` is empty where nobody's address was known.
    """

    __tablename__ = "audit_event"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq_from_one"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    by_system: Mapped[bool] = mapped_column(default=False)
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[str] = mapped_column(String(100), default="", index=True)
    detail: Mapped[str] = mapped_column(Text, default="{}")
    origin_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="")
    prev_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)


class AuditOrigin(Base):
    """From where an event came. May be deleted; never changed."""

    __tablename__ = "audit_origin"

    seq: Mapped[int] = mapped_column(ForeignKey("audit_event.seq"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(45))
    salt: Mapped[str] = mapped_column(String(DIGEST_LENGTH))


class RetentionRule(Base):
    """A decision on how long something is kept (L-07). Without a row it is kept."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        CheckConstraint("days >= 1", name="days_from_one"),
        CheckConstraint("length(trim(basis)) > 0", name="has_basis"),
    )

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]
    basis: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
