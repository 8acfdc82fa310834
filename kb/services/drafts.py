"""Drafts: begun, read, saved as they are typed, thrown away and taken back (ADR 16).

Two who write at once never lose a text: a save says which version it was made from, and a field that
another save has changed since is not written over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from ulid import ULID

from kb.db import db, transaction
from kb.domain.content import slugify
from kb.domain.draft_fields import FIELDS_MAX_BYTES, LISTS, is_name, keys
from kb.domain.errors import Conflict, Invalid, NotPermitted
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.domain.published import OrganisationRef
from kb.domain.vocabulary import EntryKind, EntrySize, RevisionStatus
from kb.models import Draft, Entry, Organisation, Revision, User, now
from kb.models.story import organisation_ref
from kb.models.user import membership
from kb.services import draft_store
from kb.services.discarded_drafts import discard, purge, restore
from kb.services.draft_items import add_item, move_item, remove_item
from kb.services.draft_store import DraftRows

__all__ = [
    "DraftConflict",
    "DraftTooLarge",
    "DraftView",
    "Saved",
    "Writer",
    "add_draft",
    "add_item",
    "discard",
    "move_item",
    "purge",
    "read",
    "remove_item",
    "restore",
    "save",
    "set_organisation",
    "set_size",
    "start",
]


@dataclass(frozen=True, slots=True)
class Writer:
    """Someone who may write in the entry."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with what was typed. ``field_versions``: in which version each field last changed.

    ``author`` is None where nobody's name is kept any more. ``published_slug`` is the address of the story
    that this will be a new version of. ``case_number`` is that of an earlier sending in, if there was one.
    """

    entry_id: str
    revision_id: str
    number: int
    version: int
    size: EntrySize
    fields: dict[str, str]
    field_versions: dict[str, int]
    saved_at: datetime
    saved_by_name: str
    title: str
    organisation: OrganisationRef
    organisation_id: str
    is_revision_of_published: bool
    published_slug: str | None
    author: Writer | None
    co_authors: tuple[Writer, ...]
    case_number: str
    created_at: datetime
    discarded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Saved:
    version: int
    saved_at: datetime


class DraftConflict(Conflict):
    """Another save changed the same fields; nothing of this one is stored.

    ``version`` is the draft's now: a save that is based on it holds. ``theirs`` are the fields' texts now.
    """

    def __init__(self, version: int, theirs: Mapping[str, str], saved_by: str, saved_at: datetime) -> None:
        super().__init__(
            "Någon annan har ändrat samma text som du. Inget har skrivits över. "
            "Jämför texterna och välj vad som ska stå."
        )
        self.version = version
        self.theirs = dict(theirs)
        self.saved_by = saved_by
        self.saved_at = saved_at


class DraftTooLarge(Invalid):
    """All fields of a draft are together more than can be kept."""


@transaction
def start(size: EntrySize, organisation_id: str, by: Actor, *, title: str = "", key: str) -> str:
    """Begin a draft for one of the actor's organisations; its entry's id. The same ``key`` gives the same.

    Raises ``NotPermitted`` for who writes for no organisation, ``Invalid`` for one that is not theirs.
    """
    require(Permission.ENTRY_WRITE, by)
    revision_id = _id_of(by, key)
    before = db.session.get(Revision, revision_id)
    if before is not None:
        return before.entry_id
    owner = _own_organisation(organisation_id, by)
    typed = {"title": (_as_stored(title), 1)} if title else {}
    entry = Entry(slug=slugify(title), owner_id=owner.id, created_by=by.user_id)
    db.session.add(entry)
    db.session.flush()
    add_draft(entry, size, typed, by, revision_id=revision_id)
    return entry.id


def add_draft(entry: Entry, size: EntrySize, typed: draft_store.Typed, by: Actor, **more: str) -> Revision:
    """A new draft of an entry that has none open, in the caller's transaction. ``more``: its columns."""
    number = max((one.number for one in entry.revisions), default=0) + 1
    revision_id = more.pop("revision_id", None)
    revision = Revision(
        **({"id": revision_id} if revision_id else {}),
        entry_id=entry.id,
        number=number,
        status=RevisionStatus.DRAFT,
        title=draft_store.UNTITLED,
        summary="",
        kind=EntryKind.LESSON_LEARNED,
        body="",
        body_plain="",
        size=size,
        source_hash="",
        created_by=by.user_id,
        **more,
    )
    draft_store.keep_in_step(revision, typed)
    db.session.add(revision)
    db.session.flush()
    db.session.add(
        Draft(
            revision_id=revision.id,
            fields=draft_store.packed(typed),
            version=1,
            saved_at=now(),
            saved_by=by.user_id,
        )
    )
    db.session.flush()
    db.session.expire(entry, ["revisions"])
    return revision


def read(entry_id: str, by: Actor, *, discarded: bool = False) -> DraftView:
    """The draft, or with ``discarded`` the one that was thrown away. Raises ``NotFound`` as ``save`` does."""
    return _view(draft_store.find(entry_id, by, discarded=discarded))


