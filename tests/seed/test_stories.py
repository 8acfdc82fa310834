"""The stories: valid, varied, plain, and about no person."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kb.domain.content import check_headings, check_text
from kb.domain.plain_language import lix
from kb.domain.vocabulary import EntryKind, OrganisationType, Outcome
from tests.seed.figures import record_text
from tests.seed.stories import SEED, STORIES, Story, organisations, record_of, records, vocabularies

SCHEMA = json.loads((SEED / "schema" / "entry.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
each_story = pytest.mark.parametrize("story", STORIES, ids=[story.slug for story in STORIES])


def errors(meta: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(meta)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@each_story
def test_a_story_follows_the_schema(story: Story) -> None:
    assert errors(story.meta) == []


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "En titel"},
        {"title": ""},
        {"title": "x" * 121},
        {"summary": "x" * 401},
        {"kind": "story"},
        {"outcomes": []},
        {"outcomes": ["failed"]},
        {"organisation": "Göteborgs Stad"},
        {"terms": {"domain": ["health"]}},
        {"facts": {"first_budget": {"state": "unknown", "low": 1, "high": 1}}},
        {"facts": {"first_budget": {"state": "known"}}},
        {"facts": {"first_budget": {"state": "known", "low": 0, "high": 0}}},
        {"facts": {"first_budget": {"state": "known", "low": 1.5, "high": 2}}},
        {"facts": {"start": {"state": "known", "low": "2017-13"}}},
        {"facts": {"budget": {"state": "unknown"}}},
        {"lessons": []},
        {"lessons": [{"key": "utan-text", "basis": "source"}]},
        {"lessons": [{"key": "Å", "basis": "source", "advice": "Mät."}]},
        {"sources": []},
        {"sources": [{"title": "a", "publisher": "b", "url": "javascript:1", "accessed": "2026-11-23"}]},
        {"sources": [{"title": "a", "publisher": "b", "url": "https://a.se", "accessed": "i går"}]},
        {"benefits": [{"stage": "hoped", "type": "quality", "description": "Bra."}]},
    ],
    ids=str,
)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    assert errors({**STORIES[0].meta, **change})


@pytest.mark.parametrize("required", SCHEMA["required"])
def test_the_schema_misses_what_is_left_out(required: str) -> None:
    assert errors({key: value for key, value in STORIES[0].meta.items() if key != required})


@each_story
def test_its_words_and_organisations_exist(story: Story) -> None:
    codes = {each["code"]: {term["code"] for term in each["terms"]} for each in vocabularies()}
    for vocabulary, used in story.meta["terms"].items():
        assert set(used) <= codes[vocabulary], vocabulary
    for lesson in story.meta["lessons"]:
        assert set(lesson.get("phase", [])) <= codes["phase"]
        assert set(lesson.get("perspective", [])) <= codes["perspective"]
    assert {benefit["type"] for benefit in story.meta["benefits"]} <= codes["benefit_type"]
    slugs = {row["slug"] for row in organisations()}
    assert {story.meta["organisation"], *story.meta["partners"]} <= slugs
    assert story.meta["organisation"] not in story.meta["partners"]


@each_story
def test_a_part_of_a_domain_comes_with_the_whole(story: Story) -> None:
    """A subject counts its own tag, so the wider one must be there too."""
    (domain,) = [each for each in vocabularies() if each["code"] == "domain"]
    wider = {term["code"]: term.get("parent") for term in domain["terms"]}
    used = set(story.meta["terms"]["domain"])
    assert {wider[code] for code in used if wider[code]} <= used


@each_story
def test_its_body_keeps_the_template_and_the_length(story: Story) -> None:
    check_text(story.meta["title"], story.meta["summary"], story.body)
    check_headings(story.headings())
    assert story.body.startswith("# ")
    assert not re.search(r"^#(?! )", story.body, flags=re.MULTILINE)
    assert 60 <= len(story.words()) <= 250
    keys = [lesson["key"] for lesson in story.meta["lessons"]]
    assert len(keys) == len(set(keys))


@each_story
def test_it_is_plain_swedish(story: Story) -> None:
    assert lix(story.text()) <= 50
    assert not re.search(r"\b(?:mnkr|mdkr|tkr|bl\.\s?a|m\.\s?fl|p\.\s?g\.\s?a)", " ".join(story.prose()))


@each_story
def test_its_lessons_can_be_read_alone(story: Story) -> None:
    """A lesson is headed by its advice, else by what was at hand and what happened."""
    for lesson in story.meta["lessons"]:
        assert "advice" in lesson or {"situation", "what_happened"} <= lesson.keys(), lesson["key"]


@each_story
def test_it_is_an_editorial_summary_of_a_named_source(story: Story) -> None:
    record = record_of(story)
    assert story.meta["editorial"] is True
    assert "contact_role" not in story.meta
    assert [source["url"] for source in story.meta["sources"]] == [record["source_url"]]
    assert all(urlsplit(source["url"]).hostname for source in story.meta["sources"])
    assert story.meta["kind"] == record["kind"]
    basis = "source" if record["lessons_basis"] == "källa" else "inferred"
    assert {lesson["basis"] for lesson in story.meta["lessons"]} == {basis}
    assert len(story.meta["lessons"]) == len(record["lessons"])
    assert "redaktionell sammanfattning" not in story.body.lower()


@each_story
def test_it_is_in_our_own_words(story: Story) -> None:
    """No seven words in a row are those of the record."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\d+(?:,\d+)?|\w+", text.lower())
        return set(zip(*(words[start:] for start in range(7)), strict=False))

    copied = set().union(*(runs(text) for text in story.prose())) & runs(record_text(record_of(story)))
    assert not copied


