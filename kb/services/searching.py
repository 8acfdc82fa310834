"""Search as readers use it: the words, the choices, what was found, and what to do when nothing was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from kb.db import db
from kb.domain.published import PublishedStory, TermRef
from kb.domain.vocabulary import LABELS, CostClass, EntryKind, OrganisationType, Outcome
from kb.models import Term, Vocabulary
from kb.search import sync
from kb.search.index import Facet, Hit, Query, Sort, Suggestion
from kb.search.query_language import Clause, InField, Prefix, Words, parse
from kb.services import organisations, stories, zero_hits
from kb.services.organisations import OrganisationRow

PER_PAGE = 10
PAGES_MAX = 100
"""The index answers no further page than this (S-31)."""
_MOST_CHOICES = 4

GROUP_LABELS: dict[Facet, str] = {
    Facet.KIND: "Slag",
    Facet.OUTCOME: "Utfall",
    Facet.INVESTMENT_TYPE: "Typ av investering",
    Facet.DOMAIN: "Verksamhetsområde",
    Facet.PHASE: "Fas",
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
_VOCABULARIES = {Facet.DOMAIN: "domain", Facet.INVESTMENT_TYPE: "investment_type", Facet.PHASE: "phase"}
_IN_OWN_ORDER = {Facet.COST_CLASS, Facet.YEAR}


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
class FoundStory:
    story: PublishedStory
    hit: Hit


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


@dataclass(frozen=True, slots=True)
class SearchPage:
    request: SearchRequest
    found: tuple[FoundStory, ...]
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


def search(request: SearchRequest, today: date, *, note_misses: bool = False) -> SearchPage:
    """One page of what readers may see. Raises ``SearchUnavailable`` and ``QueryRefused``.

    With ``note_misses`` words that no story has are counted (ADR 8): for readers, not for those who test.
    """
    results = sync.of(db.engine).stories.search(_query(request))
    shown = {story.entry_id: story for story in stories.by_ids([hit.entry_id for hit in results.hits], today)}
    found = tuple(FoundStory(shown[hit.entry_id], hit) for hit in results.hits if hit.entry_id in shown)
    total = results.total - (len(results.hits) - len(found))
    if note_misses and not total and request.is_plain:
        zero_hits.note(request.text, today)
    names = _Names(results.facets, request.filters)
    return SearchPage(
        request=request,
        found=found,
        total=total,
        pages=min(-(-total // PER_PAGE), PAGES_MAX),
        groups=tuple(_group(facet, results.facets.get(facet, ()), request, names) for facet in GROUP_LABELS),
        chosen=_chips(request, names),
        suggestion=results.suggestion,
        corrected=results.corrected,
        unmatched=results.unmatched,
        unmatched_phrases=results.unmatched_phrases,
        organisations=tuple(organisations.matching(request.text)) if request.text.strip() else (),
        loosenings=_loosenings(request, names) if total == 0 else (),
    )


def _query(request: SearchRequest) -> Query:
    return Query(
        text=request.text,
        filters=request.filters,
        years=(request.year_from, request.year_to) if request.has_years else None,
        sort=request.sort,
        page=request.page,
        per_page=PER_PAGE,
    )


class _Names:
    """Names for the values of all facets of one answer, in as few queries as there are kinds of name."""

    def __init__(
        self, counted: Mapping[Facet, Iterable[tuple[str, int]]], chosen: Mapping[Facet, frozenset[str]]
    ) -> None:
        slugs = {value for value, _ in counted.get(Facet.ORGANISATION, ())}
        self._organisations = organisations.labels(slugs | chosen.get(Facet.ORGANISATION, frozenset()))
        rows = db.session.execute(
            select(Vocabulary.code, Term.code, Term.label, Term.slug, Term.label_en)
            .join(Term, Term.vocabulary_id == Vocabulary.id)
            .where(Vocabulary.code.in_(_VOCABULARIES.values()))
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


def _group(
    facet: Facet, counted: Iterable[tuple[str, int]], request: SearchRequest, names: _Names
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


def _chips(request: SearchRequest, names: _Names) -> tuple[Chip, ...]:
    chips = [
        Chip(facet, value, name)
        for facet in GROUP_LABELS
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


def _loosenings(request: SearchRequest, names: _Names) -> tuple[Loosening, ...]:
    wider: list[tuple[LooseningKind, SearchRequest, Name]] = [
        (LooseningKind.WITHOUT_CHOICE, without(request, chip), chip.name) for chip in _chips(request, names)
    ][:_MOST_CHOICES]
    plain = replace(request, text=plain_words(request.text), page=1)
    if plain.text not in ("", request.text):
        wider.append((LooseningKind.PLAIN_WORDS, plain, ""))
    unchosen = replace(request, filters={}, year_from=None, year_to=None, page=1)
    if (request.filters or request.has_years) and unchosen not in [candidate for _, candidate, _ in wider]:
        wider.append((LooseningKind.WITHOUT_CHOICES, unchosen, ""))
    index = sync.of(db.engine).stories
    found = []
    for kind, candidate, name in wider:
        quick = replace(_query(candidate), per_page=1, with_facets=False, with_snippets=False)
        total = index.search(quick).total
        if total:
            found.append(Loosening(kind, candidate, name, total))
    return tuple(found)


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
