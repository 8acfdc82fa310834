"""What the bank knows of cost and time in all its stories: the figures of the first page, each with its n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.db import db
from kb.domain.facts import Facts, cost_class, ratio, visible, years_overlapped
from kb.domain.outcome_range import RANGE_FROM, OutcomeRange, delay_months, duration_years, outcome_range
from kb.domain.published import PublishedStory
from kb.domain.vocabulary import CostClass, FactName
from kb.models.story import public_facts
from kb.services import stories
from kb.services.kept import Kept


@dataclass(frozen=True, slots=True)
class Figure:
    """How many stories tell it, of which years, and the spread; where they are too few, the stories."""

    n: int
    first_year: int | None
    last_year: int | None
    range: OutcomeRange | None
    stories: tuple[PublishedStory, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFigures:
    """``duration`` is in years, ``delay`` in months, ``overrun`` the outcome over the first budget.

    ``classes`` are those of the cost that is best known; a story without any is in none of them.
    """

    classes: Mapping[CostClass, int]
    duration: Figure
    delay: Figure
    overrun: Figure

    @property
    def costs(self) -> int:
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True)
class _Values:
    """What each story tells of a figure, and the years of those stories."""

    by_entry: Mapping[str, float]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    classes: Mapping[CostClass, int]
    duration: _Values
    delay: _Values
    overrun: _Values


_kept: Kept[_Counted] = Kept()


def read(today: date) -> KnownFigures:
    """The figures of a day. Facts are read again only after a decision: nothing else changes them."""
    counted = _kept.get(lambda: _count(today), today)
    return KnownFigures(
        classes=counted.classes,
        duration=_figure(counted.duration, today),
        delay=_figure(counted.delay, today),
        overrun=_figure(counted.overrun, today),
    )


def _count(today: date) -> _Counted:
    known = {entry_id: visible(facts, today) for entry_id, facts in public_facts(db.session).items()}
    classes = Counter(cost_class(facts) for facts in known.values())
    return _Counted(
        classes={
            each: classes[each] for each in CostClass if each is not CostClass.UNKNOWN and classes[each]
        },
        duration=_values(known, duration_years),
        delay=_values(known, delay_months),
        overrun=_values(known, _overrun),
    )


def _overrun(facts: Facts) -> float | None:
    return ratio(facts.get(FactName.FIRST_BUDGET), facts.get(FactName.OUTCOME_COST))


def _values(known: Mapping[str, Facts], of: Callable[[Facts], float | None]) -> _Values:
    told = {entry_id: value for entry_id, facts in known.items() if (value := of(facts)) is not None}
    return _Values(told, tuple(year for entry_id in told for year in years_overlapped(known[entry_id])))


def _figure(values: _Values, today: date) -> Figure:
    told = values.by_entry
    return Figure(
        n=len(told),
        first_year=min(values.years, default=None),
        last_year=max(values.years, default=None),
        range=outcome_range(told.values()),
        stories=tuple(stories.by_ids(sorted(told), today)) if 0 < len(told) < RANGE_FROM else (),
    )
