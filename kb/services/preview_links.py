"""Links to a draft: whoever has one may read the draft and comment on it until it ends or is revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, InvalidFields, NotFound
from kb.domain.personal_data import holds_identity_number
from kb.domain.predicates import Actor
from kb.domain.published import PublishedStory
from kb.domain.reader_messages import cleaned
from kb.models import DraftComment, Entry, PreviewLink, User, now
from kb.services import audit, draft_store, draft_view, rate_limits
from kb.services.rate_limits import DAY, HOUR, Limit, Place

DAYS_MIN, DAYS_MAX = 1, 90
LABEL_MAX = 120
WRITER_MAX = 120
MESSAGE_MAX = 2_000
LINKS_MAX = 50
COMMENTS_MAX = 500
COMMENTS_PER_PLACE = (Limit(30, HOUR), Limit(200, DAY))
_TOKEN_BYTES = 32
_TOKEN_LENGTH_MAX = 60


class AlreadySent(Conflict):
    """The form of a comment has been sent before, with other words."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as its writers see it; its secret was shown once. ``ended``: it works no more."""

    id: str
    label: str
    made_by: str
    created_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    ended: bool
    comments: int


@dataclass(frozen=True, slots=True)
class CommentRow:
    """``label`` is that of the link by which it came, ``writer`` what they call themselves, if anything."""

    id: str
    label: str
    writer: str
    message: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SharedDraft:
    """``story`` is the draft as readers would see it; ``entry_id`` is for the pictures in it."""

    entry_id: str
    title: str
    story: PublishedStory
    link: LinkRow


@transaction
def make(entry_id: str, label: str, days: int, by: Actor) -> str:
    """Make a link that works for so many days; its token, which is kept nowhere.

    Raises ``NotFound`` if there is no draft or ``by`` may not write in it, ``InvalidFields``, ``Conflict``.
    """
    entry = draft_store.find(entry_id, by).entry
    label = " ".join(cleaned(label).split())
    problems = []
    if len(label) > LABEL_MAX:
        problems.append(Invalid("Korta texten till högst %(limit)s tecken.", field="label", limit=LABEL_MAX))
    if not DAYS_MIN <= days <= DAYS_MAX:
        problems.append(Invalid("Länken kan gälla i 1 till %(days)s dagar.", field="days", days=DAYS_MAX))
    if problems:
        raise InvalidFields(tuple(problems))
    at = now()
    if sum(not one.ended for one in _of(entry_id, at)) >= LINKS_MAX:
        raise Conflict("Utkastet har redan många länkar. Stäng någon av dem först.")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = PreviewLink(
        entry_id=entry.id,
        secret_hash=_hash(token),
        label=label,
        created_by=by.user_id,
        created_at=at,
        ends_at=at + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        AuditAction.PREVIEW_LINK_MADE, by, subject=(SubjectKind.ENTRY, entry.id), link=row.id, days=days
    )
    return token


def of(entry_id: str, by: Actor) -> tuple[LinkRow, ...]:
    """All links to an entry's drafts, the newest first. Raises ``NotFound`` for who may not write in it."""
    draft_store.entry_to_edit(entry_id, by)
    return tuple(_of(entry_id, now()))


@transaction
def revoke(link_id: str, by: Actor) -> str:
    """End a link at once; its entry's id. Raises ``NotFound`` for one that ``by`` may not know of."""
    row = db.session.get(PreviewLink, link_id)
    if row is None:
        raise NotFound("Sidan finns inte.")
    entry = draft_store.entry_to_edit(row.entry_id, by)
    if row.revoked_at is None:
        row.revoked_at = now()
        db.session.flush()
        subject = (SubjectKind.ENTRY, entry.id)
        audit.record(AuditAction.PREVIEW_LINK_REVOKED, by, subject=subject, link=row.id)
    return entry.id


def look(token: str, today: date) -> SharedDraft:
    """What a link shows. Raises ``NotFound`` if it is unknown, ended or revoked, or no draft is left."""
    row, entry = _working(token)
    rows = draft_store.open_draft(entry)
    if rows is None:
        raise _ended()
    return SharedDraft(
        entry_id=entry.id,
        title=rows.revision.title,
        story=draft_view.draft_as_story(
            draft_store.texts_of(rows.typed), rows.revision.size, entry, rows.revision.number, today
        ),
        link=_row(row, "", 0, now()),
    )


def leads_to(token: str, entry_id: str) -> bool:
    """Whether the link works and leads to the entry: it shows the pictures of the draft too."""
    try:
        _row, entry = _working(token)
    except NotFound:
        return False
    return entry.id == entry_id and draft_store.open_draft(entry) is not None


