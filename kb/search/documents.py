"""The one mapping from a published story to what the indexes of stories and of lessons are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from kb.domain.content import canonical_hash, section_rank
from kb.domain.published import LessonView, OrganisationRef, PublishedStory, TermRef
from kb.domain.vocabulary import LABELS
from kb.search.index import Facet, SearchDocument

_TERM_FACETS = {
    "domain": Facet.DOMAIN,
    "investment_type": Facet.INVESTMENT_TYPE,
    "phase": Facet.PHASE,
    "perspective": Facet.PERSPECTIVE,
}
_OF_LESSONS = ("phase", "perspective")
"""Vocabularies of which a lesson has terms of its own."""


def story_documents(story: PublishedStory) -> tuple[SearchDocument, ...]:
    """What the index of stories holds of a story: nothing that ``PublishedStory`` does not show."""
    bare = SearchDocument(
        entry_id=story.entry_id,
        fingerprint="",
        title=story.title,
        summary=story.summary,
        lessons="\n\n".join(lesson.text for lesson in story.lessons),
        text="\n\n".join(
            (
                _told(story.body_plain),
                *(f"{benefit.description} {benefit.note}".strip() for benefit in story.benefits),
            )
        ),
        names="\n".join(_names(story)),
        keywords="\n".join(
            (
                LABELS[story.kind],
                *(LABELS[outcome] for outcome in story.outcomes),
                *(term.label for term in story.terms),
            )
        ),
        facets=_facets(story, story.terms),
        years=story.years,
        cost_ksek=story.cost.middle if story.cost else None,
        published_on=story.published_on,
        language=story.language,
        labels=_labels(story, story.terms),
    )
    return (_signed(bare),)


def lesson_documents(story: PublishedStory) -> tuple[SearchDocument, ...]:
    """What the index of lessons holds of a story: a document for each lesson, in their order.

    A lesson is found by its own words, by who tells it and by what the story is called, and it is narrowed by
    the facets of the story, but for those that it has itself.
    """
    return tuple(_signed(_lesson(story, lesson)) for lesson in story.lessons)


def _lesson(story: PublishedStory, lesson: LessonView) -> SearchDocument:
    terms = (*(term for term in story.terms if term.vocabulary not in _OF_LESSONS), *lesson.terms)
    return SearchDocument(
        entry_id=story.entry_id,
        anchor=lesson.anchor,
        fingerprint="",
        title=lesson.heading,
        summary="",
        lessons=lesson.beside_heading,
        text="",
        names="\n".join(_names(story)),
        keywords="\n".join((story.title, *(term.label for term in terms))),
        facets=_facets(story, terms),
        years=story.years,
        cost_ksek=story.cost.middle if story.cost else None,
        published_on=story.published_on,
        language=story.language,
        labels=_labels(story, terms),
    )


def _signed(bare: SearchDocument) -> SearchDocument:
    return replace(bare, fingerprint=canonical_hash(asdict(bare)))


def _told(body_plain: str) -> str:
    """A story without the headings of the template: all have them, and a snippet runs them into the text."""
    return "\n".join(block for block in body_plain.splitlines() if section_rank(block) is None)


def _facets(story: PublishedStory, terms: Sequence[TermRef]) -> dict[Facet, tuple[str, ...]]:
    facets: dict[Facet, tuple[str, ...]] = {
        Facet.KIND: (story.kind.value,),
        Facet.OUTCOME: tuple(outcome.value for outcome in story.outcomes),
        Facet.ORGANISATION_TYPE: (story.organisation_type.value,),
        Facet.COST_CLASS: (story.cost_class.value,),
        Facet.YEAR: tuple(str(year) for year in story.years),
    }
    if story.organisation is not None:
        facets[Facet.ORGANISATION] = (story.organisation.slug,)
    for vocabulary, facet in _TERM_FACETS.items():
        facets[facet] = tuple(term.code for term in terms if term.vocabulary == vocabulary)
    return {facet: values for facet, values in facets.items() if values}


def _labels(story: PublishedStory, terms: Sequence[TermRef]) -> dict[Facet, tuple[str, ...]]:
    """What a reader may type after ``fält:`` beside the codes: the words of the page itself."""
    labels: dict[Facet, tuple[str, ...]] = {
        Facet.KIND: (LABELS[story.kind],),
        Facet.OUTCOME: tuple(LABELS[outcome] for outcome in story.outcomes),
        Facet.ORGANISATION_TYPE: (LABELS[story.organisation_type],),
        Facet.COST_CLASS: (LABELS[story.cost_class],),
    }
    if story.organisation is not None:
        labels[Facet.ORGANISATION] = tuple(_names_of(story.organisation))
    for vocabulary, facet in _TERM_FACETS.items():
        labels[facet] = tuple(term.label for term in terms if term.vocabulary == vocabulary)
    return {facet: said for facet, said in labels.items() if said}


def _names(story: PublishedStory) -> list[str]:
    if story.organisation is None:
        return [LABELS[story.organisation_type]]
    names: list[str] = [LABELS[story.organisation_type]]
    for organisation in (story.organisation, *story.partners):
        names += _names_of(organisation)
    return list(dict.fromkeys(names))


def _names_of(organisation: OrganisationRef) -> list[str]:
    return [name for name in (organisation.name, organisation.short_name, *organisation.aliases) if name]
