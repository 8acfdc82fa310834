"""Following the chain of the audit log from its first row, and when that was last done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select

from kb.db import db
from kb.domain.audit_chain import AuditFields, Head, Link, Origin, Verdict, verify
from kb.models import AuditEvent, AuditOrigin, now
from kb.services import site_settings
from kb.services.audit_anchor import Anchor, AnchorFile, Standing

log = structlog.get_logger(__name__)

_BATCH = 1_000
_FILE = "audit.checked"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of the chain, and the anchor that it was held against."""

    verdict: Verdict
    anchor: Anchor

    @property
    def whole(self) -> bool:
        """Nothing is wrong. A log without rows needs no anchor."""
        is_anchored = self.anchor.standing is Standing.BELIEVED
        is_new = self.anchor.standing is Standing.MISSING and self.verdict.rows == 0
        return self.verdict.whole and (is_anchored or is_new)


@dataclass(frozen=True, slots=True)
class Checked:
    """When the chain was last followed, how far, and whether all was well."""

    at: datetime
    rows: int
    whole: bool


def check(known: Head | None = None, progress: Callable[[int], None] | None = None) -> Verification:
    """Follow the whole chain, and hold it against the anchor and one more head that was kept elsewhere."""
    # The anchor first: read after the rows it could tell of newer ones.
    anchor = AnchorFile(db.engine).read()
    heads = [found for found in (anchor.head, known) if found is not None]
    return Verification(verify(_links(progress), heads), anchor)


def check_and_note(known: Head | None = None, progress: Callable[[int], None] | None = None) -> Verification:
    """As ``check``, told in the service's log, and noted for ``last``."""
    found = check(known, progress)
    verdict, standing = found.verdict, found.anchor.standing.value
    if found.whole:
        log.info("audit_log_whole", rows=verdict.rows)
    else:
        fault = verdict.fault.value if verdict.fault else None
        log.error("audit_log_broken", fault=fault, seq=verdict.seq, rows=verdict.rows, anchor=standing)
    said = {"at": now().isoformat(), "rows": verdict.rows, "whole": found.whole}
    try:
        _file().write_text(json.dumps(said) + "\n", encoding="ascii")
    except OSError as error:
        log.warning("audit_check_not_noted", reason=type(error).__name__)
    return found


def last() -> Checked | None:
    """When ``check_and_note`` last ran; ``None`` if it has not, or if its note is gone."""
    try:
        said = json.loads(_file().read_bytes())
        return Checked(datetime.fromisoformat(said["at"]), int(said["rows"]), bool(said["whole"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _file() -> Path:
    return site_settings.current().instance / _FILE


def _links(progress: Callable[[int], None] | None) -> Iterator[Link]:
    query = (
        select(*AuditEvent.__table__.columns, AuditOrigin.address, AuditOrigin.salt)
        .join(AuditOrigin, AuditOrigin.seq == AuditEvent.seq, isouter=True)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=_BATCH)
    )
    for batch in db.session.execute(query).mappings().partitions():
        for held in batch:
            yield Link(
                fields=AuditFields(**{name: held[name] for name in AuditFields.__slots__}),
                prev_hash=held["prev_hash"],
                hash=held["hash"],
                origin=Origin(held["address"], held["salt"]) if held["address"] is not None else None,
            )
        if progress is not None:
            progress(len(batch))
