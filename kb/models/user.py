"""People with an account: no more is kept than name, work e-mail, organisations and role (L-04)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.accounts import Channel, NotificationEvent
from kb.domain.vocabulary import Role
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of
from kb.models.organisation import Organisation

membership = Table(
    "membership",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)
"""Which organisations someone writes for: one, several, or none for those who only run the site."""


class User(Base):
    """Without a password and without an external identity the person has been invited and no more.

    ``totp_secret`` is encrypted with the site's key; it counts once ``totp_confirmed_at`` is set.
    ``totp_last_step`` is the newest step whose code has been used: none is taken twice (S-13).
    An erased account keeps its id and nothing of the person (L-06); it is disabled too.
    """

    __tablename__ = "user"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="totp_has_secret"),
        CheckConstraint("erased_at IS NULL OR disabled_at IS NOT NULL", name="erased_is_disabled"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    language: Mapped[str] = mapped_column(String(2), default="sv")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_last_step: Mapped[int | None]

    organisations: Mapped[list[Organisation]] = relationship(
        secondary=membership, order_by=Organisation.name, passive_deletes=True
    )


class NotificationChoice(Base):
    """A row where someone chose otherwise than the default of ``domain/notifications``."""

    __tablename__ = "notification_choice"
    __table_args__ = (one_of("event", NotificationEvent), one_of("channel", Channel))

    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    event: Mapped[NotificationEvent] = mapped_column(Word(NotificationEvent), primary_key=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel), primary_key=True)
    wanted: Mapped[bool]
