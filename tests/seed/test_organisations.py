"""The organisations: every authority of the list, each name and alias pointing at one."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from kb.domain.content import slugify
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from tests.seed.stories import organisations
from tests.shared import shared_path

Row = dict[str, str]
ROWS = organisations()
FORMS = frozenset({"kommun", "stad", "region", "län", "läns", "landsting", "statens", "och", "för", "i"})
"""Words in which the names of one organisation differ; an organisation's type says the same."""
FUNCTION_WORDS = frozenset(
    {"att", "av", "de", "den", "det", "du", "ej", "en", "ett", "för", "från", "ha", "han", "har", "hon", "i"}
    | {"inte", "jag", "man", "med", "men", "mot", "ni", "nu", "och", "om", "på", "så", "sig", "som", "till"}
    | {"upp", "ut", "var", "vi", "vid", "är"}
)


def owners() -> dict[str, set[str]]:
    """Name, short name or alias, in lower case, to the organisations that carry it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        for name in names(row):
            found[name.casefold()].add(row["slug"])
    return found


def names(row: Row) -> set[str]:
    """Everything that an organisation is called, as it is written."""
    return set(filter(None, [row["name"], row["short_name"], *row["aliases"].split("|")]))


def core(name: str) -> str:
    """A name without case, hyphens, form of organisation, genitive and definite ending."""
    kept = []
    for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name).casefold()):
        if word not in FORMS:
            stem = re.sub(r"(?<=myndighet)en$|(?<=verk)et$|(?<=.)regionen$", "", word)
            kept.append(stem.removesuffix("s"))
    return "".join(kept)


def doubles(rows: Sequence[Row]) -> Iterator[str]:
    """Pairs of rows of one type that share a name, but for its form, or whose names are nearly the same.

    The nearest of those that are really two, Lidköping and Linköping, are at 0.89.
    """
    for first, second in combinations(rows, 2):
        if first["type"] != second["type"]:
            continue
        shared = {core(name) for name in names(first)} & {core(name) for name in names(second)}
        likeness = SequenceMatcher(None, core(first["name"]), core(second["name"]), autojunk=False)
        if shared or (likeness.quick_ratio() >= 0.9 and likeness.ratio() >= 0.9):
            yield f"{first['name']} / {second['name']}"


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


def test_no_organisation_stands_twice_under_a_spelling_of_its_name() -> None:
    assert list(doubles(ROWS)) == []


@pytest.mark.parametrize(
    ("name", "alias", "kind"),
    [
        ("Boras kommun", "Borås", "municipality"),
        ("Göteborgs kommun", "", "municipality"),
        ("Upplands Bro", "", "municipality"),
        ("Statens jordbruksverk", "", "state_authority"),
        ("Statens energimyndighet", "", "state_authority"),
        ("Myndigheten för digital förvaltnig", "", "state_authority"),
        ("Polismyndighet", "", "state_authority"),
        ("Länsstyrelsen Skåne", "", "state_authority"),
        ("Verket för prov", "SCB", "state_authority"),
        ("Region Västra Götaland", "", "region"),
        ("Stockholms läns landsting", "", "region"),
        ("Sambruk", "", "collaboration"),
    ],
)
def test_a_double_is_noticed(name: str, alias: str, kind: str) -> None:
    row = {"slug": slugify(name), "name": name, "short_name": "", "aliases": alias, "type": kind}
    assert len(list(doubles([*ROWS, row]))) == 1


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
    assert successor.items() >= {
        ("ekonomistyrningsverket", "statskontoret"),
        ("myndigheten-for-samhallsskydd-och-beredskap", "myndigheten-for-civilt-forsvar"),
        ("rikspolisstyrelsen", "polismyndigheten"),
        ("sveriges-kommuner-och-landsting", "sveriges-kommuner-och-regioner"),
    }


def test_a_successor_is_of_the_same_type() -> None:
    kind = {row["slug"]: row["type"] for row in ROWS}
    assert [row["slug"] for row in ROWS if row["successor"] and kind[row["successor"]] != row["type"]] == []


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
