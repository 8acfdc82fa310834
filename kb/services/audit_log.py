"""The audit log as an administrator reads it: chosen rows, with the names that the ids have today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Row, Select, func, select

from kb.db import db
from kb.domain.accounts import PSEUDONYM
from kb.domain.audit import ACTIONS, AuditAction, AuditGroup, SubjectKind, actions_of
from kb.domain.clock import SWEDEN
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.domain.spreadsheet import lines
from kb.models import AuditEvent, AuditOrigin, Entry, Organisation, Revision, User
from kb.services import audit

PER_PAGE = 50
SYSTEM, NOBODY = "system", "nobody"
"""Who did it, where it was nobody with an account."""

_EARLIEST, _LATEST = date(1970, 1, 1), date(9000, 1, 1)
"""Nothing was done before or will be after; days near the ends of the calendar have no UTC."""

_BATCH = 500
_LAST_LETTERS = str.maketrans("åäö", "{|}")
_HEADINGS = (
    "seq",
    "at_utc",
    "action",
    "action_text",
    "actor_id",
    "actor_name",
    "actor_email",
    "subject_kind",
    "subject_id",
    "subject_name",
    "detail",
    "address",
    "hash",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked for. ``who`` is an id of an account, ``SYSTEM`` or ``NOBODY``; days are Swedish."""

    group: AuditGroup | None = None
    who: str = ""
    first: date | None = None
    last: date | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """What an id is called today; ``slug`` is what its page is found by, empty where it has none;
    ``language`` is that of a text which has one of its own.
    """

    text: str
    slug: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """``action`` and ``kind`` are codes, as some version of this program wrote them. ``address`` is empty
    where none was known or it has been destroyed.
    """

    seq: int
    at: datetime
    action: str
    actor_id: str | None
    by_system: bool
    kind: str
    subject_id: str
    detail: Mapping[str, str | int | bool | None]
    address: str
    hash: str
    actor: Name | None
    subject: Name | None

    @property
    def text(self) -> str:
        """The label of the action, for translation; the code where this version does not know it."""
        return ACTIONS[AuditAction(self.action)][1] if self.action in set(AuditAction) else self.action


@dataclass(frozen=True, slots=True)
class LogPage:
    """The rows of one page, newest first; ``total`` is how many there are in the log."""

    rows: tuple[LogRow, ...]
    found: int
    total: int
    page: int
    pages: int


def index(wanted: Filter, page: int, by: Actor) -> LogPage:
    """A page of the log, the last one where ``page`` is after that. Raises ``NotPermitted``."""
    require(Permission.AUDIT_READ, by)
    conditions = _conditions(wanted)
    found = db.session.scalar(select(func.count()).select_from(AuditEvent).where(*conditions)) or 0
    pages = max(1, -(-found // PER_PAGE))
    page = min(max(page, 1), pages)
    query = _rows(conditions).order_by(AuditEvent.seq.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return LogPage(tuple(_named(db.session.execute(query))), found, audit.count(), page, pages)


def people(by: Actor) -> tuple[tuple[str, str], ...]:
    """Those who have done something: their ids and names, in the order of the alphabet."""
    require(Permission.AUDIT_READ, by)
    ids = db.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.actor_id.is_not(None)).distinct())
    named = [(found, name.text) for found, name in _people({one for one in ids if one}).items()]
    return tuple(sorted(named, key=lambda one: (one[1].casefold().translate(_LAST_LETTERS), one[0])))


def export(wanted: Filter, by: Actor) -> Iterator[str]:
    """The chosen rows as CSV, oldest first. That it was taken is told in the log before anything is given.

    Raises ``NotPermitted``.
    """
    require(Permission.AUDIT_READ, by)
    newest = audit.head().seq
    audit.record(
        AuditAction.AUDIT_EXPORTED,
        by,
        group=wanted.group.value if wanted.group else None,
        who=wanted.who or None,
        first=wanted.first.isoformat() if wanted.first else None,
        last=wanted.last.isoformat() if wanted.last else None,
        about=wanted.about or None,
    )
    return lines(_HEADINGS, map(_cells, _all([*_conditions(wanted), AuditEvent.seq <= newest])))


def _all(conditions: list[ColumnElement[bool]]) -> Iterator[LogRow]:
    """By parts, each a short reading: whoever fetches slowly keeps no transaction open."""
    after = 0
    while True:
        query = _rows([*conditions, AuditEvent.seq > after]).order_by(AuditEvent.seq).limit(_BATCH)
        rows = list(_named(db.session.execute(query)))
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].seq


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.group is not None:
        found.append(AuditEvent.action.in_([action.value for action in actions_of(wanted.group)]))
    if wanted.who == SYSTEM:
        found.append(AuditEvent.by_system.is_(True))
    elif wanted.who == NOBODY:
        found.append(AuditEvent.actor_id.is_(None) & AuditEvent.by_system.is_(False))
    elif wanted.who:
        found.append(AuditEvent.actor_id == wanted.who)
    if wanted.first is not None and wanted.first > _EARLIEST:
        found.append(AuditEvent.at >= _midnight(wanted.first))
    if wanted.last is not None and wanted.last < _LATEST:
        found.append(AuditEvent.at < _midnight(wanted.last + timedelta(days=1)))
    if wanted.about:
        found.append(AuditEvent.subject_id.contains(wanted.about, autoescape=True))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SWEDEN)


