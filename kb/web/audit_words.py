"""A row of the audit log in words, with the address of what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.domain.audit import SUBJECT_LABELS, SubjectKind
from kb.domain.vocabulary import LABELS, Role, SiteField
from kb.services.audit_log import LogRow
from kb.web.languages import gettext

_KEYS: dict[str, LazyString] = {
    "before": _("från"),
    "after": _("till"),
    "basis": _("enligt"),
    "count": _("antal"),
    "days": _("dagar"),
    "entries": _("erfarenheter"),
    "field": _("uppgift"),
    "first": _("från och med"),
    "group": _("slag"),
    "kind": _("slag"),
    "language": _("språk"),
    "last": _("till och med"),
    "left": _("kvar"),
    "method": _("sätt"),
    "organisations": _("myndigheter"),
    "permission": _("behörighet"),
    "provider": _("inloggningstjänst"),
    "purpose": _("ändamål"),
    "reason": _("skäl"),
    "role": _("roll"),
    "scope": _("räknat för"),
    "second_factor": _("tvåstegsinloggning"),
    "state": _("läge"),
    "transition": _("beslut"),
    "who": _("vem"),
}
"""Keys of details that have a word, in the order in which they are shown; another is shown last, as it is."""

_ONLY_IN_THE_FILE = frozenset({"revision", "session", "hash", "link"})
"""Ids that say nothing to a reader."""

_VALUES: dict[str, LazyString] = {
    "password": _("lösenord"),
    "federated": _("en inloggningstjänst"),
    "new": _("ny"),
    "published": _("publicerad"),
    "withdrawn": _("tillbakadragen"),
    "import": _("läsa in"),
    "replace": _("ny version"),
    "withdraw": _("dra tillbaka"),
    "submit": _("skicka in"),
    "recall": _("ta tillbaka"),
    "upload": _("lägga in från fil"),
}
"""Codes that have a word; another is shown as it is."""

_TRUTH = {True: _("ja"), False: _("nej")}


@dataclass(frozen=True, slots=True)
class About:
    """What a row is about. ``text`` is its name, or its id; ``url`` is empty where it has no page, and
    ``language`` where the text is in that of the page.
    """

    label: str
    text: str
    url: str = ""
    language: str = ""


def what(row: LogRow) -> str:
    """What was done, in the language of the page."""
    return gettext(row.text)


def who(row: LogRow) -> str:
    """The name that the person has today."""
    if row.actor is not None:
        return gettext(row.actor.text)
    if row.by_system:
        return gettext("Systemet")
    return gettext("Okänt konto") if row.actor_id else gettext("Någon som inte var inloggad")


def about(row: LogRow) -> About | None:
    if not row.kind:
        return None
    known = row.kind in set(SubjectKind)
    label = gettext(SUBJECT_LABELS[SubjectKind(row.kind)]) if known else row.kind
    if row.kind == SubjectKind.SITE and row.subject_id in set(SiteField):
        return About(label, gettext(LABELS[SiteField(row.subject_id)]))
    if row.subject is None:
        return About(label, row.subject_id)
    page = _PAGES.get(row.kind)
    address = page(row) if page and row.subject.slug else ""
    return About(label, gettext(row.subject.text), address, row.subject.language)


def details(row: LogRow) -> list[tuple[str, str]]:
    """The rest of what is told, as pairs of words; what has no value is left out."""
    return [
        (_key(name), _value(name, value)) for name, value in row.detail.items() if value not in (None, "")
    ]


def _key(name: str) -> str:
    return str(_KEYS.get(name, name))


def _value(name: str, value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return str(_TRUTH[value])
    if name in ("role", "before", "after") and value in set(Role):
        return gettext(LABELS[Role(value)])
    return str(_VALUES.get(str(value), value))


_PAGES: dict[str, Callable[[LogRow], str]] = {
    SubjectKind.USER: lambda row: url_for("people.show", user_id=row.subject_id),
    SubjectKind.ORGANISATION: lambda row: url_for(
        "managed_organisations.change", slug=row.subject.slug if row.subject else ""
    ),
    SubjectKind.ENTRY: lambda row: url_for("stories.show_by_id", entry_id=row.subject_id),
}
