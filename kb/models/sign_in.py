"""What lets someone in: sessions, recovery codes, single-use links, external identities; and what slows down
whoever guesses. Secrets lie here only as SHA-256 of random values.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.accounts import LinkPurpose, SignInMethod
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, now, one_of
from kb.models.user import User

DIGEST_LENGTH = 64


class UserSession(Base):
    """A browser that is signed in. Ending it is deleting the row.

    ``authenticated_at`` is when the person last proved who they are (S-15), ``second_factor_at`` when a
    second factor did so in this session. ``device`` is a few words such as "Firefox på Windows".
    """

    __tablename__ = "user_session"
    __table_args__ = (one_of("method", SignInMethod),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    method: Mapped[SignInMethod] = mapped_column(Word(SignInMethod))
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    authenticated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class RecoveryCode(Base):
    """Stands in for the second factor, once; deleted when it has been used."""

    __tablename__ = "recovery_code"

    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)


class SingleUseLink(Base):
    """A link in a letter. The secret part of it is never stored: it is made from the id and the site's key.

    ``email`` is the new address of an e-mail change, and empty for other purposes.
    """

    __tablename__ = "single_use_link"
    __table_args__ = (
        one_of("purpose", LinkPurpose),
        CheckConstraint("(purpose = 'email_change') = (email != '')", name="email_of_purpose"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class ExternalIdentity(Base):
    """A person at an identity provider: the issuer and the subject, and nothing else, say who (S-16)."""

    __tablename__ = "external_identity"

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(300), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FederatedAttempt(Base):
    """A sign-in that has been sent to an identity provider and has not come back; taken once.

    ``browser_hash`` ties it to the browser that began it. ``user_id`` is set when someone who is signed in
    wants to prove who they are anew or to add the identity to the account.
    """

    __tablename__ = "federated_attempt"

    state_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    provider: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(40))
    nonce: Mapped[str] = mapped_column(String(100))
    verifier: Mapped[str] = mapped_column(String(200))
    next_path: Mapped[str] = mapped_column(String(500), default="")
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SignInBackOff(Base):
    """How many sign-ins have failed in a row for an account or from a place (S-11); the hash hides which."""

    __tablename__ = "sign_in_back_off"
    __table_args__ = (CheckConstraint("failures > 0", name="failed"),)

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
