"""The address of a search: read tolerantly, written in one way.

Whatever a reader (or a scanner) puts after ``/sok?`` or ``/lardomar?`` becomes a ``SearchRequest``. What
cannot be read is left out, with a notice where the reader would miss it. Two equal searches have one address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from kb.domain.vocabulary import CostClass, EntryKind, OrganisationType, Outcome
from kb.search.index import Facet, Sort
from kb.services.choices import STORIES, Chip, Scope, SearchRequest, without
from kb.services.searching import PAGES_MAX

CHOICES_MAX = 50
FIRST_YEAR, LAST_YEAR = 1950, 2100

TEXT, YEAR_FROM, YEAR_TO, SORT, PAGE = "q", "fran", "till", "sortering", "sida"

_KNOWN: dict[Facet, frozenset[str]] = {
    Facet.KIND: frozenset(EntryKind),
    Facet.OUTCOME: frozenset(Outcome),
    Facet.ORGANISATION_TYPE: frozenset(OrganisationType),
    Facet.COST_CLASS: frozenset(CostClass),
    Facet.YEAR: frozenset(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)),
}
"""Facets whose words are in the code; those of the others are data and must only look like a code."""

_CODE = re.compile(r"[a-z0-9_-]{1,80}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an address, and sentences about what was not."""

    request: SearchRequest
    notices: tuple[str, ...] = ()


def read(arguments: MultiDict[str, str], scope: Scope = STORIES) -> Reading:
    """The search that an address asks for. Never raises; the limits on ``q`` are the search's own."""
    notices: list[str] = []
    year_from = _year(arguments.get(YEAR_FROM, ""), notices) if scope.by_years else None
    year_to = _year(arguments.get(YEAR_TO, ""), notices) if scope.by_years else None
    if year_from is not None and year_to is not None and year_from > year_to:
        year_from, year_to = year_to, year_from
        notices.append(_("Från-året var senare än till-året. Vi har bytt plats på dem."))
    request = SearchRequest(
        text=_clean(arguments.get(TEXT, "")),
        filters={facet: chosen for facet in scope.facets if (chosen := _choices(facet, arguments))},
        year_from=year_from,
        year_to=year_to,
        sort=_sort(arguments.get(SORT, ""), scope),
        page=_page(arguments.get(PAGE, "")),
    )
    return Reading(request, tuple(notices))


def text_of(arguments: MultiDict[str, str]) -> str:
    """What was typed so far, with a space at its end kept: it says that the last word is whole."""
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", arguments.get(TEXT, ""))).lstrip()


def pairs(request: SearchRequest) -> list[tuple[str, str]]:
    """The names and values of a search's address, in the one order; what is at its default is left out."""
    found = [(TEXT, request.text)] if request.text else []
    for facet in Facet:
        found += [(facet.value, value) for value in sorted(request.filters.get(facet, ()))]
    found += [(name, str(year)) for name, year in _years(request) if year is not None]
    if request.sort is not Sort.RELEVANCE:
        found.append((SORT, request.sort.value))
    if request.page > 1:
        found.append((PAGE, str(request.page)))
    return found


class SearchUrls:
    """Addresses of searches that differ from this one in one thing; each starts at the first page of hits."""

    def __init__(self, request: SearchRequest, path: str) -> None:
        self.request = replace(request, page=1)
        self.path = path

    def of(self, request: SearchRequest) -> str:
        query = urlencode(pairs(request))
        return f"{self.path}?{query}" if query else self.path

    def with_page(self, page: int) -> str:
        return self.of(replace(self.request, page=page))

    def with_sort(self, sort: Sort) -> str:
        return self.of(replace(self.request, sort=sort))

    def with_text(self, text: str) -> str:
        return self.of(replace(self.request, text=text))

    def with_years(self, first: int | None, last: int | None) -> str:
        """The search in a span of years; None leaves an end open."""
        return self.of(replace(self.request, year_from=first, year_to=last))

    def without(self, chip: Chip) -> str:
        """The search with one choice less."""
        return self.of(without(self.request, chip))

    def clear(self) -> str:
        """The same words without any choice."""
        return self.of(replace(self.request, filters={}, year_from=None, year_to=None))


def _years(request: SearchRequest) -> tuple[tuple[str, int | None], ...]:
    return (YEAR_FROM, request.year_from), (YEAR_TO, request.year_to)


def _clean(text: str) -> str:
    """One form of each letter, and no characters that a page cannot show."""
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", text)).strip()


def _choices(facet: Facet, arguments: MultiDict[str, str]) -> frozenset[str]:
    fits: Callable[[str], object] = _KNOWN[facet].__contains__ if facet in _KNOWN else _CODE.fullmatch
    return frozenset([value for value in arguments.getlist(facet.value) if fits(value)][:CHOICES_MAX])


def _year(raw: str, notices: list[str]) -> int | None:
    value = raw.strip()
    if not value:
        return None
    if re.fullmatch(r"[0-9]{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR:
        return int(value)
    notices.append(
        _(
            "Vi kunde inte läsa årtalet ”%(value)s” och sökte utan det. "
            "Skriv fyra siffror, till exempel 2015.",
            value=_clean(value)[:20],
        )
    )
    return None


def _sort(raw: str, scope: Scope) -> Sort:
    return next((sort for sort in scope.sorts if sort.value == raw), Sort.RELEVANCE)


def _page(raw: str) -> int:
    """The page asked for, from 1 to ``PAGES_MAX``; 1 where that is not a number."""
    digits = raw.strip()
    if not re.fullmatch(r"[0-9]+", digits):
        return 1
    return PAGES_MAX if len(digits) > 9 else min(max(int(digits), 1), PAGES_MAX)
