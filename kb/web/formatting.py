"""Values as text in the language of the page: money, facts, dates, numbers, with spaces that do not break.

``template_helpers`` offers them to templates, ``range_view`` uses them for its drawing. Outside a request
they write Swedish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import get_month_names
from babel.numbers import format_decimal

from kb.domain import clock
from kb.domain.facts import Fact
from kb.domain.vocabulary import DATE_FACTS, MONEY_FACTS, FactState
from kb.web.labels import label
from kb.web.languages import gettext as _
from kb.web.languages import ngettext, page_language

NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def number(value: int) -> str:
    """13000 as '13 000'; in English '13,000'."""
    return str(format_decimal(value, locale=page_language()))


def decimal(value: Decimal, places: int) -> str:
    """A number with at most ``places`` decimals; '12,5', '63', never '63,0'."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return format_decimal(rounded, locale=page_language())


def _tight(text: str) -> str:
    return text.replace(" ", NBSP)


def _money(value: str, ksek: int) -> str:
    """A number with the unit that ``_unit_of`` gives the sum."""
    unit = _unit_of(ksek)
    if unit == 1_000_000:
        return _tight(_("%(value)s Mdkr", value=value))
    if unit == 1_000:
        return _tight(_("%(value)s Mkr", value=value))
    return _tight(_("%(value)s tkr", value=value))


def _unit_of(ksek: int) -> int:
    """A sum that would round up to the next unit is written in that unit."""
    if ksek >= 999_950:
        return 1_000_000
    return 1_000 if ksek >= 1_000 else 1


def _money_value(ksek: int) -> str:
    unit = _unit_of(ksek)
    return decimal(Decimal(ksek) / unit, 2 if unit == 1_000_000 else 1)


def money(ksek: int) -> str:
    """Thousands of kronor as '850 tkr', '12,5 Mkr' or '5,5 Mdkr'; nothing at all is '0 kr'."""
    return _money(_money_value(ksek), ksek) if ksek else _tight(_("0 kr"))


def money_exact(ksek: int) -> str:
    """Thousands of kronor in full: '63 000 000 kronor'."""
    return _tight(_("%(value)s kronor", value=number(ksek * 1_000)))


def money_range(low: int, high: int) -> str:
    if low == high:
        return money(low)
    if _unit_of(low) != _unit_of(high) or not low:
        return f"{money(low)} {DASH} {money(high)}"
    low_value, high_value = _money_value(low), _money_value(high)
    return _money(low_value if low_value == high_value else f"{low_value}{DASH}{high_value}", high)


def _month_name(value: int) -> str:
    return str(get_month_names("wide", "format", page_language())[value])


def month(value: int) -> str:
    """A month given as YYYYMM: 201106 as 'juni 2011'."""
    return f"{_month_name(value % 100)}{NBSP}{value // 100}"


def month_range(low: int, high: int) -> str:
    """Two months given as YYYYMM; whole years are written as years: '2017', '2014–2015'."""
    low_year, low_month = divmod(low, 100)
    high_year, high_month = divmod(high, 100)
    if low == high:
        return month(low)
    if low_month == 1 and high_month == 12:
        return str(low_year) if low_year == high_year else f"{low_year}{DASH}{high_year}"
    if low_year == high_year:
        return f"{_month_name(low_month)}{DASH}{month(high)}"
    return f"{month(low)} {DASH} {month(high)}"


def number_range(low: int, high: int) -> str:
    return number(low) if low == high else f"{number(low)}{DASH}{number(high)}"


def fact(value: Fact | None) -> str:
    """A fact's value in words; a missing value is said to be missing, never shown as 0."""
    if value is None or not value.has_value:
        withheld = value is not None and value.state is FactState.WITHHELD
        return label(FactState.WITHHELD if withheld else FactState.UNKNOWN)
    if value.name in DATE_FACTS:
        return _date(value)
    if value.name in MONEY_FACTS:
        return _amount(value, money, money_range)
    return _amount(value, number, number_range)


def _date(value: Fact) -> str:
    if value.low is not None and value.high is not None:
        return month_range(value.low, value.high)
    if value.low is not None:
        return _("tidigast %(month)s", month=month(value.low))
    return _("senast %(month)s", month=month(value.high or 0))


def _amount(value: Fact, one: Callable[[int], str], both: Callable[[int, int], str]) -> str:
    if value.low is not None and value.high is not None:
        return both(value.low, value.high)
    if value.low is not None:
        return _("minst %(amount)s", amount=one(value.low))
    return _("högst %(amount)s", amount=one(value.high or 0))


def isodate(value: date) -> str:
    """2026-11-23; of a moment, its day."""
    return f"{value:%Y-%m-%d}"


def moment(value: datetime) -> str:
    """2026-11-23 kl. 14.05, in Swedish time."""
    there = value.astimezone(clock.SWEDEN)
    return _("%(day)s kl. %(time)s", day=isodate(there), time=f"{there:%H.%M}").replace(" ", NBSP)


def ago(value: date, today: date) -> str:
    """How long ago, in words: 'i dag', 'för 3 dagar sedan'; a day to come is written out."""
    day = value.date() if isinstance(value, datetime) else value
    days = (today - day).days
    if days < 0:
        return isodate(day)
    if days < 2:
        return (_("i dag"), _("i går"))[days]
    if days >= 365:
        text = ngettext("för ett år sedan", "för %(num)s år sedan", days // 365)
    elif days >= 30:
        text = ngettext("för en månad sedan", "för %(num)s månader sedan", days // 30)
    elif days >= 7:
        text = ngettext("för en vecka sedan", "för %(num)s veckor sedan", days // 7)
    else:
        text = ngettext("för en dag sedan", "för %(num)s dagar sedan", days)
    return re.sub(r"(\d) ", rf"\1{NBSP}", text)
