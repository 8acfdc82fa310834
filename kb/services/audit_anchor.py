"""The anchor of the audit log: a signed note of its head in a file, so that a cut tail shows (S-38).

After each commit that wrote to the log the anchor follows. It never moves back, and never on from a row that
the log no longer holds: then it stays as evidence until ``kb audit anchor --renew``. A process killed
between the commit and the file leaves the anchor older, which is no fault.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from kb.domain.audit_chain import GENESIS, Head, is_signed, sign
from kb.models import AuditEvent, now
from kb.services import site_settings

log = structlog.get_logger(__name__)

FILE = "audit.anchor"
_HEAD = "kb_audit_head"


class Standing(StrEnum):
    """``FORGED``: the file is there and was not written with any of the site's keys."""

    MISSING = "missing"
    FORGED = "forged"
    BELIEVED = "believed"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the file says; ``head`` only where it is believed."""

    standing: Standing
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """The anchor of one database, in the folder of its installation."""

    engine: Engine

    @property
    def path(self) -> Path:
        return site_settings.of(self.engine).instance / FILE

    def read(self) -> Anchor:
        """What the file says now. Raises ``OSError`` if it is there and cannot be read."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return Anchor(Standing.MISSING)
        try:
            said = json.loads(raw)
            head = Head(int(said["seq"]), str(said["hash"]), datetime.fromisoformat(said["at"]))
            signature = str(said["signature"])
        except (ValueError, TypeError, KeyError):
            return Anchor(Standing.FORGED)
        if head.at.tzinfo is None or not is_signed(head, signature, self._keys()):
            return Anchor(Standing.FORGED)
        return Anchor(Standing.BELIEVED, head)

    def begin(self) -> None:
        """Note that the log is empty, before its first row: from then on an anchor is always there."""
        with self._exclusively():
            if self.read().standing is Standing.MISSING:
                self._write(Head(0, GENESIS, now()))

    def follow(self, head: Head) -> None:
        """Move on to ``head``, which has been committed."""
        with self._exclusively():
            held = self.read()
            if held.head is None:
                log.warning("audit_anchor_not_moved", reason=held.standing.value)
            elif not self._holds(held.head):
                log.error("audit_log_contradicts_anchor", seq=held.head.seq)
            elif held.head.seq < head.seq:
                self._write(head)

    def renew(self, head: Head) -> None:
        """Begin anew from ``head``, whatever the file says."""
        with self._exclusively():
            self._write(head)

    def _holds(self, head: Head) -> bool:
        if head.seq == 0:
            return True
        with self.engine.connect() as connection:
            found = connection.scalar(select(AuditEvent.hash).where(AuditEvent.seq == head.seq))
        return found == head.hash

    def _write(self, head: Head) -> None:
        said = {**json.loads(head.as_text()), "signature": sign(head, self._keys()[0])}
        fresh = self.path.with_name(f"{FILE}.{secrets.token_hex(8)}")
        try:
            with fresh.open("x", encoding="ascii") as file:
                file.write(json.dumps(said) + "\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)

    def _keys(self) -> tuple[str, ...]:
        return site_settings.of(self.engine).signing_keys()

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f"{FILE}.lock").open("w") as handle:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
            yield


def note(session: Session, head: Head) -> None:
    """Let the anchor follow to ``head`` when this session has committed."""
    engine = session.get_bind()
    if head.seq == 1 and isinstance(engine, Engine):
        _try(engine, None)
    session.info[_HEAD] = head


@event.listens_for(Session, "after_commit")
def _follow(session: Session) -> None:
    # after_commit also fires when a savepoint is released; the outer transaction may still be undone.
    if session.in_nested_transaction():
        return
    head = session.info.pop(_HEAD, None)
    engine = session.get_bind() if head is not None else None
    if head is not None and isinstance(engine, Engine):
        _try(engine, head)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_HEAD, None)


def _try(engine: Engine, head: Head | None) -> None:
    """What was done is done: an anchor that cannot be written is told and leaves the older one."""
    try:
        anchor = AnchorFile(engine)
        anchor.begin() if head is None else anchor.follow(head)
    except Exception as error:  # noqa: BLE001 - the commit has been made, or must not fail for the sake of a file
        log.warning("audit_anchor_not_moved", reason=type(error).__name__)
