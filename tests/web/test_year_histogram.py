"""The bars of the years: one for each year of the span, as high as its stories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.web.year_histogram import MOST_YEARS, year_histogram

COUNTS = st.dictionaries(st.integers(1990, 2030), st.integers(0, 500), max_size=30)


@given(COUNTS)
def test_every_year_between_the_first_and_the_last_has_a_bar(counts: dict[int, int]) -> None:
    found = year_histogram(counts, None, None)
    told = [year for year, count in counts.items() if count]
    if len(told) < 2:
        assert found is None
        return
    assert found is not None
    assert [bar.year for bar in found.bars] == list(range(min(told), max(told) + 1))
    assert sum(bar.count for bar in found.bars) == sum(counts.values())
    assert found.highest.height == 100.0
    assert all((bar.height > 0) == (bar.count > 0) for bar in found.bars)


def test_a_span_chooses_its_years() -> None:
    found = year_histogram({2010: 2, 2013: 200}, 2011, 2012)
    assert found is not None
    assert [bar.chosen for bar in found.bars] == [False, True, True, False]
    assert (found.first, found.last, found.bars[0].height) == (2010, 2013, 4.0)


@pytest.mark.parametrize("counts", [{}, {2010: 0, 2012: 0}, {2010: 3}, {1950: 1, 1950 + MOST_YEARS: 1}])
def test_what_cannot_be_drawn(counts: dict[int, int]) -> None:
    assert year_histogram(counts, None, None) is None
