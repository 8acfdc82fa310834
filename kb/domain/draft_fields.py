"""The fields of a draft: their names, the sections that they stand in, and what each size needs.

A draft is a plain mapping from names to what was typed, kept character for character (ADR 16). Names:

- ``title``, ``summary``, ``kind``, ``outcomes``, ``body``, ``partners``, ``contact_role``,
  ``open_to_contact``, ``anonymised``, ``note_to_reviewer``
- ``term.<vocabulary>``
- ``fact.<name>.state|value|note|publish_from`` (``publish_from`` for money only)
- ``lessons``, ``benefits``, ``sources``: the keys of the items in order, one on each line, and
  ``lesson.<key>.<part>``, ``benefit.<key>.<part>``, ``source.<key>.<part>``

Several choices in one field stand one on each line. A box that is ticked is ``1``, else nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from kb.domain.vocabulary import COUNT_FACTS, DATE_FACTS, MONEY_FACTS, EntrySize, FactName

Fields = Mapping[str, str]
"""Name → what was typed. A name that is not there is an empty field."""

FIELDS_MAX_BYTES = 900_000
"""Of all fields of one draft together: far more than a story may have, so that what is too long is kept."""


class Section(StrEnum):
    """A group of fields that stands on a page of its own."""

    ABOUT = "about"
    CONTEXT = "context"
    COST = "cost"
    TIME = "time"
    SCOPE = "scope"
    TEXT = "text"
    LESSONS = "lessons"
    BENEFITS = "benefits"
    SOURCES = "sources"
    CONTACT = "contact"


class Items(StrEnum):
    """What a draft has several of: each has its own key and parts."""

    LESSON = "lesson"
    BENEFIT = "benefit"
    SOURCE = "source"


LISTS: Mapping[Items, str] = {
    Items.LESSON: "lessons",
    Items.BENEFIT: "benefits",
    Items.SOURCE: "sources",
}
"""The field that holds the keys of each sort."""

LESSON_TEXTS = ("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when")
PARTS: Mapping[Items, tuple[str, ...]] = {
    Items.LESSON: (*LESSON_TEXTS, "phase", "perspective"),
    Items.BENEFIT: ("stage", "type", "description", "note"),
    Items.SOURCE: ("title", "publisher", "url", "accessed"),
}
ITEMS_MAX: Mapping[Items, int] = {Items.LESSON: 30, Items.BENEFIT: 30, Items.SOURCE: 30}

_SCOPE_TERMS = ("technology", "procurement", "delivery_model", "sourcing", "perspective")

_FACT_PARTS = ("state", "value", "note")


def _facts(names: Iterable[FactName], parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"fact.{name}.{part}" for name in names for part in parts)


_OWN: Mapping[Section, tuple[str, ...]] = {
    Section.ABOUT: ("title", "summary", "kind", "outcomes"),
    Section.CONTEXT: ("term.domain", "term.investment_type", "term.phase", "partners"),
    Section.TEXT: ("body",),
    Section.COST: _facts(MONEY_FACTS, (*_FACT_PARTS, "publish_from")),
    Section.TIME: _facts(DATE_FACTS, _FACT_PARTS),
    Section.SCOPE: (
        *(f"term.{vocabulary}" for vocabulary in _SCOPE_TERMS),
        *_facts(COUNT_FACTS, _FACT_PARTS),
    ),
    Section.CONTACT: ("contact_role", "open_to_contact", "anonymised", "note_to_reviewer"),
}

_ITEMS: Mapping[Section, Items] = {
    Section.LESSONS: Items.LESSON,
    Section.BENEFITS: Items.BENEFIT,
    Section.SOURCES: Items.SOURCE,
}

_OF_SIZE: Mapping[EntrySize, tuple[Section, ...]] = {
    EntrySize.TIP: (Section.ABOUT, Section.CONTEXT, Section.LESSONS),
    EntrySize.STORY: (
        Section.ABOUT,
        Section.CONTEXT,
        Section.TEXT,
        Section.LESSONS,
        Section.COST,
        Section.TIME,
        Section.SOURCES,
        Section.CONTACT,
    ),
    EntrySize.IN_DEPTH: (
        Section.ABOUT,
        Section.CONTEXT,
        Section.TEXT,
        Section.LESSONS,
        Section.COST,
        Section.TIME,
        Section.SCOPE,
        Section.BENEFITS,
        Section.SOURCES,
        Section.CONTACT,
    ),
}

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_MAX = 80
_FIXED = frozenset({*(name for names in _OWN.values() for name in names), *LISTS.values()})

_SECTION_OF_ITEMS: Mapping[str, Section] = {
    Items.LESSON: Section.LESSONS,
    Items.BENEFIT: Section.BENEFITS,
    Items.SOURCE: Section.SOURCES,
}


def sections_of(size: EntrySize) -> tuple[Section, ...]:
    """The sections in their order; those of a smaller size are among those of a larger."""
    return _OF_SIZE[size]


def names_of(section: Section, fields: Fields) -> tuple[str, ...]:
    """The names of all fields of a section, those of the items that the draft has included."""
    if section in _ITEMS:
        return tuple(_items(_ITEMS[section], fields))
    return _OWN[section]


def section_of(name: str) -> Section:
    """The section that a field stands in."""
    items = name.partition(".")[0]
    if name in LISTS.values() or items in LISTS:
        return _SECTION_OF_ITEMS[items.removesuffix("s")]
    return _SECTION_OF[name]


def keys(items: Items, fields: Fields) -> tuple[str, ...]:
    """The keys of a draft's items in order, each once; what cannot be a key is not one."""
    found = fields.get(LISTS[items], "").split()
    return tuple(dict.fromkeys(key for key in found if is_key(key)))


def is_key(text: str) -> bool:
    return len(text) <= _KEY_MAX and _KEY.fullmatch(text) is not None


def is_name(name: str) -> bool:
    """Whether a draft can have a field of that name."""
    if name in _FIXED:
        return True
    items, _, rest = name.partition(".")
    key, _, part = rest.rpartition(".")
    return items in LISTS and is_key(key) and part in PARTS[Items(items)]


def choices(text: str) -> tuple[str, ...]:
    """The choices of a field that may have several, each once, in order."""
    return tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _items(items: Items, fields: Fields) -> Iterator[str]:
    yield LISTS[items]
    for key in keys(items, fields):
        for part in PARTS[items]:
            yield f"{items}.{key}.{part}"


_SECTION_OF: Mapping[str, Section] = {name: section for section in Section for name in names_of(section, {})}
