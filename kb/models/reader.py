"""What readers without an account send: messages to the secretariat, and whether a story helped.

Never from where: no address, no browser. ``submission_key`` is the random id of the form that was sent, so
that one form sent twice is one row.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.domain.reader_messages import FIELDS, LANGUAGES, LIMITS, MESSAGE_MAX, WHY_MAX
from kb.domain.vocabulary import MessageKind, MessageState
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of

KEY_LENGTH = 32


def _of_revision() -> ForeignKeyConstraint:
    """The version that was read, which must be one of the entry's own."""
    return ForeignKeyConstraint(["entry_id", "revision_id"], ["revision.entry_id", "revision.id"])


def _language() -> CheckConstraint:
    codes = ", ".join(f"'{code}'" for code in LANGUAGES)
    return CheckConstraint(f"language IN ({codes})", name="language_known")


def _only_where_asked(column: str) -> CheckConstraint:
    kinds = ", ".join(f"'{kind.value}'" for kind, fields in FIELDS.items() if column in fields)
    return CheckConstraint(f"{column} = '' OR kind IN ({kinds})", name=f"{column}_of_kind")


def _at_most(column: str, limit: int) -> CheckConstraint:
    return CheckConstraint(f"length({column}) <= {limit}", name=f"{column}_length")


class ReaderMessage(Base):
    """A message of any kind; which texts a kind has is said in ``domain/reader_messages``."""

    __tablename__ = "reader_message"
    __table_args__ = (
        _of_revision(),
        one_of("kind", MessageKind),
        one_of("state", MessageState),
        _language(),
        CheckConstraint(
            f"length(trim(message)) > 0 AND length(message) <= {MESSAGE_MAX}", name="message_length"
        ),
        *(_at_most(column, limit) for column, limit in LIMITS.items() if column != "message"),
        *(_only_where_asked(column) for column in LIMITS if column not in ("message", "email")),
        CheckConstraint("kind != 'contact' OR email != ''", name="contact_has_email"),
        CheckConstraint("(kind = 'correction') = (entry_id IS NOT NULL)", name="correction_has_entry"),
        CheckConstraint("(entry_id IS NULL) = (revision_id IS NULL)", name="entry_with_revision"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    kind: Mapped[MessageKind] = mapped_column(Word(MessageKind), index=True)
    state: Mapped[MessageState] = mapped_column(Word(MessageState), default=MessageState.RECEIVED)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    language: Mapped[str] = mapped_column(String(2))
    submission_key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    entry_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    revision_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    message: Mapped[str] = mapped_column(Text)
    proposal: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    page: Mapped[str] = mapped_column(Text, default="")
    assistive_technology: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")


class ReaderVote(Base):
    """Whether a version of a story helped a reader, and why, if the reader said so."""

    __tablename__ = "reader_vote"
    __table_args__ = (_of_revision(), _language(), _at_most("why", WHY_MAX))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    revision_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    helped: Mapped[bool]
    why: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2))
    submission_key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
