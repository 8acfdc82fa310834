"""The drawing of the fact panel: where budgets and outcome, and planned and actual dates, lie on a line.

Positions are per cent of the line's length. Only facts that have a value are drawn; a line with fewer
than two marks compares nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.domain.facts import Fact, Facts
from kb.domain.vocabulary import DATE_FACTS, MONEY_FACTS, FactName
from kb.web import formatting
from kb.web.labels import label


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact on the line. ``low`` and ``high`` are its ends, ``position`` its middle, all 0 to 100.

    An open end ('minst', 'högst') has no length: the known end stands for both.
    """

    name: FactName
    label: str
    text: str
    low: float
    high: float
    is_range: bool
    open_low: bool
    open_high: bool

    @property
    def position(self) -> float:
        return round((self.low + self.high) / 2, 2)


@dataclass(frozen=True, slots=True)
class Plot:
    """One line: its marks in the order of the story, and what its two ends stand for."""

    marks: tuple[Mark, ...]
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class RangeView:
    cost: Plot | None
    time: Plot | None


def range_view(facts: Facts) -> RangeView | None:
    """The lines that can be drawn of these facts, or None when there is none."""
    cost = _cost(facts)
    time = _time(facts)
    return RangeView(cost, time) if cost or time else None


def _cost(facts: Facts) -> Plot | None:
    drawn = _with_values(facts, MONEY_FACTS)
    top = max((end for fact in drawn for end in _ends(fact)), default=0)
    if len(drawn) < 2 or not top:
        return None
    return Plot(_marks(drawn, lambda ksek: 100 * ksek / top), formatting.money(0), formatting.money(top))


def _time(facts: Facts) -> Plot | None:
    """From the first January to the last December that any mark touches."""
    drawn = _with_values(facts, DATE_FACTS)
    if len(drawn) < 2:
        return None
    years = [end // 100 for fact in drawn for end in _ends(fact)]
    first, months = min(years), 12 * (max(years) - min(years) + 1)

    def place(month: int) -> float:
        return 100 * (12 * (month // 100 - first) + month % 100 - 0.5) / months

    return Plot(_marks(drawn, place), str(first), str(max(years)))


def _with_values(facts: Facts, names: tuple[FactName, ...]) -> list[Fact]:
    return [fact for name in names if (fact := facts.get(name)) is not None and fact.has_value]


def _ends(fact: Fact) -> tuple[int, int]:
    low = fact.low if fact.low is not None else fact.high
    high = fact.high if fact.high is not None else fact.low
    return low or 0, high or 0


def _marks(facts: list[Fact], place: Callable[[int], float]) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            name=fact.name,
            label=label(fact.name),
            text=formatting.fact(fact),
            low=round(place(_ends(fact)[0]), 2),
            high=round(place(_ends(fact)[1]), 2),
            is_range=not fact.is_exact and fact.low is not None and fact.high is not None,
            open_low=fact.low is None,
            open_high=fact.high is None,
        )
        for fact in facts
    )
