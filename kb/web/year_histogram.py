"""How stories are spread over years, as bars for the drawing beside the fields of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.search.index import Facet
from kb.services.searching import SearchPage

MOST_YEARS = 80
"""A wider span is not drawn: its bars would be too thin to see."""
_LEAST_HEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    """``height`` is in per cent of the highest bar; ``chosen`` tells that the search reaches the year."""

    year: int
    count: int
    height: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class YearHistogram:
    bars: tuple[Bar, ...]

    @property
    def first(self) -> int:
        return self.bars[0].year

    @property
    def last(self) -> int:
        return self.bars[-1].year

    @property
    def highest(self) -> Bar:
        """The first of the highest bars."""
        return max(self.bars, key=lambda bar: bar.count)


def by_year(page: SearchPage[Any]) -> YearHistogram | None:
    """The years of what the other choices of a search find."""
    options = [option for group in page.groups if group.facet is Facet.YEAR for option in group.options]
    counts = {int(option.value): option.count for option in options}
    return year_histogram(counts, page.request.year_from, page.request.year_to)


def year_histogram(
    counts: Mapping[int, int], year_from: int | None, year_to: int | None
) -> YearHistogram | None:
    """A bar for every year between the first and the last that has stories; None for less than two years.

    Without a span all bars are chosen.
    """
    told = {year: count for year, count in counts.items() if count}
    if not told or not 2 <= max(told) - min(told) + 1 <= MOST_YEARS:
        return None
    most = max(told.values())
    return YearHistogram(
        tuple(
            Bar(
                year,
                count := told.get(year, 0),
                max(_LEAST_HEIGHT, round(100 * count / most, 1)) if count else 0.0,
                (year_from is None or year >= year_from) and (year_to is None or year <= year_to),
            )
            for year in range(min(told), max(told) + 1)
        )
    )
