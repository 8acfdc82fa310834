"""Personal data in a text: identity numbers (L-01), and what only deserves a warning (L-02)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.domain import contact_details, identity_numbers, personal_names

_DASHES = str.maketrans("‐‑‒–—−", "------")
_NO_LOCAL_PART = r"\s@,;:<>()\""
_ADDRESS = re.compile(
    rf"(?<![^{_NO_LOCAL_PART}])[^{_NO_LOCAL_PART}]++@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{{2,}}"
)
_FUNCTIONS = re.compile(
    r"(?:info|kontakt|registrator|diarium|kansli|kansliet|support|servicedesk|helpdesk|kundtjanst|kundservice"
    r"|press|presstjanst|upphandling|inkop|faktura|dataskydd|dataskyddsombud|dso|gdpr|arkiv|webb|webbredaktion"
    r"|myndigheten|kommun|kommunen|region|it|hr|security|abuse|noreply|no-reply|postmaster|webmaster)",
    re.IGNORECASE,
)
"""What stands before ``@`` in the address of an office: no person is named by it."""
_HEALTH = re.compile(
    r"\b(?:sjukskriv|sjukdom|diagnos|cancer|depress|deprimerad|utbränd|utmattning|missbruk|gravid|allergi"
    r"|funktionsnedsättning|psykisk|adhd|autis|stroke|demens|hjärtinfarkt|rehabilitering)\w*",
    re.IGNORECASE,
)
_HEALTH_WITHIN = 120
_PROTECTED = re.compile(
    r"\b(?:skydda(?:d|de) (?:identitet|personuppgift|folkbokföring)\w*|kvalificerad skyddsidentitet"
    r"|sekretess(?:marker|belag|belägg)\w*|omfattas av sekretess|hemligstämpl\w*)",
    re.IGNORECASE,
)
_EXCERPT = 40


class PersonalKind(StrEnum):
    """What a text may hold of a person: the first is a stop when it is submitted, the others are warnings."""

    IDENTITY_NUMBER = "identity_number"
    EMAIL = "email"
    TELEPHONE = "telephone"
    ACCOUNT = "account"
    STREET = "street"
    NAME = "name"
    HEALTH = "health"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class Finding:
    """``start`` and ``end`` are places in the text. ``masked`` may be shown; what was found may not."""

    kind: PersonalKind
    start: int
    end: int
    masked: str


def holds_personal_data(text: str) -> bool:
    """Whether a text holds a personal identity number, a coordination number or an e-mail address."""
    return bool(_ADDRESS.search(_plain(text)[0])) or holds_identity_number(text)


def holds_identity_number(text: str) -> bool:
    """Whether a text holds a personal identity number or a coordination number."""
    return next(identity_numbers.spans(_plain(text)[0]), None) is not None


def findings(text: str) -> tuple[Finding, ...]:
    """What a text holds of people, in order; where two lie over each other the graver one is kept."""
    plain, places = _plain(text)
    taken = bytearray(len(text))
    kept: list[Finding] = []
    for kind, start, end in _found(plain):
        begin, stop = places[start], places[end - 1] + 1
        if taken.find(1, begin, stop) < 0:
            taken[begin:stop] = b"\1" * (stop - begin)
            kept.append(Finding(kind, begin, stop, _masked(kind, plain[start:end])))
    return tuple(sorted(kept, key=lambda finding: finding.start))


def excerpt(text: str, finding: Finding, all_found: Sequence[Finding]) -> str:
    """A finding in its surroundings, on one line, with everything that was found in the text masked."""
    first, last = max(0, finding.start - _EXCERPT), min(len(text), finding.end + _EXCERPT)
    first = min([first, *(one.start for one in all_found if one.start < first < one.end)])
    pieces, at = [], first
    for one in all_found:
        if first < one.end and one.start < last:
            pieces += [text[at : one.start], one.masked]
            at = one.end
    pieces.append(text[at : max(at, last)])
    words = " ".join("".join(pieces).split())
    return f"{'… ' if first > 0 else ''}{words}{' …' if max(at, last) < len(text) else ''}"


def _found(plain: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Everything, the gravest kind first."""
    for span in identity_numbers.spans(plain):
        yield PersonalKind.IDENTITY_NUMBER, *span
    for match in _ADDRESS.finditer(plain):
        if not _FUNCTIONS.fullmatch(match[0].partition("@")[0]):
            yield PersonalKind.EMAIL, *match.span()
    for span in contact_details.accounts(plain):
        yield PersonalKind.ACCOUNT, *span
    for span in contact_details.telephones(plain):
        yield PersonalKind.TELEPHONE, *span
    for span in contact_details.streets(plain):
        yield PersonalKind.STREET, *span
    for match in _PROTECTED.finditer(plain):
        yield PersonalKind.PROTECTED, *match.span()
    for start, end in personal_names.spans(plain):
        yield PersonalKind.NAME, start, end
        if health := _HEALTH.search(plain, max(0, start - _HEALTH_WITHIN), end + _HEALTH_WITHIN):
            yield PersonalKind.HEALTH, *health.span()


def _masked(kind: PersonalKind, found: str) -> str:
    match kind:
        case PersonalKind.IDENTITY_NUMBER:
            return found[:-4] + "****"
        case PersonalKind.EMAIL:
            return f"{found[0]}***@{found.rpartition('@')[2]}"
        case PersonalKind.TELEPHONE | PersonalKind.ACCOUNT:
            return found[:3] + re.sub(r"[0-9A-Z]", "*", found[3:])
        case PersonalKind.STREET:
            return re.sub(r"[0-9]", "*", found)
        case PersonalKind.NAME:
            return re.sub(r"(?<=\w)\w", "*", found)
    return found


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """A text with plain digits, dashes and spaces and nothing invisible, and where each sign stood."""
    if text.isascii():
        return text, range(len(text))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        plain = sign if sign.isascii() or sign.isalpha() else _plain_sign(sign)
        signs.append(plain)
        places.extend([place] * len(plain))
    return "".join(signs), places


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) == "Cf":
        return ""
    return unicodedata.normalize("NFKC", sign).translate(_DASHES)