def comment(token: str, writer: str, message: str, key: str, place: Place) -> str:
    """Store what a reader of the draft says; its id. The same form sent again is one comment.

    Raises ``NotFound`` as ``look`` does, ``InvalidFields``, ``AlreadySent``, ``TooManyAttempts``.
    """
    writer, message = " ".join(cleaned(writer).split()), cleaned(message)
    problems = _problems(writer, message)
    if problems:
        raise InvalidFields(problems)
    try:
        return _store(token, writer, message, key, place)
    except IntegrityError:  # another process stored the same form since we looked: look again
        return _store(token, writer, message, key, place)


def comments(entry_id: str, by: Actor) -> tuple[CommentRow, ...]:
    """What readers of the draft have said, the newest first. Raises ``NotFound`` as ``of`` does."""
    draft_store.entry_to_edit(entry_id, by)
    rows = db.session.execute(
        select(
            DraftComment.id,
            PreviewLink.label,
            DraftComment.writer,
            DraftComment.message,
            DraftComment.received_at,
        )
        .join(PreviewLink, PreviewLink.id == DraftComment.link_id)
        .where(DraftComment.entry_id == entry_id)
        .order_by(DraftComment.received_at.desc(), DraftComment.id.desc())
    )
    return tuple(CommentRow(*row) for row in rows)


@transaction
def _store(token: str, writer: str, message: str, key: str, place: Place) -> str:
    link, entry = _working(token)
    if draft_store.open_draft(entry) is None:
        raise _ended()
    before = db.session.scalar(select(DraftComment).where(DraftComment.submission_key == key))
    if before is not None:
        if (before.link_id, before.writer, before.message) != (link.id, writer, message):
            raise AlreadySent(
                "Du har redan skickat formuläret en gång, med annan text. Vill du skicka också det här? "
                "Tryck då på Skicka igen."
            )
        return before.id
    rate_limits.count("draft_comment", place, COMMENTS_PER_PLACE)
    count = db.session.scalar(
        select(func.count()).select_from(DraftComment).where(DraftComment.entry_id == entry.id)
    )
    if (count or 0) >= COMMENTS_MAX:
        raise Conflict(
            "Utkastet har fått så många kommentarer som det kan ta emot. Hör av dig på annat sätt."
        )
    row = DraftComment(entry_id=entry.id, link_id=link.id, writer=writer, message=message, submission_key=key)
    db.session.add(row)
    db.session.flush()
    return row.id


def _problems(writer: str, message: str) -> tuple[Invalid, ...]:
    found = []
    for name, text, limit in (("writer", writer, WRITER_MAX), ("message", message, MESSAGE_MAX)):
        if len(text) > limit:
            found.append(Invalid("Korta texten till högst %(limit)s tecken.", field=name, limit=limit))
        elif holds_identity_number(text):
            found.append(
                Invalid(
                    "Texten ser ut att innehålla ett personnummer. Ta bort det och skicka igen.", field=name
                )
            )
    if not message:
        found.append(Invalid("Skriv vad du tycker om utkastet.", field="message"))
    return tuple(found)


def _working(token: str) -> tuple[PreviewLink, Entry]:
    """Raises ``NotFound``. Links are found by the hash of the secret: the time it takes says nothing."""
    found = None
    if len(token) <= _TOKEN_LENGTH_MAX:
        found = db.session.execute(
            select(PreviewLink, Entry)
            .join(Entry, Entry.id == PreviewLink.entry_id)
            .where(
                PreviewLink.secret_hash == _hash(token),
                PreviewLink.revoked_at.is_(None),
                PreviewLink.ends_at > now(),
            )
        ).one_or_none()
    if found is None:
        raise _ended()
    return found[0], found[1]


def _of(entry_id: str, at: datetime) -> list[LinkRow]:
    said = (
        select(func.count()).select_from(DraftComment).where(DraftComment.link_id == PreviewLink.id)
    ).scalar_subquery()
    rows = db.session.execute(
        select(PreviewLink, func.coalesce(User.name, ""), said)
        .outerjoin(User, User.id == PreviewLink.created_by)
        .where(PreviewLink.entry_id == entry_id)
        .order_by(PreviewLink.created_at.desc(), PreviewLink.id.desc())
    )
    return [_row(row, name, count or 0, at) for row, name, count in rows]


def _row(row: PreviewLink, made_by: str, comments: int, at: datetime) -> LinkRow:
    return LinkRow(
        id=row.id,
        label=row.label,
        made_by=made_by,
        created_at=row.created_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
        ended=row.revoked_at is not None or row.ends_at <= at,
        comments=comments,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _ended() -> NotFound:
    return NotFound(
        "Länken fungerar inte. Den kan ha gått ut eller stängts. Be den som skickade den om en ny."
    )
