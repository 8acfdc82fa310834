"""What readers have sent, as the secretariat reads it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select

from kb.db import db
from kb.domain.errors import NotFound
from kb.domain.reader_messages import FIELDS
from kb.domain.vocabulary import MessageKind, MessageState
from kb.models import Entry, ReaderMessage, ReaderVote, Revision
from kb.services.reader_messages import REFERENCE_LENGTH, reference


@dataclass(frozen=True, slots=True)
class MessageRow:
    """``texts`` are those of its kind, by name; ``story`` is the title of what a correction is about."""

    id: str
    kind: MessageKind
    state: MessageState
    received_at: datetime
    language: str
    texts: dict[str, str]
    entry_id: str | None = None
    version: int | None = None
    story: str | None = None

    @property
    def reference(self) -> str:
        return reference(self.id)


@dataclass(frozen=True, slots=True)
class VoteRow:
    """The votes on a story over all its versions; ``reasons`` newest first, each with the answer."""

    entry_id: str
    story: str
    yes: int
    no: int
    reasons: tuple[tuple[bool, str], ...]


def messages(kind: MessageKind | None = None) -> tuple[MessageRow, ...]:
    """The messages, newest first."""
    query = _messages().order_by(ReaderMessage.received_at.desc(), ReaderMessage.id.desc())
    if kind is not None:
        query = query.where(ReaderMessage.kind == kind)
    return tuple(map(_message, db.session.execute(query)))


def message(wanted: str) -> MessageRow:
    """The message with an id, or with the number of a receipt. Raises ``NotFound``."""
    end = wanted.strip().replace("-", "").upper()
    query = _messages().where(ReaderMessage.id.endswith(end, autoescape=True)).limit(2)
    found = db.session.execute(query).all() if len(end) >= REFERENCE_LENGTH else []
    if len(found) != 1:
        raise NotFound("Inget meddelande har numret %(wanted)s. Kör kb messages list.", wanted=wanted)
    return _message(found[0])


def votes() -> tuple[VoteRow, ...]:
    """The votes by story, the story with most votes first."""
    query = (
        select(ReaderVote, Revision.title)
        .join(Entry, Entry.id == ReaderVote.entry_id)
        .join(Revision, Revision.id == Entry.published_revision_id)
        .order_by(ReaderVote.received_at.desc(), ReaderVote.id.desc())
    )
    by_story: dict[tuple[str, str], list[ReaderVote]] = defaultdict(list)
    for vote, title in db.session.execute(query):
        by_story[vote.entry_id, title].append(vote)
    rows = [_votes(entry_id, title, found) for (entry_id, title), found in by_story.items()]
    return tuple(sorted(rows, key=lambda row: (-row.yes - row.no, row.story)))


def _messages() -> Select[ReaderMessage, int, str]:
    return select(ReaderMessage, Revision.number, Revision.title).outerjoin(
        Revision, Revision.id == ReaderMessage.revision_id
    )


def _message(found: Row[ReaderMessage, int, str]) -> MessageRow:
    row, version, story = found
    return MessageRow(
        id=row.id,
        kind=row.kind,
        state=row.state,
        received_at=row.received_at,
        language=row.language,
        texts={name: getattr(row, name) for name in FIELDS[row.kind]},
        entry_id=row.entry_id,
        version=version,
        story=story,
    )


def _votes(entry_id: str, title: str, found: list[ReaderVote]) -> VoteRow:
    yes = sum(vote.helped for vote in found)
    reasons = tuple((vote.helped, vote.why) for vote in found if vote.why)
    return VoteRow(entry_id, title, yes, len(found) - yes, reasons)
