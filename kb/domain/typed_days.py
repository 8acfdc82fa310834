"""Months and days as people type them, and back again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kb.domain.errors import Invalid
from kb.domain.typed_span import DASH, Span, between, open_end, plain, span_text

FIRST_YEAR, LAST_YEAR = 1950, 2100

_SHORT = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_LONG = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti"),
    *("september", "oktober", "november", "december"),
)
_MONTHS = {name: number for names in (_SHORT, _LONG) for number, name in enumerate(names, 1)} | {"sept": 9}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = re.compile(r"(?:år )?([0-9]{4})")
_MONTH = re.compile(
    rf"(?P<y1>[0-9]{{4}})[-/](?P<m1>[0-9]{{1,2}})(?:[-/][0-9]{{1,2}})?|(?P<y2>[0-9]{{4}})(?P<m2>[0-9]{{2}})"
    rf"|(?P<m3>[0-9]{{1,2}})/(?P<y3>[0-9]{{4}})|(?P<m4>{_NAME})\.? (?P<y4>[0-9]{{4}})"
    rf"|(?P<y5>[0-9]{{4}}) (?P<m5>{_NAME})\.?"
)
_ALONE = re.compile(rf"({_NAME})\.?")
_BREAK = re.compile(r" ?- ?| till ")
_DAY = re.compile(
    rf"(?P<y1>[0-9]{{4}})[-/.](?P<m1>[0-9]{{1,2}})[-/.](?P<d1>[0-9]{{1,2}})"
    rf"|(?P<y2>[0-9]{{4}})(?P<m2>[0-9]{{2}})(?P<d2>[0-9]{{2}})"
    rf"|(?:den )?(?P<d3>[0-9]{{1,2}})[/.] ?(?P<m3>[0-9]{{1,2}})[/. -](?P<y3>[0-9]{{4}})"
    rf"|(?:den )?(?P<d4>[0-9]{{1,2}})(?::?e)? (?P<m4>{_NAME})\.? (?P<y4>[0-9]{{4}})"
)


def month_span(text: str) -> Span:
    """Months YYYYMM: '2017', '2017-03', 'mars 2017', '2014–2015', 'tidigast mars 2017'.

    A bare year has January as its first month and December as its last; a day counts as its month.
    """
    typed = plain(text)
    if not typed:
        return None, None
    if opened := open_end(typed):
        low, high = _read(opened[0])
        return (low, None) if opened[1] else (None, high)
    single = _single(typed)
    if single is not None:
        return single
    for first, last in _halves(typed):
        start, end = _single(first), _single(last)
        if start is not None and end is not None:
            if start[0] > end[1]:
                raise Invalid("Det första datumet är senare än det sista. Byt plats på dem.")
            return start[0], end[1]
    return _read(typed)


def day(text: str) -> date:
    """A day: '2027-01-31', '31 januari 2027', '31/1 2027'. An empty field is refused too."""
    found = _DAY.fullmatch(plain(text))
    if found is None:
        raise Invalid("Skriv dagen som år, månad och dag, till exempel 2027-01-31.")
    year = _checked_year(_part(found, "y"))
    try:
        return date(year, _part(found, "m"), _part(found, "d"))
    except ValueError:
        raise Invalid("Den dagen finns inte. Kontrollera månaden och dagen.") from None


def month_text(low: int | None, high: int | None) -> str:
    """Whole years are written as years: '2017', '2014–2015', else '2017-03'."""
    if low is not None and high is not None and (low % 100, high % 100) == (1, 12):
        return span_text(low // 100, high // 100, str)
    return span_text(low, high, _month_text, "tidigast", "senast")


def _month_text(value: int) -> str:
    return f"{value // 100}-{value % 100:02}"


def _halves(typed: str) -> Iterator[tuple[str, str]]:
    """Every way to part a text in two dates; a first month without a year has that of the last one."""
    if both := between(typed):
        yield both
    for found in _BREAK.finditer(typed):
        first, last = typed[: found.start()], typed[found.end() :]
        if _ALONE.fullmatch(first):
            first = f"{first} {last[-4:]}"
        yield first, last


def _read(typed: str) -> tuple[int, int]:
    found = _single(typed)
    if found is None:
        raise Invalid(
            "Skriv ett år eller en månad, till exempel 2017, mars 2017 eller 2014%(dash)s2015.", dash=DASH
        )
    return found


def _single(typed: str) -> tuple[int, int] | None:
    """The first and the last month of a year or a month; None for anything else."""
    if found := _YEAR.fullmatch(typed):
        year = _checked_year(int(found[1]))
        return year * 100 + 1, year * 100 + 12
    if found := _MONTH.fullmatch(typed):
        year, month = _checked_year(_part(found, "y")), _part(found, "m")
        if not 1 <= month <= 12:
            raise Invalid("Månaden ska vara mellan 1 och 12, till exempel 2017-03.")
        return year * 100 + month, year * 100 + month
    return None


def _part(found: re.Match[str], letter: str) -> int:
    """The year, month or day of the one form that matched."""
    texts = (text for name, text in found.groupdict().items() if name[0] == letter and text)
    text = next(texts)
    return _MONTHS.get(text) or int(text)


def _checked_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("Året ska vara mellan %(first)s och %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
    return year
