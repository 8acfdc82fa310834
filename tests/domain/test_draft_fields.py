"""The names of a draft's fields: which there are, in which section each stands, and what nobody may send."""

from __future__ import annotations

import pytest

from kb.domain import draft_fields
from kb.domain.draft_fields import ITEMS_MAX, LISTS, PARTS, Items, Section
from kb.domain.vocabulary import EntrySize

ITEMS = {
    "lessons": "lardom-1\nb",
    "benefits": "1",
    "sources": "1 2",
}


def test_a_larger_size_has_every_section_of_a_smaller() -> None:
    tip, story, in_depth = (set(draft_fields.sections_of(size)) for size in EntrySize)
    assert tip < story < in_depth
    assert in_depth == set(Section)


def test_every_name_of_every_section_is_a_name_and_stands_in_its_section() -> None:
    seen: set[str] = set()
    for section in Section:
        names = draft_fields.names_of(section, ITEMS)
        assert names
        assert not seen.intersection(names)
        seen.update(names)
        for name in names:
            assert draft_fields.is_name(name), name
            assert draft_fields.section_of(name) is section, name


def test_items_have_their_parts_in_order() -> None:
    names = draft_fields.names_of(Section.SOURCES, ITEMS)
    assert names == (
        "sources",
        *(f"source.1.{part}" for part in PARTS[Items.SOURCE]),
        *(f"source.2.{part}" for part in PARTS[Items.SOURCE]),
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "status",
        "editorial",
        "language",
        "size",
        "term.benefit_type",
        "fact.first_budget",
        "fact.first_budget.low",
        "fact.start.publish_from",
        "fact.price.value",
        "lesson.a",
        "lesson..advice",
        "lesson.a.basis",
        "lesson.A.advice",
        "lesson.a b.advice",
        "lesson.-a.advice",
        f"lesson.{'a' * 81}.advice",
        "lessons.a.advice",
        "other.a.advice",
        "source.1.href",
    ],
)
def test_other_names_are_not_fields(name: str) -> None:
    assert not draft_fields.is_name(name)


@pytest.mark.parametrize(
    "name", ["lesson.a.advice", "lesson.a-1.phase", f"benefit.{'a' * 80}.note", "source.9.url"]
)
def test_parts_of_items_are_fields(name: str) -> None:
    assert draft_fields.is_name(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("a\nb\na", ("a", "b")),
        ("  b \n\n a", ("b", "a")),
        ("A\nå\na_b\n-\nc", ("c",)),
        ("a" * 81, ()),
    ],
)
def test_keys_are_read_in_order_and_each_once(text: str, found: tuple[str, ...]) -> None:
    assert draft_fields.keys(Items.LESSON, {"lessons": text}) == found


def test_choices_are_read_in_order_and_each_once() -> None:
    assert draft_fields.choices(" b\n\na \nb") == ("b", "a")


def test_every_sort_of_item_has_a_list_and_a_limit() -> None:
    assert set(LISTS) == set(ITEMS_MAX) == set(PARTS) == set(Items)
