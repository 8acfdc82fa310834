"""The boundary of search: documents in, queries in, results out. Nothing above knows an engine.

``SearchIndex`` is what services call; ``NullIndex`` is its do-nothing twin for tests that are not
about search and for an installation whose index is being rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from kb.domain.errors import SearchUnavailable
from kb.search.reasons import Explanation, Reason

Progress = Callable[[int], None]
"""Called with the number of documents finished since the last call."""


class Facet(StrEnum):
    """What a result may be narrowed by. The value is also the key in the address of a page."""

    KIND = "slag"
    OUTCOME = "utfall"
    ORGANISATION = "myndighet"
    ORGANISATION_TYPE = "organisationstyp"
    DOMAIN = "omrade"
    INVESTMENT_TYPE = "typ"
    PHASE = "fas"
    PERSPECTIVE = "perspektiv"
    COST_CLASS = "kostnad"
    YEAR = "ar"


class Sort(StrEnum):
    RELEVANCE = "relevans"
    NEWEST = "nyast"
    COST = "kostnad"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One published story, or one lesson of it, as an index sees it: made from ``PublishedStory`` alone.

    ``anchor`` says which lesson of the entry it is; it is empty for the story.

    ``facets`` holds codes, not labels. ``years`` are the calendar years that the project overlaps,
    also given as strings under ``Facet.YEAR``. ``cost_ksek`` is the cost class's basis in thousands
    of kronor, None where unknown. ``fingerprint`` changes whenever anything here does. ``labels`` are other
    words for the same values, which a reader may type after ``fält:`` (a term's label, an organisation's
    name and aliases).
    """

    entry_id: str
    fingerprint: str
    title: str
    summary: str
    lessons: str
    text: str
    names: str
    keywords: str
    facets: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int, ...] = ()
    cost_ksek: int | None = None
    published_on: date = date.min
    language: str = "sv"
    labels: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    anchor: str = ""


def fingerprint_of(documents: Iterable[SearchDocument]) -> str:
    """One fingerprint for all documents of an entry, whatever their order."""
    return " ".join(sorted(document.fingerprint for document in documents))


@dataclass(frozen=True, slots=True)
class Query:
    """A search. Several choices within a facet mean either, between facets both.

    ``years`` is an inclusive span, an end may be None; a story matches when its project overlaps it.
    ``text`` may hold the query language (phrases, minus, prefix, ``fält:värde``, ``år:``, OR); an empty
    text means all documents. ``facets`` are those to count.
    """

    text: str = ""
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    years: tuple[int | None, int | None] | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = 10
    facets: Collection[Facet] = tuple(Facet)
    with_snippets: bool = True


Pieces = tuple[tuple[str, bool], ...]
"""Text in pieces, each with whether it is marked as a match. Escaped by the template, never here."""


@dataclass(frozen=True, slots=True)
class Hit:
    """``title`` is the whole title in pieces; ``snippets`` are one or two passages of the text.

    ``reasons`` say how words of the query met it that it has not as typed. ``anchor`` is the document's.
    """

    entry_id: str
    score: float
    title: Pieces = ()
    snippets: tuple[Pieces, ...] = ()
    reasons: tuple[Reason, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """'Menade du': ``text`` is a whole query to run instead, ``pieces`` the same with its changes marked."""

    text: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Results:
    """``hits`` is one page in order, ``total`` counts all matches.

    ``facets`` counts stories per value under all other choices but those of the facet itself, most
    first; a chosen value that has none is there with 0. ``suggestion`` is a likely spelling;
    ``corrected`` says that the hits already include it.
    ``unmatched`` are the words of the query that no story has; ``unmatched_phrases`` those phrases whose
    words are all there, but in no story beside each other in that order.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[Facet, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    suggestion: Suggestion | None = None
    corrected: bool = False
    unmatched: tuple[str, ...] = ()
    unmatched_phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """Another story like one. ``score`` is its share, 0 to 1, of what the story scores for its own words.

    ``shared`` are up to four words that both have, the most telling first, as a reader writes them.
    """

    entry_id: str
    score: float
    shared: tuple[str, ...]


class CompletionKind(StrEnum):
    """What a suggestion is: a story by its title, an organisation, a term of the facets, or a word."""

    TITLE = "title"
    ORGANISATION = "organisation"
    TERM = "term"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class SuggestedCompletion:
    """``target`` is the entry id of a title, the slug of an organisation, and else empty."""

    text: str
    kind: CompletionKind
    target: str = ""


class SearchIndex(Protocol):
    """A searchable copy of what is published. A method that cannot answer raises ``SearchUnavailable``.

    An entry has one document or several, and they come and go together.
    """

    def search(self, query: Query) -> Results:
        """Answer a query; raises ``QueryRefused`` when it is over the limits."""
        ...

    def similar(self, entry_id: str, limit: int) -> tuple[SimilarHit, ...]:
        """The stories most like one, the most alike first; none when nothing is alike enough to say why."""
        ...

    def suggest(self, text: str, limit: int) -> tuple[SuggestedCompletion, ...]:
        """What a reader who has typed this may be about to write, the likeliest of each kind first."""
        ...

    def apply(self, put: Iterable[SearchDocument], delete: Iterable[str]) -> None:
        """Let entries have these documents and no others, and those in ``delete`` none, in one commit."""
        ...

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress | None = None) -> int:
        """Replace everything; readers see the old copy until the new is whole. Returns the number written."""
        ...

    def explain(self, text: str, entry_id: str | None = None) -> Explanation:
        """How a query is read, and how one story meets it; raises as ``search`` does."""
        ...

    def check(self) -> None:
        """Return if a search could be answered now. Waits for no search that is under way."""
        ...

    def fingerprints(self) -> dict[str, str]:
        """Entry id to ``fingerprint_of`` its documents, for comparison with the database."""
        ...


class NullIndex:
    """Takes everything, finds nothing, and says so."""

    def search(self, query: Query) -> Results:
        raise _rebuilding()

    def similar(self, entry_id: str, limit: int) -> tuple[SimilarHit, ...]:
        raise _rebuilding()

    def suggest(self, text: str, limit: int) -> tuple[SuggestedCompletion, ...]:
        raise _rebuilding()

    def apply(self, put: Iterable[SearchDocument], delete: Iterable[str]) -> None:
        for _ in put:
            pass

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress | None = None) -> int:
        return sum(1 for _ in documents)

    def explain(self, text: str, entry_id: str | None = None) -> Explanation:
        raise _rebuilding()

    def check(self) -> None:
        raise _rebuilding()

    def fingerprints(self) -> dict[str, str]:
        return {}


def _rebuilding() -> SearchUnavailable:
    return SearchUnavailable("Sökningen byggs om just nu. Du kan läsa erfarenheterna under tiden.")
