"""The outside view: nothing of few, no extremes of some, quartiles of many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.facts import Fact
from kb.domain.outcome_range import delay_months, duration_years, outcome_range
from kb.domain.vocabulary import FactName, FactState
from tests.factories import exact, fact

VALUES = st.lists(st.floats(-1_000, 1_000), min_size=5, max_size=60)


@pytest.mark.parametrize("values", [[], [1], [1, 2, 3, 4]])
def test_under_five_nothing_is_said(values: list[float]) -> None:
    assert outcome_range(values) is None


def test_from_five_the_middle_and_the_spread_without_the_extremes() -> None:
    found = outcome_range([9, 1, 3, 2, 100])
    assert found is not None
    assert (found.n, found.low, found.median, found.high, found.p80) == (5, 2, 3, 9, None)


def test_from_ten_quartiles_and_what_four_of_five_stayed_within() -> None:
    found = outcome_range(range(1, 12))
    assert found is not None
    assert (found.n, found.low, found.median, found.high, found.p80) == (11, 3.5, 6, 8.5, 9)


@given(VALUES)
def test_the_ends_hold_the_middle_and_point_out_no_extreme(values: list[float]) -> None:
    found = outcome_range(values)
    assert found is not None
    assert min(values) <= found.low <= found.median <= found.high <= max(values)
    if found.p80 is not None:
        assert found.median <= found.p80 + 1e-9


def test_a_duration_is_in_years_between_the_middles_of_what_is_known() -> None:
    facts = {
        FactName.START: fact(FactName.START, 2010_01, 2010_12),
        FactName.ACTUAL_END: exact(FactName.ACTUAL_END, 2012_06),
    }
    assert duration_years(facts) == pytest.approx((2 * 12 + 5 - 5.5) / 12)


def test_a_delay_is_in_months_and_may_be_early() -> None:
    late = {
        FactName.FIRST_END: exact(FactName.FIRST_END, 2012_11),
        FactName.ACTUAL_END: exact(FactName.ACTUAL_END, 2013_02),
    }
    assert delay_months(late) == 3
    early = {**late, FactName.ACTUAL_END: exact(FactName.ACTUAL_END, 2012_10)}
    assert delay_months(early) == -1


END = exact(FactName.ACTUAL_END, 2012_06)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {FactName.START: exact(FactName.START, 2010_01)},
        {FactName.ACTUAL_END: END},
        {FactName.START: fact(FactName.START, 2010_01, None), FactName.ACTUAL_END: END},
        {FactName.START: Fact(FactName.START, FactState.WITHHELD), FactName.ACTUAL_END: END},
        {FactName.START: exact(FactName.START, 2013_01), FactName.ACTUAL_END: END},
        {
            FactName.START: exact(FactName.START, 2010_01),
            FactName.ACTUAL_END: exact(FactName.ACTUAL_END, 2030_01, state=FactState.EXPECTED),
        },
    ],
)
def test_without_both_dates_there_is_no_duration(facts: dict[FactName, Fact]) -> None:
    assert duration_years(facts) is None
