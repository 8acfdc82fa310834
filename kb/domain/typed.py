"""Amounts, counts, months and days as people type them, and back again.

Every function that reads takes a whole field and raises ``Invalid``, without a field, saying how to mend it.
An empty field is no value. What each ``*_text`` writes is read back as the same value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from kb.domain.errors import Invalid
from kb.domain.typed_days import day, month_span, month_text
from kb.domain.typed_span import DASH, Span, between, open_end, plain, span_text

__all__ = ["Span", "amount", "amount_text", "count", "count_text", "day", "month_span", "month_text"]

AMOUNT_MAX = 1_000_000_000
"""Thousands of kronor: more than any state has."""
COUNT_MAX = 1_000_000_000

_KRONOR_FROM = 1_000
_UNITS = {
    **dict.fromkeys(("kr", "kronor", "sek", ":-", "kr."), Decimal("0.001")),
    **dict.fromkeys(("tkr", "ksek", "tsek", "k", "tusen", "tusenkr"), Decimal(1)),
    **dict.fromkeys(("mkr", "mnkr", "msek", "m", "mn", "milj", "miljon", "miljoner"), Decimal(1_000)),
    **dict.fromkeys(("mdkr", "mdr", "mdrkr", "mdsek", "md", "miljard", "miljarder"), Decimal(1_000_000)),
}
_TIMES = {"": 1, "tusen": 1_000, "miljon": 1_000_000, "miljoner": 1_000_000, "milj": 1_000_000}
_NUMBER = re.compile(r"([0-9](?:[0-9 .,]*[0-9])?) ?([^0-9]*)")
_DIGITS = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,][0-9]+)?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+")
_KRONOR = re.compile(r"(?<=[a-z]) (?:kronor|kr|sek)\.?$")
_OF_WHOM = re.compile(r"(?:personer|st|st\.|stycken|användare|anställda|medarbetare|handläggare|invånare)$")


def amount(text: str) -> Span:
    """Thousands of kronor: '12,5 Mkr', '12 500 000', '10–15 Mkr', 'minst 850 tkr'; rounded to whole ones."""
    return _span(plain(text), _amounts)


def count(text: str) -> Span:
    """A whole number of people or things: '13 000', '10–20', 'minst 100', '2,5 miljoner'."""
    return _span(plain(text), lambda parts: [_count(part) for part in parts])


def amount_text(low: int | None, high: int | None) -> str:
    """Thousands of kronor in the largest unit that needs no more than two decimals: '12,5 Mkr'."""
    if low is not None and high is not None and low != high:
        first, first_unit = _in_unit(low)
        last, last_unit = _in_unit(high)
        if first_unit == last_unit:
            return f"{first}{DASH}{last} {last_unit}"
    return span_text(low, high, lambda value: " ".join(_in_unit(value)))


def count_text(low: int | None, high: int | None) -> str:
    return span_text(low, high, _grouped)


def _span(typed: str, read: Callable[[list[str]], list[int]]) -> Span:
    if not typed:
        return None, None
    if opened := open_end(typed):
        (value,) = read([opened[0]])
        return (value, None) if opened[1] else (None, value)
    parts = list(between(typed) or re.split(r" ?(?<!:)- ?| till ", typed))
    values = read(parts[:2] if len(parts) == 2 else [typed])
    if values[0] > values[-1]:
        raise Invalid("Det lägsta värdet är större än det högsta. Byt plats på dem.")
    return values[0], values[-1]


def _amounts(parts: list[str]) -> list[int]:
    """Each in thousands of kronor; a unit that stands at one of two holds for both."""
    found = [_number_and_unit(part) for part in parts]
    units = [unit for _, unit in found if unit]
    return [_thousands(digits, unit or (units[0] if units else "")) for digits, unit in found]


def _number_and_unit(part: str) -> tuple[str, str]:
    found = _NUMBER.fullmatch(part)
    unit = _KRONOR.sub("", found[2]).strip() if found else ""
    if found is None or (unit and unit not in _UNITS):
        raise Invalid(
            "Skriv beloppet med siffror och enhet, till exempel 12,5 Mkr, 850 tkr eller 12 500 000 kr."
        )
    return found[1], unit


def _thousands(digits: str, unit: str) -> int:
    value = _decimal(digits)
    if not unit and value < _KRONOR_FROM:
        if not value:
            raise Invalid("Skriv 0 kr om det inte kostade något. Välj annars att uppgiften saknas.")
        raise Invalid(
            "Skriv enheten efter beloppet, till exempel %(number)s tkr eller %(number)s Mkr.", number=digits
        )
    exact = value * _UNITS[unit or "kr"]
    rounded = int(exact.to_integral_value(ROUND_HALF_UP))
    if value and not rounded:
        raise Invalid("Beloppet är mindre än tusen kronor. Skriv det i hela tusental, till exempel 1 tkr.")
    if rounded > AMOUNT_MAX:
        raise Invalid("Beloppet är för stort. Kontrollera enheten.")
    return rounded


def _decimal(digits: str) -> Decimal:
    """Digits with Swedish or English signs; where one sign can mean both, it is refused."""
    if _THOUSANDS.fullmatch(digits) and (digits.count(".") > 1 or digits.count(",") > 1):
        return Decimal(digits.replace(".", "").replace(",", ""))
    if re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", digits):
        raise Invalid(
            "Punkten i ”%(number)s” kan läsas på två sätt. Skriv med komma om det är decimaler, "
            "eller med mellanslag om det är tusental.",
            number=digits,
        )
    if not _DIGITS.fullmatch(digits):
        raise Invalid(
            "Talet ”%(number)s” går inte att läsa. Skriv till exempel 12 500 000 eller 12,5.", number=digits
        )
    return Decimal(digits.replace(" ", "").replace(",", "."))


def _count(part: str) -> int:
    found = _NUMBER.fullmatch(_OF_WHOM.sub("", part).strip())
    if found is None or found[2].strip() not in _TIMES:
        raise Invalid(
            "Skriv ett antal med siffror, till exempel 13 000, 10%(dash)s20 eller minst 100.", dash=DASH
        )
    digits, times = found[1], _TIMES[found[2].strip()]
    grouped = times == 1 and _THOUSANDS.fullmatch(digits)
    value = Decimal(re.sub(r"[.,]", "", digits)) if grouped else _decimal(digits)
    value *= times
    if value != value.to_integral_value():
        raise Invalid("Skriv ett helt antal, utan decimaler.")
    if value > COUNT_MAX:
        raise Invalid("Antalet är för stort. Kontrollera siffrorna.")
    return int(value)


def _in_unit(value: int) -> tuple[str, str]:
    """A number and its unit."""
    if not value:
        return "0", "kr"
    for size, unit in ((1_000_000, "mdkr"), (1_000, "Mkr")):
        if value >= size and value * 100 % size == 0:
            number = f"{Decimal(value) / size:f}"
            whole, _, decimals = number.partition(".")
            rest = decimals.rstrip("0")
            return _grouped(int(whole)) + (f",{rest}" if rest else ""), unit
    return _grouped(value), "tkr"


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", " ")
