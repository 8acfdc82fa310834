"""What pages say of subjects: their addresses, and their words in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from flask import Flask, url_for

from kb.domain.published import TermRef
from kb.domain.vocabulary import CostClass, EntryKind, Outcome
from kb.search.index import Facet
from kb.services.choices import LESSONS, STORIES, Scope, SearchRequest
from kb.services.subjects import Subject, VocabularyRef
from kb.web.languages import SOURCE, page_language
from kb.web.query_string import SearchUrls

_FACETS: dict[str | type[StrEnum], Facet] = {
    "domain": Facet.DOMAIN,
    "investment_type": Facet.INVESTMENT_TYPE,
    "phase": Facet.PHASE,
    "perspective": Facet.PERSPECTIVE,
    EntryKind: Facet.KIND,
    Outcome: Facet.OUTCOME,
    CostClass: Facet.COST_CLASS,
}
"""Vocabularies, and words of the code, that some search can be narrowed by."""


def term_url(term: TermRef) -> str:
    """The subject page of a term."""
    return url_for(
        "subjects.show",
        vocabulary=term.vocabulary_slug or term.vocabulary,
        slug=term.slug or term.code,
    )


def choice_url(*choices: TermRef | StrEnum) -> str | None:
    """The list of stories narrowed by all of these; None where the search has no such choice."""
    return _narrowed(STORIES, url_for("search.show"), choices)


def lessons_url(*choices: TermRef | StrEnum) -> str | None:
    """The list of lessons narrowed by all of these; None where the search has no such choice."""
    return _narrowed(LESSONS, url_for("lessons.index"), choices)


def _narrowed(scope: Scope, path: str, choices: Iterable[TermRef | StrEnum]) -> str | None:
    filters: dict[Facet, frozenset[str]] = {}
    for choice in choices:
        kind, value = (
            (choice.vocabulary, choice.code) if isinstance(choice, TermRef) else (type(choice), choice.value)
        )
        facet = _FACETS.get(kind)
        if facet is None or facet not in scope.facets:
            return None
        filters[facet] = filters.get(facet, frozenset()) | {value}
    chosen = SearchRequest(filters=filters)
    return SearchUrls(chosen, path).of(chosen)


def vocabulary_label(vocabulary: VocabularyRef) -> str:
    return vocabulary.label if page_language() == SOURCE else vocabulary.label_en or vocabulary.label


def explanation(value: VocabularyRef | Subject) -> str:
    """What a vocabulary or a term is."""
    return value.description if page_language() == SOURCE else value.description_en or value.description


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(choice_url=choice_url, lessons_url=lessons_url)
    app.jinja_env.filters.update(
        explanation=explanation,
        term_url=term_url,
        vocabulary_label=vocabulary_label,
    )