NAMES_THAT_ARE_NOT_PERSONS = {
    "Oracle Health",
    "Pulsen Combine",
    "Pust Java",
    "Pust Siebel",
    "Skolplattform Stockholm",
    "Sveriges Kommuner",
    "Upplands Väsby",
    "Västra Götaland",
}


@each_story
def test_no_person_can_be_found_in_it(story: Story) -> None:
    text = "\n".join([*story.prose(), *(source["title"] for source in story.meta["sources"])])
    assert "@" not in text
    assert not re.search(r"\+46|\b0\d{1,3}[-\s]\d{2,}", text), "a telephone number"
    assert not re.search(r"\b\d{6,8}[-+]\d{4}\b", text), "a personal identity number"
    allowed = NAMES_THAT_ARE_NOT_PERSONS | {row["name"] for row in organisations()}
    pairs = set(re.findall(r"[A-ZÅÄÖ][a-zåäöé]+(?: [A-ZÅÄÖ][a-zåäöé]+)+", text))
    assert pairs <= allowed


def test_the_stories_together_are_plain_swedish() -> None:
    assert lix("\n".join(story.text() for story in STORIES)) <= 40


def test_every_record_of_facts_has_one_story() -> None:
    named = [story.meta["fact_record"] for story in STORIES]
    told = [(each["authority"], each["project"]) for each in named]
    assert sorted(told) == sorted(records())
    assert len(told) == 51


def test_no_two_stories_look_the_same_in_a_list() -> None:
    for field in ("title", "summary"):
        assert len({story.meta[field] for story in STORIES}) == len(STORIES), field


def test_the_stories_show_all_kinds_of_experience() -> None:
    kinds = Counter(story.meta["kind"] for story in STORIES)
    assert set(kinds) == set(EntryKind)
    assert min(kinds.values()) >= 20
    assert {outcome for story in STORIES for outcome in story.meta["outcomes"]} == set(Outcome)


def test_an_outcome_does_not_decide_the_kind() -> None:
    late = {story.meta["kind"] for story in STORIES if Outcome.DELAYED in story.meta["outcomes"]}
    assert late == set(EntryKind)


def test_owners_are_of_every_type_but_universities_which_own_no_record() -> None:
    types = {row["slug"]: row["type"] for row in organisations()}
    owners = {types[story.meta["organisation"]] for story in STORIES}
    assert owners == set(OrganisationType) - {OrganisationType.UNIVERSITY}


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("stockholm-fvm-upphandling", "upphandling journalsystem"),
        ("polisen-pust-siebel", "polisen nedlagt"),
        ("tullverket-utredningsstod", "effekthemtagning"),
        ("vasternorrland-digitaliseringsrad", "digitalisering"),
    ],
)
def test_the_story_that_a_colleague_expects_has_the_words_of_the_search(slug: str, words: str) -> None:
    story = next(story for story in STORIES if story.slug == slug)
    text = " ".join([story.meta["title"], story.meta["summary"], story.body]).lower()
    assert all(re.search(rf"\b{word}\b", text) for word in words.split())
