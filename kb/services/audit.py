"""The audit log: one row for each thing that was done, chained to the row before (S-38, S-39).

A row is written in the transaction of what it tells of: either both are there or neither.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import asdict

import structlog
from sqlalchemy import func, select, text

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.audit_chain import (
    GENESIS,
    SUBJECT_MAX,
    AuditFields,
    Head,
    Origin,
    chained,
    detail_text,
    one_line,
    sign,
)
from kb.domain.predicates import SYSTEM, Actor
from kb.models import AuditEvent, AuditOrigin, now
from kb.services import audit_anchor, site_settings
from kb.services.audit_anchor import AnchorFile

log = structlog.get_logger(__name__)

_LOCK = 7_310_579_041
"""The advisory lock of the chain on PostgreSQL: any number that nothing else takes."""


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
    before = head()
    address = _readable(by.address)
    origin = Origin(address, secrets.token_hex(32)) if address else None
    kind, subject_id = subject or ("", "")
    fields = AuditFields(
        seq=before.seq + 1,
        at=now(),
        action=action.value,
        actor_id=by.user_id,
        by_system=by.is_system,
        subject_kind=str(kind),
        subject_id=one_line(subject_id, SUBJECT_MAX),
        detail=detail_text(detail),
        origin_hash=origin.hash if origin else "",
    )
    own_hash = chained(before.hash, fields)
    db.session.add(AuditEvent(**asdict(fields), prev_hash=before.hash, hash=own_hash))
    db.session.flush()
    if origin is not None:
        db.session.add(AuditOrigin(seq=fields.seq, address=origin.address, salt=origin.salt))
        db.session.flush()
    audit_anchor.note(db.session, Head(fields.seq, own_hash, fields.at))


def head() -> Head:
    """The newest row; one before the first if there is none."""
    found = db.session.execute(
        select(AuditEvent.seq, AuditEvent.hash, AuditEvent.at).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    return Head(found.seq, found.hash, found.at) if found else Head(0, GENESIS, now())


def count() -> int:
    """How many rows there are, for progress."""
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def note_head() -> None:
    """Tell the service's log of the head, so that a copy of it lies where the log is sent (S-38)."""
    newest = head()
    signature = sign(newest, site_settings.current().signing_key())
    log.info("audit_head", signature=signature, **json.loads(newest.as_text()))


def renew_anchor() -> Head:
    """Believe the log as it is from now on: after a restored copy, or where the file was lost.

    The log tells of it, and what the anchor said before.
    """
    held = AnchorFile(db.engine).read()
    record(
        AuditAction.ANCHOR_RENEWED,
        SYSTEM,
        standing=held.standing.value,
        seq=held.head.seq if held.head else None,
        hash=held.head.hash if held.head else None,
    )
    newest = head()
    AnchorFile(db.engine).renew(newest)
    return newest


def _readable(address: str) -> str:
    """The address in its one form, or nothing: what a proxy passed on may be any text."""
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return ""
