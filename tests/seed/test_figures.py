"""Every figure in a story is one that its record of facts carries, and the check notices a changed one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.seed.figures import Carried, record_text
from tests.seed.stories import STORIES, Story, record_of

BY_SLUG = {"argvalues": STORIES, "ids": [story.slug for story in STORIES]}


@pytest.mark.parametrize("story", **BY_SLUG)
def test_every_figure_of_a_story_is_carried_by_its_record(story: Story) -> None:
    carried = Carried(record_of(story))
    missing = {text: figures for text in story.prose() if (figures := carried.missing(text))}
    assert not missing, f"{story.slug}: these figures are not in the record of facts"


@pytest.mark.parametrize("story", **BY_SLUG)
def test_every_fact_of_a_story_is_carried_by_its_record(story: Story) -> None:
    assert Carried(record_of(story)).missing_facts(story.meta["facts"]) == []


@pytest.mark.parametrize("story", **BY_SLUG)
def test_a_changed_figure_in_the_text_is_noticed(story: Story) -> None:
    record = record_of(story)
    carried = Carried(record)
    known = set(re.findall(r"\d+", f"{record_text(record)} {record['cost_sek']}"))
    tried = 0
    for text in story.prose():
        for match in re.finditer(r"\d+", text):
            changed = str(int(match[0]) + 17)
            if changed in known:
                continue
            tried += 1
            wrong = text[: match.start()] + changed + text[match.end() :]
            assert carried.missing(wrong), f"{story.slug}: {match[0]} became {changed} unnoticed in: {wrong}"
    assert tried >= min(3, len(known)), "a record with figures has a story with some of them"


@pytest.mark.parametrize("story", **BY_SLUG)
def test_a_changed_fact_is_noticed(story: Story) -> None:
    carried = Carried(record_of(story))
    for name, fact in story.meta["facts"].items():
        for key in {"low", "high", "year"} & fact.keys():
            wrong = "1999-01" if isinstance(fact[key], str) else fact[key] + 4321
            assert carried.missing_facts({name: {**fact, key: wrong}}), (name, key)


def stands_for(fact: dict[str, Any], cost: int) -> bool:
    """Whether a fact begins at the cost, or is a range with the cost in its middle."""
    low, high = fact.get("low"), fact.get("high")
    return low == cost or (isinstance(low, int) and isinstance(high, int) and low + high == 2 * cost)


@pytest.mark.parametrize("story", **BY_SLUG)
def test_a_cautioned_cost_is_not_presented_as_an_outcome(story: Story) -> None:
    """``cost_note`` says what ``cost_sek`` is: a plan or a frame is not the outcome, and has its note."""
    record = record_of(story)
    if not record["cost_note"]:
        return
    cost = record["cost_sek"] // 1000
    holders = {name: fact for name, fact in story.meta["facts"].items() if stands_for(fact, cost)}
    if "inte projektkostnad" in record["cost_note"]:
        assert not holders, "a cost of something else is told in a note, not held by a fact"
        return
    assert holders
    assert all("note" in fact for fact in holders.values())
    if "mittvärde" in record["cost_note"]:
        assert all(fact["low"] < fact["high"] for fact in holders.values()), "a range keeps both ends"
    if record["cost_note"] == "undre gräns":
        assert all(fact.get("high") is None for fact in holders.values()), "a lower bound is open upwards"
    if re.search(r"planerad|ram$|budget|mittvärde|beräknad", record["cost_note"]):
        assert "outcome_cost" not in holders


RECORD: dict[str, Any] = {
    "authority": "Provstad m.fl. (tio kommuner)",
    "project": "Provet",
    "years": "2017–2020 (plan)",
    "cost_sek": 45_800_000,
    "outcome": "Planerat 11 mnkr; nära en miljard senare. 75 % söker; en tredjedel av 2,5 miljoner ärenden.",
    "what": (
        "Redovisat 103 mnkr för flytt, 42 för annat 2014. "
        "Ny miljö 5,5–11 mdkr. 2 332 dokument, start 12 nov 2024."
    ),
    "lessons": ["Två regioner klarade det"],
    "cost_note": "",
}


@pytest.mark.parametrize(
    "text",
    [
        "11 miljoner kronor, 11 mnkr och 11 000 tkr",
        "45,8 miljoner",
        "103 miljoner kronor och 42 miljoner till annat",
        "mellan 5,5 och 11 miljarder kronor, alltså 5,5–11 mdkr, från 5,5 till omkring 11 miljarder",
        "närmar sig en miljard kronor",
        "75 procent, 75 %",
        "En tredjedel av 2,5 miljoner ärenden",
        "2\u00a0332 dokument",
        "den 12 november 2024",
        "2 regioner, två regioner",
        "tio kommuner",
        "2017–2020",
    ],
)
def test_a_figure_may_change_its_unit_but_not_its_value(text: str) -> None:
    assert Carried(RECORD).missing(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "103 miljarder",
        "11 kronor",
        "12 miljoner kronor",
        "45,9 miljoner",
        "43 miljoner till annat",
        "2014 miljoner kronor",
        "5,5 miljoner kronor",
        "från 5,4 till 11 miljarder kronor",
        "två miljarder",
        "74 procent",
        "75 miljoner",
        "hälften av ärendena",
        "2 333 dokument",
        "den 12 oktober 2024",
        "november 2023",
        "tre regioner",
        "2021",
    ],
)
def test_another_value_or_unit_is_not_carried(text: str) -> None:
    assert Carried(RECORD).missing(text)
