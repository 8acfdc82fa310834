"""Values as Swedish text: money, facts, dates and numbers, with spaces that do not break.

Pure functions: ``template_helpers`` offers them to templates, ``range_view`` uses them for its drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from kb.domain.facts import Fact
from kb.domain.vocabulary import DATE_FACTS, LABELS, MONEY_FACTS, FactState

NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"

_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)


def number(value: int) -> str:
    """13000 as '13 000'."""
    return f"{value:,}".replace(",", NBSP)


def decimal(value: Decimal, places: int) -> str:
    """A number with at most ``places`` decimals and a Swedish comma; '12,5', '63', never '63,0'."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    fraction = fraction.rstrip("0")
    return number(int(whole)) + (f",{fraction}" if fraction else "")


def _money_parts(ksek: int) -> tuple[str, str]:
    """The number and the unit. A sum that would round up to the next unit is written in that unit."""
    if ksek >= 999_950:
        return decimal(Decimal(ksek) / 1_000_000, 2), "Mdkr"
    if ksek >= 1_000:
        return decimal(Decimal(ksek) / 1_000, 1), "Mkr"
    return str(ksek), "tkr"


def money(ksek: int) -> str:
    """Thousands of kronor as '850 tkr', '12,5 Mkr' or '5,5 Mdkr'; nothing at all is '0 kr'."""
    if ksek == 0:
        return f"0{NBSP}kr"
    value, unit = _money_parts(ksek)
    return f"{value}{NBSP}{unit}"


def money_exact(ksek: int) -> str:
    """Thousands of kronor in full: '63 000 000 kronor'."""
    return f"{number(ksek * 1_000)}{NBSP}kronor"


def money_range(low: int, high: int) -> str:
    (low_value, low_unit), (high_value, high_unit) = _money_parts(low), _money_parts(high)
    if (low_value, low_unit) == (high_value, high_unit):
        return money(low)
    if low_unit == high_unit:
        return f"{low_value}{DASH}{high_value}{NBSP}{high_unit}"
    return f"{money(low)} {DASH} {money(high)}"


def month(value: int) -> str:
    """A month given as YYYYMM: 201106 as 'juni 2011'."""
    return f"{_MONTHS[value % 100 - 1]}{NBSP}{value // 100}"


def month_range(low: int, high: int) -> str:
    """Two months given as YYYYMM; whole years are written as years: '2017', '2014–2015'."""
    low_year, low_month = divmod(low, 100)
    high_year, high_month = divmod(high, 100)
    if low == high:
        return month(low)
    if low_month == 1 and high_month == 12:
        return str(low_year) if low_year == high_year else f"{low_year}{DASH}{high_year}"
    if low_year == high_year:
        return f"{_MONTHS[low_month - 1]}{DASH}{month(high)}"
    return f"{month(low)} {DASH} {month(high)}"


def number_range(low: int, high: int) -> str:
    return number(low) if low == high else f"{number(low)}{DASH}{number(high)}"


def fact(value: Fact | None) -> str:
    """A fact's value in words; a missing value is said to be missing, never shown as 0."""
    if value is None:
        return LABELS[FactState.UNKNOWN]
    if not value.has_value:
        withheld = value.state is FactState.WITHHELD
        return LABELS[FactState.WITHHELD if withheld else FactState.UNKNOWN]
    if value.name in MONEY_FACTS:
        return _ends(value, money, money_range, "minst", "högst")
    if value.name in DATE_FACTS:
        return _ends(value, month, month_range, "tidigast", "senast")
    return _ends(value, number, number_range, "minst", "högst")


def _ends(
    value: Fact, one: Callable[[int], str], both: Callable[[int, int], str], at_least: str, at_most: str
) -> str:
    if value.low is not None and value.high is not None:
        return both(value.low, value.high)
    if value.low is not None:
        return f"{at_least} {one(value.low)}"
    return f"{at_most} {one(value.high or 0)}"


def isodate(value: date) -> str:
    """2026-11-23; of a moment, its day."""
    return f"{value:%Y-%m-%d}"


def ago(value: date, today: date) -> str:
    """How long ago, in words: 'i dag', 'för 3 dagar sedan'; a day to come is written out."""
    day = value.date() if isinstance(value, datetime) else value
    days = (today - day).days
    if days < 0:
        return isodate(day)
    if days < 2:
        return ("i dag", "i går")[days]
    for length, one, many in ((365, "ett år", "år"), (30, "en månad", "månader"), (7, "en vecka", "veckor")):
        count = days // length
        if count >= 1:
            return f"för {one} sedan" if count == 1 else f"för {count}{NBSP}{many} sedan"
    return f"för {days}{NBSP}dagar sedan"
