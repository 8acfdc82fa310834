"""The words of the audit log, and the chain that shows if a row of it has been changed (S-38)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

GENESIS = "0" * 64
"""What the first row has for the hash of the one before."""

VALUE_MAX = 300
"""Characters of a value in the detail of an event; the rest is cut off."""

SUBJECT_MAX = 100

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

Detail = Mapping[str, str | int | bool | None]


class AuditAction(StrEnum):
    """What was done. An action that is in the log is never renamed."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_SLOWED = "sign_in_slowed"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    REAUTHENTICATED = "reauthenticated"
    ACCESS_REFUSED = "access_refused"
    RESET_ASKED = "reset_asked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, not a password
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    NAME_CHANGED = "name_changed"
    NOTIFICATIONS_CHANGED = "notifications_changed"
    IDENTITY_ADDED = "identity_added"
    IDENTITY_REMOVED = "identity_removed"
    DATA_EXPORTED = "data_exported"
    USER_INVITED = "user_invited"
    INVITATION_ACCEPTED = "invitation_accepted"
    USER_CREATED = "user_created"
    ROLE_CHANGED = "role_changed"
    MEMBERSHIP_CHANGED = "membership_changed"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    USER_ERASED = "user_erased"
    ORGANISATION_ADDED = "organisation_added"
    ORGANISATION_CHANGED = "organisation_changed"
    ORGANISATION_MERGED = "organisation_merged"
    ORGANISATION_HANDED_OVER = "organisation_handed_over"
    SITE_INFORMATION_CHANGED = "site_information_changed"
    ENTRY_MODERATED = "entry_moderated"
    LETTER_RESENT = "letter_resent"
    AUDIT_EXPORTED = "audit_exported"
    RETENTION_DECIDED = "retention_decided"
    RETENTION_RUN = "retention_run"


class SubjectKind(StrEnum):
    USER = "user"
    ORGANISATION = "organisation"
    ENTRY = "entry"
    LETTER = "letter"
    SITE = "site"
    ROUTE = "route"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFields:
    """All of an event that its hash holds, as it is stored."""

    seq: int
    at: datetime
    action: str
    actor_id: str | None
    by_system: bool
    subject_kind: str
    subject_id: str
    detail: str
    origin_hash: str


def canonical(value: object) -> str:
    """JSON in one form only: keys in order, no spaces, nothing but ASCII."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained(prev_hash: str, event: AuditFields) -> str:
    """SHA-256 of the hash before, of 64 characters, and the canonical JSON of the event; in hex."""
    fields = asdict(event)
    fields["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256(prev_hash + canonical(fields))


def hash_of_origin(salt: str, address: str) -> str:
    """What the chain holds of an address: without the salt it says nothing."""
    return _sha256(salt + address)


def detail_text(detail: Detail) -> str:
    """The detail as it is stored. Values from outside become one harmless line of limited length (S-39)."""
    return canonical(
        {key: one_line(value) if isinstance(value, str) else value for key, value in detail.items()}
    )


def one_line(text: str, limit: int = VALUE_MAX) -> str:
    """The text with line breaks, other control characters and invisible ones written out as ``\\u000a``."""
    safe = "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in _UNSAFE else character
        for character in text[: limit + 1]
    )
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
