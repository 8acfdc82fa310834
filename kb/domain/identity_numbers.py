"""Personal identity numbers and coordination numbers in a text (L-01).

A number counts when its date exists and its last digit is right (Luhn), so that numbers of organisations,
diaries, telephones and accounts pass, but for one in ten of those that also look like a date of birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

# The date in one piece, or in three joined by the same sign throughout; then four digits.
_NUMBER = re.compile(
    r"(?<![0-9])(?:"
    r"(?P<whole>(?:1[89]|20)?[0-9]{6}) ?[-+]? ?(?P<last>[0-9]{4})"
    r"|(?P<apart>(?:1[89]|20)?[0-9]{2}(?P<joint>[- ])[0-9]{2}(?P=joint)[0-9]{2})"
    r"(?:(?P=joint)|\+)(?P<end>[0-9]{4})"
    r")(?![0-9])"
)
_NAMED_OTHERWISE = re.compile(
    r"\b(?:tel|telefon|tfn|mobil|mobilnummer|fax|ocr)\b[.:]?(?: ?nr\.?| ?nummer)? ?$", re.IGNORECASE
)
_BEFORE = 30
_COORDINATION = 60
"""Added to the day of birth in a coordination number (samordningsnummer)."""


def spans(plain: str) -> Iterator[tuple[int, int]]:
    """Where each number begins and ends in a text whose digits and dashes are the plain ones."""
    for match in _NUMBER.finditer(plain):
        if _is_personal(match) and not _is_named_otherwise(plain, match):
            yield match.span()


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that the others give (Luhn)."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


def _is_named_otherwise(plain: str, match: re.Match[str]) -> bool:
    """Ten digits in one piece after "OCR" or "mobil" are what they are called: an OCR number ends as one of
    these does.
    """
    before = plain[max(0, match.start() - _BEFORE) : match.start()]
    return match[0].isdecimal() and _NAMED_OTHERWISE.search(before) is not None


def _is_personal(found: re.Match[str]) -> bool:
    born = re.sub("[- ]", "", found["whole"] or found["apart"])
    last = found["last"] or found["end"]
    return _is_date(born) and has_check_digit(born[-6:] + last)


def _is_date(born: str) -> bool:
    """Whether a day exists in any of the centuries that it may stand for."""
    centuries = (born[:2],) if len(born) == 8 else ("18", "19", "20")
    month, day = int(born[-4:-2]), int(born[-2:])
    day = day - _COORDINATION if day > _COORDINATION else day
    return any(_exists(int(century + born[-6:-4]), month, day) for century in centuries)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
