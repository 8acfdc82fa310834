"""The list of organisations: by name, by letter, by type."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.vocabulary import OrganisationType
from kb.services import organisation_list
from kb.services.organisation_list import OrganisationList
from tests import factories


def names(found: OrganisationList) -> list[str]:
    groups = (*found.telling, *found.silent)
    return [row.organisation.name for group in groups for row in group.rows]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SCB", "Statistiska centralbyrån"),
        ("scb", "Statistiska centralbyrån"),
        ("statistiska", "Statistiska centralbyrån"),
        ("centralbyrån statistiska", "Statistiska centralbyrån"),
        ("centralbyran", "Statistiska centralbyrån"),
        ("polisen", "Polismyndigheten"),
        ("malmo", "Malmö stad"),
    ],
)
def test_a_part_of_any_name_finds_it(library: Flask, text: str, wanted: str) -> None:
    assert wanted in names(organisation_list.find(text))


@pytest.mark.parametrize("text", ["finns inte alls", "%", "statistiska polisen", "x" * 5_000])
def test_what_nobody_is_called_finds_nothing(library: Flask, text: str) -> None:
    found = organisation_list.find(text)
    assert (found.found, found.telling, found.silent) == (0, (), ())
    assert found.total > 150


def test_without_a_text_all_are_there_once(library: Flask) -> None:
    found = organisation_list.find()
    assert len(names(found)) == len(set(names(found))) == found.found == found.total


def test_a_letter_in_the_order_of_the_swedish_alphabet(app: Flask) -> None:
    with writing(db.session):
        for name in ("Örebro kommun", "Älvsbyns kommun", "Åre kommun", "Arvika kommun", "arboga kommun"):
            factories.organisation(name)
    found = organisation_list.find()
    assert found.letters == ("A", "Å", "Ä", "Ö")
    assert names(found)[:2] == ["arboga kommun", "Arvika kommun"]
    assert names(organisation_list.find(letter="å")) == ["Åre kommun"]
    assert names(organisation_list.find("kommun", "Ö")) == ["Örebro kommun"]


@pytest.mark.parametrize("letter", ["", "7", "%", "É"])
def test_a_letter_that_no_name_begins_with_is_left_out(library: Flask, letter: str) -> None:
    found = organisation_list.find(letter=letter)
    assert (found.letter, found.found) == ("", found.total)


def test_those_with_stories_stand_apart_from_those_without(app: Flask) -> None:
    with writing(db.session):
        teller = factories.organisation("Boverket")
        heir = factories.organisation("Polismyndigheten")
        before = factories.organisation("Rikspolisstyrelsen", successor_id=heir.id)
        factories.organisation("Sametinget")
        factories.organisation("Åre kommun", type=OrganisationType.MUNICIPALITY)
    factories.published("Ett", owner=teller)
    factories.published("Två", owner=before)
    found = organisation_list.find()
    assert [row.organisation.name for row in found.telling[0].rows] == [
        "Boverket",
        "Polismyndigheten",
        "Rikspolisstyrelsen",
    ]
    assert [(group.type, len(group.rows)) for group in found.silent] == [
        (OrganisationType.STATE_AUTHORITY, 1),
        (OrganisationType.MUNICIPALITY, 1),
    ]


def test_every_type_has_a_place(app: Flask) -> None:
    with writing(db.session):
        for word in OrganisationType:
            factories.organisation(f"En av slaget {word.value}", type=word)
    assert {group.type for group in organisation_list.find().silent} == set(OrganisationType)
