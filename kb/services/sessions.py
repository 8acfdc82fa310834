"""Browsers that are signed in: rows in the database, so that any process can find and end them (S-18, S-19).

The browser holds a random token and the database only its SHA-256. Who someone is and what they may do is
read anew for each request: a role, a second factor or an account that was taken away is gone at once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from kb.db import begin_briefly, db, transaction
from kb.domain.accounts import MFA_ROLES, SignInMethod
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import NotFound
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import User, UserSession, new_id, now
from kb.models.user import membership
from kb.services import audit, site_settings

log = structlog.get_logger(__name__)

RECENT = timedelta(minutes=10)
"""How long after proving who they are someone may change what guards the account (S-15)."""

_TOKEN_BYTES = 32
_TOKEN_LENGTH_MAX = 100
_DEVICE_LENGTH = 80
_TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser belongs to, as of this request.

    ``role`` is the one of the account; ``actor.role`` the one that may be used now. ``needs_second_factor``:
    the role or the account demands a second factor and this session has not shown it. ``is_recent``: proved
    who they are within ``RECENT``.
    """

    session_id: str
    user_id: str
    name: str
    email: str
    language: str
    role: Role
    actor: Actor
    authenticated_at: datetime
    second_factor: bool
    needs_second_factor: bool
    idle_until: datetime
    ends_at: datetime
    is_recent: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of someone's own sessions, for the list of them."""

    session_id: str
    method: SignInMethod
    device: str
    created_at: datetime
    last_seen_at: datetime


@transaction
def begin(
    user_id: str,
    method: SignInMethod,
    *,
    second_factor: bool,
    device: str,
    by: Actor,
    at: datetime | None = None,
) -> str:
    """Sign a browser in: the token for its cookie, told once (256 bits).

    ``second_factor``: shown in this sign-in, here or at the identity provider. ``by`` says from where.
    Raises ``NotFound`` for an account that is not there or disabled.
    """
    at = at or now()
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is not None or user.erased_at is not None:
        raise NotFound("Kontot finns inte eller är avstängt.")
    _forget_ended(at)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session_id = new_id()
    db.session.add(
        UserSession(
            id=session_id,
            token_hash=_hash(token),
            user_id=user_id,
            method=method,
            device=device[:_DEVICE_LENGTH],
            created_at=at,
            last_seen_at=at,
            authenticated_at=at,
            second_factor_at=at if second_factor else None,
        )
    )
    user.last_seen_at = at
    db.session.flush()
    audit.record(
        AuditAction.SIGNED_IN,
        Actor(user_id=user_id, address=by.address),
        subject=(SubjectKind.USER, user_id),
        method=method.value,
        second_factor=second_factor,
        session=session_id,
    )
    return token


