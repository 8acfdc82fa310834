"""There is always someone who can run the site: the last administrator is not taken away."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from kb.db import db
from kb.domain.errors import Conflict
from kb.domain.vocabulary import Role
from kb.models import ExternalIdentity, User


def require_another(user: User) -> None:
    """Raise ``Conflict`` if nobody else could run the site without ``user``. Call it in a transaction.

    Someone who has been invited and has not signed in yet does not count.
    """
    if user.role is not Role.ADMIN or user.disabled_at is not None:
        return
    has_identity = exists().where(ExternalIdentity.user_id == User.id)
    others = db.session.scalars(
        select(User.id)
        .where(
            User.role == Role.ADMIN,
            User.disabled_at.is_(None),
            or_(User.password_hash.is_not(None), has_identity),
        )
        .with_for_update()  # of two administrators who leave at once, the second finds nobody
    ).all()
    if not set(others) - {user.id}:
        raise Conflict(
            "Det här är den enda administratören. Utse en administratör till och vänta tills den personen "
            "har loggat in. Gör sedan om det här."
        )
