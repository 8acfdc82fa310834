"""The typed facts: what is refused, what is shown on a day, and what is computed from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kb.domain.errors import Invalid
from kb.domain.facts import (
    Fact,
    cost_basis,
    cost_class,
    has_unknown_end,
    ratio,
    visible,
    years_overlapped,
)
from kb.domain.vocabulary import DATE_FACTS, MONEY_FACTS, CostClass, FactName, FactState
from tests.factories import exact, fact

DAY = date(2026, 11, 23)
BUDGET, DECIDED, COST = MONEY_FACTS
START, FIRST_END, DECIDED_END, ACTUAL_END = DATE_FACTS


def by_name(*facts: Fact) -> dict[FactName, Fact]:
    return {item.name: item for item in facts}


@pytest.mark.parametrize(
    "good",
    [
        exact(COST, 0),
        exact(COST, 160_000),
        fact(COST, 600_000, 700_000),
        fact(COST, 1_000_000, None),
        fact(COST, None, 5_000),
        fact(COST, state=FactState.UNKNOWN),
        fact(COST, state=FactState.WITHHELD),
        exact(COST, 5, state=FactState.WITHHELD),
        exact(COST, 5, state=FactState.ESTIMATED),
        exact(COST, 5, state=FactState.EXPECTED),
        fact(START, 1950_01, 2100_12),
        exact(FactName.TEAM_SIZE, 13),
    ],
)
def test_a_fact_that_agrees_with_itself_passes(good: Fact) -> None:
    good.check()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (exact(COST, 5, state=FactState.UNKNOWN), "okänt värde"),
        (fact(COST, None, 5, state=FactState.UNKNOWN), "okänt värde"),
        (fact(COST, state=FactState.KNOWN), "Fyll i ett värde"),
        (fact(COST, state=FactState.ESTIMATED), "Fyll i ett värde"),
        (fact(COST, state=FactState.EXPECTED), "Fyll i ett värde"),
        (exact(COST, -1), "mindre än noll"),
        (fact(COST, None, -1), "mindre än noll"),
        (fact(COST, 700, 600), "större än det högsta"),
        (exact(START, 2017_13), "ett år och en månad"),
        (exact(START, 2017_00), "ett år och en månad"),
        (exact(START, 2017), "ett år och en månad"),
        (exact(ACTUAL_END, 1949_12), "ett år och en månad"),
        (fact(DECIDED_END, 2017_01, 2101_01), "ett år och en månad"),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused_by_name(bad: Fact, says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        bad.check()
    assert caught.value.field == bad.name


@pytest.mark.parametrize(
    ("low", "high", "middle", "is_exact"),
    [
        (10, 10, 10, True),
        (10, 21, 15, False),
        (10, None, 10, False),
        (None, 20, 20, False),
        (None, None, None, False),
        (0, 0, 0, True),
    ],
)
def test_the_middle_of_a_value(low: int | None, high: int | None, middle: int | None, is_exact: bool) -> None:
    value = fact(COST, low, high)
    assert (value.middle, value.is_exact) == (middle, is_exact)


class TestVisible:
    def test_a_known_fact_is_shown_whole(self) -> None:
        shown = exact(COST, 160_000, year=2014, note="Därtill plattformen.")
        assert visible([shown], DAY) == {COST: shown}

    @pytest.mark.parametrize("days", [1, 400])
    def test_before_its_day_nothing_of_it_is_shown(self, days: int) -> None:
        later = exact(COST, 160_000, year=2014, note="Hemligt.", publish_from=DAY + timedelta(days))
        assert visible([later], DAY) == {COST: Fact(COST, FactState.WITHHELD)}

    @pytest.mark.parametrize("days", [0, 1])
    def test_from_its_day_it_is_shown(self, days: int) -> None:
        now = exact(COST, 160_000, publish_from=DAY - timedelta(days))
        assert visible([now], DAY)[COST].low == 160_000

    def test_a_withheld_value_leaves_only_that_it_is_withheld(self) -> None:
        kept = exact(COST, 160_000, state=FactState.WITHHELD, year=2014, note="Hemligt.")
        assert visible([kept], DAY) == {COST: Fact(COST, FactState.WITHHELD)}


@pytest.mark.parametrize(
    ("known", "basis"),
    [
        ((BUDGET, DECIDED, COST), COST),
        ((BUDGET, DECIDED), DECIDED),
        ((BUDGET,), BUDGET),
        ((BUDGET, COST), COST),
        ((), None),
    ],
)
def test_the_cost_class_stands_on_the_outcome_else_the_decided_else_the_first_budget(
    known: tuple[FactName, ...], basis: FactName | None
) -> None:
    facts = by_name(*(fact(name) for name in MONEY_FACTS), *(exact(name, 7_000) for name in known))
    found = cost_basis(facts)
    assert (found.name if found else None) == basis
    assert cost_class(facts) is (CostClass.FROM_5M if known else CostClass.UNKNOWN)


def test_a_withheld_outcome_gives_way_to_the_budget() -> None:
    facts = by_name(exact(COST, 900_000, state=FactState.WITHHELD), exact(BUDGET, 2_000))
    assert cost_class(facts) is CostClass.FROM_1M


@pytest.mark.parametrize(
    ("ksek", "expected"),
    [
        (0, CostClass.UNDER_1M),
        (999, CostClass.UNDER_1M),
        (1_000, CostClass.FROM_1M),
        (4_999, CostClass.FROM_1M),
        (5_000, CostClass.FROM_5M),
        (24_999, CostClass.FROM_5M),
        (25_000, CostClass.FROM_25M),
        (199_999, CostClass.FROM_25M),
        (200_000, CostClass.OVER_200M),
        (9_000_000, CostClass.OVER_200M),
    ],
)
def test_the_bounds_of_the_cost_classes(ksek: int, expected: CostClass) -> None:
    assert cost_class(by_name(exact(COST, ksek))) is expected


@pytest.mark.parametrize(
    ("facts", "years"),
    [
        ([], []),
        ([exact(START, 2011_03), exact(ACTUAL_END, 2014_02)], [2011, 2012, 2013, 2014]),
        ([fact(START, 2011_01, 2011_12), fact(ACTUAL_END, 2014_01, 2014_12)], [2011, 2012, 2013, 2014]),
        ([fact(START, 2011_01, 2012_12), fact(ACTUAL_END, 2013_01, 2014_12)], [2011, 2012, 2013, 2014]),
        ([exact(START, 2011_03), exact(ACTUAL_END, 2011_09)], [2011]),
        ([exact(START, 2011_03)], [2011]),
        ([exact(ACTUAL_END, 2014_02)], [2014]),
        ([exact(START, 2011_03), exact(DECIDED_END, 2013_02)], [2011, 2012, 2013]),
        ([exact(START, 2011_03), exact(FIRST_END, 2012_02)], [2011, 2012]),
        (
            [
                exact(START, 2011_03),
                exact(FIRST_END, 2012_01),
                exact(DECIDED_END, 2013_01),
                exact(ACTUAL_END, 2015_01),
            ],
            [2011, 2012, 2013, 2014, 2015],
        ),
        ([exact(START, 2011_03), fact(ACTUAL_END), exact(DECIDED_END, 2012_01)], [2011, 2012]),
        ([fact(START, None, 2011_12), fact(ACTUAL_END, 2013_01, None)], [2011, 2012, 2013]),
        ([fact(START), exact(ACTUAL_END, 2014_02)], [2014]),
        ([exact(START, 2015_03), exact(ACTUAL_END, 2014_02)], [2015]),
    ],
)
def test_the_years_that_a_project_overlaps(facts: list[Fact], years: list[int]) -> None:
    assert years_overlapped(by_name(*facts)) == tuple(years)


@pytest.mark.parametrize(
    ("facts", "unknown"),
    [
        ([exact(START, 2011_03)], True),
        ([exact(START, 2011_03), fact(ACTUAL_END)], True),
        ([exact(START, 2011_03), fact(ACTUAL_END), exact(DECIDED_END, 2012_01)], False),
        ([exact(START, 2011_03), fact(ACTUAL_END, None, 2012_01)], False),
        ([exact(ACTUAL_END, 2012_01)], False),
        ([fact(START)], False),
        ([], False),
    ],
)
def test_when_a_projects_end_is_unknown(facts: list[Fact], unknown: bool) -> None:
    assert has_unknown_end(by_name(*facts)) is unknown


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (exact(BUDGET, 100), exact(COST, 150), 1.5),
        (exact(BUDGET, 100), exact(COST, 0), 0.0),
        (exact(BUDGET, 0), exact(COST, 150), None),
        (fact(BUDGET, 100, 120), exact(COST, 150), None),
        (exact(BUDGET, 100), fact(COST, 150, None), None),
        (fact(BUDGET), exact(COST, 150), None),
        (None, exact(COST, 150), None),
        (exact(BUDGET, 100), None, None),
        (exact(BUDGET, 100, state=FactState.WITHHELD), exact(COST, 150), None),
        (exact(BUDGET, 100), exact(COST, 150, state=FactState.WITHHELD), None),
    ],
)
def test_a_ratio_only_of_two_exact_published_values(
    before: Fact | None, after: Fact | None, expected: float | None
) -> None:
    assert ratio(before, after) == expected
