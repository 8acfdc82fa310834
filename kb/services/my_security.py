"""What guards someone's account, for the page where they see to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb.db import db
from kb.domain.accounts import MFA_ROLES
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import User
from kb.services import identities, second_factor, sessions
from kb.services.identities import OwnIdentity
from kb.services.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class Guards:
    """``password_set_at`` is None without a password, ``second_factor_since`` without a second factor.

    ``needs_second_factor``: the role cannot be used without one.
    """

    password_set_at: datetime | None
    second_factor_since: datetime | None
    needs_second_factor: bool
    codes_left: int
    sessions: tuple[SessionRow, ...]
    identities: tuple[OwnIdentity, ...]


def of_actor(by: Actor) -> Guards:
    require(Permission.ACCOUNT_USE, by)
    user = db.session.get_one(User, by.user_id, populate_existing=True)
    return Guards(
        password_set_at=user.password_set_at if user.password_hash else None,
        second_factor_since=user.totp_confirmed_at,
        needs_second_factor=user.role in MFA_ROLES,
        codes_left=second_factor.codes_left(user.id),
        sessions=sessions.of_user(user.id),
        identities=identities.of_user(user.id),
    )
