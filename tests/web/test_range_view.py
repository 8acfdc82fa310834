"""Where the marks of the fact panel lie."""

from __future__ import annotations

from kb.domain.facts import Fact
from kb.domain.vocabulary import FactName, FactState
from kb.web.range_view import Plot, range_view


def facts(**values: int | tuple[int | None, int | None] | None) -> dict[FactName, Fact]:
    """Facts by name: a number is exact, a pair a range, None withheld."""
    found: dict[FactName, Fact] = {}
    for name, value in values.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        state = FactState.WITHHELD if value is None else FactState.KNOWN
        found[FactName(name)] = Fact(FactName(name), state, low, high)
    return found


def cost(**values: int | tuple[int | None, int | None] | None) -> Plot | None:
    view = range_view(facts(**values))
    return view.cost if view else None


def time(**values: int | tuple[int | None, int | None] | None) -> Plot | None:
    view = range_view(facts(**values))
    return view.time if view else None


def test_costs_lie_between_nothing_and_the_largest() -> None:
    plot = cost(outcome_cost=200_000, first_budget=50_000, decided_budget=(100_000, 150_000))
    assert plot is not None
    assert [(mark.name, mark.low, mark.high, mark.is_range) for mark in plot.marks] == [
        (FactName.FIRST_BUDGET, 25, 25, False),
        (FactName.DECIDED_BUDGET, 50, 75, True),
        (FactName.OUTCOME_COST, 100, 100, False),
    ]
    assert plot.marks[1].position == 62.5
    assert plot.marks[0].text == "50\u00a0Mkr"
    assert (plot.start, plot.end) == ("0\u00a0kr", "200\u00a0Mkr")


def test_dates_lie_on_whole_years() -> None:
    plot = time(start=201001, first_end=(201101, 201112), actual_end=201212)
    assert plot is not None
    start, first, actual = plot.marks
    assert (plot.start, plot.end) == ("2010", "2012")
    assert start.low == round(100 * 0.5 / 36, 2)
    assert (first.low, first.high) == (round(100 * 12.5 / 36, 2), round(100 * 23.5 / 36, 2))
    assert actual.high == round(100 * 35.5 / 36, 2)


def test_one_mark_compares_nothing() -> None:
    assert range_view(facts(outcome_cost=5, start=201001)) is None
    assert range_view({}) is None


def test_what_is_withheld_or_unknown_is_not_drawn() -> None:
    assert cost(first_budget=None, outcome_cost=5) is None
    plot = cost(first_budget=1, decided_budget=None, outcome_cost=5)
    assert plot is not None
    assert [mark.name for mark in plot.marks] == [FactName.FIRST_BUDGET, FactName.OUTCOME_COST]


def test_an_open_end_has_no_length() -> None:
    plot = cost(first_budget=100, outcome_cost=(400, None))
    assert plot is not None
    mark = plot.marks[1]
    assert (mark.low, mark.high, mark.is_range, mark.open_high) == (100, 100, False, True)


def test_costs_of_nothing_are_not_drawn() -> None:
    assert cost(first_budget=0, outcome_cost=0) is None


def test_every_mark_lies_on_the_line() -> None:
    plot = time(
        start=(None, 199912), first_end=(200001, None), decided_end=200506, actual_end=(200601, 202012)
    )
    assert plot is not None
    assert all(0 <= mark.low <= mark.high <= 100 for mark in plot.marks)
