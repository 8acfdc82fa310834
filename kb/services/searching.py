"""Search as readers use it: what was found, and what to do when nothing was.

Stories and lessons are searched in the same way (``story_search``, ``lesson_search``); their ``Scope`` says
what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

import structlog

from kb.domain.errors import DomainError
from kb.search.index import Hit, Query, Suggestion
from kb.search.query_language import Clause, InField, Prefix, Words, parse
from kb.services import organisations
from kb.services.choices import (
    Chip,
    FacetGroup,
    Name,
    Names,
    Scope,
    SearchRequest,
    chips_of,
    group_of,
    without,
)
from kb.services.organisations import OrganisationRow

log = structlog.get_logger(__name__)

PER_PAGE = 10
PAGES_MAX = 100
"""The index answers no further page than this (S-31)."""
_MOST_CHOICES = 4


class LooseningKind(StrEnum):
    WITHOUT_CHOICE = "without_choice"
    PLAIN_WORDS = "plain_words"
    WITHOUT_CHOICES = "without_choices"


@dataclass(frozen=True, slots=True)
class Loosening:
    """A wider search and how much it would find; ``name`` is the choice that it is without."""

    kind: LooseningKind
    request: SearchRequest
    name: Name
    total: int


Found = TypeVar("Found")
"""A hit with what it is a hit of, as readers may see it."""


@dataclass(frozen=True, slots=True)
class SearchPage(Generic[Found]):
    """``elsewhere`` is how many of the other scope the same words find, where that was counted."""

    request: SearchRequest
    found: tuple[Found, ...]
    total: int
    pages: int
    groups: tuple[FacetGroup, ...]
    chosen: tuple[Chip, ...]
    suggestion: Suggestion | None
    corrected: bool
    unmatched: tuple[str, ...]
    unmatched_phrases: tuple[str, ...]
    organisations: tuple[OrganisationRow, ...]
    loosenings: tuple[Loosening, ...]
    elsewhere: int = 0


def answer(
    scope: Scope, request: SearchRequest, present: Callable[[Sequence[Hit]], Iterable[Found]]
) -> SearchPage[Found]:
    """One page of what readers may see. Raises ``SearchUnavailable`` and ``QueryRefused``.

    ``present`` looks hits up in the database and leaves out what is not there any more (invariant 3).
    """
    results = scope.index().search(replace(_query(request), facets=scope.facets))
    found = tuple(present(results.hits))
    total = results.total - (len(results.hits) - len(found))
    names = Names(scope, results.facets, request.filters)
    return SearchPage(
        request=request,
        found=found,
        total=total,
        pages=min(-(-total // PER_PAGE), PAGES_MAX),
        groups=tuple(
            group_of(facet, results.facets.get(facet, ()), request, names) for facet in scope.facets
        ),
        chosen=chips_of(scope, request, names),
        suggestion=results.suggestion,
        corrected=results.corrected,
        unmatched=results.unmatched,
        unmatched_phrases=results.unmatched_phrases,
        organisations=tuple(organisations.matching(request.text)) if request.text.strip() else (),
        loosenings=_loosenings(scope, request, names) if total == 0 else (),
    )


def count(scope: Scope, text: str) -> int:
    """How many some words find, beside an answer that does not depend on it: 0 where that is not known."""
    try:
        return _total(scope, SearchRequest(text=text))
    except DomainError as error:
        log.warning("not_counted", reason=str(error))
        return 0


def _total(scope: Scope, request: SearchRequest) -> int:
    return scope.index().search(replace(_query(request), per_page=1, facets=(), with_snippets=False)).total


def _query(request: SearchRequest) -> Query:
    return Query(
        text=request.text,
        filters=request.filters,
        years=(request.year_from, request.year_to) if request.has_years else None,
        sort=request.sort,
        page=request.page,
        per_page=PER_PAGE,
    )


def _loosenings(scope: Scope, request: SearchRequest, names: Names) -> tuple[Loosening, ...]:
    wider: list[tuple[LooseningKind, SearchRequest, Name]] = [
        (LooseningKind.WITHOUT_CHOICE, without(request, chip), chip.name)
        for chip in chips_of(scope, request, names)[:_MOST_CHOICES]
    ]
    plain = replace(request, text=plain_words(request.text), page=1)
    if plain.text not in ("", request.text):
        wider.append((LooseningKind.PLAIN_WORDS, plain, ""))
    unchosen = replace(request, filters={}, year_from=None, year_to=None, page=1)
    if (request.filters or request.has_years) and unchosen not in [candidate for _, candidate, _ in wider]:
        wider.append((LooseningKind.WITHOUT_CHOICES, unchosen, ""))
    found = ((kind, candidate, name, _total(scope, candidate)) for kind, candidate, name in wider)
    return tuple(Loosening(*each) for each in found if each[-1])


def plain_words(text: str) -> str:
    """The words of a query without quotation marks, minus, field names and years; as typed if it has none."""
    parsed = parse(text)
    clauses = [clause for group in parsed.groups for clause in group]
    is_plain = all(isinstance(clause, Words) and not clause.phrase for clause in clauses)
    if is_plain and not parsed.excluded:
        return text
    return " ".join(word for clause in (*clauses, *parsed.excluded) for word in _words(clause))


def _words(clause: Clause) -> tuple[str, ...]:
    if isinstance(clause, Words):
        return tuple(word.text for word in clause.words)
    if isinstance(clause, Prefix):
        return (f"{clause.start}*",)
    return (clause.value,) if isinstance(clause, InField) else ()
