"""Saves that a page sends by itself while someone types: each field says which version of it was seen.

An answer may never arrive, and the page cannot know whether its text was stored. So it also says what it has
sent without an answer: such a text is its own, and to write over it takes nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain.predicates import Actor
from kb.services import drafts
from kb.services.drafts import DraftConflict, DraftView, Saved

_TRIES = 5
"""Others may save between the reading and the saving; more often than this it is a conflict."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """``seen``: the version of the draft whose text of this field the writer has seen."""

    text: str
    seen: int
    sent: tuple[str, ...] = ()


def save(entry_id: str, typed: Mapping[str, TypedField], by: Actor) -> Saved:
    """Store the texts, all or none. Raises ``DraftConflict`` for what the writer has not seen."""
    changes = {name: field.text for name, field in typed.items()}
    for _ in range(_TRIES - 1):
        view = drafts.read(entry_id, by)
        unseen = _unseen(view, typed)
        if unseen:
            raise DraftConflict(view.version, unseen, view.saved_by_name, view.saved_at)
        try:
            return drafts.save(entry_id, changes, view.version, by)
        except DraftConflict:
            continue
    return drafts.save(entry_id, changes, min((one.seen for one in typed.values()), default=0), by)


def _unseen(view: DraftView, typed: Mapping[str, TypedField]) -> dict[str, str]:
    """The fields, with their texts, that have changed since the writer saw them."""
    return {
        name: now
        for name, one in typed.items()
        if view.field_versions.get(name, 0) > one.seen
        and (now := view.fields.get(name, "")) not in (one.text, *one.sent)
    }
