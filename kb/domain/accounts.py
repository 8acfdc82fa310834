"""The words of accounts: how someone signs in, what a link sent by letter is for, what may be notified."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kb.domain.text import translatable as _
from kb.domain.vocabulary import Role


class SignInMethod(StrEnum):
    PASSWORD = "password"  # noqa: S105 - a word for how, not a password
    FEDERATED = "federated"


class LinkPurpose(StrEnum):
    """What the holder of a single-use link may do, once (S-14)."""

    INVITATION = "invitation"
    RESET = "reset"
    EMAIL_CHANGE = "email_change"


class NotificationEvent(StrEnum):
    """What someone may be told of; who gets which is decided where it happens."""

    ENTRY_SUBMITTED = "entry_submitted"
    CHANGES_REQUESTED = "changes_requested"
    ENTRY_DECIDED = "entry_decided"
    COMMENT_ADDED = "comment_added"
    READER_MESSAGE = "reader_message"
    STORY_HELPED = "story_helped"


class Channel(StrEnum):
    """How: on the site, by a letter at once, or gathered in a letter each day or week."""

    SITE = "site"
    LETTER = "letter"
    DAILY = "daily"
    WEEKLY = "weekly"


MFA_ROLES = frozenset({Role.MODERATOR, Role.ADMIN})
"""Whoever has one of these needs a second factor to use it (S-13)."""

PSEUDONYM = _("Tidigare medarbetare")
"""The name of an account that has been erased (L-06)."""

EVENT_LABELS: Mapping[NotificationEvent, str] = {
    NotificationEvent.ENTRY_SUBMITTED: _("En erfarenhet har skickats in"),
    NotificationEvent.CHANGES_REQUESTED: _("Kansliet ber dig ändra något"),
    NotificationEvent.ENTRY_DECIDED: _("Din erfarenhet är godkänd eller avslagen"),
    NotificationEvent.COMMENT_ADDED: _("Någon har skrivit en kommentar"),
    NotificationEvent.READER_MESSAGE: _("En läsare har skrivit till kansliet"),
    NotificationEvent.STORY_HELPED: _("Din erfarenhet har hjälpt någon"),
}

CHANNEL_LABELS: Mapping[Channel, str] = {
    Channel.SITE: _("På webbplatsen"),
    Channel.LETTER: _("E-post direkt"),
    Channel.DAILY: _("E-post en gång om dagen"),
    Channel.WEEKLY: _("E-post en gång i veckan"),
}
