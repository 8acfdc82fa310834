"""What a writer has answered, section by section, and what is left to do: for the check before sending in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from kb.domain.draft_fields import Items, Section, keys, section_of, sections_of
from kb.domain.errors import Invalid
from kb.domain.vocabulary import EntrySize
from kb.services import writing_terms
from kb.services.drafts import DraftView
from kb.web import writing_places
from kb.web.errors import sentence
from kb.web.forms.writing import Control, DraftField, Group, Text
from kb.web.forms.writing_fields import Terms, groups_of, item_groups
from kb.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """``legend`` is the heading of its group, where the label alone does not say what it is about."""

    legend: Text
    label: Text
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what was written there."""

    heading: LazyString
    address: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Mend:
    """Something to write or to mend, and where."""

    text: str
    section: LazyString
    address: str


def of(draft: DraftView) -> tuple[Part, ...]:
    terms = writing_terms.by_vocabulary()
    return tuple(
        Part(
            writing_places.HEADINGS[section],
            writing_places.address(draft.entry_id, section),
            tuple(_answers(_groups(draft, section, terms), draft.fields)),
        )
        for section in sections_of(draft.size)
    )


def to_mend(draft: DraftView, problems: Iterable[Invalid]) -> tuple[Mend, ...]:
    return tuple(mend_at(draft, problem.field, sentence(problem)) for problem in problems)


def mend_at(draft: DraftView, field: str, text: str) -> Mend:
    """What is said of a field of the draft, and where that field is written."""
    section = section_of(field)
    address = writing_places.address(draft.entry_id, section)
    items = writing_places.ITEMS.get(section)
    kind, _dot, rest = field.partition(".")
    is_part = items is not None and kind == items.value
    if is_part and not (items is Items.LESSON and draft.size is EntrySize.TIP):
        address = writing_places.item_address(draft.entry_id, section, rest.partition(".")[0])
    anchor = DraftField(field, "").id
    if items is None or is_part:
        address = f"{address}#{anchor}"
    return Mend(text, writing_places.HEADINGS[section], address)


def _groups(draft: DraftView, section: Section, terms: Terms) -> Iterator[Group]:
    items = writing_places.ITEMS.get(section)
    if items is None:
        yield from groups_of(section, terms, draft.size)
        return
    for number, key in enumerate(keys(items, draft.fields), 1):
        for group in item_groups(items, key, terms):
            yield Group(group.fields, _item_name(items, number))


def _item_name(items: Items, number: int) -> str:
    match items:
        case Items.LESSON:
            return _("Lärdom %(number)s", number=number)
        case Items.BENEFIT:
            return _("Nytta %(number)s", number=number)
        case Items.SOURCE:
            return _("Källa %(number)s", number=number)


def _answers(groups: Iterable[Group], fields: Mapping[str, str]) -> Iterator[Answer]:
    for group in groups:
        legend = group.legend
        for one in group.fields:
            text = _text(one, fields.get(one.name, ""))
            if text:
                yield Answer(legend, one.label, text)
                legend = ""


def _text(one: DraftField, value: str) -> str:
    if one.control is Control.TICK:
        return _("Ja") if value else ""
    if not one.choices:
        return value.strip()
    known = dict(one.choices)
    return ", ".join(known.get(each, each) for each in one.chosen(value))
