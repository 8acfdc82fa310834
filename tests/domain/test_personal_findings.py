"""A labelled set of strings: what is found of people in each, held kind by kind (L-01, L-02)."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.personal_data import (
    PersonalKind,
    excerpt,
    findings,
    holds_identity_number,
)
from tests.shared import ROOT

THRESHOLDS = {
    PersonalKind.IDENTITY_NUMBER: (0.99, 0.95),
    PersonalKind.EMAIL: (0.99, 0.95),
    PersonalKind.TELEPHONE: (0.95, 0.95),
    PersonalKind.ACCOUNT: (0.95, 0.95),
    PersonalKind.STREET: (0.95, 0.95),
    PersonalKind.NAME: (0.90, 0.90),
    PersonalKind.HEALTH: (0.95, 0.95),
    PersonalKind.PROTECTED: (0.95, 0.95),
}
"""Recall and precision on the labelled set: a stop must be nearly certain, advice less so."""


def labelled() -> list[tuple[Counter[str], str]]:
    lines = Path(__file__).with_name("personal_data.tsv").read_text("utf-8").splitlines()
    rows = []
    for line in lines[1:]:
        kinds, _what, text = line.split("\t")
        if "\\u" in text or "\\x" in text:
            text = text.encode("ascii").decode("unicode_escape")
        rows.append((Counter(kinds.split(",") if kinds != "-" else ()), text))
    return rows


def test_the_set_is_large_and_has_both_sorts() -> None:
    rows = labelled()
    assert len({text for _, text in rows}) >= 300
    assert sum(not kinds for kinds, _ in rows) >= 150
    assert sum(kinds["identity_number"] for kinds, _ in rows) >= 90


@pytest.mark.parametrize("kind", PersonalKind)
def test_enough_is_found_and_little_else(kind: PersonalKind) -> None:
    hits, missed, wrong = 0, [], []
    for expected, text in labelled():
        found = Counter(finding.kind.value for finding in findings(text))
        both = min(expected[kind], found[kind])
        hits += both
        missed += [text] * (expected[kind] - both)
        wrong += [text] * (found[kind] - both)
    recall, precision = THRESHOLDS[kind]
    assert hits, "the set has none of them"
    assert hits >= recall * (hits + len(missed)), missed
    assert hits >= precision * (hits + len(wrong)), wrong


def test_the_stop_agrees_with_the_findings() -> None:
    for _expected, text in labelled():
        stopped = any(finding.kind is PersonalKind.IDENTITY_NUMBER for finding in findings(text))
        assert holds_identity_number(text) == stopped, text


def test_the_seed_stories_name_nobody() -> None:
    """Thousands of words of real prose about authorities, places and systems, and no false alarm."""
    stories = sorted((ROOT / "seed" / "entries").glob("*.md"))
    assert len(stories) > 20
    for story in stories:
        text = story.read_text("utf-8")
        assert not [text[one.start : one.end] for one in findings(text)], story.name


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("811218-9876", "811218-****"),
        ("198112189876", "19811218****"),
        ("anna.ek@exempel.se", "a***@exempel.se"),
        ("070-174 06 05", "070-*** ** **"),
        ("Storgatan 12", "Storgatan **"),
        ("Anna Svensson", "A*** S*******"),
        ("SE45 5000 0000 0583 9825 7466", "SE4* **** **** **** **** ****"),
    ],
)
def test_what_was_found_is_shown_masked(text: str, masked: str) -> None:
    (found,) = findings(f"Se {text}, tack.")
    assert found.masked == masked
    assert excerpt(f"Se {text}, tack.", found, (found,)) == f"Se {masked}, tack."


def test_an_excerpt_masks_its_neighbours_also_those_that_it_cuts() -> None:
    text = "x" * 60 + " 811218-9876 och\n anna.ek@exempel.se och " + "y" * 25 + " Anna Svensson " + "z" * 60
    found = findings(text)
    assert len(found) == 3
    for one in found:
        shown = excerpt(text, one, found)
        assert "9876" not in shown
        assert "anna" not in shown
        assert "Svensson" not in shown
        assert one.masked in shown
        assert shown.startswith("… ")
        assert shown.endswith(" …")


def test_places_are_those_of_the_text_as_it_was_typed() -> None:
    text = "ﬁnt\u200b 8112\u00ad18–9876 \N{GRINNING FACE} åäö"
    (found,) = findings(text)
    assert text[found.start : found.end] == "8112\u00ad18–9876"


def test_the_graver_of_two_is_kept() -> None:
    (found,) = findings("konto 811218-9876")
    assert found.kind is PersonalKind.IDENTITY_NUMBER


@given(st.text(alphabet="0123456789-+ @.åSEA\u200b８nna vensso:", max_size=200))
def test_findings_lie_in_order_inside_the_text_and_apart(text: str) -> None:
    ends = 0
    for found in (all_found := findings(text)):
        assert ends <= found.start < found.end <= len(text)
        ends = found.end
        excerpt(text, found, all_found)


@pytest.mark.parametrize(
    "part",
    ["1", "a", "Anna ", "Anna-", "a@", "@a.", "a-", "81 ", "07 0 ", "070-", "+46 ", "SE12 ", "konto 1 2 3 ",
     "Storgata ", "A. ", "å\u200b", "Anna Svensson sjukskriven 811218-9876 "],
)  # fmt: skip
def test_a_hundred_thousand_hostile_signs_take_no_time(part: str) -> None:
    text = (part * 100_000)[:100_000]
    started = time.process_time()
    findings(text)
    assert time.process_time() - started < 1.5
