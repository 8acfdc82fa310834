"""Telephone numbers, bank accounts and addresses of homes in a text (L-02): what reaches a person.

Numbers that only authorities and companies have pass: bankgiro, plusgiro, switchboards that begin with 010,
020 or 077, numbers of organisations, cases and invoices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONEY = r"(?! ?(?:kr\b|kronor|tkr|mkr|mdkr|sek\b|euro|miljoner|procent|%|st\b|invånare|personer))"
_TELEPHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)46 ?(?:\(0\) ?)?(?P<abroad>[1-9][0-9]{0,2})[ -]?(?P<a>[0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,3})"
    r"|(?:\+|00)(?:45|47|49|44|358|354|48|33)(?: ?[0-9]{2,4}){3,5}"
    r"|(?P<area>08|0[1-9][0-9]{1,2}) ?[-/] ?(?P<b>[0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,3})"
    r"|(?P<mobile>07[02369])(?P<c>(?:[ -]?[0-9]){7})"
    r")(?![\w/]|[-.,:][0-9])" + _MONEY,
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:tel|telefon|tfn|tele|mobil|mobilnr|mobilnummer|telefonnummer|ring)\b[.:]? ?"
    r"(?:på )?(?:nr\.? |nummer )?(?P<number>0[1-9](?:[ -]?[0-9]){6,9})(?![0-9])",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:dnr|diarienr|diarienummer|ärende|ärendenr|ärendenummer|mål|målnr|bg|bankgiro|pg|plusgiro|postgiro|ocr"
    r"|org\.? ?nr|organisationsnummer|orgnr|faktura|fakturanr|fakturanummer|order|ordernr|avtal|avtalsnr|isbn"
    r"|sfs|artikel|artikelnr|inventarienr|serienr|version|id)\b[.:]?(?: ?(?:nr|nummer|är)\b[.:]?)? ?$",
    re.IGNORECASE,
)
_BEFORE = 40
_OF_NO_ONE = re.compile(r"0?(?:10|20|77[0-9]?)")

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_ACCOUNT = re.compile(
    r"\b(?:konto|kontonr|kontonummer|bankkonto|lönekonto|personkonto|sparkonto|clearing|clearingnr|clearingnummer"
    r"|cl\.?nr)\b[.:]?(?: ?(?:nr|nummer|är|i|hos|bank|swedbank|nordea|seb|handelsbanken)\b[.:]?){0,3} ?"
    r"(?P<number>[0-9](?:(?:[ -]|, (?:konto(?:nr|nummer)? ?)?)?[0-9]){6,15})(?![0-9])" + _MONEY,
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?<!\w)[A-ZÅÄÖ][a-zåäöé]+ ?(?:gatan|gata|vägen|väg|gränd|gränden|stigen|allén|backen|torget) "
    r"[0-9]{1,3} ?[A-H]?(?![\w-])(?! ?(?:km|meter|m\b|kr|Mkr|procent))"
)


def telephones(text: str) -> Iterator[tuple[int, int]]:
    """Where each telephone number that may be someone's begins and ends."""
    for match in _TELEPHONE.finditer(text):
        if is_named_otherwise(text, match.start()):
            continue
        area = match["abroad"] or match["area"] or match["mobile"]
        if area is None:
            yield match.span()
            continue
        digits = re.sub(r"[^0-9]", "", area.lstrip("0") + (match["a"] or match["b"] or match["c"]))
        is_one = 7 <= len(digits) <= 9 and not _OF_NO_ONE.fullmatch(area)
        if is_one and not digits.startswith("77"):
            yield match.span()
    for match in _TOLD.finditer(text):
        if not _OF_NO_ONE.match(match["number"]) and not match["number"].startswith("077"):
            yield match.span("number")


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Where each bank account begins and ends: an IBAN whose check digits are right, or one that is named."""
    for match in _IBAN.finditer(text):
        if _is_iban(match[0].replace(" ", "")):
            yield match.span()
    for match in _ACCOUNT.finditer(text):
        yield match.span("number")


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Where each street with the number of a house begins and ends."""
    for match in _STREET.finditer(text):
        yield match.span()


def is_named_otherwise(text: str, start: int) -> bool:
    """Whether the words before a number say that it is that of a case, an invoice or an organisation."""
    return _OTHER.search(text[max(0, start - _BEFORE) : start]) is not None


def _is_iban(text: str) -> bool:
    """Whether the two check digits are right (ISO 7064, modulo 97)."""
    turned = text[4:] + text[:4]
    return 15 <= len(text) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
