"""What may be searched and how it is narrowed: a request, groups of choices with counts, what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select

from kb.db import db
from kb.domain.published import TermRef
from kb.domain.vocabulary import LABELS, CostClass, EntryKind, OrganisationType, Outcome
from kb.models import Term, Vocabulary
from kb.search import sync
from kb.search.index import Facet, SearchIndex, Sort
from kb.services import organisations

GROUP_LABELS: dict[Facet, str] = {
    Facet.KIND: "Slag",
    Facet.OUTCOME: "Utfall",
    Facet.INVESTMENT_TYPE: "Typ av investering",
    Facet.DOMAIN: "Verksamhetsområde",
    Facet.PHASE: "Fas",
    Facet.PERSPECTIVE: "Perspektiv",
    Facet.COST_CLASS: "Kostnad",
    Facet.YEAR: "År",
    Facet.ORGANISATION_TYPE: "Typ av organisation",
    Facet.ORGANISATION: "Myndighet",
}
_WORDS: dict[Facet, type[StrEnum]] = {
    Facet.KIND: EntryKind,
    Facet.OUTCOME: Outcome,
    Facet.COST_CLASS: CostClass,
    Facet.ORGANISATION_TYPE: OrganisationType,
}
_VOCABULARIES = {
    Facet.DOMAIN: "domain",
    Facet.INVESTMENT_TYPE: "investment_type",
    Facet.PHASE: "phase",
    Facet.PERSPECTIVE: "perspective",
}
_IN_OWN_ORDER = {Facet.COST_CLASS, Facet.YEAR}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is searched, and how: its facets in the order of the page, and whether years narrow it."""

    facets: tuple[Facet, ...]
    sorts: tuple[Sort, ...]
    by_years: bool
    index: Callable[[], SearchIndex]


STORIES = Scope(
    facets=(
        Facet.KIND,
        Facet.OUTCOME,
        Facet.INVESTMENT_TYPE,
        Facet.DOMAIN,
        Facet.PHASE,
        Facet.COST_CLASS,
        Facet.YEAR,
        Facet.ORGANISATION_TYPE,
        Facet.ORGANISATION,
    ),
    sorts=tuple(Sort),
    by_years=True,
    index=lambda: sync.of(db.engine).stories,
)
LESSONS = Scope(
    facets=(Facet.PHASE, Facet.PERSPECTIVE, Facet.DOMAIN, Facet.KIND, Facet.OUTCOME),
    sorts=(Sort.RELEVANCE, Sort.NEWEST),
    by_years=False,
    index=lambda: sync.of(db.engine).lessons,
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    text: str = ""
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether it is words alone, from their first page."""
        return bool(self.text.strip()) and not (self.filters or self.has_years) and self.page == 1

    @property
    def has_years(self) -> bool:
        return self.year_from is not None or self.year_to is not None


@dataclass(frozen=True, slots=True)
class Years:
    """A span of years, both ends included; None leaves an end open."""

    first: int | None
    last: int | None


Name = StrEnum | TermRef | Years | str
"""What a choice is called, for a door to say in the reader's language; a ``str`` is the same in each."""


@dataclass(frozen=True, slots=True)
class FacetOption:
    value: str
    name: Name
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The choices of one kind; ``GROUP_LABELS`` says what the kind is called."""

    facet: Facet
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that can be taken away; ``facet`` is None for the span of years."""

    facet: Facet | None
    value: str
    name: Name


class Names:
    """Names for the values of all facets of one answer, in as few queries as there are kinds of name."""

    def __init__(
        self,
        scope: Scope,
        counted: Mapping[Facet, Iterable[tuple[str, int]]],
        chosen: Mapping[Facet, frozenset[str]],
    ) -> None:
        slugs = {value for value, _ in counted.get(Facet.ORGANISATION, ())}
        self._organisations = organisations.labels(slugs | chosen.get(Facet.ORGANISATION, frozenset()))
        rows = db.session.execute(
            select(Vocabulary.code, Term.code, Term.label, Term.slug, Term.label_en, Vocabulary.slug)
            .join(Term, Term.vocabulary_id == Vocabulary.id)
            .where(
                Vocabulary.code.in_([_VOCABULARIES[each] for each in scope.facets if each in _VOCABULARIES])
            )
        )
        terms = (TermRef(*row) for row in rows)
        self._terms = {(term.vocabulary, term.code): term for term in terms}

    def name(self, facet: Facet, value: str) -> Name | None:
        """What readers call a value; None for a value that does not exist."""
        words = _WORDS.get(facet)
        if words is not None:
            return words(value) if value in set(words) else None
        if facet is Facet.ORGANISATION:
            return self._organisations.get(value)
        if facet is Facet.YEAR:
            return value if value.isdecimal() else None
        return self._terms.get((_VOCABULARIES[facet], value))


def group_of(
    facet: Facet, counted: Iterable[tuple[str, int]], request: SearchRequest, names: Names
) -> FacetGroup:
    counts = dict(counted)
    chosen = request.filters.get(facet, frozenset())
    options = [
        FacetOption(value, name, counts.get(value, 0), value in chosen)
        for value in dict.fromkeys((*counts, *sorted(chosen)))
        if (name := names.name(facet, value)) is not None
    ]
    if facet in _IN_OWN_ORDER:
        order = [str(word) for word in _WORDS[facet]] if facet in _WORDS else sorted(counts)
        options.sort(key=lambda option: order.index(option.value) if option.value in order else len(order))
    else:
        options.sort(key=lambda option: (-option.count, _swedish(option.name)))
    return FacetGroup(facet, tuple(options))


def chips_of(scope: Scope, request: SearchRequest, names: Names) -> tuple[Chip, ...]:
    chips = [
        Chip(facet, value, name)
        for facet in scope.facets
        for value in sorted(request.filters.get(facet, frozenset()))
        if (name := names.name(facet, value)) is not None
    ]
    if request.has_years:
        chips.append(Chip(None, "", Years(request.year_from, request.year_to)))
    return tuple(chips)


def _swedish(name: Name) -> str:
    """The word that choices of one kind are put in order by."""
    if isinstance(name, TermRef):
        return name.label
    return LABELS[name] if isinstance(name, StrEnum) else str(name)


def without(request: SearchRequest, chip: Chip) -> SearchRequest:
    """The same search with one choice less, from its first page."""
    if chip.facet is None:
        return replace(request, year_from=None, year_to=None, page=1)
    left = request.filters.get(chip.facet, frozenset()) - {chip.value}
    filters = {facet: values for facet, values in request.filters.items() if facet is not chip.facet}
    return replace(request, filters={**filters, chip.facet: left} if left else filters, page=1)
