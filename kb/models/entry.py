"""An entry: one story through all its versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.models.base import ID_LENGTH, Base, UtcDateTime, new_id, now
from kb.models.draft import CoAuthor
from kb.models.organisation import Organisation
from kb.models.revision import Revision

entry_partner = Table(
    "entry_partner",
    Base.metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class Entry(Base):
    """``published_revision_id`` is what readers see; ``withdrawn_at`` with its reason takes it away (ADR 1).

    The published revision must be one of the entry's own: the key to it holds both ids.
    ``seed_key`` names the file that an editorial entry was loaded from.
    """

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "published_revision_id"],
            ["revision.entry_id", "revision.id"],
            name="fk_entry_published_revision",
            use_alter=True,
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        CheckConstraint(
            "withdrawn_at IS NULL OR published_revision_id IS NOT NULL", name="withdrawn_was_published"
        ),
        CheckConstraint(
            "(published_revision_id IS NULL) = (first_published_at IS NULL)", name="published_has_date"
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    published_revision_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), unique=True)
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    seed_key: Mapped[str | None] = mapped_column(String(100), unique=True)

    owner: Mapped[Organisation] = relationship()
    partners: Mapped[list[Organisation]] = relationship(secondary=entry_partner, order_by=Organisation.name)
    co_authors: Mapped[list[CoAuthor]] = relationship(
        cascade="all, delete-orphan", order_by=CoAuthor.added_at
    )
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="entry", foreign_keys=[Revision.entry_id], order_by=Revision.number
    )
    published_revision: Mapped[Revision | None] = relationship(
        primaryjoin="Entry.published_revision_id == Revision.id",
        foreign_keys=[published_revision_id],
        viewonly=True,
    )
