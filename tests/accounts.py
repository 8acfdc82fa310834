"""People with accounts, and browsers that are signed in as them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from kb.db import db, writing
from kb.domain.accounts import MFA_ROLES, SignInMethod
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import Organisation, User, now
from kb.services import second_factor as second_factors
from kb.services import sessions
from kb.web import auth
from tests import factories

ADDRESS = "192.0.2.7"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of every second factor that ``make_user`` makes."""


def make_user(
    role: Role = Role.CONTRIBUTOR,
    *,
    organisations: tuple[Organisation, ...] | None = None,
    password: str = "",
    second_factor: bool | None = None,
    **changes: Any,
) -> User:
    """An account, committed. It has a second factor if ``second_factor``, or if the role needs one.

    Without a ``password`` it can only be signed in by ``sign_in``: hashing one takes time. Without
    ``organisations`` it has one of its own.
    """
    if password:
        from kb.services import passwords

        changes |= {"password_hash": passwords.hash_password(password), "password_set_at": now()}
    if role in MFA_ROLES if second_factor is None else second_factor:
        changes |= {
            "totp_secret": second_factors.stored_form(SECRET),
            "totp_confirmed_at": now() - timedelta(days=30),
        }
    with writing(db.session):
        if organisations is not None:
            changes["organisations"] = list(organisations)
        return factories.user(role, **changes)


def sign_in(app: Flask, user: User, *, second_factor: bool = True, **changes: Any) -> FlaskClient:
    """A browser that is signed in as the user, with a second factor if the account has one.

    ``changes`` go to ``sessions.begin``: the time ``at``, the ``device``.
    """
    client = app.test_client()
    user_id, has_second_factor = user.id, user.totp_confirmed_at is not None
    if has_app_context():
        db.session.rollback()  # what this test has read is older than the session that is made now
    with app.app_context():
        token = sessions.begin(
            user_id,
            changes.pop("method", SignInMethod.PASSWORD),
            second_factor=second_factor and has_second_factor,
            device=changes.pop("device", "Firefox på Linux"),
            by=Actor(address=ADDRESS),
            **changes,
        )
    give(app, client, token)
    return client


def give(app: Flask, client: FlaskClient, token: str) -> None:
    """Put the cookie of a session into a browser."""
    with app.test_request_context():
        client.set_cookie(auth.cookie_name(), token, path="/")


def code(secret: str = SECRET) -> str:
    """The code that the person's device shows now."""
    return pyotp.TOTP(secret).now()
