"""Links that are sent by letter and work once: to accept an invitation, set a password, confirm an address.

The secret of a link is made from its id with the site's key, so that the letter can be written long after;
the database holds only its SHA-256 (S-14).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from kb.db import db, transaction
from kb.domain.accounts import LinkPurpose
from kb.domain.errors import NotFound
from kb.domain.vocabulary import Role
from kb.models import SingleUseLink, User, new_id, now
from kb.services import site_settings

LASTS = timedelta(minutes=60)
_KEPT = timedelta(days=1)
_PATH = "/lank/"
_TOKEN_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link is for and whose. ``email`` is the new address of an e-mail change, else the user's."""

    link_id: str
    purpose: LinkPurpose
    user_id: str
    name: str
    email: str
    language: str
    role: Role
    expires_at: datetime


@transaction
def make(user_id: str, purpose: LinkPurpose, email: str = "", at: datetime | None = None) -> str:
    """Make a link that works for an hour; its id, from which ``address_of`` makes the address.

    Earlier invitations and earlier e-mail changes of the user end. Earlier resets do not: else a stranger
    could end the one that someone is about to use.
    """
    at = at or now()
    db.session.execute(delete(SingleUseLink).where(SingleUseLink.expires_at < at - _KEPT))
    if purpose is not LinkPurpose.RESET:
        forget(user_id, purpose)
    link_id = new_id()
    db.session.add(
        SingleUseLink(
            id=link_id,
            user_id=user_id,
            purpose=purpose,
            token_hash=_hash(_secret(site_settings.keys("link")[0], link_id, purpose)),
            email=email,
            created_at=at,
            expires_at=at + LASTS,
        )
    )
    db.session.flush()
    return link_id


def address_of(link_id: str) -> str:
    """The whole address of a link, for its letter. Raises ``NotFound`` when the link has ended."""
    row = db.session.execute(
        select(SingleUseLink.purpose, SingleUseLink.token_hash, SingleUseLink.used_at, User.language)
        .join(User, User.id == SingleUseLink.user_id)
        .where(SingleUseLink.id == link_id)
    ).one_or_none()
    if row is None or row.used_at is not None:
        raise _ended()
    for key in site_settings.keys("link"):
        secret = _secret(key, link_id, row.purpose)
        if hmac.compare_digest(_hash(secret), row.token_hash):
            prefix = "" if row.language == "sv" else f"/{row.language}"
            return f"{site_settings.current().base_url}{prefix}{_PATH}{link_id}.{secret}"
    raise _ended()  # the key that it was made with is no longer believed


def look(token: str, at: datetime | None = None) -> LinkView:
    """What the link is for; it can still be used. Raises ``NotFound`` for one that cannot."""
    link_id, secret = _parts(token)
    row = db.session.execute(
        select(
            SingleUseLink.purpose,
            SingleUseLink.token_hash,
            SingleUseLink.email,
            SingleUseLink.expires_at,
            User.id.label("user_id"),
            User.name,
            User.email.label("user_email"),
            User.language,
            User.role,
        )
        .join(User, User.id == SingleUseLink.user_id)
        .where(
            SingleUseLink.id == link_id,
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > (at or now()),
            User.disabled_at.is_(None),
            User.erased_at.is_(None),
        )
    ).one_or_none()
    if row is None or not hmac.compare_digest(_hash(secret), row.token_hash):
        raise _ended()
    return LinkView(
        link_id=link_id,
        purpose=row.purpose,
        user_id=row.user_id,
        name=row.name,
        email=row.email or row.user_email,
        language=row.language,
        role=row.role,
        expires_at=row.expires_at,
    )


@transaction
def use(token: str, *purposes: LinkPurpose, at: datetime | None = None) -> LinkView:
    """Use the link up, in the caller's transaction: of two who try at once, one gets ``NotFound``.

    ``purposes`` are those that the caller can serve; a link for something else is not touched.
    """
    at = at or now()
    view = look(token, at)
    if view.purpose not in purposes:
        raise _ended()
    taken = db.session.scalar(
        update(SingleUseLink)
        .where(SingleUseLink.id == view.link_id, SingleUseLink.used_at.is_(None))
        .values(used_at=at)
        .returning(SingleUseLink.id)
    )
    if taken is None:
        raise _ended()
    return view


@transaction
def forget(user_id: str, *purposes: LinkPurpose) -> None:
    """End the user's links that have not been used: of these purposes, or all."""
    unused = delete(SingleUseLink).where(SingleUseLink.user_id == user_id, SingleUseLink.used_at.is_(None))
    db.session.execute(unused.where(SingleUseLink.purpose.in_(purposes)) if purposes else unused)


def _secret(key: bytes, link_id: str, purpose: LinkPurpose) -> str:
    made = hmac.digest(key, f"{purpose.value}:{link_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")


def _parts(token: str) -> tuple[str, str]:
    link_id, dot, secret = token.partition(".")
    if not dot or len(token) > _TOKEN_LENGTH_MAX or not (token.isascii() and token.isprintable()):
        raise _ended()
    return link_id, secret


def _ended() -> NotFound:
    return NotFound(
        "Länken gäller inte längre. Den går att använda en gång och gäller i 60 minuter. Be om en ny länk."
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
