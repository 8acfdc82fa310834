"""The synonyms: valid, justified, and careful with words that mean something else too."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kb.search.swedish import Analyzer
from kb.search.swedish.stopwords import STOP_WORDS
from kb.search.swedish.tokens import normalise, words
from tests.seed.stories import SEED, StrictLoader, organisations

PATH = SEED / "synonyms.yaml"
SCHEMA = json.loads((SEED / "schema" / "synonyms.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
DATA: dict[str, list[dict[str, Any]]] = yaml.load(PATH.read_text(encoding="utf-8"), StrictLoader)
ABBREVIATIONS, GROUPS = DATA["abbreviations"], DATA["groups"]

ORDINARY = frozenset(
    {
        "av",
        "bi",
        "bra",
        "dis",
        "do",
        "ei",
        "fi",
        "hav",
        "hr",
        "jo",
        "kb",
        "kemi",
        "ki",
        "klassa",
        "lis",
        "lov",
    }
    | {"ml", "nis", "pub", "ra", "ren", "sip", "soc", "sol", "sos", "stem", "ts", "vr"}
)
"""Short forms that are Swedish words, units or names when written in lower case."""
CLEAR_PAIRS = frozenset({"IT", "AI", "UX", "FK", "DV", "ÅM"})
"""Two letters that mean nothing else in running Swedish text."""
SWEEPING = frozenset(
    {
        "system",
        "verktyg",
        "tjänst",
        "projekt",
        "data",
        "information",
        "lösning",
        "plattform",
        "process",
        "stöd",
    }
    | {
        "modell",
        "metod",
        "arbete",
        "verksamhet",
        "myndighet",
        "kommun",
        "förvaltning",
        "migration",
        "migrering",
    }
    | {
        "integration",
        "journal",
        "handling",
        "ärende",
        "beslut",
        "användare",
        "tillgänglighet",
        "säkerhet",
        "it",
    }
    | {"kvalitet", "nytta", "effekt", "kostnad", "personal", "organisation"}
)
"""Words so wide that joining them to another would drag in half of all stories."""
Key = tuple[str, ...]


def forms(entry: dict[str, Any]) -> list[str]:
    """Every word or phrase of an entry that leads to the others."""
    if "words" in entry:
        return list(entry["words"])
    return [entry["short"], entry["long"], *entry.get("also", []), *entry.get("readings", [])]


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    return Analyzer(tmp_path_factory.mktemp("lemmas"))


def key(analyzer: Analyzer, form: str, entry: dict[str, Any]) -> Key:
    """A form as the index compares it; an abbreviation that is only itself as written is its own key."""
    if entry.get("case_sensitive") and form == entry["short"]:
        return ("as written", form)
    found = (analyzer.terms(word.text) for word in words(form))
    return tuple(terms[0].text for terms in found if terms)


def test_they_follow_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(DATA)] == []


@pytest.mark.parametrize(
    "row",
    [
        {"words": ["inköp"], "why": "Ett ord ensamt är ingen grupp."},
        {"words": ["inköp", "inköp"], "why": "Två gånger samma ord."},
        {"words": ["inköp", "köp "], "why": "Mellanslag sist."},
        {"words": ["inköp", "köp"]},
        {"words": ["inköp", "köp"], "why": "Kort"},
        {"words": ["inköp", "köp"], "why": "Fel slag av uppgift.", "oneway": False},
        {"words": ["inköp", "köp"], "why": "En uppgift som inte finns.", "weight": 2},
    ],
)
def test_the_schema_refuses_a_bad_group(row: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(
        {"abbreviations": [], "groups": [{"words": ["inköp", "köp"], "why": "Duger bra."}]}
    )
    assert not VALIDATOR.is_valid({"abbreviations": [], "groups": [row]})


def test_there_are_enough_of_them() -> None:
    assert len(ABBREVIATIONS) >= 120
    assert len(GROUPS) >= 150


def test_the_file_is_composed() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\u00ad" not in text


def test_abbreviations_are_unique_and_have_a_capital() -> None:
    shorts = [entry["short"] for entry in ABBREVIATIONS]
    assert len({normalise(short) for short in shorts}) == len(shorts)
    assert [short for short in shorts if short == short.lower()] == []


def test_a_short_form_that_is_also_a_word_counts_only_as_written() -> None:
    careless = [
        entry["short"]
        for entry in ABBREVIATIONS
        if not entry.get("case_sensitive")
        and (
            normalise(entry["short"]) in ORDINARY | STOP_WORDS
            or (len(entry["short"]) <= 2 and entry["short"] not in CLEAR_PAIRS)
        )
    ]
    assert careless == []


def test_words_of_a_group_are_in_lower_case_but_for_names_and_abbreviations() -> None:
    wrong = [
        form
        for entry in GROUPS
        if not entry.get("names")
        for form in entry["words"]
        for word in words(form)
        if not is_abbreviation(word.text) and word.text != word.text.lower()
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [("RPA", True), ("eID", True), ("HR-system", True), ("Kivra", False), ("upphandling", False)],
)
def test_an_abbreviation_is_told_from_a_name(word: str, expected: bool) -> None:
    assert is_abbreviation(word) is expected


def is_abbreviation(word: str) -> bool:
    """Two capitals in a row somewhere, as in *RPA*, *BankID* and *HR-system*."""
    return re.search(r"[A-ZÅÄÖ]{2}|[A-Z]\d", word) is not None


def test_no_form_is_a_stop_word_or_begins_or_ends_with_one(analyzer: Analyzer) -> None:
    wrong = [
        form
        for entry in [*ABBREVIATIONS, *GROUPS]
        for form in forms(entry)
        if not key(analyzer, form, entry)
        or (not entry.get("case_sensitive") and {ends(form)[0], ends(form)[1]} & STOP_WORDS)
    ]
    assert wrong == []


def ends(form: str) -> tuple[str, str]:
    inside = [normalise(word.text) for word in words(form)]
    return inside[0], inside[-1]


def test_no_form_says_the_same_as_another_of_its_entry(analyzer: Analyzer) -> None:
    """Inflections and joined forms meet in the analysis and need no synonym."""
    wrong = []
    for entry in [*ABBREVIATIONS, *GROUPS]:
        keys = [key(analyzer, form, entry) for form in forms(entry)]
        wrong += [form for form, each in zip(forms(entry), keys, strict=True) if keys.count(each) > 1]
    assert wrong == []


def test_a_form_stands_in_one_place_unless_a_reason_is_given(analyzer: Analyzer) -> None:
    assert repeated(analyzer, [*ABBREVIATIONS, *GROUPS]) == []


def test_a_form_in_two_places_is_told(analyzer: Analyzer) -> None:
    first, second = {"words": ["anbud", "offert"]}, {"words": ["offerten", "pris"]}
    assert repeated(analyzer, [first, second]) == ["offert, offerten"]
    assert repeated(analyzer, [first, {**second, "shared": "Ett skäl."}]) == []


def repeated(analyzer: Analyzer, entries: list[dict[str, Any]]) -> list[str]:
    """Forms that stand in more than one entry, where at most one of the entries lacks a reason."""
    places: dict[Key, list[tuple[str, bool]]] = defaultdict(list)
    for entry in entries:
        for form in forms(entry):
            places[key(analyzer, form, entry)].append((form, "shared" in entry))
    return [
        ", ".join(form for form, _ in found)
        for found in places.values()
        if sum(1 for _, excused in found if not excused) > 1
    ]


def test_a_reason_for_sharing_is_given_only_where_something_is_shared(analyzer: Analyzer) -> None:
    entries = [*ABBREVIATIONS, *GROUPS]
    for entry in entries:
        if "shared" in entry:
            others = {
                key(analyzer, form, each) for each in entries if each is not entry for form in forms(each)
            }
            assert {key(analyzer, form, entry) for form in forms(entry)} & others, entry


def test_no_sweeping_word_is_joined_to_another() -> None:
    assert [form for entry in GROUPS for form in entry["words"] if form in SWEEPING] == []
    assert [form for entry in ABBREVIATIONS for form in forms(entry)[1:] if form in SWEEPING] == []


def test_organisations_are_shortened_as_in_their_own_list() -> None:
    """The abbreviation of an authority leads to the name that the organisation has."""
    names = {row["short_name"]: row["name"] for row in organisations() if row["short_name"]}
    known = {entry["short"]: entry for entry in ABBREVIATIONS}
    wrong = [short for short, name in names.items() if short in known and name not in forms(known[short])]
    assert wrong == []


def expansions(form: str) -> Iterator[str]:
    """What a search for a form also finds, as the head of the file says."""
    for entry in [*ABBREVIATIONS, *GROUPS]:
        found = forms(entry)
        readings = entry.get("readings", [])
        if form not in found or (entry.get("oneway") and form != found[0]):
            continue
        if form in readings:
            yield entry["short"]
        else:
            same = [other for other in found if other != form]
            yield from (other for other in same if form == entry.get("short") or other not in readings)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("LOU", {"lagen om offentlig upphandling", "upphandlingslagen"}),
        ("KPI", {"key performance indicator", "nyckeltal", "konsumentprisindex"}),
        ("nyckeltal", {"KPI", "key performance indicator"}),
        ("konsumentprisindex", {"KPI"}),
        ("inköp", {"upphandling"}),
        ("upphandling", {"upphandla"}),
        ("scrum", set()),
    ],
)
def test_a_row_leads_where_the_head_of_the_file_says(form: str, expected: set[str]) -> None:
    assert set(expansions(form)) == expected
