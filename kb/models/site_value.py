"""What those who run the site say of it: one row per field and language."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.domain.vocabulary import SiteField
from kb.models.base import Base, Word, one_of


class SiteOrigin(StrEnum):
    """Who gave the value: the operator's own are never replaced by what comes with the product."""

    OPERATOR = "operator"
    PRODUCT = "product"
    DEMO = "demo"


class SiteValue(Base):
    """A value of ``domain/site_information``; an empty one is the answer that there is none."""

    __tablename__ = "site_value"
    __table_args__ = (
        one_of("field", SiteField),
        one_of("origin", SiteOrigin),
        CheckConstraint("language IN ('sv', 'en')", name="language_known"),
    )

    field: Mapped[SiteField] = mapped_column(Word(SiteField), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    origin: Mapped[SiteOrigin] = mapped_column(Word(SiteOrigin))
