"""A revision: one version of an entry's text and facts. Status belongs to it (invariant 1)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.vocabulary import OPEN_STATUSES, EntryKind, EntrySize, Outcome, RevisionStatus
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of
from kb.models.facts import BenefitRow, FactRow, SourceRow
from kb.models.lesson import LessonText
from kb.models.vocabulary import Term

if TYPE_CHECKING:
    from kb.models.entry import Entry

_OPEN = text(f"status IN ({', '.join(sorted(repr(status.value) for status in OPEN_STATUSES))})")
_PUBLISHED = text("status = 'published'")

revision_term = Table(
    "revision_term",
    Base.metadata,
    Column("revision_id", ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class Revision(Base):
    """``body_plain`` is made from ``body`` at save; an approval names ``source_hash`` (invariant 5)."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("entry_id", "number"),
        UniqueConstraint("entry_id", "id"),
        one_of("status", RevisionStatus),
        one_of("kind", EntryKind),
        one_of("size", EntrySize),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("length(title) BETWEEN 1 AND 120", name="title_length"),
        CheckConstraint("length(summary) <= 400", name="summary_length"),
        CheckConstraint(
            "(status IN ('published', 'superseded')) = (published_at IS NOT NULL)", name="published_has_date"
        ),
        Index("uq_revision_open", "entry_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "uq_revision_published",
            "entry_id",
            unique=True,
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    status: Mapped[RevisionStatus] = mapped_column(Word(RevisionStatus), index=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400))
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    body: Mapped[str] = mapped_column(Text)
    body_plain: Mapped[str] = mapped_column(Text)
    size: Mapped[EntrySize] = mapped_column(Word(EntrySize), default=EntrySize.STORY)
    language: Mapped[str] = mapped_column(String(35), default="sv")
    anonymised: Mapped[bool] = mapped_column(default=False)
    editorial: Mapped[bool] = mapped_column(default=False)
    contact_role: Mapped[str] = mapped_column(String(120), default="")
    open_to_contact: Mapped[bool] = mapped_column(default=False)
    note_to_reviewer: Mapped[str] = mapped_column(Text, default="")
    case_number: Mapped[str] = mapped_column(String(20), default="", index=True)
    source_hash: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="revisions", foreign_keys=[entry_id])
    outcomes: Mapped[list[RevisionOutcome]] = relationship(
        cascade="all, delete-orphan", order_by="RevisionOutcome.position"
    )
    terms: Mapped[list[Term]] = relationship(secondary=revision_term, order_by=Term.position)
    facts: Mapped[list[FactRow]] = relationship(cascade="all, delete-orphan", order_by=FactRow.name)
    lessons: Mapped[list[LessonText]] = relationship(
        cascade="all, delete-orphan", order_by=LessonText.position
    )
    benefits: Mapped[list[BenefitRow]] = relationship(
        cascade="all, delete-orphan", order_by=BenefitRow.position
    )
    sources: Mapped[list[SourceRow]] = relationship(cascade="all, delete-orphan", order_by=SourceRow.position)


class RevisionOutcome(Base):
    __tablename__ = "revision_outcome"
    __table_args__ = (one_of("outcome", Outcome),)

    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
