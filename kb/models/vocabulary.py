"""Vocabularies and their terms: words that editors may change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.models.base import ID_LENGTH, Base, new_id

SLUG_LENGTH = 80


class Vocabulary(Base):
    """``is_official`` is False for a working list; the page that shows it says so.

    ``slug`` is its part of the address and stays when the label changes.
    """

    __tablename__ = "vocabulary"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True, index=True)
    label: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    is_official: Mapped[bool]

    terms: Mapped[list[Term]] = relationship(
        back_populates="vocabulary", cascade="all, delete-orphan", order_by="Term.position"
    )


class Term(Base):
    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("vocabulary_id", "code"),
        Index("ix_term_vocabulary_id_slug", "vocabulary_id", "slug", unique=True),
        CheckConstraint("parent_id IS NULL OR parent_id != id", name="not_own_parent"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    vocabulary_id: Mapped[str] = mapped_column(ForeignKey("vocabulary.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    label: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("term.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    vocabulary: Mapped[Vocabulary] = relationship(back_populates="terms")
    parent: Mapped[Term | None] = relationship(remote_side="Term.id")
