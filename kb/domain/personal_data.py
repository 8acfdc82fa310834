"""Personal identity numbers and e-mail addresses in a text (L-01).

A number counts when its date exists and its last digit is right (Luhn), so that numbers of organisations,
diaries, telephones and accounts pass, but for one in ten of those that also look like a date of birth.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_DASHES = str.maketrans("‐‑‒–—−", "------")
# The date in one piece, or in three joined by the same sign throughout; then four digits.
_NUMBER = re.compile(
    r"(?<![0-9])(?:"
    r"(?P<whole>(?:1[89]|20)?[0-9]{6}) ?[-+]? ?(?P<last>[0-9]{4})"
    r"|(?P<apart>(?:1[89]|20)?[0-9]{2}(?P<joint>[- ])[0-9]{2}(?P=joint)[0-9]{2})"
    r"(?:(?P=joint)|\+)(?P<end>[0-9]{4})"
    r")(?![0-9])"
)
_ADDRESS = re.compile(r"[^\s@,;:<>()\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_COORDINATION = 60
"""Added to the day of birth in a coordination number (samordningsnummer)."""


def holds_personal_data(text: str) -> bool:
    """Whether a text holds a personal identity number, a coordination number or an e-mail address."""
    return bool(_ADDRESS.search(_plain(text))) or holds_identity_number(text)


def holds_identity_number(text: str) -> bool:
    """Whether a text holds a personal identity number or a coordination number."""
    return any(map(_is_personal, _NUMBER.finditer(_plain(text))))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


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


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that the others give (Luhn)."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return total % 10 == 0
