"""Searches that found nothing, added up: what readers ask for and no story answers (ADR 8)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.models.base import Base

TEXT_MAX = 200


class ZeroHitQuery(Base):
    """A query and how often it was asked, by day and never by whom."""

    __tablename__ = "zero_hit_query"
    __table_args__ = (
        CheckConstraint("count > 0", name="counted"),
        CheckConstraint("first_on <= last_on", name="in_order"),
    )

    text: Mapped[str] = mapped_column(String(TEXT_MAX), primary_key=True)
    count: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date] = mapped_column(index=True)
