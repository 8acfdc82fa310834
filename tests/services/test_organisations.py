"""Organisations: one with its stories, all of them, and those that a query names."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.errors import NotFound
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from kb.models import Organisation
from kb.services import organisations
from kb.services.organisations import Moved
from tests import factories
from tests.factories import TODAY


class TestMatching:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("SCB", ["Statistiska centralbyrån"]),
            ("scb", ["Statistiska centralbyrån"]),
            (" Scb ", ["Statistiska centralbyrån"]),
            ("SCB e-tjänst", ["Statistiska centralbyrån"]),
            ("scb e-tjänst", []),
            ("statistik hos SCB?", ["Statistiska centralbyrån"]),
            ("(SCB)", ["Statistiska centralbyrån"]),
            ("statistiska centralbyrån", ["Statistiska centralbyrån"]),
            ("Polisen", ["Polismyndigheten"]),
            ("polisen nedlagt", ["Polismyndigheten"]),
            ("Skatteverket e-deklaration", ["Skatteverket"]),
            ('"Skatteverket"', ["Skatteverket"]),
            ("Skatteverket: deklaration", ["Skatteverket"]),
            ("skatteverkets deklaration", []),
            ("-skatteverket", []),
            ("upphandling av journalsystem", []),
            ("digitalisering", []),
            ("", []),
            ("  ", []),
        ],
    )
    def test_the_organisations_of_the_seed(self, library: Flask, text: str, names: list[str]) -> None:
        assert [row.organisation.name for row in organisations.matching(text)] == names

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("upphandling av journalsystem", False),
            ("AV", True),
            ("av", True),
            ("tillsyn AV arbetsmiljö", True),
        ],
    )
    def test_a_short_name_that_is_also_a_word(self, app: Flask, text: str, found: bool) -> None:
        with writing(db.session):
            factories.organisation("Arbetsmiljöverket", short_name="AV")
        assert bool(organisations.matching(text)) is found

    def test_no_more_than_asked_for(self, app: Flask) -> None:
        with writing(db.session):
            for name in ("Boverket", "Skogsstyrelsen", "Sametinget"):
                factories.organisation(name)
        rows = organisations.matching("boverket sametinget skogsstyrelsen", limit=2)
        assert [row.organisation.name for row in rows] == ["Boverket", "Sametinget"]

    def test_how_many_stories_each_has(self, app: Flask) -> None:
        with writing(db.session):
            owner = factories.organisation("Boverket")
            other = factories.organisation("Sametinget")
        factories.published("Ett", owner=owner)
        factories.published("Två", owner=other, partners=(owner,))
        factories.published("Tre", owner=owner, anonymised=True)
        factories.withdraw(factories.published("Fyra", owner=owner))
        [row] = organisations.matching("Boverket")
        assert row.stories == 2


class TestRead:
    def test_what_it_owns_and_takes_part_in(self, app: Flask) -> None:
        with writing(db.session):
            owner = factories.organisation(
                "Boverket", short_name="BV", aliases=("Planverket",), size=OrganisationSize.FROM_250
            )
        factories.published("Egen", owner=owner)
        factories.published("Nyare", owner=owner)
        factories.published("Med andra", partners=(owner,))
        page = organisations.read("boverket", TODAY)
        assert [story.title for story in page.owned] == ["Nyare", "Egen"]
        assert [story.title for story in page.partnered] == ["Med andra"]
        assert page.organisation.aliases == ("Planverket",)
        assert (page.organisation.type, page.organisation.size) == (
            OrganisationType.STATE_AUTHORITY,
            OrganisationSize.FROM_250,
        )

    def test_nothing_withdrawn_or_anonymised_is_found_through_it(self, app: Flask) -> None:
        with writing(db.session):
            owner = factories.organisation("Boverket")
        factories.withdraw(factories.published("Borta", owner=owner))
        factories.published("Hemlig", owner=owner, anonymised=True)
        factories.published("Hemlig med andra", partners=(owner,), anonymised=True)
        page = organisations.read("boverket", TODAY)
        assert (page.owned, page.partnered) == ([], [])

    def test_what_its_stories_are_about_and_who_it_works_with(self, app: Flask) -> None:
        with writing(db.session):
            owner, other = factories.organisation("Boverket"), factories.organisation("Lantmäteriet")
            third = factories.organisation("Sametinget")
            planning, phase = factories.term("domain", "planning", "Planering"), factories.term()
            cloud = factories.term("technology", "cloud", "Molntjänst")
        factories.published("Egen", owner=owner, partners=(other,), terms=[planning, phase, cloud])
        factories.published("Andras", owner=other, partners=(owner, third), terms=[planning])
        factories.published("Hemlig", owner=owner, partners=(third,), terms=[cloud], anonymised=True)
        page = organisations.read("boverket", TODAY)
        assert [(term.code, count) for term, count in page.subjects] == [("planning", 2), ("cloud", 1)]
        assert [(each.name, count) for each, count in page.collaborators] == [
            ("Lantmäteriet", 2),
            ("Sametinget", 1),
        ]

    def test_the_one_that_took_over_has_its_stories_here_too(self, app: Flask) -> None:
        with writing(db.session):
            heir = factories.organisation("Polismyndigheten")
            before = factories.organisation("Rikspolisstyrelsen", successor_id=heir.id)
        factories.published("Ny", owner=heir)
        factories.published("Gammal", owner=before)
        page = organisations.read("rikspolisstyrelsen", TODAY)
        assert [story.title for story in page.passed_on] == ["Ny"]
        assert organisations.read("polismyndigheten", TODAY).passed_on == []

    def test_the_one_before_and_the_one_after(self, app: Flask) -> None:
        with writing(db.session):
            heir = factories.organisation("Polismyndigheten", aliases=("Polisen",))
            factories.organisation("Rikspolisstyrelsen", successor_id=heir.id)
        before, after = (
            organisations.read(slug, TODAY) for slug in ("rikspolisstyrelsen", "polismyndigheten")
        )
        assert (before.successor.name, before.predecessors) == ("Polismyndigheten", ())
        assert before.organisation.aliases == ()
        assert [one.name for one in after.predecessors] == ["Rikspolisstyrelsen"]
        assert after.successor is None

    @pytest.mark.parametrize(
        ("slug", "target"),
        [
            ("scb", "statistiska-centralbyran"),
            ("SCB", "statistiska-centralbyran"),
            ("Statistiska-Centralbyrån", "statistiska-centralbyran"),
            ("polisen", "polismyndigheten"),
        ],
    )
    def test_another_name_leads_to_its_address(self, library: Flask, slug: str, target: str) -> None:
        with pytest.raises(Moved) as caught:
            organisations.read(slug, TODAY)
        assert caught.value.slug == target

    def test_a_name_that_was_changed_leads_to_its_address(self, app: Flask) -> None:
        with writing(db.session):
            row = factories.organisation("Boverket")
            row.name = "Plan- och bostadsverket"
        assert organisations.read("boverket", TODAY).organisation.name == "Plan- och bostadsverket"
        with pytest.raises(Moved):
            organisations.read("plan-och-bostadsverket", TODAY)

    @pytest.mark.parametrize("slug", ["finns-inte", "", "%", "a" * 3000])
    def test_one_that_does_not_exist(self, library: Flask, slug: str) -> None:
        with pytest.raises(NotFound, match="Myndigheten finns inte här"):
            organisations.read(slug, TODAY)


class TestIndex:
    def test_all_by_name_with_their_number_of_stories(self, app: Flask) -> None:
        with writing(db.session):
            for name in ("Sametinget", "Boverket"):
                factories.organisation(name)
        boverket = db.session.query(Organisation).filter_by(slug="boverket").one()
        factories.published("Ett", owner=boverket)
        rows = [(row.organisation.name, row.stories) for row in organisations.index()]
        assert rows == [("Boverket", 1), ("Sametinget", 0)]

    def test_labels_of_those_that_exist(self, library: Flask) -> None:
        assert organisations.labels(["skatteverket", "finns-inte"]) == {"skatteverket": "Skatteverket"}