@transaction
def save(entry_id: str, changes: Mapping[str, str], based_on: int, by: Actor) -> Saved:
    """Keep what was typed, character for character, as one new version of the draft.

    ``based_on`` is the version that the writer saw. Raises ``NotFound`` if there is no draft or ``by`` may
    not write in it, ``DraftConflict``, ``Invalid`` for a name that is no field, ``DraftTooLarge``.
    What is written in an item that another has removed meanwhile puts the item back.
    """
    rows = draft_store.find(entry_id, by, to_write=True)
    sent = {name: _as_stored(text) for name, text in changes.items()}
    for name in sent:
        if not is_name(name):
            raise Invalid(
                "Formuläret har ett fält som inte finns. Ladda om sidan och försök igen.", field=name
            )
    typed = rows.typed
    changed = {name: text for name, text in sent.items() if typed.get(name, ("", 0))[0] != text}
    # A version that has not been yet was seen before a copy of the database was put back.
    seen = based_on if based_on <= rows.draft.version else 0
    theirs = {name: typed[name][0] for name in changed if name in typed and typed[name][1] > seen}
    if theirs:
        raise DraftConflict(rows.draft.version, theirs, _name(rows.draft.saved_by), rows.draft.saved_at)
    if changed:
        texts = draft_store.texts_of(typed) | changed
        changed |= _items_put_back(texts, changed)
        _require_room(texts | changed, changed)
        rows.store(changed, now(), by)
    return Saved(rows.draft.version, rows.draft.saved_at)


@transaction
def set_size(entry_id: str, size: EntrySize, by: Actor) -> None:
    """Let a draft grow or shrink; what was typed stays in both cases. Raises ``NotFound``."""
    draft_store.find(entry_id, by, to_write=True).revision.size = size
    db.session.flush()


@transaction
def set_organisation(entry_id: str, organisation_id: str, by: Actor) -> None:
    """Let another of the actor's organisations own what has never been published.

    Raises ``NotFound``, ``Invalid`` for an organisation that is not the actor's, ``Conflict`` for what has
    been published and where someone who writes would be shut out.
    """
    entry = draft_store.find(entry_id, by, to_write=True).entry
    if organisation_id == entry.owner_id:
        return
    owner = _own_organisation(organisation_id, by)
    if entry.published_revision_id is not None:
        raise Conflict(
            "Erfarenheten är publicerad och hör till sin myndighet. Be kansliet om den ska flyttas."
        )
    writers = {*filter(None, (entry.created_by, *(one.user_id for one in entry.co_authors)))}
    members = select(membership.c.user_id).where(
        membership.c.organisation_id == owner.id, membership.c.user_id.in_(sorted(writers))
    )
    if writers - set(db.session.scalars(members)):
        raise Conflict(
            "Någon av er som skriver hör inte till den myndigheten. Ta först bort den personen som "
            "medförfattare, eller behåll myndigheten."
        )
    entry.owner_id = owner.id
    db.session.flush()


def _view(rows: DraftRows) -> DraftView:
    entry, revision, draft, typed = rows.entry, rows.revision, rows.draft, rows.typed
    is_published = entry.published_revision_id is not None
    author = db.session.get(User, entry.created_by) if entry.created_by else None
    return DraftView(
        entry_id=entry.id,
        revision_id=revision.id,
        number=revision.number,
        version=draft.version,
        size=revision.size,
        fields=draft_store.texts_of(typed),
        field_versions={name: version for name, (_text, version) in typed.items()},
        saved_at=draft.saved_at,
        saved_by_name=_name(draft.saved_by),
        title=revision.title,
        organisation=organisation_ref(entry.owner),
        organisation_id=entry.owner_id,
        is_revision_of_published=is_published,
        published_slug=entry.slug if is_published else None,
        author=Writer(author.id, author.name) if author and author.erased_at is None else None,
        co_authors=tuple(Writer(one.user_id, one.user.name) for one in entry.co_authors),
        case_number=revision.case_number,
        created_at=revision.created_at,
        discarded_at=draft.discarded_at,
    )


def _id_of(by: Actor, key: str) -> str:
    """The id of the draft that a form begins: the same each time the form is sent."""
    return str(ULID(hashlib.sha256(f"draft\n{by.user_id}\n{key}".encode()).digest()[:16]))


def _own_organisation(organisation_id: str, by: Actor) -> Organisation:
    if by.role is None:
        raise NotPermitted("Du har inte behörighet att göra det här.")
    found = db.session.get(Organisation, organisation_id) if organisation_id in by.organisation_ids else None
    if found is None or found.successor_id is not None:
        raise Invalid("Välj en av de myndigheter som du skriver för.", field="organisation")
    return found


def _as_stored(text: str) -> str:
    """As typed: forms send line ends as CR LF, and half a pair of surrogates is no character."""
    lines = text.replace("\r\n", "\n")
    return lines.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _items_put_back(texts: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    written = draft_store.items_named(name for name, text in changed.items() if text)
    found = {}
    for items, named in written.items():
        listed = keys(items, texts)
        missing = [key for key in named if key not in listed]
        if missing:
            found[LISTS[items]] = "\n".join((*listed, *missing))
    return found


def _require_room(texts: Mapping[str, str], changed: Mapping[str, str]) -> None:
    size = sum(len(name.encode()) + len(text.encode()) for name, text in texts.items())
    if size > FIELDS_MAX_BYTES:
        raise DraftTooLarge(
            "Texten är för stor för att sparas. Korta den, eller dela den i flera erfarenheter.",
            field=max(changed, key=lambda name: len(changed[name])),
        )


def _name(user_id: str | None) -> str:
    user = db.session.get(User, user_id) if user_id else None
    return user.name if user is not None else ""
