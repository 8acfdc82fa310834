"""The named points: each is met by what it is about, and by nothing less."""

from __future__ import annotations

import pytest

from kb.domain.quality import QualityCode, points
from kb.domain.vocabulary import EntrySize

SAYS = "Vi började sent och ingen hade frågat dem som skulle arbeta i det."
MET: dict[QualityCode, tuple[dict[str, str], dict[str, str]]] = {
    QualityCode.FACTS: (
        {
            "fact.first_budget.value": "5 Mkr",
            "fact.outcome_cost.state": "unknown",
            "fact.start.value": "2017",
        },
        {},
    ),
    QualityCode.PLAN: ({"fact.decided_end.value": "2018", "fact.actual_end.value": "2020"}, {}),
    QualityCode.WENT_WRONG: ({}, {"Vad som gick fel": SAYS}),
    QualityCode.WENT_RIGHT: ({}, {"Vad som gick bra": SAYS}),
    QualityCode.WHY: ({"lessons": "a", "lesson.a.why": SAYS}, {}),
    QualityCode.ADVICE: ({"lessons": "a", "lesson.a.advice": "Fråga handläggarna innan du köper."}, {}),
    QualityCode.WHEN: ({"lessons": "a", "lesson.a.applies_when": "Vid byte av system."}, {}),
    QualityCode.BENEFITS: (
        {"benefits": "a\nb", "benefit.a.stage": "expected", "benefit.b.stage": "realised"},
        {},
    ),
    QualityCode.SOURCE: ({"sources": "a", "source.a.title": "Slutrapport"}, {}),
}


def met(fields: dict[str, str], sections: dict[str, str], size: EntrySize = EntrySize.IN_DEPTH) -> set[str]:
    return {point.code for point in points(fields, size, sections) if point.met}


@pytest.mark.parametrize("code", QualityCode)
def test_each_point_is_met_by_what_it_is_about_and_no_other(code: QualityCode) -> None:
    assert met(*MET[code]) == {code}


@pytest.mark.parametrize("code", QualityCode)
def test_each_point_needs_all_of_it(code: QualityCode) -> None:
    fields, sections = MET[code]
    for name in fields:
        assert code not in met({**fields, name: ""}, sections), name
    if sections:
        assert code not in met(fields, {})


def test_nothing_is_met_by_nothing_and_each_says_what_to_do() -> None:
    for size in EntrySize:
        found = points({}, size)
        assert not any(point.met for point in found)
        assert all(point.label and point.advice.endswith(".") for point in found)


def test_a_larger_size_has_the_points_of_a_smaller_and_more() -> None:
    tip, story, whole = ({point.code for point in points({}, size)} for size in EntrySize)
    assert tip == {QualityCode.WENT_WRONG, QualityCode.ADVICE}
    assert tip < story < whole == set(QualityCode)


@pytest.mark.parametrize(
    "advice",
    [
        "Låt de som ska arbeta i systemet testa det varje vecka.",
        "Innan ni upphandlar: räkna på vad drift kostar i tio år.",
        "Den som beställer bör vara med från början.",
        "Projektet måste ha en ägare som kan säga nej.",
    ],
)
def test_advice_that_says_what_to_do(advice: str) -> None:
    assert QualityCode.ADVICE in met({"lessons": "a", "lesson.a.advice": advice}, {})


@pytest.mark.parametrize(
    "advice",
    ["Planering.", "Viktigt med bra kommunikation i alla led.", "Det var svårt för alla.", "Mät mer."],
)
def test_advice_that_does_not(advice: str) -> None:
    assert QualityCode.ADVICE not in met({"lessons": "a", "lesson.a.advice": advice}, {})


def test_one_poor_advice_among_good_ones_is_not_met() -> None:
    fields, _sections = MET[QualityCode.ADVICE]
    assert met({**fields, "lessons": "a\nb", "lesson.b.advice": "Kommunikation."}, {}) == set()
