"""The outside view: what a figure became in projects that are over. Never a single number (DESIGN section 6).

Under five projects are too few to say anything of, so each is read by itself. From five the middle and the
spread without the extremes are told, which would point out one story; from ten the quartiles, and what four
of five stayed within.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from kb.domain.facts import Fact, Facts
from kb.domain.vocabulary import FactName, FactState

RANGE_FROM = 5
QUARTILES_FROM = 10


@dataclass(frozen=True, slots=True)
class OutcomeRange:
    """``low`` and ``high`` are quartiles where there is a ``p80``, else the ends without the extremes."""

    n: int
    low: float
    median: float
    high: float
    p80: float | None


def outcome_range(values: Iterable[float]) -> OutcomeRange | None:
    """How the values are spread; None where there are too few of them."""
    ordered = sorted(values)
    if len(ordered) < RANGE_FROM:
        return None
    if len(ordered) < QUARTILES_FROM:
        return OutcomeRange(len(ordered), ordered[1], median(ordered), ordered[-2], None)
    low, middle, high = quantiles(ordered, n=4, method="inclusive")
    return OutcomeRange(len(ordered), low, middle, high, quantiles(ordered, n=5, method="inclusive")[3])


def duration_years(facts: Facts) -> float | None:
    """From start to actual end; a date known by its year counts as its middle. None where one is missing."""
    start, end = (_middle_month(facts.get(name)) for name in (FactName.START, FactName.ACTUAL_END))
    return None if start is None or end is None or end < start else (end - start) / 12


def delay_months(facts: Facts) -> float | None:
    """From the first end date to the actual one, below 0 where it came early; None where one is missing."""
    planned, end = (_middle_month(facts.get(name)) for name in (FactName.FIRST_END, FactName.ACTUAL_END))
    return None if planned is None or end is None else end - planned


def _middle_month(fact: Fact | None) -> float | None:
    """Months since the year 0; None for a date that is open, or only expected."""
    if fact is None or fact.low is None or fact.high is None or fact.state is FactState.EXPECTED:
        return None
    return sum(value // 100 * 12 + value % 100 - 1 for value in (fact.low, fact.high)) / 2
