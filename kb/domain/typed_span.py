"""What amounts, counts and months have in common when they are typed: ends, ranges and plain signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kb.domain.errors import Invalid

Span = tuple[int | None, int | None]
"""The lowest and the highest value: equal for an exact one, None for an open end."""

TEXT_MAX = 200
DASH = "\N{EN DASH}"

AT_LEAST = re.compile(
    r"(?:minst|lägst|tidigast|från och med|från|fr\.? ?o\.? ?m\.?|efter|över|mer än|≥|>=?)(?![a-zåäö]) ?"
)
AT_MOST = re.compile(
    r"(?:högst|som mest|max\.?|maximalt|senast|till och med|t\.? ?o\.? ?m\.?|upp till|före|under|mindre än"
    r"|≤|<=?)(?![a-zåäö]) ?"
)
_ABOUT = re.compile(
    r"(?<![a-zåäö])(?:cirka|c:a|ca\.?|ungefär|omkring|runt|drygt|knappt|nästan|uppemot|~|≈)(?![a-zåäö])"
)
_BETWEEN = re.compile(r"mellan (.+) och (.+)")
_DASHES = str.maketrans("‐‑‒–—−", "------")


def plain(text: str) -> str:
    """Lower case, with one sort of space and of dash. Raises ``Invalid`` for 'cirka' and for a long text."""
    found = " ".join(unicodedata.normalize("NFC", text).translate(_DASHES).lower().split())
    if len(found) > TEXT_MAX:
        raise Invalid("Texten är för lång för ett värde. Skriv bara värdet här och resten som anmärkning.")
    if about := _ABOUT.search(found):
        raise Invalid(
            "Ta bort ”%(word)s” och skriv bara värdet. Välj i stället att uppgiften är uppskattad.",
            word=about[0],
        )
    if found.startswith("-"):
        raise Invalid("Värdet kan inte vara mindre än noll. Ta bort minustecknet.")
    return found


def between(text: str) -> tuple[str, str] | None:
    """The two values of 'mellan 10 och 15'."""
    found = _BETWEEN.fullmatch(text)
    return (found[1], found[2]) if found else None


def open_end(text: str) -> tuple[str, bool] | None:
    """What follows 'minst' or 'högst', and whether the value is the lowest one."""
    if found := AT_LEAST.match(text):
        return text[found.end() :], True
    if found := AT_MOST.match(text):
        return text[found.end() :], False
    return None


def span_text(
    low: int | None,
    high: int | None,
    one: Callable[[int], str],
    at_least: str = "minst",
    at_most: str = "högst",
) -> str:
    """One value, two with a dash between, or one with an open end; nothing for none."""
    if low is None:
        return "" if high is None else f"{at_most} {one(high)}"
    if high is None:
        return f"{at_least} {one(low)}"
    return one(low) if low == high else f"{one(low)}{DASH}{one(high)}"