def _rows(conditions: Iterable[ColumnElement[bool]]) -> Select[AuditEvent, str | None]:
    return (
        select(AuditEvent, AuditOrigin.address)
        .join(AuditOrigin, AuditOrigin.seq == AuditEvent.seq, isouter=True)
        .where(*conditions)
    )


def _named(rows: Iterable[Row[AuditEvent, str | None]]) -> Iterator[LogRow]:
    held = [(event, address) for event, address in rows]
    of_kind: dict[str, set[str]] = {}
    for event, _address in held:
        of_kind.setdefault(event.subject_kind, set()).add(event.subject_id)
    actors = {event.actor_id for event, _address in held if event.actor_id}
    people_by_id = _people(actors | of_kind.get(SubjectKind.USER, set()))
    names: dict[str, dict[str, Name]] = {
        SubjectKind.USER.value: people_by_id,
        SubjectKind.ORGANISATION.value: _organisations(of_kind.get(SubjectKind.ORGANISATION, set())),
        SubjectKind.ENTRY.value: _entries(of_kind.get(SubjectKind.ENTRY, set())),
    }
    for event, address in held:
        yield LogRow(
            seq=event.seq,
            at=event.at,
            action=event.action,
            actor_id=event.actor_id,
            by_system=event.by_system,
            kind=event.subject_kind,
            subject_id=event.subject_id,
            detail=json.loads(event.detail),
            address=address or "",
            hash=event.hash,
            actor=people_by_id.get(event.actor_id or ""),
            subject=names.get(event.subject_kind, {}).get(event.subject_id),
        )


def _people(ids: set[str]) -> dict[str, Name]:
    query = select(User.id, User.name, User.email, User.erased_at).where(User.id.in_(ids))
    return {
        row.id: Name(PSEUDONYM) if row.erased_at else Name(row.name, row.id, row.email)
        for row in db.session.execute(query)
    }


def _organisations(ids: set[str]) -> dict[str, Name]:
    query = select(Organisation.id, Organisation.name, Organisation.slug).where(Organisation.id.in_(ids))
    return {row.id: Name(row.name, row.slug) for row in db.session.execute(query)}


def _entries(ids: set[str]) -> dict[str, Name]:
    query = (
        select(Entry.id, Entry.slug, Revision.title, Revision.language)
        .join(Revision, Revision.id == Entry.published_revision_id)
        .where(Entry.id.in_(ids))
    )
    return {row.id: Name(row.title, row.slug, language=row.language) for row in db.session.execute(query)}


def _cells(row: LogRow) -> tuple[str, ...]:
    actor = row.actor or Name(SYSTEM if row.by_system else "")
    return (
        str(row.seq),
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.action,
        row.text,
        row.actor_id or "",
        actor.text,
        actor.email,
        row.kind,
        row.subject_id,
        row.subject.text if row.subject else "",
        json.dumps(row.detail, ensure_ascii=False, sort_keys=True),
        row.address,
        row.hash,
    )
