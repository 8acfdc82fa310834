"""Accounts to look at the product with: made with demo data only, and never in production (S-15).

Neither a password nor a secret of theirs stands in the code: both are made from the installation's own key,
so that whoever has the installation can be told them, and nobody else can know them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass

import pyotp
from sqlalchemy import select

from kb.config import ConfigurationError
from kb.db import db, transaction
from kb.domain.accounts import MFA_ROLES
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import NotFound
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import Role
from kb.models import Organisation, User, now
from kb.services import audit, passwords, second_factor, site_settings

DOMAIN = "demo.example"
"""No letter reaches an address there (RFC 2606)."""

_GROUPS = 4
_GROUP_LENGTH = 4


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """``organisations`` are slugs of the seed; those that are not there are left out."""

    name: str
    role: Role
    organisations: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.partition(' ')[0].lower()}@{DOMAIN}"


ACCOUNTS = (
    DemoAccount("Bidrag Björk", Role.CONTRIBUTOR, ("skatteverket", "lantmateriet")),
    DemoAccount("Annan Alm", Role.CONTRIBUTOR, ("skogsstyrelsen",)),
    DemoAccount("Granskare Gran", Role.MODERATOR),
    DemoAccount("Administrator Asp", Role.ADMIN),
)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """How someone signs in as one of them; ``setup_key`` is empty where no second factor is needed."""

    account: DemoAccount
    password: str
    setup_key: str


@transaction
def put() -> None:
    """Make those that are not there. Raises ``ConfigurationError`` in production."""
    refuse_in_production()
    held = set(db.session.scalars(select(User.email)))
    for account in ACCOUNTS:
        if account.email not in held:
            _put(account)


def listed() -> tuple[DemoSignIn, ...]:
    """Those that are in the database, shut out ones left out; none in production."""
    if site_settings.current().is_production:
        return ()
    held = set(db.session.scalars(select(User.email).where(User.disabled_at.is_(None))))
    return tuple(
        DemoSignIn(account, _password(account), _secret(account) if account.role in MFA_ROLES else "")
        for account in ACCOUNTS
        if account.email in held
    )


def code(email: str, at: float | None = None) -> tuple[str, int]:
    """The code that signs a demo account in now, and for how many seconds more it is shown.

    Raises ``NotFound`` for any other account, ``ConfigurationError`` in production.
    """
    refuse_in_production()
    wanted = email.strip().lower()
    account = next((one for one in ACCOUNTS if one.email == wanted and one.role in MFA_ROLES), None)
    if account is None:
        raise NotFound("Koden går bara att visa för demonstrationskonton med tvåstegsinloggning.")
    moment = time.time() if at is None else at
    left = second_factor.STEP_SECONDS - int(moment) % second_factor.STEP_SECONDS
    return pyotp.TOTP(_secret(account)).at(int(moment)), left


def are_open() -> bool:
    """Whether the database has a demo account that someone could sign in to."""
    found = select(User.id).where(
        User.email.in_([account.email for account in ACCOUNTS]), User.disabled_at.is_(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def refuse_in_production() -> None:
    """Raise ``ConfigurationError`` in production."""
    if site_settings.current().is_production:
        raise ConfigurationError(
            "Demonstrationskonton finns inte i produktion. Bjud in den första administratören med "
            "kb users invite, eller sätt KB_ENVIRONMENT=development för att prova."
        )


def _put(account: DemoAccount) -> None:
    at = now()
    user = User(
        name=account.name,
        email=account.email,
        role=account.role,
        organisations=list(
            db.session.scalars(select(Organisation).where(Organisation.slug.in_(account.organisations)))
        ),
        password_hash=passwords.hash_password(_password(account)),
        password_set_at=at,
    )
    if account.role in MFA_ROLES:
        user.totp_secret = second_factor.stored_form(_secret(account))
        user.totp_confirmed_at = at
    db.session.add(user)
    db.session.flush()
    audit.record(
        AuditAction.USER_CREATED,
        SYSTEM,
        subject=(SubjectKind.USER, user.id),
        role=account.role.value,
        demo=True,
    )


def _password(account: DemoAccount) -> str:
    """Eighty bits in four groups, to be copied or typed."""
    text = _derived("password", account)[: _GROUPS * _GROUP_LENGTH].lower()
    return "-".join(text[start : start + _GROUP_LENGTH] for start in range(0, len(text), _GROUP_LENGTH))


def _secret(account: DemoAccount) -> str:
    return _derived("second factor", account)


def _derived(purpose: str, account: DemoAccount) -> str:
    key = site_settings.keys("demo")[-1]  # the oldest, which stays when a newer is put before it
    made = hmac.digest(key, f"{purpose}:{account.email}".encode(), hashlib.sha256)
    return base64.b32encode(made[:20]).decode("ascii")
