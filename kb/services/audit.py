"""The audit log: one row for each thing that was done, chained to the row before (S-38, S-39).

A row is written in the transaction of what it tells of: either both are there or neither.
"""

from __future__ import annotations

import ipaddress
import secrets

from sqlalchemy import select, text

from kb.db import db, transaction
from kb.domain.audit import (
    GENESIS,
    SUBJECT_MAX,
    AuditAction,
    AuditFields,
    SubjectKind,
    chained,
    detail_text,
    hash_of_origin,
    one_line,
)
from kb.domain.predicates import Actor
from kb.models import AuditEvent, AuditOrigin, now

_LOCK = 7_310_579_041
"""The advisory lock of the chain on PostgreSQL; any number that nothing else takes."""


@transaction
def record(
    action: AuditAction,
    by: Actor,
    *,
    subject: tuple[SubjectKind, str] | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Write that ``by`` did ``action``; in the caller's transaction if there is one, else in its own.

    ``detail`` holds codes and ids: never a name, an e-mail address, a password, a code or what someone wrote.
    """
    if db.engine.dialect.name == "postgresql":
        # One writer at a time reads the head; SQLite's BEGIN IMMEDIATE has seen to it already.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    head = db.session.execute(
        select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev_hash = (head.seq + 1, head.hash) if head else (1, GENESIS)
    address = _readable(by.address)
    salt = secrets.token_hex(32)
    kind, subject_id = subject or ("", "")
    fields = AuditFields(
        seq=seq,
        at=now(),
        action=action.value,
        actor_id=by.user_id,
        by_system=by.is_system,
        subject_kind=str(kind),
        subject_id=one_line(subject_id, SUBJECT_MAX),
        detail=detail_text(detail),
        origin_hash=hash_of_origin(salt, address) if address else "",
    )
    event = AuditEvent(
        seq=fields.seq,
        at=fields.at,
        action=fields.action,
        actor_id=fields.actor_id,
        by_system=fields.by_system,
        subject_kind=fields.subject_kind,
        subject_id=fields.subject_id,
        detail=fields.detail,
        origin_hash=fields.origin_hash,
        prev_hash=prev_hash,
        hash=chained(prev_hash, fields),
    )
    db.session.add(event)
    db.session.flush()
    if address:
        db.session.add(AuditOrigin(seq=seq, address=address, salt=salt))
        db.session.flush()


def _readable(address: str) -> str:
    """The address in its one form, or nothing: what a proxy passed on may be any text."""
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return ""
