"""The words of the audit log; ``domain/audit_chain`` is how its rows hold together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kb.domain.text import translatable as _


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
    CO_AUTHOR_ADDED = "co_author_added"
    CO_AUTHOR_REMOVED = "co_author_removed"
    PREVIEW_LINK_MADE = "preview_link_made"
    PREVIEW_LINK_REVOKED = "preview_link_revoked"
    LETTER_RESENT = "letter_resent"
    AUDIT_EXPORTED = "audit_exported"
    RETENTION_DECIDED = "retention_decided"
    RETENTION_RUN = "retention_run"
    ANCHOR_RENEWED = "anchor_renewed"


class SubjectKind(StrEnum):
    USER = "user"
    ORGANISATION = "organisation"
    ENTRY = "entry"
    LETTER = "letter"
    SITE = "site"
    ROUTE = "route"


class AuditGroup(StrEnum):
    """What an action belongs to, for whoever reads the log."""

    SIGN_IN = "sign_in"
    ACCOUNT = "account"
    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    STORIES = "stories"
    OPERATION = "operation"


_A, _G = AuditAction, AuditGroup

ACTIONS: Mapping[AuditAction, tuple[AuditGroup, str]] = {
    _A.SIGNED_IN: (_G.SIGN_IN, _("Loggade in")),
    _A.SIGN_IN_FAILED: (_G.SIGN_IN, _("Inloggning misslyckades")),
    _A.SIGN_IN_SLOWED: (_G.SIGN_IN, _("Inloggning fick vänta efter många försök")),
    _A.SECOND_FACTOR_FAILED: (_G.SIGN_IN, _("Fel kod vid tvåstegsinloggning")),
    _A.SIGNED_OUT: (_G.SIGN_IN, _("Loggade ut")),
    _A.SESSION_ENDED: (_G.SIGN_IN, _("Avslutade en inloggning på en enhet")),
    _A.REAUTHENTICATED: (_G.SIGN_IN, _("Bekräftade vem hen är")),
    _A.ACCESS_REFUSED: (_G.SIGN_IN, _("Nekades en sida")),
    _A.RESET_ASKED: (_G.ACCOUNT, _("Bad om nytt lösenord")),
    _A.PASSWORD_CHANGED: (_G.ACCOUNT, _("Ändrade lösenordet")),
    _A.SECOND_FACTOR_ADDED: (_G.ACCOUNT, _("Slog på tvåstegsinloggning")),
    _A.SECOND_FACTOR_REMOVED: (_G.ACCOUNT, _("Stängde av tvåstegsinloggning")),
    _A.RECOVERY_CODES_MADE: (_G.ACCOUNT, _("Tog fram nya reservkoder")),
    _A.RECOVERY_CODE_USED: (_G.ACCOUNT, _("Använde en reservkod")),
    _A.EMAIL_CHANGE_ASKED: (_G.ACCOUNT, _("Bad om att byta e-postadress")),
    _A.EMAIL_CHANGED: (_G.ACCOUNT, _("Bytte e-postadress")),
    _A.NAME_CHANGED: (_G.ACCOUNT, _("Ändrade sitt namn")),
    _A.NOTIFICATIONS_CHANGED: (_G.ACCOUNT, _("Ändrade sina notiser")),
    _A.IDENTITY_ADDED: (_G.ACCOUNT, _("Lade till en extern inloggning")),
    _A.IDENTITY_REMOVED: (_G.ACCOUNT, _("Tog bort en extern inloggning")),
    _A.DATA_EXPORTED: (_G.ACCOUNT, _("Hämtade sina uppgifter")),
    _A.USER_INVITED: (_G.PEOPLE, _("Bjöd in en person")),
    _A.INVITATION_ACCEPTED: (_G.PEOPLE, _("Tackade ja till en inbjudan")),
    _A.USER_CREATED: (_G.PEOPLE, _("Skapade ett konto")),
    _A.ROLE_CHANGED: (_G.PEOPLE, _("Ändrade en roll")),
    _A.MEMBERSHIP_CHANGED: (_G.PEOPLE, _("Ändrade vilka myndigheter en person skriver för")),
    _A.USER_DISABLED: (_G.PEOPLE, _("Stängde av ett konto")),
    _A.USER_ENABLED: (_G.PEOPLE, _("Öppnade ett konto igen")),
    _A.USER_ERASED: (_G.PEOPLE, _("Raderade en persons uppgifter")),
    _A.ORGANISATION_ADDED: (_G.ORGANISATIONS, _("Lade till en myndighet")),
    _A.ORGANISATION_CHANGED: (_G.ORGANISATIONS, _("Ändrade uppgifter om en myndighet")),
    _A.ORGANISATION_MERGED: (_G.ORGANISATIONS, _("Slog ihop två myndigheter")),
    _A.ORGANISATION_HANDED_OVER: (_G.ORGANISATIONS, _("Lämnade över erfarenheter till en annan myndighet")),
    _A.ENTRY_MODERATED: (_G.STORIES, _("Ändrade en erfarenhets status")),
    _A.CO_AUTHOR_ADDED: (_G.STORIES, _("Lade till en medförfattare")),
    _A.CO_AUTHOR_REMOVED: (_G.STORIES, _("Tog bort en medförfattare")),
    _A.PREVIEW_LINK_MADE: (_G.STORIES, _("Gjorde en länk till ett utkast")),
    _A.PREVIEW_LINK_REVOKED: (_G.STORIES, _("Stängde en länk till ett utkast")),
    _A.SITE_INFORMATION_CHANGED: (_G.OPERATION, _("Ändrade en uppgift om webbplatsen")),
    _A.LETTER_RESENT: (_G.OPERATION, _("Skickade ett brev igen")),
    _A.AUDIT_EXPORTED: (_G.OPERATION, _("Hämtade loggen som fil")),
    _A.RETENTION_DECIDED: (_G.OPERATION, _("Beslutade hur länge något sparas")),
    _A.RETENTION_RUN: (_G.OPERATION, _("Gallrade")),
    _A.ANCHOR_RENEWED: (_G.OPERATION, _("Förnyade loggens ankare")),
}
"""The group and the label of each action, in the order in which they are shown."""

GROUP_LABELS: Mapping[AuditGroup, str] = {
    _G.SIGN_IN: _("Inloggning"),
    _G.ACCOUNT: _("Eget konto"),
    _G.PEOPLE: _("Personer och roller"),
    _G.ORGANISATIONS: _("Myndigheter"),
    _G.STORIES: _("Erfarenheter"),
    _G.OPERATION: _("Drift"),
}

SUBJECT_LABELS: Mapping[SubjectKind, str] = {
    SubjectKind.USER: _("Person"),
    SubjectKind.ORGANISATION: _("Myndighet"),
    SubjectKind.ENTRY: _("Erfarenhet"),
    SubjectKind.LETTER: _("Brev"),
    SubjectKind.SITE: _("Webbplatsen"),
    SubjectKind.ROUTE: _("Sida"),
}


def actions_of(group: AuditGroup) -> tuple[AuditAction, ...]:
    return tuple(action for action, (found, _label) in ACTIONS.items() if found is group)
