"""What is stored of someone with an account: told (L-05), and taken away (L-06)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from kb.db import db, transaction, write_home
from kb.domain.accounts import PSEUDONYM
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import NotFound
from kb.domain.letters import LetterKind, LetterState
from kb.domain.my_data import Doer, Part, Row, StoredPart
from kb.domain.permissions import Permission, require_to_know
from kb.domain.predicates import Actor, Subject
from kb.domain.vocabulary import Role
from kb.models import (
    AuditEvent,
    AuditOrigin,
    Entry,
    ExternalIdentity,
    FederatedAttempt,
    Letter,
    ModerationEvent,
    NotificationChoice,
    Organisation,
    RecoveryCode,
    RetentionRule,
    Revision,
    SingleUseLink,
    User,
    UserSession,
    now,
)
from kb.models.user import membership
from kb.services import administrators, audit, my_writing

ERASED_DOMAIN = "raderad.invalid"
"""No letter can reach an address there (RFC 2606)."""

_GOES = (UserSession, RecoveryCode, SingleUseLink, ExternalIdentity, FederatedAttempt, NotificationChoice)
"""Tables whose rows are about one person and for nobody else."""


def read(user_id: str, by: Actor) -> tuple[StoredPart, ...]:
    """All that is stored of someone but secrets. Raises ``NotFound`` unless ``by`` is that person."""
    require_to_know(Permission.USER_EXPORT, by, Subject(user_id=user_id))
    user = _existing(user_id)
    told: tuple[tuple[Part, Iterable[Row]], ...] = (
        (Part.ACCOUNT, [_account(user)]),
        (Part.ORGANISATIONS, [{"name": one.name} for one in user.organisations]),
        (Part.SESSIONS, _rows(_SESSIONS.where(UserSession.user_id == user_id))),
        (Part.IDENTITIES, _rows(_IDENTITIES.where(ExternalIdentity.user_id == user_id))),
        (Part.LINKS, _rows(_LINKS.where(SingleUseLink.user_id == user_id))),
        (Part.NOTIFICATIONS, _rows(_CHOICES.where(NotificationChoice.user_id == user_id))),
        (Part.ENTRIES, _entries(user_id)),
        (Part.REVISIONS, _rows(_REVISIONS.where(Revision.created_by == user_id))),
        *my_writing.told(user_id),
        (Part.DECISIONS, _rows(_DECISIONS.where(ModerationEvent.actor_id == user_id))),
        (Part.RETENTION, _rows(_RETENTION.where(RetentionRule.decided_by == user_id))),
        (Part.LETTERS, _letters(user)),
        (Part.EVENTS, _events(user_id)),
    )
    return tuple(StoredPart(part, tuple(rows)) for part, rows in told)


@transaction
def export(user_id: str, by: Actor) -> tuple[StoredPart, ...]:
    """The same to take away, and a note in the log that it was. Raises ``NotFound`` as ``read`` does."""
    require_to_know(Permission.USER_EXPORT, by, Subject(user_id=user_id))
    _existing(user_id)
    audit.record(AuditAction.DATA_EXPORTED, by, subject=(SubjectKind.USER, user_id))
    return read(user_id, by)


def erase(user_id: str, by: Actor) -> None:
    """Take away all that says who someone is; the account's number stays, so that the log stays whole (L-06).

    What the person wrote and sent in is the authority's and stays, but not a draft that nobody else writes
    in. It cannot be undone. Raises ``NotFound`` unless
    ``by`` is that person or the system, ``Conflict`` for the only administrator.
    """
    _erase(user_id, by)
    write_home(db.engine)


@transaction
def _erase(user_id: str, by: Actor) -> None:
    require_to_know(Permission.USER_ERASE, by, Subject(user_id=user_id))
    user = _existing(user_id)
    administrators.require_another(user)
    email, at = user.email, now()
    my_writing.forget(user_id, at)
    for table in _GOES:
        db.session.execute(delete(table).where(table.user_id == user_id))
    db.session.execute(delete(membership).where(membership.c.user_id == user_id))
    own = or_(Letter.user_id == user_id, func.lower(Letter.recipient) == email)
    db.session.execute(delete(Letter).where(own, Letter.state == LetterState.UNSENT))
    # What a server answered may quote the address that it refused.
    db.session.execute(update(Letter).where(own).values(recipient="", values="{}", problem=""))
    user.name = PSEUDONYM
    user.email = f"{user_id.lower()}@{ERASED_DOMAIN}"
    user.role = Role.CONTRIBUTOR
    user.language = "sv"
    user.last_seen_at = user.password_hash = user.password_set_at = None
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    user.disabled_at = user.disabled_at or at
    user.erased_at = at
    db.session.flush()
    db.session.expire(user)
    audit.record(AuditAction.USER_ERASED, by, subject=(SubjectKind.USER, user_id))


def _existing(user_id: str) -> User:
    user = db.session.get(User, user_id)
    if user is None or user.erased_at is not None:
        raise NotFound("Kontot finns inte.")
    return user


_SESSIONS = select(
    UserSession.method,
    UserSession.device,
    UserSession.created_at,
    UserSession.last_seen_at,
    UserSession.authenticated_at,
    UserSession.second_factor_at,
).order_by(UserSession.id)
_IDENTITIES = select(
    ExternalIdentity.provider,
    ExternalIdentity.issuer,
    ExternalIdentity.subject,
    ExternalIdentity.created_at,
    ExternalIdentity.last_used_at.label("last_seen_at"),
).order_by(ExternalIdentity.created_at)
_LINKS = select(
    SingleUseLink.purpose,
    SingleUseLink.email,
    SingleUseLink.created_at,
    SingleUseLink.expires_at,
    SingleUseLink.used_at,
).order_by(SingleUseLink.id)
_CHOICES = select(NotificationChoice.event, NotificationChoice.channel, NotificationChoice.wanted).order_by(
    NotificationChoice.event, NotificationChoice.channel
)
_REVISIONS = select(
    Revision.entry_id, Revision.number, Revision.title, Revision.status, Revision.created_at
).order_by(Revision.created_at, Revision.id)
_DECISIONS = select(
    ModerationEvent.at, ModerationEvent.action, ModerationEvent.entry_id, ModerationEvent.reason
).order_by(ModerationEvent.id)
_RETENTION = select(
    RetentionRule.kind.label("subject_kind"),
    RetentionRule.days,
    RetentionRule.basis,
    RetentionRule.decided_at.label("at"),
).order_by(RetentionRule.kind)


def _rows(query: Select[*tuple[object, ...]]) -> Iterable[Row]:
    return [dict(row) for row in db.session.execute(query).mappings()]


def _account(user: User) -> Row:
    codes = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "language": user.language,
        "created_at": user.created_at,
        "last_seen_at": user.last_seen_at,
        "disabled_at": user.disabled_at,
        "password_set_at": user.password_set_at,
        "second_factor_since": user.totp_confirmed_at,
        "recovery_codes_left": db.session.scalar(codes),
    }


def _entries(user_id: str) -> Iterable[Row]:
    """The title is that of the newest version."""
    other = aliased(Revision)
    newest = select(func.max(other.number)).where(other.entry_id == Entry.id).scalar_subquery()
    return _rows(
        select(Entry.id, Revision.title, Organisation.name.label("organisation"), Entry.created_at)
        .join(Organisation, Organisation.id == Entry.owner_id)
        .outerjoin(Revision, (Revision.entry_id == Entry.id) & (Revision.number == newest))
        .where(Entry.created_by == user_id)
        .order_by(Entry.id)
    )


def _letters(user: User) -> Iterable[Row]:
    found = db.session.scalars(
        select(Letter)
        .where(or_(Letter.user_id == user.id, func.lower(Letter.recipient) == user.email))
        .order_by(Letter.id)
    )
    return [
        {
            "kind": LetterKind(one.kind),
            "recipient": one.recipient,
            "state": one.state,
            "created_at": one.created_at,
            "sent_at": one.sent_at,
        }
        for one in found
    ]


def _events(user_id: str) -> Iterable[Row]:
    """What the person did, and what was done with the account. Another's address is not the person's data."""
    about = (AuditEvent.subject_kind == SubjectKind.USER) & (AuditEvent.subject_id == user_id)
    found = db.session.execute(
        select(AuditEvent, AuditOrigin.address)
        .outerjoin(AuditOrigin, AuditOrigin.seq == AuditEvent.seq)
        .where(or_(AuditEvent.actor_id == user_id, about))
        .order_by(AuditEvent.seq)
    )
    return [
        {
            "at": event.at,
            "action": AuditAction(event.action),
            "by": _doer(event, user_id),
            "subject_kind": SubjectKind(event.subject_kind) if event.subject_kind else None,
            "subject_id": event.subject_id,
            "detail": event.detail,
            "address": address if event.actor_id == user_id else None,
        }
        for event, address in found
    ]


def _doer(event: AuditEvent, user_id: str) -> Doer:
    if event.by_system:
        return Doer.SYSTEM
    if event.actor_id is None:
        return Doer.NOBODY
    return Doer.YOU if event.actor_id == user_id else Doer.ANOTHER
