"""How often something was done from one place today, without keeping which place it was.

A counter is named by a hash that can only be made with the salt of its day. When the day is over the salt
goes, its counters with it, and nothing can tell any more what they counted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.models.base import Base

HASH_LENGTH = 64


class RateLimitSalt(Base):
    """The salt of one day (UTC)."""

    __tablename__ = "rate_limit_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(HASH_LENGTH))


class RateLimitCounter(Base):
    """``window_number`` counts windows of ``window_seconds`` from the beginning of the day."""

    __tablename__ = "rate_limit_counter"
    __table_args__ = (CheckConstraint("count > 0", name="counted"),)

    day: Mapped[date] = mapped_column(ForeignKey("rate_limit_salt.day", ondelete="CASCADE"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    window_seconds: Mapped[int] = mapped_column(primary_key=True)
    window_number: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    count: Mapped[int]
