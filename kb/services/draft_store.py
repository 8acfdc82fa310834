"""The rows of a draft: found for whoever may write in it, and its fields as they were typed (ADR 16)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kb.db import db
from kb.domain.draft_fields import LISTS, Items, is_key
from kb.domain.errors import NotFound
from kb.domain.permissions import Permission, require_to_know
from kb.domain.predicates import Actor
from kb.domain.reader_messages import cleaned
from kb.domain.vocabulary import EntryKind, RevisionStatus
from kb.models import Draft, Entry, Revision
from kb.services import moderation

_TITLE_MAX = 120
UNTITLED = "Utan titel"

Typed = dict[str, tuple[str, int]]
"""Name → what was typed, and the version of the draft in which it last changed."""


@dataclass(frozen=True, slots=True)
class DraftRows:
    """What a draft consists of."""

    entry: Entry
    revision: Revision
    draft: Draft

    @property
    def typed(self) -> Typed:
        return {name: (text, version) for name, (text, version) in json.loads(self.draft.fields).items()}

    def store(self, texts: Mapping[str, str], at: datetime, by: Actor) -> None:
        """Write texts in place of those before, as one new version of the draft."""
        self.draft.version += 1
        typed = self.typed | {name: (text, self.draft.version) for name, text in texts.items()}
        self.draft.fields = packed(typed)
        self.draft.saved_at = at
        self.draft.saved_by = by.user_id
        keep_in_step(self.revision, typed)
        db.session.flush()


def entry_to_edit(entry_id: str, by: Actor) -> Entry:
    """Raises ``NotFound`` for an unknown entry and for one that ``by`` may not write in."""
    entry = db.session.get(Entry, entry_id)
    if entry is None:
        raise NotFound("Sidan finns inte.")
    require_to_know(Permission.ENTRY_EDIT, by, moderation.subject_of(entry))
    return entry


def find(entry_id: str, by: Actor, *, discarded: bool = False, to_write: bool = False) -> DraftRows:
    """The draft of an entry. Raises ``NotFound`` if there is none or ``by`` may not write in it."""
    entry = entry_to_edit(entry_id, by)
    rows = _of(entry, discarded=discarded, to_write=to_write)
    if rows is None:
        raise NotFound("Sidan finns inte.")
    return rows


def open_draft(entry: Entry) -> DraftRows | None:
    """The draft of an entry that is being written, whoever asks."""
    return _of(entry, discarded=False, to_write=False)


def _of(entry: Entry, *, discarded: bool, to_write: bool) -> DraftRows | None:
    query = (
        select(Revision, Draft)
        .join(Draft, Draft.revision_id == Revision.id)
        .where(Revision.entry_id == entry.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if discarded:
        query = query.where(Draft.discarded_at.is_not(None))
    else:
        query = query.where(Draft.discarded_at.is_(None), Revision.status == RevisionStatus.DRAFT)
    found = db.session.execute(query.with_for_update(of=Draft) if to_write else query).one_or_none()
    return DraftRows(entry, *found) if found is not None else None


def packed(typed: Typed) -> str:
    """All in ASCII, so that no database refuses or changes a character."""
    return json.dumps(typed, separators=(",", ":"))


def texts_of(typed: Typed) -> dict[str, str]:
    return {name: text for name, (text, _version) in typed.items()}


def keep_in_step(revision: Revision, typed: Typed) -> None:
    """What lists show of a draft: its title and kind, made fit for their columns."""
    texts = texts_of(typed)
    revision.title = title_of(texts)
    kind = texts.get("kind", "")
    revision.kind = EntryKind(kind) if kind in set(EntryKind) else EntryKind.LESSON_LEARNED


def title_of(texts: Mapping[str, str]) -> str:
    """A draft's title as one line of a list has it."""
    return " ".join(cleaned(texts.get("title", "")).split())[:_TITLE_MAX].strip() or UNTITLED


def items_named(names: Iterable[str]) -> dict[Items, list[str]]:
    """The keys of the items whose parts are among the names, in order, each once."""
    found: dict[Items, list[str]] = {items: [] for items in Items}
    for name in names:
        items, _, rest = name.partition(".")
        key = rest.rpartition(".")[0]
        if items in LISTS and is_key(key) and key not in found[Items(items)]:
            found[Items(items)].append(key)
    return found
