"""What people type for amounts, counts, months and days: read, refused with advice, and written back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain import typed
from kb.domain.errors import Invalid
from kb.domain.typed import Span

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", None, None),
        (" \n", None, None),
        ("12,5 Mkr", 12_500, 12_500),
        ("12.5m", 12_500, 12_500),
        ("12,5 MSEK", 12_500, 12_500),
        (f"12{NBSP}500{NBSP}000", 12_500, 12_500),
        ("12 500 000", 12_500, 12_500),
        ("12 500 000 kr", 12_500, 12_500),
        ("12 500 000 kronor", 12_500, 12_500),
        ("12500000", 12_500, 12_500),
        ("12.500.000", 12_500, 12_500),
        ("12,500,000 kr", 12_500, 12_500),
        ("12 500 000:-", 12_500, 12_500),
        ("850 tkr", 850, 850),
        ("850k", 850, 850),
        ("20 000 tkr", 20_000, 20_000),
        ("500 tusen kronor", 500, 500),
        ("1,2 mdkr", 1_200_000, 1_200_000),
        ("2 miljarder kronor", 2_000_000, 2_000_000),
        ("10–15 Mkr", 10_000, 15_000),
        ("10 - 15 Mkr", 10_000, 15_000),
        ("10 till 15 miljoner", 10_000, 15_000),
        ("mellan 10 och 15 Mkr", 10_000, 15_000),
        ("10 Mkr–15", 10_000, 15_000),
        ("800 tkr–1,2 Mkr", 800, 1_200),
        ("10 000 000–15 000 000", 10_000, 15_000),
        ("minst 5 Mkr", 5_000, None),
        ("Från och med 5 Mkr", 5_000, None),
        ("över 5 Mkr", 5_000, None),
        ("högst 5 Mkr", None, 5_000),
        ("upp till 5 Mkr", None, 5_000),
        ("0 kr", 0, 0),
        ("1 500", 2, 2),
        ("12,3456 Mkr", 12_346, 12_346),
        ("1 000 mdkr", 1_000_000_000, 1_000_000_000),
    ],
)
def test_an_amount_is_read_in_thousands_of_kronor(text: str, low: int | None, high: int | None) -> None:
    assert typed.amount(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cirka 5 Mkr", "Ta bort ”cirka”"),
        ("5 Mkr, ungefär", "Ta bort ”ungefär”"),
        ("~5 Mkr", "Ta bort ”~”"),
        ("12", "12 tkr eller 12 Mkr"),
        ("12,5", "12,5 tkr eller 12,5 Mkr"),
        ("10–15", "Skriv enheten"),
        ("0", "Skriv 0 kr"),
        ("400 kr", "mindre än tusen kronor"),
        ("-5 Mkr", "minustecknet"),
        ("\N{MINUS SIGN}5 Mkr", "minustecknet"),
        ("12.500 Mkr", "Punkten i ”12.500”"),
        ("12 50 Mkr", "”12 50” går inte att läsa"),
        ("15–10 Mkr", "Byt plats"),
        ("10–15–20 Mkr", "siffror och enhet"),
        ("5–", "siffror och enhet"),
        ("minst", "siffror och enhet"),
        ("mycket", "siffror och enhet"),
        ("5 dollar", "siffror och enhet"),
        ("٣ Mkr", "siffror och enhet"),
        ("1e9", "siffror och enhet"),
        ("1 001 mdkr", "för stort"),
        ("9" * 300, "för lång"),
        ("9" * 190, "för stort"),
    ],
)
def test_an_amount_that_cannot_be_read_says_how_to_write_it(text: str, says: str) -> None:
    _is_refused(typed.amount, text, says)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", None, None),
        ("13", 13, 13),
        ("13 000", 13_000, 13_000),
        ("13.000", 13_000, 13_000),
        ("10–20", 10, 20),
        ("10 till 20 personer", 10, 20),
        ("minst 100", 100, None),
        ("högst 100 användare", None, 100),
        ("2,5 miljoner", 2_500_000, 2_500_000),
        ("0", 0, 0),
    ],
)
def test_a_count_is_read(text: str, low: int | None, high: int | None) -> None:
    assert typed.count(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,5", "helt antal"),
        ("några", "antal med siffror"),
        ("10-", "antal med siffror"),
        ("20–10", "Byt plats"),
        ("-3", "minustecknet"),
        ("ca 10", "Ta bort ”ca”"),
        ("2 miljarder", "antal med siffror"),
        ("1001 miljoner", "för stort"),
    ],
)
def test_a_count_that_cannot_be_read_says_how_to_write_it(text: str, says: str) -> None:
    _is_refused(typed.count, text, says)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", None, None),
        ("2017", 2017_01, 2017_12),
        ("år 2017", 2017_01, 2017_12),
        ("2017-03", 2017_03, 2017_03),
        ("2017-3", 2017_03, 2017_03),
        ("201703", 2017_03, 2017_03),
        ("03/2017", 2017_03, 2017_03),
        ("2017-03-15", 2017_03, 2017_03),
        ("mars 2017", 2017_03, 2017_03),
        ("Mar. 2017", 2017_03, 2017_03),
        ("2017 mars", 2017_03, 2017_03),
        ("2014–2015", 2014_01, 2015_12),
        ("2014-2015", 2014_01, 2015_12),
        ("mellan 2014 och 2015", 2014_01, 2015_12),
        ("2014-03–2015-06", 2014_03, 2015_06),
        ("2014-03-2015-06", 2014_03, 2015_06),
        ("2014 till mars 2015", 2014_01, 2015_03),
        ("mars–maj 2017", 2017_03, 2017_05),
        ("mars 2017 - maj 2018", 2017_03, 2018_05),
        ("tidigast 2017", 2017_01, None),
        ("från och med mars 2017", 2017_03, None),
        ("senast 2017", None, 2017_12),
        ("2100-12", 2100_12, 2100_12),
    ],
)
def test_months_are_read(text: str, low: int | None, high: int | None) -> None:
    assert typed.month_span(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2017-13", "mellan 1 och 12"),
        ("2017-00", "mellan 1 och 12"),
        ("1949", "mellan 1950 och 2100"),
        ("2101-01", "mellan 1950 och 2100"),
        ("2015–2014", "Byt plats"),
        ("17-03", "Skriv ett år eller en månad"),
        ("maj", "Skriv ett år eller en månad"),
        ("tidigast maj", "Skriv ett år eller en månad"),
        ("pågår", "Skriv ett år eller en månad"),
        ("hösten 2017", "Skriv ett år eller en månad"),
        ("omkring 2017", "Ta bort ”omkring”"),
    ],
)
def test_months_that_cannot_be_read_say_how_to_write_them(text: str, says: str) -> None:
    _is_refused(typed.month_span, text, says)


@pytest.mark.parametrize(
    "text",
    [
        *("2027-01-31", "2027/1/31", "20270131", "31/1 2027", "31.1.2027"),
        *("31 januari 2027", "den 31:e jan. 2027"),
    ],
)
def test_a_day_is_read(text: str) -> None:
    assert typed.day(text) == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "år, månad och dag"),
        ("2027-01", "år, månad och dag"),
        ("i morgon", "år, månad och dag"),
        ("2027-02-30", "finns inte"),
        ("2027-13-01", "finns inte"),
        ("1949-12-31", "mellan 1950 och 2100"),
    ],
)
def test_a_day_that_cannot_be_read_says_how_to_write_it(text: str, says: str) -> None:
    _is_refused(typed.day, text, says)


NUMBERS = st.integers(0, 1_000_000_000) | st.sampled_from([1, 999, 1_000, 12_500, 999_999, 1_000_000])
MONTHS = st.builds(lambda year, month: year * 100 + month, st.integers(1950, 2100), st.integers(1, 12))


def spans(values: st.SearchStrategy[int]) -> st.SearchStrategy[Span]:
    ordered = st.tuples(values, values).map(lambda pair: (min(pair), max(pair)))
    exact = values.map(lambda value: (value, value))
    opened = values.flatmap(lambda value: st.sampled_from([(value, None), (None, value), (None, None)]))
    return exact | ordered | opened


@given(spans(NUMBERS))
def test_an_amount_that_is_written_is_read_back(span: Span) -> None:
    assert typed.amount(typed.amount_text(*span)) == span


@given(spans(NUMBERS))
def test_a_count_that_is_written_is_read_back(span: Span) -> None:
    assert typed.count(typed.count_text(*span)) == span


@given(spans(MONTHS) | st.integers(1950, 2100).map(lambda year: (year * 100 + 1, year * 100 + 12)))
def test_months_that_are_written_are_read_back(span: Span) -> None:
    assert typed.month_span(typed.month_text(*span)) == span


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_day_that_is_written_is_read_back(day: date) -> None:
    assert typed.day(day.isoformat()) == day


@given(st.text(max_size=60) | st.text("0123456789 .,-–mkrtilloch", max_size=30))
def test_anything_else_is_read_or_refused_in_swedish(text: str) -> None:
    for read in (typed.amount, typed.count, typed.month_span, typed.day):
        said = _refusal(read, text)
        assert said is None or said.endswith(".")


@pytest.mark.parametrize(
    "sign", ["9", " ", "-", "9 ", "1-", "jan ", "mellan ", "2017-", "(", "\N{COMBINING RING ABOVE}"]
)
def test_a_long_text_takes_no_time(sign: str) -> None:
    before = time.process_time()
    for read in (typed.amount, typed.count, typed.month_span, typed.day):
        for length in (190, 100_000):
            _refusal(read, (sign * length)[:length])
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (12_500, 12_500, "12,5 Mkr"),
        (12_540, 12_540, "12,54 Mkr"),
        (12_345, 12_345, "12 345 tkr"),
        (850, 850, "850 tkr"),
        (5_500_000, 5_500_000, "5,5 mdkr"),
        (10_000, 15_000, "10–15 Mkr"),
        (800, 1_200, "800 tkr–1,2 Mkr"),
        (5_000, None, "minst 5 Mkr"),
        (0, 0, "0 kr"),
        (None, None, ""),
    ],
)
def test_an_amount_is_written_as_people_write_it(low: int | None, high: int | None, text: str) -> None:
    assert typed.amount_text(low, high) == text


def test_months_are_written_as_years_where_they_are_whole_years() -> None:
    assert typed.month_text(2017_01, 2017_12) == "2017"
    assert typed.month_text(2014_01, 2015_12) == "2014–2015"
    assert typed.month_text(2014_03, 2015_06) == "2014-03–2015-06"
    assert typed.month_text(None, 2015_06) == "senast 2015-06"


def _refusal(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except Invalid as error:
        return str(error)
    return None


def _is_refused(read: Callable[[str], object], text: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert says in str(caught.value)
    assert caught.value.field == ""
