"""The typed facts of a revision: what makes projects comparable.

A missing value is missing, never 0 (invariant 9). An exact value has ``low == high``; an open end is None.
Money is whole thousands of kronor (tkr); a date is a month as YYYYMM, where a date known only by its
year has January as low and December as high.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.domain.errors import Invalid
from kb.domain.vocabulary import DATE_FACTS, MONEY_FACTS, CostClass, FactName, FactState

_CLASS_BOUNDS = (
    (1_000, CostClass.UNDER_1M),
    (5_000, CostClass.FROM_1M),
    (25_000, CostClass.FROM_5M),
    (200_000, CostClass.FROM_25M),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. ``year`` is that of the statement; ``publish_from`` the first day of showing it."""

    name: FactName
    state: FactState
    low: int | None = None
    high: int | None = None
    year: int | None = None
    note: str = ""
    publish_from: date | None = None

    @property
    def has_value(self) -> bool:
        return self.low is not None or self.high is not None

    @property
    def is_exact(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def middle(self) -> int | None:
        """A single number for classes and sorting: the middle of a range, the known end of an open one."""
        if self.low is None or self.high is None:
            return self.low if self.low is not None else self.high
        return (self.low + self.high) // 2

    def check(self) -> None:
        """Raise ``Invalid`` where the parts contradict each other; the database refuses the same."""
        if self.state is FactState.UNKNOWN and self.has_value:
            raise Invalid(
                "Ett okänt värde kan inte ha en siffra. Ta bort siffran eller ändra läget.", field=self.name
            )
        if self.state not in (FactState.UNKNOWN, FactState.WITHHELD) and not self.has_value:
            raise Invalid("Fyll i ett värde eller välj att uppgiften saknas.", field=self.name)
        for value in (self.low, self.high):
            if value is None:
                continue
            if value < 0:
                raise Invalid("Värdet kan inte vara mindre än noll.", field=self.name)
            if self.name in DATE_FACTS and not (1950_01 <= value <= 2100_12 and 1 <= value % 100 <= 12):
                raise Invalid("Datumet ska vara ett år och en månad, till exempel 2026-11.", field=self.name)
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Invalid("Det lägsta värdet är större än det högsta. Byt plats på dem.", field=self.name)


Facts = Mapping[FactName, Fact]


def visible(facts: Iterable[Fact], today: date) -> dict[FactName, Fact]:
    """The facts to show on ``today``: withheld and embargoed ones become 'uppges inte' without a value."""
    shown: dict[FactName, Fact] = {}
    for fact in facts:
        embargoed = fact.publish_from is not None and fact.publish_from > today
        if fact.state is FactState.WITHHELD or embargoed:
            shown[fact.name] = Fact(fact.name, FactState.WITHHELD)
        else:
            shown[fact.name] = fact
    return shown


def cost_basis(facts: Facts) -> Fact | None:
    """The fact that cost class and sorting stand on: the outcome, else the decided, else the first budget."""
    for name in reversed(MONEY_FACTS):
        fact = facts.get(name)
        if fact is not None and fact.state is not FactState.WITHHELD and fact.has_value:
            return fact
    return None


def cost_class(facts: Facts) -> CostClass:
    basis = cost_basis(facts)
    middle = basis.middle if basis else None
    if middle is None:
        return CostClass.UNKNOWN
    return next((name for bound, name in _CLASS_BOUNDS if middle < bound), CostClass.OVER_200M)


def has_unknown_end(facts: Facts) -> bool:
    """Whether it is known when the project began and not when it ended or was to end."""
    start = facts.get(FactName.START)
    return start is not None and start.has_value and _end(facts) is None


def _end(facts: Facts) -> Fact | None:
    """The actual end, else the decided, else the first planned."""
    ends = (facts.get(name) for name in reversed(DATE_FACTS[1:]))
    return next((fact for fact in ends if fact is not None and fact.has_value), None)


def years_overlapped(facts: Facts) -> tuple[int, ...]:
    """The calendar years in which the project ran, as far as start and end are known.

    The end is the actual one, else the decided, else the first planned; a project with only one end of
    its span known counts for that year alone.
    """
    start, end = facts.get(FactName.START), _end(facts)
    first = (start.low or start.high) if start else None
    last = (end.high or end.low) if end else None
    if first is None and last is None:
        return ()
    first_year = (first if first is not None else last or 0) // 100
    last_year = (last if last is not None else first or 0) // 100
    return tuple(range(first_year, max(first_year, last_year) + 1))


def ratio(before: Fact | None, after: Fact | None) -> float | None:
    """Outcome over budget, only where both are exact and published; None otherwise."""
    if before is None or after is None or not (before.is_exact and after.is_exact):
        return None
    if FactState.WITHHELD in (before.state, after.state):
        return None
    return after.low / before.low if before.low and after.low is not None else None
