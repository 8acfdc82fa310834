"""Decisions on how long something is kept, the runs that follow them (L-07), and what needs no decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, true

from kb.db import db, transaction
from kb.domain import clock
from kb.domain.audit import AuditAction
from kb.domain.letters import LetterState
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.domain.retention import RetentionKind, checked_basis, checked_days
from kb.models import (
    AuditEvent,
    AuditOrigin,
    FederatedAttempt,
    Letter,
    RateLimitSalt,
    ReaderMessage,
    ReaderVote,
    RetentionRule,
    SignInBackOff,
    SingleUseLink,
    UserSession,
    ZeroHitQuery,
    now,
)
from kb.models.base import Base
from kb.services import audit, drafts, images, site_settings, zero_hits

_KEPT = timedelta(days=1)
"""How long what has run out is still there, so that a link used too late is told from one that never was."""

_DONE = (LetterState.SENT, LetterState.UNCERTAIN, LetterState.REFUSED)


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is of a kind, and the decision on it; ``days`` is None where all is kept."""

    kind: RetentionKind
    count: int
    oldest: datetime | None
    days: int | None = None
    basis: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A line of the report: how many, older than ``before``, are gone or would be, and by what decision."""

    kind: RetentionKind
    count: int
    before: datetime
    days: int
    basis: str


def show(by: Actor) -> tuple[Kept, ...]:
    """Each kind with its decision, if there is one. Raises ``NotPermitted``."""
    require(Permission.RETENTION_DECIDE, by)
    rules = {rule.kind: rule for rule in db.session.scalars(select(RetentionRule))}
    found = []
    for kind in RetentionKind:
        table, moment, condition = _what(kind)
        count, oldest = db.session.execute(
            select(func.count(), func.min(moment)).select_from(table).where(condition)
        ).one()
        rule = rules.get(kind.value)
        decision = (rule.days, rule.basis, rule.decided_at) if rule else ()
        found.append(Kept(kind, count, oldest, *decision))
    return tuple(found)


@transaction
def decide(kind: RetentionKind, days: int | None, basis: str, by: Actor) -> None:
    """Keep a kind for so many days, or for good (``None``). Raises ``NotPermitted`` and ``Invalid``."""
    require(Permission.RETENTION_DECIDE, by)
    basis = checked_basis(basis)
    rule = db.session.get(RetentionRule, kind.value)
    if days is None:
        if rule is not None:
            db.session.delete(rule)
    else:
        rule = rule or RetentionRule(kind=kind.value)
        rule.days, rule.basis = checked_days(days), basis
        rule.decided_at, rule.decided_by = now(), by.user_id
        db.session.add(rule)
    db.session.flush()
    audit.record(AuditAction.RETENTION_DECIDED, by, kind=kind.value, days=days, basis=basis)


@transaction
def run(by: Actor, at: datetime | None = None, *, dry_run: bool = False) -> tuple[Destroyed, ...]:
    """Destroy what the decisions say is old enough, or count it only. Raises ``NotPermitted``.

    The answer is the report (*gallringsrapport*). Each of its lines where something went is in the log.
    """
    require(Permission.RETENTION_DECIDE, by)
    at = at or now()
    report = []
    for kind in RetentionKind:
        rule = db.session.get(RetentionRule, kind.value)
        if rule is None:
            continue
        before = at - timedelta(days=rule.days)
        count = _count(kind, before) if dry_run else _destroy(kind, before)
        report.append(Destroyed(kind, count, before, rule.days, rule.basis))
        if count and not dry_run:
            audit.record(
                AuditAction.RETENTION_RUN,
                by,
                kind=kind.value,
                count=count,
                before=before.astimezone(UTC).isoformat(timespec="seconds"),
                days=rule.days,
                basis=rule.basis,
            )
    return tuple(report)


@transaction
def purge_technical(at: datetime | None = None) -> int:
    """Delete what has run out and is nobody's document: how many rows. For the worker, at any time."""
    at = at or now()
    images.forget_left_overs()
    settings = site_settings.current()
    idle = timedelta(minutes=settings.session_idle_minutes)
    whole = timedelta(hours=settings.session_hours)
    today = clock.swedish_date(at)
    gone = [
        delete(UserSession).where(
            or_(UserSession.created_at <= at - whole, UserSession.last_seen_at <= at - idle)
        ),
        delete(SingleUseLink).where(SingleUseLink.expires_at < at - _KEPT),
        delete(FederatedAttempt).where(FederatedAttempt.created_at < at - _KEPT),
        delete(SignInBackOff).where(SignInBackOff.last_failed_at < at - _KEPT),
        delete(RateLimitSalt).where(RateLimitSalt.day < at.astimezone(UTC).date()),
        delete(ZeroHitQuery).where(ZeroHitQuery.last_on < today - timedelta(days=zero_hits.KEPT_DAYS)),
    ]
    rows = sum(db.session.connection().execute(statement).rowcount for statement in gone)
    return rows + drafts.purge(at)


def _what(kind: RetentionKind) -> tuple[type[Base], ColumnElement[datetime], ColumnElement[bool]]:
    """The table of a kind, the moment its time begins, and which of its rows may ever go."""
    done = select(AuditEvent.at).where(AuditEvent.seq == AuditOrigin.seq).correlate(AuditOrigin)
    match kind:
        case RetentionKind.AUDIT_ORIGIN:
            return AuditOrigin, done.scalar_subquery(), true()
        case RetentionKind.LETTER:
            return Letter, Letter.created_at.expression, Letter.state.in_(_DONE)
        case RetentionKind.READER_MESSAGE:
            return ReaderMessage, ReaderMessage.received_at.expression, true()
        case RetentionKind.READER_VOTE:
            return ReaderVote, ReaderVote.received_at.expression, true()


def _count(kind: RetentionKind, before: datetime) -> int:
    table, moment, condition = _what(kind)
    query = select(func.count()).select_from(table).where(condition, moment < before)
    return db.session.scalar(query) or 0


def _destroy(kind: RetentionKind, before: datetime) -> int:
    table, moment, condition = _what(kind)
    return db.session.connection().execute(delete(table).where(condition, moment < before)).rowcount
