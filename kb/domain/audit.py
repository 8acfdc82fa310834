"""The words of the audit log."""

from __future__ import annotations

from enum import StrEnum


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
