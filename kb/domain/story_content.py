"""The text and facts of one version of a story as plain values: what forms, files and revisions share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kb.domain.facts import Fact
from kb.domain.vocabulary import BenefitStage, EntryKind, EntrySize, LessonBasis, Outcome


@dataclass(frozen=True, slots=True)
class LessonContent:
    """``key`` is the lesson's anchor: the same in every version (invariant 10). Terms are codes."""

    key: str
    situation: str = ""
    what_happened: str = ""
    why: str = ""
    advice: str = ""
    applies_when: str = ""
    does_not_apply_when: str = ""
    phase: tuple[str, ...] = ()
    perspective: tuple[str, ...] = ()
    basis: LessonBasis = LessonBasis.SOURCE


@dataclass(frozen=True, slots=True)
class BenefitContent:
    stage: BenefitStage
    type: str
    description: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceContent:
    title: str
    url: str
    publisher: str = ""
    accessed: date | None = None


@dataclass(frozen=True, slots=True)
class StoryContent:
    """``terms``: vocabulary → codes in order. ``partners``: addresses (slugs) of organisations."""

    title: str
    summary: str
    kind: EntryKind
    outcomes: tuple[Outcome, ...] = ()
    size: EntrySize = EntrySize.STORY
    body: str = ""
    language: str = "sv"
    partners: tuple[str, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    lessons: tuple[LessonContent, ...] = ()
    benefits: tuple[BenefitContent, ...] = ()
    sources: tuple[SourceContent, ...] = ()
    contact_role: str = ""
    open_to_contact: bool = False
    anonymised: bool = False
    editorial: bool = False
    note_to_reviewer: str = ""
