"""The organisations: every authority of the list, each name and alias pointing at one."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from kb.domain.content import slugify
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from tests.seed.stories import organisations
from tests.shared import shared_path

ROWS = organisations()
FUNCTION_WORDS = frozenset(
    {"att", "av", "de", "den", "det", "du", "ej", "en", "ett", "för", "från", "ha", "han", "har", "hon", "i"}
    | {"inte", "jag", "man", "med", "men", "mot", "ni", "nu", "och", "om", "på", "så", "sig", "som", "till"}
    | {"upp", "ut", "var", "vi", "vid", "är"}
)


def owners() -> dict[str, set[str]]:
    """Name, short name or alias, in lower case, to the organisations that carry it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        for name in filter(None, [row["name"], row["short_name"], *row["aliases"].split("|")]):
            found[name.casefold()].add(row["slug"])
    return found


def test_the_columns_and_the_number() -> None:
    assert list(ROWS[0]) == ["slug", "name", "short_name", "aliases", "type", "size", "successor"]
    assert len(ROWS) >= 150
    assert all(None not in row and None not in row.values() for row in ROWS)


def test_slugs_are_unique_and_made_from_the_name() -> None:
    assert len({row["slug"] for row in ROWS}) == len(ROWS)
    assert [row["slug"] for row in ROWS if row["slug"] != slugify(row["name"])] == []


def test_types_and_sizes_are_those_of_the_domain() -> None:
    assert {row["type"] for row in ROWS} <= set(OrganisationType)
    assert {row["size"] for row in ROWS} <= {"", *OrganisationSize}


def test_no_size_is_stated_because_no_source_gives_one() -> None:
    assert {row["size"] for row in ROWS} == {""}


def test_a_name_or_alias_belongs_to_one_organisation() -> None:
    assert {name: slugs for name, slugs in owners().items() if len(slugs) > 1} == {}


def test_no_alias_is_a_common_word() -> None:
    """A search for "upphandling av journalsystem" must not find Arbetsmiljöverket (AV)."""
    assert owners().keys() & FUNCTION_WORDS == set()


def test_aliases_are_not_repeated_in_a_row() -> None:
    for row in ROWS:
        aliases = [alias for alias in row["aliases"].split("|") if row["aliases"]]
        assert len(aliases) == len({alias.casefold() for alias in aliases}), row["slug"]
        assert all(alias == alias.strip() and alias for alias in aliases), row["slug"]
        assert row["name"] not in aliases, row["slug"]


def test_successors_exist_and_do_not_go_round() -> None:
    successor = {row["slug"]: row["successor"] for row in ROWS}
    for slug, following in successor.items():
        seen, at = {slug}, following
        while at:
            assert at in successor, f"{slug}: {at} is not in the list"
            assert at not in seen, f"{slug}: the successors go round"
            seen.add(at)
            at = successor[at]
    assert successor["rikspolisstyrelsen"] == "polismyndigheten"


def test_every_authority_of_the_list_is_found_by_name_and_abbreviation() -> None:
    found = owners()
    with shared_path("domain/authorities.csv").open(encoding="utf-8", newline="") as file:
        authorities = list(csv.DictReader(file))
    for authority in authorities:
        outside, _, inside = authority["name"].rstrip(")").partition(" (")
        holders = found[outside.casefold()]
        assert len(holders) == 1, authority["name"]
        if inside and inside not in {"myndighet under riksdagen", "Affärsverket"}:
            assert found[inside.casefold()] == holders, authority["name"]
        abbreviation = authority["abbreviation"].casefold()
        if abbreviation and abbreviation not in FUNCTION_WORDS:
            assert found[abbreviation] == holders, authority["name"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("SCB", "statistiska-centralbyran"),
        ("Polisen", "polismyndigheten"),
        ("Rikspolisstyrelsen", "rikspolisstyrelsen"),
        ("VGR", "vastra-gotalandsregionen"),
        ("Kronofogden", "kronofogdemyndigheten"),
        ("Statens skolverk", "skolverket"),
    ],
)
def test_the_name_that_people_use_leads_to_the_organisation(name: str, slug: str) -> None:
    assert owners()[name.casefold()] == {slug}
