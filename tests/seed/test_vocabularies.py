"""The vocabularies: valid, unique, and honest about what is official."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kb.domain.content import slugify
from tests.seed.stories import SEED, vocabularies
from tests.shared import shared_path

SCHEMA = json.loads((SEED / "schema" / "vocabularies.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
ALL = vocabularies()
BY_CODE = {each["code"]: each for each in ALL}


def test_they_follow_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(ALL)] == []


def test_the_schema_refuses_an_unknown_key_and_a_bad_code() -> None:
    assert not VALIDATOR.is_valid([{**ALL[0], "officiell": True}])
    assert not VALIDATOR.is_valid([{**ALL[0], "terms": [{"code": "Tull", "label": "Tull"}]}])
    assert not VALIDATOR.is_valid([{**ALL[0], "terms": []}])


def test_they_are_the_nine_that_stories_use() -> None:
    assert [each["code"] for each in ALL] == [
        "domain",
        "investment_type",
        "phase",
        "perspective",
        "technology",
        "procurement",
        "delivery_model",
        "sourcing",
        "benefit_type",
    ]


@pytest.mark.parametrize("vocabulary", ALL, ids=list(BY_CODE))
def test_codes_and_labels_are_unique_and_parents_exist(vocabulary: dict[str, object]) -> None:
    terms = vocabulary["terms"]
    assert isinstance(terms, list)
    codes = [term["code"] for term in terms]
    assert len(codes) == len(set(codes))
    labels = [term["label"].casefold() for term in terms]
    assert len(labels) == len(set(labels))
    tops = {term["code"] for term in terms if "parent" not in term}
    assert {term["parent"] for term in terms if "parent" in term} <= tops


@pytest.mark.parametrize("vocabulary", ALL, ids=list(BY_CODE))
def test_every_word_has_an_address_an_explanation_and_both_in_english(vocabulary: dict[str, Any]) -> None:
    """The address is written out, so that a label may change without it."""
    rows = [vocabulary, *vocabulary["terms"]]
    assert [row["slug"] for row in rows] == [slugify(row["label"]) for row in rows]
    for row in rows:
        for text in (row["label_en"], row["description"], row["description_en"]):
            assert text.strip() == text != ""
        assert row["description"].endswith("."), row["code"]
        assert row["description_en"].endswith("."), row["code"]
        assert not set("åäöÅÄÖ") & set(row["label_en"] + row["description_en"]), row["code"]
    labels = [row["label_en"].casefold() for row in vocabulary["terms"]]
    assert len(labels) == len(set(labels))


def test_the_perspectives_are_a_working_list_and_say_so() -> None:
    perspectives = BY_CODE["perspective"]
    assert len(perspectives["terms"]) == 11
    assert perspectives["official"] is False
    assert "arbetslista, ej officiell" in perspectives["description"].lower()
    assert "a working list, not official" in perspectives["description_en"].lower()
    listed = shared_path("domain/expertgruppen.md").read_text(encoding="utf-8")
    for term in perspectives["terms"]:
        assert f"| {term['code']} | {term['label']} |" in listed


def test_the_domains_begin_with_the_ten_of_cofog() -> None:
    tops = [term for term in BY_CODE["domain"]["terms"] if "parent" not in term]
    assert [term["description"][:9] for term in tops] == [f"COFOG {number:02}:" for number in range(1, 11)]
    assert [term["description_en"][:9] for term in tops] == [f"COFOG {number:02}:" for number in range(1, 11)]
    listed = shared_path("domain/entry_schema.md").read_text(encoding="utf-8")
    assert all(term["label"] in listed for term in tops)


@pytest.mark.parametrize(
    "code", ["investment_type", "phase", "procurement", "delivery_model", "sourcing", "benefit_type"]
)
def test_the_codes_are_those_of_the_design(code: str) -> None:
    listed = re.findall(r"[a-z_]+", shared_path("domain/entry_schema.md").read_text(encoding="utf-8"))
    assert {term["code"] for term in BY_CODE[code]["terms"]} <= set(listed)
