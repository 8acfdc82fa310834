"""The accounts elsewhere that someone signs in with: seen and removed by the person themself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, NotFound
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import ExternalIdentity, User
from kb.services import audit, federation

_KEY_LENGTH = 24


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """``key`` names it in an address. ``works``: the site still lets people in through the provider."""

    key: str
    provider: str
    works: bool
    created_at: datetime
    last_used_at: datetime | None


def of_user(user_id: str) -> tuple[OwnIdentity, ...]:
    """The oldest first."""
    open_now = {one.id for one in federation.providers()}
    return tuple(
        OwnIdentity(
            key=_key(row),
            provider=row.provider,
            works=row.provider in open_now,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in _rows(user_id)
    )


def own(key: str, by: Actor) -> OwnIdentity:
    """Raises ``NotFound`` for one that is not the actor's."""
    found = next((one for one in of_user(by.user_id or "") if one.key == key), None)
    if found is None:
        raise NotFound("Inloggningen finns inte. Den kan redan vara borttagen.")
    return found


def is_only_way_in(key: str, by: Actor) -> bool:
    """Whether the actor could not sign in any more without it."""
    user = db.session.get_one(User, by.user_id)
    others = [one for one in of_user(user.id) if one.works and one.key != key]
    return user.password_hash is None and not others


@transaction
def remove(key: str, by: Actor) -> None:
    """Raises ``NotFound`` for one that is not the actor's, ``Conflict`` for the only way in."""
    require(Permission.ACCOUNT_USE, by)
    identity = own(key, by)
    if is_only_way_in(key, by):
        raise Conflict(
            "Det här är ditt enda sätt att logga in. Lägg först till ett annat. Gör sedan om det här."
        )
    row = next(row for row in _rows(by.user_id or "") if _key(row) == key)
    db.session.delete(row)
    db.session.flush()
    subject = (SubjectKind.USER, by.user_id or "")
    audit.record(AuditAction.IDENTITY_REMOVED, by, subject=subject, provider=identity.provider)


def _rows(user_id: str) -> list[ExternalIdentity]:
    query = select(ExternalIdentity).where(ExternalIdentity.user_id == user_id)
    return list(db.session.scalars(query.order_by(ExternalIdentity.created_at, ExternalIdentity.subject)))


def _key(row: ExternalIdentity) -> str:
    """Says nothing of the person: it may stand in an address."""
    return hashlib.sha256(f"{row.user_id}\n{row.issuer}\n{row.subject}".encode()).hexdigest()[:_KEY_LENGTH]
