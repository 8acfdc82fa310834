"""What belongs to writing: drafts as they were typed, who writes along, links to a draft, pictures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.vocabulary import ImageFormat
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of
from kb.models.user import User


class Draft(Base):
    """The fields of a draft exactly as they were typed, half-finished or wrong (ADR 16).

    ``fields`` is a JSON object: name → [text, the version of the draft in which the text last changed].
    The revision gets its text and facts from them when it is submitted; then this row goes.
    """

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint("version >= 1", name="version_from_one"),)

    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    fields: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    saved_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    discarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CoAuthor(Base):
    """Someone of the owning organisation who writes along; the author has no row here."""

    __tablename__ = "co_author"

    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    added_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class PreviewLink(Base):
    """Whoever has the link may read the draft and comment on it. Only the hash of its secret is kept."""

    __tablename__ = "preview_link"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(120), default="")
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DraftComment(Base):
    """What someone who read a draft by a link said of it."""

    __tablename__ = "draft_comment"
    __table_args__ = (
        CheckConstraint("length(trim(message)) > 0 AND length(message) <= 2000", name="message_length"),
        CheckConstraint("length(writer) <= 120", name="writer_length"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[str] = mapped_column(ForeignKey("preview_link.id", ondelete="CASCADE"), index=True)
    writer: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text)
    submission_key: Mapped[str] = mapped_column(String(32), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Image(Base):
    """A picture of an entry. The file is ``<instance>/media/<id>.<format>``: made anew by us (S-36)."""

    __tablename__ = "image"
    __table_args__ = (
        one_of("format", ImageFormat),
        CheckConstraint("width > 0 AND height > 0", name="has_size"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    format: Mapped[ImageFormat] = mapped_column(Word(ImageFormat))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ReadingCount(Base):
    """How often a published story was opened on a day: never by whom, never from where."""

    __tablename__ = "reading_count"
    __table_args__ = (CheckConstraint("readings > 0", name="was_read"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    readings: Mapped[int]