def find(token: str, address: str = "", at: datetime | None = None) -> SignedIn | None:
    """Who the token belongs to, or ``None`` when the session has ended, for whatever reason.

    Looking at it keeps it from becoming idle; that is noted at most once a minute.
    """
    if not token or len(token) > _TOKEN_LENGTH_MAX:
        return None
    at = at or now()
    # Columns and not rows: what the session of the database already holds may be older than this request.
    row = db.session.execute(
        select(
            UserSession.id,
            UserSession.user_id,
            UserSession.method,
            UserSession.created_at,
            UserSession.last_seen_at,
            UserSession.authenticated_at,
            UserSession.second_factor_at,
            User.name,
            User.email,
            User.language,
            User.role,
            User.totp_confirmed_at,
        )
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == _hash(token),
            User.disabled_at.is_(None),
            User.erased_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    idle, whole = _limits()
    ends_at = row.created_at + whole
    if at >= ends_at or at >= row.last_seen_at + idle:
        return None
    last_seen_at = row.last_seen_at
    if at - last_seen_at >= _TOUCHED_EVERY and _touch(row.id, row.user_id, at):
        last_seen_at = at
    second_factor = _counts(row.method, row.second_factor_at, row.totp_confirmed_at)
    needs = not second_factor and (row.role in MFA_ROLES or row.totp_confirmed_at is not None)
    return SignedIn(
        session_id=row.id,
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        language=row.language,
        role=row.role,
        actor=Actor(
            user_id=row.user_id,
            role=None if needs else row.role,
            organisation_ids=_organisations(row.user_id),
            address=address,
        ),
        authenticated_at=row.authenticated_at,
        second_factor=second_factor,
        needs_second_factor=needs,
        idle_until=min(last_seen_at + idle, ends_at),
        ends_at=ends_at,
        is_recent=at - row.authenticated_at <= RECENT,
    )


@transaction
def renew(
    session_id: str,
    *,
    authenticated: bool = False,
    second_factor: bool = False,
    at: datetime | None = None,
) -> str:
    """A new token for a session whose rights change; the old one ends at once. When it ends is unchanged.

    ``authenticated``: the person has just proved who they are; ``second_factor``: and with a second factor.
    Raises ``NotFound`` when the session has ended.
    """
    at = at or now()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values: dict[str, object] = {"token_hash": _hash(token), "last_seen_at": at}
    if authenticated:
        values["authenticated_at"] = at
    if second_factor:
        values["second_factor_at"] = at
    renewed = update(UserSession).where(UserSession.id == session_id).values(values)
    if not _changed(renewed.returning(UserSession.id)):
        raise NotFound("Du är inte längre inloggad. Logga in igen.")
    return token


@transaction
def end(session_id: str, by: Actor) -> None:
    """Sign out: the token is worth nothing from now on. One that has ended already is left alone."""
    if _changed(delete(UserSession).where(UserSession.id == session_id).returning(UserSession.id)):
        audit.record(AuditAction.SIGNED_OUT, by, subject=_subject(by.user_id), session=session_id)


@transaction
def end_own(user_id: str, session_id: str, by: Actor) -> None:
    """End one of the user's sessions from the list. Raises ``NotFound`` for one that is not the user's."""
    own = delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    if not _changed(own.returning(UserSession.id)):
        raise NotFound("Inloggningen finns inte. Den kan redan vara avslutad.")
    audit.record(AuditAction.SESSION_ENDED, by, subject=(SubjectKind.USER, user_id), session=session_id)


@transaction
def end_others(user_id: str, keep: str, by: Actor) -> int:
    """End all the user's sessions but one; returns how many."""
    return _end(user_id, keep, by)


@transaction
def end_all(user_id: str, by: Actor) -> int:
    """End all the user's sessions; returns how many."""
    return _end(user_id, "", by)


def of_user(user_id: str, at: datetime | None = None) -> tuple[SessionRow, ...]:
    """The user's sessions that have not ended, the one used last first."""
    idle, whole = _limits()
    at = at or now()
    rows = db.session.execute(
        select(
            UserSession.id,
            UserSession.method,
            UserSession.device,
            UserSession.created_at,
            UserSession.last_seen_at,
        )
        .where(
            UserSession.user_id == user_id,
            UserSession.created_at > at - whole,
            UserSession.last_seen_at > at - idle,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return tuple(SessionRow(*row) for row in rows)


def _end(user_id: str, keep: str, by: Actor) -> int:
    others = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != keep)
    ended = _changed(others.returning(UserSession.id))
    if ended:
        audit.record(AuditAction.SESSION_ENDED, by, subject=(SubjectKind.USER, user_id), count=ended)
    return ended


def _counts(method: SignInMethod, shown_at: datetime | None, confirmed_at: datetime | None) -> bool:
    """Whether a second factor shown in the session counts: here, only one that the account still has."""
    if shown_at is None:
        return False
    if confirmed_at is None:
        return method is SignInMethod.FEDERATED
    return shown_at >= confirmed_at


def _organisations(user_id: str) -> frozenset[str]:
    return frozenset(
        db.session.scalars(select(membership.c.organisation_id).where(membership.c.user_id == user_id))
    )


def _touch(session_id: str, user_id: str, at: datetime) -> bool:
    """Note that it was used; while another process writes for long, the next request does."""
    try:
        with begin_briefly(db.engine) as connection:
            connection.execute(
                update(UserSession)
                .where(UserSession.id == session_id, UserSession.last_seen_at < at)
                .values(last_seen_at=at)
            )
            connection.execute(update(User).where(User.id == user_id).values(last_seen_at=at))
    except SQLAlchemyError as error:
        log.info("session_not_touched", reason=type(error).__name__)
        return False
    return True


def _forget_ended(at: datetime) -> None:
    idle, whole = _limits()
    db.session.execute(
        delete(UserSession).where(
            or_(UserSession.created_at <= at - whole, UserSession.last_seen_at <= at - idle)
        )
    )


def _limits() -> tuple[timedelta, timedelta]:
    settings = site_settings.current()
    return timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)


def _changed(statement: ReturningUpdate[tuple[str]] | ReturningDelete[tuple[str]]) -> int:
    """How many rows it changed."""
    return len(db.session.scalars(statement).all())


def _subject(user_id: str | None) -> tuple[SubjectKind, str] | None:
    return (SubjectKind.USER, user_id) if user_id else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
