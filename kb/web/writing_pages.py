"""What the pages of a draft share: the draft or where it went, its tasks, its items, the way to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app, redirect, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug import Response

from kb.domain.draft_content import SectionState
from kb.domain.draft_fields import Items, Section, keys
from kb.domain.errors import NotFound
from kb.services import drafts, submissions
from kb.services.drafts import DraftView
from kb.web import auth, writing_places
from kb.web.languages import gettext as _

DONE = "klart"
"""In the address of a page that says that something has been done, and what."""

_NAMED_BY: Mapping[Items, tuple[str, ...]] = {
    Items.LESSON: ("advice", "situation"),
    Items.BENEFIT: ("description",),
    Items.SOURCE: ("title", "url"),
}
_NAME_MAX = 100
_BESIDE: Mapping[str, LazyString] = {
    "sharing.read": lazy_gettext("Läs som läsarna kommer att se det"),
    "sharing.people": lazy_gettext("Skriv tillsammans med en kollega"),
    "sharing.links": lazy_gettext("Be någon läsa utkastet"),
    "images.add": lazy_gettext("Bilder"),
    "sharing.changes": lazy_gettext("Se vad som har ändrats mellan versioner"),
    "contribute.discard": lazy_gettext("Kasta utkastet"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A section in the task list."""

    heading: LazyString
    address: str
    state: SectionState
    state_text: LazyString
    counts: bool
    """Whether it is one of those that shall be ready."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """``name`` is the beginning of what was written in it."""

    key: str
    name: str
    address: str
    remove: str


def draft_or_receipt(entry_id: str) -> DraftView | Response:
    """The draft; the way to its receipt where it has been sent in. Raises ``NotFound``."""
    by = auth.actor()
    try:
        return drafts.read(entry_id, by)
    except NotFound:
        submissions.receipt(entry_id, by)
        return redirect(url_for("contribute.receipt", entry_id=entry_id), 303)


def done(entry_id: str, what: str) -> str:
    """The task list, saying what has been done just now."""
    return f"{url_for('contribute.tasks', entry_id=entry_id)}?{DONE}={what}"


def task_rows(draft: DraftView) -> tuple[Task, ...]:
    return tuple(
        Task(
            writing_places.HEADINGS[one.section],
            writing_places.address(draft.entry_id, one.section),
            one.state,
            writing_places.LEFT_OUT if one.is_left_out else writing_places.STATES[one.state],
            not one.is_left_out,
        )
        for one in writing_places.progress(draft)
    )


def beside(draft: DraftView) -> list[tuple[LazyString, str]]:
    """What else can be done with a draft: the text and address of each page."""
    return [
        (text, url_for(endpoint, entry_id=draft.entry_id))
        for endpoint, text in _BESIDE.items()
        if endpoint in current_app.view_functions and (endpoint != "sharing.changes" or draft.number > 1)
    ]


def ready(rows: Iterable[Task]) -> tuple[int, int]:
    """How many sections are ready, of how many."""
    counted = [row.state is SectionState.DONE for row in rows if row.counts]
    return sum(counted), len(counted)


def item_rows(draft: DraftView, section: Section) -> tuple[ItemRow, ...]:
    items = writing_places.ITEMS[section]
    return tuple(_row(draft, section, items, key) for key in keys(items, draft.fields))


def way_to(draft: DraftView, section: Section | None = None) -> list[tuple[str, str]]:
    """The pages above a section, or above one of its items."""
    way = [(draft.title, url_for("contribute.tasks", entry_id=draft.entry_id))]
    if section is not None:
        heading = str(writing_places.HEADINGS[section])
        way.append((heading, writing_places.address(draft.entry_id, section)))
    return way


def _row(draft: DraftView, section: Section, items: Items, key: str) -> ItemRow:
    texts = (draft.fields.get(f"{items}.{key}.{part}", "").strip() for part in _NAMED_BY[items])
    name = " ".join(next(filter(None, texts), "").split())
    if len(name) > _NAME_MAX:
        name = name[: _NAME_MAX - 1] + "…"
    place = writing_places.SLUGS[section]
    return ItemRow(
        key,
        name or _("Inget skrivet än"),
        writing_places.item_address(draft.entry_id, section, key),
        url_for("contribute.remove_item", entry_id=draft.entry_id, section=place, key=key),
    )
