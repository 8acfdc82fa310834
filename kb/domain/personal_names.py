"""Names of people in a text: a common first name before a surname, or a surname that only people have.

It is advice and never a stop, so a name that is missed costs less than an authority, a place or a product
that is taken for someone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.domain.first_names import FIRST_NAMES

_WORD = r"[A-ZÅÄÖÉÜ][a-zåäöéüèáíóøæ]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéüèáíóøæ]+)?"
_FULL = re.compile(
    rf"(?<![\w-])(?P<first>{_WORD})(?: {_WORD}| [A-ZÅÄÖ]\.?)??"
    rf"(?: (?:von|af|de|van|el|al))?[ \u00a0](?P<last>{_WORD})(?![\w-])(?: (?P<after>[\wåäö]+))?"
)
_SONS = re.compile(
    rf"(?<![\w-])(?:[A-ZÅÄÖ]\.[ \u00a0]?|{_WORD} )?(?P<last>[A-ZÅÄÖ][a-zåäöéü]+sson)s?(?![\w-])"
)

_OTHER_WORDS = """
Ab Access Account Afrika Amerika April Asien Augusti Bank Barn Bolag Capita Cloud Dag Danmark Data
December Departementet Digital Europa Februari Finland Fonden Fredag Gruppen Göteborg Hemtjänst Hotell
Institutet Januari Juli Juni Kommun Kommuner Landet Library Län Lön Lördag Maj Malmö Mars Mobil
Myndigheten Månad Måndag Norden Norge November Oktober Om Onsdag Pages Person Portal Premium Region
September Sjukhus Skola Skolan Statistik Stiftelsen Stockholm Svenska Sverige System Söndag Tisdag
Tjänst Torsdag Universitet Universitetet Uppsala Vecka Vård Webb År
"""
_NO_SURNAMES = frozenset(_OTHER_WORDS.split())
_PLACES = re.compile(
    r"(?:gata|gatan|väg|vägen|plats|torg|torget|park|parken|gränd|allé|skola|skolan|gymnasium|gymnasiet|sjukhus"
    r"|sjukhuset|barnsjukhus|stiftelse|stiftelsen|institut|institutet|pris|priset|museum|museet|fond|kyrka"
    r"|församling|backe|stig|university|institute|foundation|kommun|kommuns|stad|län|ab|hb)",
    re.IGNORECASE,
)
_ENDS_OF_PLACES = re.compile(
    r".+(?:verket|myndigheten|kommun|region|styrelsen|institutet|sjukhuset|skolan)s?"
)
_NO_SONS = frozenset({"Ericsson", "Lesson"})


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each name begins and ends, in order; one may lie within another."""
    found = [*_full_names(text), *_sons(text)]
    yield from sorted(found)


def _full_names(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while match := _FULL.search(text, at):
        if _is_person(match):
            yield match.start(), match.end("last")
            at = match.end("last")
        else:
            at = match.end("first")


def _is_person(match: re.Match[str]) -> bool:
    first, last = match["first"], match["last"]
    if first not in FIRST_NAMES and first.partition("-")[0] not in FIRST_NAMES:
        return False
    if last in _NO_SURNAMES or _ENDS_OF_PLACES.fullmatch(last.lower()):
        return False
    return not (match["after"] and _PLACES.fullmatch(match["after"]))


def _sons(text: str) -> Iterator[tuple[int, int]]:
    for match in _SONS.finditer(text):
        if match["last"] in _NO_SONS:
            continue
        following = re.match(r" ?(\w+)", text[match.end() : match.end() + 20])
        if not (following and _PLACES.fullmatch(following[1])):
            yield match.start("last"), match.end()
