"""A published story as the public may see it: one projection for every public surface (invariant 8).

``StorySource`` is all that is stored of a published revision. ``PublishedStory`` is what of it may be
shown on a day: it alone knows anonymity and embargo. Page, search document, feed, statistics and export
read ``PublishedStory`` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kb.domain.facts import Fact, cost_basis, cost_class, has_unknown_end, visible, years_overlapped
from kb.domain.vocabulary import (
    LABELS,
    BenefitStage,
    CostClass,
    EntryKind,
    EntrySize,
    FactName,
    LessonBasis,
    OrganisationSize,
    OrganisationType,
    Outcome,
)


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    slug: str
    name: str
    type: OrganisationType
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    size: OrganisationSize | None = None


@dataclass(frozen=True, slots=True)
class TermRef:
    """A term as a story carries it. The slugs are the two parts of the address of its subject page."""

    vocabulary: str
    code: str
    label: str
    slug: str = ""
    label_en: str = ""
    vocabulary_slug: str = ""


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson's text in one revision; ``anchor`` is the same in all of them (invariant 10)."""

    anchor: str
    situation: str = ""
    what_happened: str = ""
    why: str = ""
    advice: str = ""
    applies_when: str = ""
    does_not_apply_when: str = ""
    basis: LessonBasis = LessonBasis.SOURCE
    terms: tuple[TermRef, ...] = ()

    @property
    def heading(self) -> str:
        """What stands for the lesson in a list: its advice, else what happened, else the situation."""
        return self.advice or self.what_happened or self.situation

    @property
    def text(self) -> str:
        return "\n".join(self._parts)

    @property
    def beside_heading(self) -> str:
        """The text but for what stands as its heading."""
        return "\n".join(part for part in self._parts if part != self.heading)

    @property
    def _parts(self) -> tuple[str, ...]:
        told = (self.situation, self.what_happened, self.why, self.advice)
        return tuple(part for part in (*told, self.applies_when, self.does_not_apply_when) if part)


@dataclass(frozen=True, slots=True)
class BenefitView:
    stage: BenefitStage
    type: TermRef
    description: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    title: str
    url: str
    publisher: str = ""
    accessed: date | None = None


@dataclass(frozen=True, slots=True)
class StorySource:
    """Everything stored of one published revision and its entry."""

    entry_id: str
    slug: str
    version: int
    title: str
    summary: str
    kind: EntryKind
    outcomes: tuple[Outcome, ...]
    body: str
    body_plain: str
    language: str
    organisation: OrganisationRef
    published_on: date
    first_published_on: date
    partners: tuple[OrganisationRef, ...] = ()
    terms: tuple[TermRef, ...] = ()
    facts: tuple[Fact, ...] = ()
    lessons: tuple[LessonView, ...] = ()
    benefits: tuple[BenefitView, ...] = ()
    sources: tuple[SourceView, ...] = ()
    contact_role: str = ""
    open_to_contact: bool = False
    anonymised: bool = False
    editorial: bool = False
    size: EntrySize = EntrySize.STORY


@dataclass(frozen=True)
class PublishedStory:
    """What the public may see of a story on a day.

    An anonymised story has no ``organisation``, no partners, no sources and no contact: it shows
    ``organisation_type`` and ``organisation_size`` only. A withheld or embargoed fact is there as
    'uppges inte' without a value, so it enters no class, sort, facet, statistic or export.
    """

    entry_id: str
    slug: str
    version: int
    title: str
    summary: str
    kind: EntryKind
    outcomes: tuple[Outcome, ...]
    body: str
    body_plain: str
    language: str
    published_on: date
    first_published_on: date
    organisation: OrganisationRef | None
    organisation_type: OrganisationType
    organisation_size: OrganisationSize | None
    partners: tuple[OrganisationRef, ...]
    terms: tuple[TermRef, ...]
    facts: dict[FactName, Fact] = field(default_factory=dict)
    lessons: tuple[LessonView, ...] = ()
    benefits: tuple[BenefitView, ...] = ()
    sources: tuple[SourceView, ...] = ()
    contact_role: str = ""
    open_to_contact: bool = False
    editorial: bool = False
    size: EntrySize = EntrySize.STORY

    @classmethod
    def of(cls, source: StorySource, today: date) -> PublishedStory:
        hidden = source.anonymised
        return cls(
            entry_id=source.entry_id,
            slug=source.slug,
            version=source.version,
            title=source.title,
            summary=source.summary,
            kind=source.kind,
            outcomes=source.outcomes,
            body=source.body,
            body_plain=source.body_plain,
            language=source.language,
            published_on=source.published_on,
            first_published_on=source.first_published_on,
            organisation=None if hidden else source.organisation,
            organisation_type=source.organisation.type,
            organisation_size=source.organisation.size,
            partners=() if hidden else source.partners,
            terms=source.terms,
            facts=visible(source.facts, today),
            lessons=source.lessons,
            benefits=source.benefits,
            sources=() if hidden else source.sources,
            contact_role="" if hidden else source.contact_role,
            open_to_contact=source.open_to_contact and bool(source.contact_role) and not hidden,
            editorial=source.editorial,
            size=source.size,
        )

    @property
    def organisation_label(self) -> str:
        """The organisation's name, or its type and size where the story is anonymised."""
        if self.organisation is not None:
            return self.organisation.name
        size = f", {LABELS[self.organisation_size]}" if self.organisation_size else ""
        return f"{LABELS[self.organisation_type]}{size}"

    @property
    def cost_class(self) -> CostClass:
        return cost_class(self.facts)

    @property
    def cost(self) -> Fact | None:
        return cost_basis(self.facts)

    @property
    def years(self) -> tuple[int, ...]:
        return years_overlapped(self.facts)

    @property
    def has_unknown_end(self) -> bool:
        return has_unknown_end(self.facts)

    def terms_of(self, vocabulary: str) -> tuple[TermRef, ...]:
        return tuple(term for term in self.terms if term.vocabulary == vocabulary)
