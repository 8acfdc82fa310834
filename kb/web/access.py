"""Who may ask for which page: every route of the site has a row here, and a route without one is refused.

``OPEN`` means that anyone may ask, signed in or not, and that the page shows published stories only.
``DOOR`` means that anyone may also send something there, past the guard of ``kb/web/form_guard.py``.
``ACCOUNT`` means whoever is signed in, for what is their own; such a page also works while a second factor
that the role needs is missing, if the row says so. ``PERMITTED`` means those to whom the table of
``domain/permissions`` gives the row's permission; to others who are signed in there is no such page (S-27).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.domain.permissions import Permission


class Access(StrEnum):
    OPEN = "open"
    DOOR = "door"
    REPORT = "report"
    ACCOUNT = "account"
    PERMITTED = "permitted"


@dataclass(frozen=True, slots=True)
class Row:
    """``sends``: the page takes a POST. ``recently``: a POST is taken only from someone who has proved who
    they are a short while ago (S-15). ``half_way``: also while a needed second factor is missing.
    """

    access: Access
    permission: Permission | None = None
    sends: bool = False
    recently: bool = False
    half_way: bool = False


OPEN = Row(Access.OPEN)
DOOR = Row(Access.DOOR, sends=True)
REPORT = Row(Access.REPORT, sends=True)
"""Taken from anyone without a token: browsers send it by themselves. Nothing of it is stored."""
SEES_OWN = Row(Access.ACCOUNT, Permission.ACCOUNT_USE)
CHANGES_OWN = Row(Access.ACCOUNT, Permission.ACCOUNT_USE, sends=True)
CHANGES_OWN_RECENTLY = Row(Access.ACCOUNT, Permission.ACCOUNT_USE, sends=True, recently=True)
HALF_WAY = Row(Access.ACCOUNT, Permission.ACCOUNT_USE, sends=True, half_way=True)
HALF_WAY_RECENTLY = Row(Access.ACCOUNT, Permission.ACCOUNT_USE, sends=True, recently=True, half_way=True)


WRITES = Row(Access.ACCOUNT, Permission.ENTRY_WRITE, sends=True)
READS_DRAFT = Row(Access.ACCOUNT, Permission.ENTRY_EDIT)
WRITES_DRAFT = Row(Access.ACCOUNT, Permission.ENTRY_EDIT, sends=True)
"""Of one entry: the service asks the table about it, and who may not is told that there is no such page."""


def _sees(permission: Permission) -> Row:
    return Row(Access.PERMITTED, permission)


def _changes(permission: Permission) -> Row:
    return Row(Access.PERMITTED, permission, sends=True)


def _changes_recently(permission: Permission) -> Row:
    return Row(Access.PERMITTED, permission, sends=True, recently=True)


ROUTES: dict[str, Row] = {
    "home.show": OPEN,
    "search.show": OPEN,
    "suggestions.show": OPEN,
    "lessons.index": OPEN,
    "stories.browse": OPEN,
    "stories.show": OPEN,
    "stories.show_by_id": OPEN,
    "stories.version": OPEN,
    "organisations.index": OPEN,
    "organisations.show": OPEN,
    "subjects.index": OPEN,
    "subjects.vocabulary": OPEN,
    "subjects.show": OPEN,
    "pages.about": OPEN,
    "pages.privacy": OPEN,
    "pages.cookies": OPEN,
    "pages.accessibility": OPEN,
    "pages.accessibility_shorter": OPEN,
    "pages.site_map": OPEN,
    "doors.vote": DOOR,
    "doors.why": DOOR,
    "doors.correction": DOOR,
    "doors.request": DOOR,
    "doors.feedback": DOOR,
    "doors.contact": DOOR,
    "doors.accessibility": DOOR,
    "doors.receipt": OPEN,
    "auth.log_in": DOOR,
    "auth.code": DOOR,
    "auth.forgotten": DOOR,
    "auth.link": DOOR,
    "auth.confirm": HALF_WAY,
    "auth.stay": HALF_WAY,
    "auth.log_out": HALF_WAY,
    "federation.start": DOOR,
    "federation.answer": OPEN,
    "account.profile": CHANGES_OWN,
    "account.email": CHANGES_OWN_RECENTLY,
    "account.organisations": SEES_OWN,
    "account.security": Row(Access.ACCOUNT, Permission.ACCOUNT_USE, half_way=True),
    "account.password": CHANGES_OWN_RECENTLY,
    "account.second_factor": HALF_WAY_RECENTLY,
    "account.second_factor_off": CHANGES_OWN_RECENTLY,
    "account.recovery_codes": CHANGES_OWN_RECENTLY,
    "account.end_sessions": CHANGES_OWN,
    "account.identity_off": CHANGES_OWN_RECENTLY,
    "account.notifications": CHANGES_OWN,
    "account.my_data": SEES_OWN,
    "account.export": CHANGES_OWN_RECENTLY,
    "account.erase": CHANGES_OWN_RECENTLY,
    "administration.show": _sees(Permission.ADMINISTRATION_SEE),
    "people.index": _sees(Permission.USER_INVITE),
    "people.invite": _changes_recently(Permission.USER_INVITE),
    "people.show": _sees(Permission.USER_INVITE),
    "people.invite_again": _changes(Permission.USER_INVITE),
    "people.role": _changes_recently(Permission.USER_INVITE),
    "people.organisations": _changes_recently(Permission.USER_INVITE),
    "people.disable": _changes_recently(Permission.USER_INVITE),
    "people.enable": _changes_recently(Permission.USER_INVITE),
    "managed_organisations.index": _sees(Permission.ORGANISATION_CHANGE),
    "managed_organisations.add": _changes(Permission.ORGANISATION_CHANGE),
    "managed_organisations.change": _changes(Permission.ORGANISATION_CHANGE),
    "managed_organisations.merge": _changes_recently(Permission.ORGANISATION_CHANGE),
    "managed_organisations.hand_over": _changes_recently(Permission.ORGANISATION_CHANGE),
    "audit.index": _sees(Permission.AUDIT_READ),
    "audit.export": _changes_recently(Permission.AUDIT_READ),
    "letters.index": _sees(Permission.LETTER_MANAGE),
    "letters.show": _sees(Permission.LETTER_MANAGE),
    "letters.send_again": _changes(Permission.LETTER_MANAGE),
    "contribute.show": OPEN,
    "contribute.start": WRITES,
    "contribute.tasks": READS_DRAFT,
    "contribute.section": WRITES_DRAFT,
    "contribute.item": WRITES_DRAFT,
    "contribute.add_item": WRITES_DRAFT,
    "contribute.remove_item": WRITES_DRAFT,
    "contribute.size": WRITES_DRAFT,
    "contribute.check": READS_DRAFT,
    "contribute.submit": WRITES_DRAFT,
    "contribute.receipt": READS_DRAFT,
    "contribute.recall": WRITES_DRAFT,
    "contribute.discard": WRITES_DRAFT,
    "contribute.restore": WRITES_DRAFT,
    "contribute.revise": Row(Access.ACCOUNT, Permission.ENTRY_REVISE, sends=True),
    "writing.save": WRITES_DRAFT,
    "writing.signed_in": SEES_OWN,
    "writing.preview": WRITES_DRAFT,
    "writing.help": WRITES_DRAFT,
    "images.add": WRITES_DRAFT,
    "images.show": OPEN,
    "sharing.read": READS_DRAFT,
    "sharing.changes": READS_DRAFT,
    "sharing.people": WRITES_DRAFT,
    "sharing.links": WRITES_DRAFT,
    "sharing.show": DOOR,
    "mine.show": SEES_OWN,
    "stories.changes": OPEN,
    "imports.show": _changes_recently(Permission.ENTRY_IMPORT),
    "well_known.change_password": OPEN,
    "reports.policy": REPORT,
    "health.show": OPEN,
    "components.show": OPEN,
    "feeds.newest": OPEN,
    "feeds.organisation": OPEN,
    "feeds.subject": OPEN,
    "feeds.search": OPEN,
    "feeds.sitemap": OPEN,
    "feeds.sitemap_pages": OPEN,
    "feeds.sitemap_stories": OPEN,
    "feeds.robots": OPEN,
    "feeds.opensearch": OPEN,
    "feeds.suggestions": OPEN,
    "feeds.security_txt": OPEN,
    "static": OPEN,
}
