"""A lesson has an identity and a text per revision: its anchor survives revisions (invariant 10)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.vocabulary import LessonBasis
from kb.models.base import ID_LENGTH, Base, Word, new_id, one_of
from kb.models.vocabulary import Term

lesson_text_term = Table(
    "lesson_text_term",
    Base.metadata,
    Column("lesson_text_id", ForeignKey("lesson_text.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class Lesson(Base):
    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("entry_id", "anchor"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    anchor: Mapped[str] = mapped_column(String(80))


class LessonText(Base):
    __tablename__ = "lesson_text"
    __table_args__ = (
        UniqueConstraint("lesson_id", "revision_id"),
        UniqueConstraint("revision_id", "position"),
        one_of("basis", LessonBasis),
        CheckConstraint("situation != '' OR what_happened != '' OR advice != ''", name="says_something"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    lesson_id: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    situation: Mapped[str] = mapped_column(Text, default="")
    what_happened: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    advice: Mapped[str] = mapped_column(Text, default="")
    applies_when: Mapped[str] = mapped_column(Text, default="")
    does_not_apply_when: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[LessonBasis] = mapped_column(Word(LessonBasis), default=LessonBasis.SOURCE)

    lesson: Mapped[Lesson] = relationship()
    terms: Mapped[list[Term]] = relationship(secondary=lesson_text_term, order_by=Term.position)
