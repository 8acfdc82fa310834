"""Proving who one is: a password, then a code where the account has a second factor (S-11, S-12, S-13).

Whatever stands in the way, the answer is the same and takes as long: whether an account exists cannot be
asked. None of these begins a session; ``sessions.begin`` does, when all that is needed has been shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import SignInFailed, SignInSlowed
from kb.domain.people import email_key
from kb.domain.predicates import Actor
from kb.models import AuditEvent, AuditOrigin, User, now
from kb.services import audit, back_off, passwords, second_factor
from kb.services.back_off import Attempt, Scope
from kb.services.rate_limits import place_of

_KNOWN_FOR = timedelta(days=90)
"""How long a place where someone has signed in is known."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The password was right. ``needs_code``: the account has a second factor, which comes next."""

    user_id: str
    needs_code: bool


class Proof(StrEnum):
    """What someone who is signed in is asked for before changing what guards the account."""

    PASSWORD = "password"  # noqa: S105 - a word for how, not a password
    CODE = "code"
    PROVIDER = "provider"


def with_password(email: str, password: str, by: Actor, at: datetime | None = None) -> Passed:
    """Sign in with a password. ``by`` says from where.

    Raises ``SignInFailed`` for an account that is unknown, disabled or only invited as for a wrong password,
    ``SignInSlowed`` after too many of those.
    """
    at = at or now()
    email = email_key(email)
    attempt = _attempt_at(email, by, at)
    user = _who(User.email == email)
    right = passwords.verify(user.password_hash if user else None, password)  # slow: in no transaction
    if user is None or not right or not _may_sign_in(user):
        _failed(AuditAction.SIGN_IN_FAILED, user, by, "password")
        raise SignInFailed(
            "E-postadressen eller lösenordet stämmer inte. Kontrollera dem och försök igen. "
            "Har du glömt lösenordet kan du välja ett nytt."
        )
    _passed(attempt, user, password)
    return Passed(user.id, needs_code=user.totp_confirmed_at is not None)


def with_code(user_id: str, code: str, by: Actor, at: datetime | None = None) -> bool:
    """Show the second factor: a code of the app, or a recovery code; True if it was the latter.

    Raises ``SignInFailed`` for a code that is wrong or has been used, ``SignInSlowed``.
    """
    at = at or now()
    attempt = back_off.begin(back_off.for_code(user_id, by.address), by, at=at)
    user = _who(User.id == user_id)
    recovery = False
    taken = user is not None and _may_sign_in(user) and second_factor.take_code(user_id, code, at)
    if not taken and user is not None and _may_sign_in(user):
        taken = recovery = _recovery_code(user_id, code, by)
    if not taken:
        _failed(AuditAction.SECOND_FACTOR_FAILED, user, by, "code")
        raise SignInFailed(
            "Koden stämmer inte eller är redan använd. Vänta på nästa kod i appen, eller skriv en reservkod."
        )
    back_off.succeeded(attempt)
    return recovery


def proof_of(user_id: str) -> Proof:
    """What ``confirm`` asks this user for; someone without a password and a factor asks the provider."""
    user = _who(User.id == user_id)
    if user is not None and user.password_hash is not None:
        return Proof.PASSWORD
    return Proof.CODE if user is not None and user.totp_confirmed_at is not None else Proof.PROVIDER


def confirm(user_id: str, secret: str, by: Actor, at: datetime | None = None) -> None:
    """Prove anew who one is: with the password, or with a code for who has none (S-15).

    Raises ``SignInFailed``, ``SignInSlowed``. ``sessions.renew(…, authenticated=True)`` comes next.
    """
    if proof_of(user_id) is Proof.CODE:
        with_code(user_id, secret, by, at)
    else:
        _confirm_password(user_id, secret, by, at or now())
    audit.record(AuditAction.REAUTHENTICATED, by, subject=(SubjectKind.USER, user_id))


def _confirm_password(user_id: str, password: str, by: Actor, at: datetime) -> None:
    user = _who(User.id == user_id)
    attempt = _attempt_at(user.email if user else user_id, by, at)
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or not _may_sign_in(user):
        _failed(AuditAction.SIGN_IN_FAILED, user, by, "confirmation")
        raise SignInFailed("Lösenordet stämmer inte. Försök igen.")
    _passed(attempt, user, password)


def _attempt_at(email: str, by: Actor, at: datetime) -> Attempt:
    """Count the attempt; where the account has signed in before, strangers' failures do not slow it."""
    keys = back_off.for_account(email, by.address)
    try:
        return back_off.begin(keys, by, at=at)
    except SignInSlowed:
        if not _is_known_place(email, by.address, at):
            raise
    return back_off.begin(keys, by, spared=(Scope.ACCOUNT,), at=at)


def _is_known_place(email: str, address: str, at: datetime) -> bool:
    addresses = db.session.scalars(
        select(AuditOrigin.address)
        .join(AuditEvent, AuditEvent.seq == AuditOrigin.seq)
        .join(User, User.id == AuditEvent.actor_id)
        .where(
            User.email == email,
            AuditEvent.action == AuditAction.SIGNED_IN.value,
            AuditEvent.at > at - _KNOWN_FOR,
        )
        .distinct()
    )
    here = place_of(address)
    return here in {place_of(known) for known in addresses}


@dataclass(frozen=True, slots=True)
class _Account:
    """What signing in needs of an account, read as columns: never older than the attempt."""

    id: str
    email: str
    password_hash: str | None = field(repr=False)
    disabled_at: datetime | None
    erased_at: datetime | None
    totp_confirmed_at: datetime | None


def _who(condition: ColumnElement[bool]) -> _Account | None:
    columns = (User.id, User.email, User.password_hash, User.disabled_at, User.erased_at)
    row = db.session.execute(select(*columns, User.totp_confirmed_at).where(condition)).one_or_none()
    return None if row is None else _Account(*row)


def _may_sign_in(user: _Account) -> bool:
    return user.disabled_at is None and user.erased_at is None


def _passed(attempt: Attempt, user: _Account, password: str) -> None:
    """Forget the failures, and hash anew what was hashed with older parameters (S-10)."""
    stored = user.password_hash
    fresh = passwords.hash_password(password) if stored and passwords.needs_rehash(stored) else None
    _keep(attempt, user.id, stored, fresh)


@transaction
def _keep(attempt: Attempt, user_id: str, stored: str | None, fresh: str | None) -> None:
    back_off.succeeded(attempt)
    if fresh is not None:  # unless the password has been changed meanwhile
        db.session.execute(
            update(User).where(User.id == user_id, User.password_hash == stored).values(password_hash=fresh)
        )


@transaction
def _recovery_code(user_id: str, code: str, by: Actor) -> bool:
    taken = second_factor.take_recovery_code(user_id, code)
    if taken:
        audit.record(
            AuditAction.RECOVERY_CODE_USED,
            Actor(user_id=user_id, address=by.address),
            subject=(SubjectKind.USER, user_id),
            left=second_factor.codes_left(user_id),
        )
    return taken


def _failed(action: AuditAction, user: _Account | None, by: Actor, with_what: str) -> None:
    """Note the failure: for an account that does not exist, too, so that both take as long."""
    subject = (SubjectKind.USER, user.id) if user else None
    audit.record(action, Actor(user_id=by.user_id, address=by.address), subject=subject, with_what=with_what)
