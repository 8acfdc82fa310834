"""The lessons, benefits and sources of a draft: added, taken away and put in another order."""

from __future__ import annotations

from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.draft_fields import ITEMS_MAX, LISTS, PARTS, Items, keys
from kb.domain.errors import Invalid, NotFound
from kb.domain.predicates import Actor
from kb.models import Lesson, now
from kb.services import draft_store
from kb.services.draft_store import DraftRows

_STEMS = {Items.LESSON: "lardom", Items.BENEFIT: "nytta", Items.SOURCE: "kalla"}


@transaction
def add_item(entry_id: str, items: Items, by: Actor) -> str:
    """Add an empty item at the end; its key, which no item of the entry has had.

    Raises ``NotFound`` if there is no draft or ``by`` may not write in it, ``Invalid`` if it has enough.
    """
    rows = draft_store.find(entry_id, by, to_write=True)
    listed = _keys(rows, items)
    if len(listed) >= ITEMS_MAX[items]:
        raise Invalid("Det får vara högst %(count)s. Ta bort någon först.", count=ITEMS_MAX[items])
    key = _free_key(rows, items)
    rows.store({LISTS[items]: "\n".join((*listed, key))}, now(), by)
    return key


@transaction
def remove_item(entry_id: str, items: Items, key: str, by: Actor) -> None:
    """Take an item away with what was typed in it. Raises ``NotFound``, also for one that is not there."""
    rows = draft_store.find(entry_id, by, to_write=True)
    listed = _keys(rows, items)
    _require(key, listed)
    typed = rows.typed
    parts = (f"{items}.{key}.{part}" for part in PARTS[items])
    emptied = {name: "" for name in parts if name in typed}
    rows.store(emptied | {LISTS[items]: "\n".join(one for one in listed if one != key)}, now(), by)


@transaction
def move_item(entry_id: str, items: Items, key: str, places: int, by: Actor) -> None:
    """Move an item so many places down, or up where it is negative; no further than to an end.

    Raises ``NotFound``, also for an item that is not there.
    """
    rows = draft_store.find(entry_id, by, to_write=True)
    listed = list(_keys(rows, items))
    _require(key, listed)
    place = listed.index(key)
    listed.remove(key)
    listed.insert(max(place + places, 0), key)
    if tuple(listed) != _keys(rows, items):
        rows.store({LISTS[items]: "\n".join(listed)}, now(), by)


def _keys(rows: DraftRows, items: Items) -> tuple[str, ...]:
    return keys(items, draft_store.texts_of(rows.typed))


def _require(key: str, listed: tuple[str, ...] | list[str]) -> None:
    if key not in listed:
        raise NotFound("Sidan finns inte.")


def _free_key(rows: DraftRows, items: Items) -> str:
    """A lesson's key is its address for ever: one that an earlier version had is not given again."""
    taken = set(_keys(rows, items)) | set(draft_store.items_named(rows.typed)[items])
    if items is Items.LESSON:
        taken |= set(db.session.scalars(select(Lesson.anchor).where(Lesson.entry_id == rows.entry.id)))
    number = 1
    while f"{_STEMS[items]}-{number}" in taken:
        number += 1
    return f"{_STEMS[items]}-{number}"
