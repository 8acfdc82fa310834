"""Vocabularies and their terms: words that editors may change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.models.base import ID_LENGTH, Base, new_id


class Vocabulary(Base):
    """``is_official`` is False for a working list; the page that shows it says so."""

    __tablename__ = "vocabulary"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    is_official: Mapped[bool]

    terms: Mapped[list[Term]] = relationship(
        back_populates="vocabulary", cascade="all, delete-orphan", order_by="Term.position"
    )


class Term(Base):
    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("vocabulary_id", "code"),
        CheckConstraint("parent_id IS NULL OR parent_id != id", name="not_own_parent"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    vocabulary_id: Mapped[str] = mapped_column(ForeignKey("vocabulary.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("term.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    vocabulary: Mapped[Vocabulary] = relationship(back_populates="terms")
    parent: Mapped[Term | None] = relationship(remote_side="Term.id")
