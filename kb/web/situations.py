"""Ways in from what the reader is about to do, each a search with choices that exist."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from kb.domain.vocabulary import Outcome
from kb.search.index import Facet
from kb.services.choices import SearchRequest
from kb.web.query_string import SearchUrls


@dataclass(frozen=True, slots=True)
class Situation:
    label: str
    description: str
    url: str


@dataclass(frozen=True, slots=True)
class _Door:
    label: str
    description: str
    filters: dict[Facet, frozenset[str]]


_DOORS = (
    _Door(
        _("Du ska upphandla"),
        _("Krav, avtal och leverantörer: det som avgjorde långt före leveransen."),
        {Facet.PHASE: frozenset({"procurement"})},
    ),
    _Door(
        _("Du ska byta system"),
        _("Ärendesystem, verksamhetssystem och affärssystem som bytts ut."),
        {Facet.INVESTMENT_TYPE: frozenset({"case_system", "erp"})},
    ),
    _Door(
        _("Du ska införa något nytt"),
        _("Utrullning, utbildning och dagen då det nya skulle börja användas."),
        {Facet.PHASE: frozenset({"rollout"})},
    ),
    _Door(
        _("Du ska ta hem nyttan"),
        _("Vad som väntades, vad det blev och hur någon fick reda på det."),
        {Facet.PHASE: frozenset({"benefits"})},
    ),
    _Door(
        _("Du ska automatisera"),
        _("Automatisering och artificiell intelligens i handläggning och stöd."),
        {Facet.INVESTMENT_TYPE: frozenset({"ai", "automation"})},
    ),
    _Door(
        _("Du funderar på att stoppa"),
        _("Projekt som avbröts eller togs om, och vad det kostade."),
        {Facet.OUTCOME: frozenset({Outcome.STOPPED.value, Outcome.REPLACED.value})},
    ),
)

EXAMPLES = ("upphandling av journalsystem", "byta ärendesystem", "effekthemtagning")
"""Searches that show what one may write in the box."""


def situations(search_path: str) -> tuple[Situation, ...]:
    """The ways in, with addresses under ``search_path``."""
    urls = SearchUrls(SearchRequest(), search_path)
    return tuple(
        Situation(str(door.label), str(door.description), urls.of(SearchRequest(filters=door.filters)))
        for door in _DOORS
    )
