"""What ``/komponenter`` shows the components with: every state in one place, made up and said to be so."""

from __future__ import annotations

from datetime import date

from kb.domain.facts import Fact
from kb.domain.published import (
    LessonView,
    OrganisationRef,
    PublishedStory,
    SourceView,
    StorySource,
    TermRef,
)
from kb.domain.vocabulary import (
    EntryKind,
    FactName,
    FactState,
    LessonBasis,
    OrganisationType,
    Outcome,
)
from kb.search.index import Facet
from kb.search.reasons import Reason, ReasonKind
from kb.services.choices import FacetGroup, FacetOption
from kb.services.stories import Balance, SimilarStory
from kb.services.subjects import Subject
from kb.web.range_view import range_view
from kb.web.year_histogram import year_histogram

LONG_WORD = "Verksamhetsutvecklingsprojektledare" * 4
"""Swedish compounds get long: a title without a space, cut to the length to try."""

_DAY = date(2026, 11, 23)

_FACTS = (
    Fact(FactName.FIRST_BUDGET, FactState.KNOWN, 100_000, 100_000),
    Fact(FactName.DECIDED_BUDGET, FactState.ESTIMATED, 600_000, 700_000, note="Påhittad siffra."),
    Fact(FactName.OUTCOME_COST, FactState.KNOWN, 1_100_000, 1_100_000),
    Fact(FactName.START, FactState.KNOWN, 2011_01, 2011_12),
    Fact(FactName.FIRST_END, FactState.KNOWN, 2013_06, 2013_06),
    Fact(FactName.DECIDED_END, FactState.KNOWN, 2015_01, 2015_12),
    Fact(FactName.ACTUAL_END, FactState.KNOWN, 2018_09, 2018_09),
)

_LESSON = LessonView(
    anchor="prov-lardom",
    situation="Det fanns ett system som fungerade.",
    what_happened="Det byttes mot ett annat. Arbetet tog längre tid.",
    why="Kunskapen om det nya saknades.",
    advice="Pröva alltid att bygga vidare på det som finns.",
    applies_when="Systemet fungerar och användarna är nöjda.",
    does_not_apply_when="Systemet saknar stöd från leverantören.",
    terms=(TermRef("phase", "rollout", "Införande"),),
)


_BALANCE = Balance(
    total=6,
    kinds={EntryKind.GOOD_EXAMPLE: 2, EntryKind.LESSON_LEARNED: 4},
    outcomes={Outcome.DELAYED: 3, Outcome.STOPPED: 1},
    organisations=5,
)

_SUBJECTS = (
    Subject(
        TermRef("domain", "health", "Hälso- och sjukvård"),
        "COFOG 07.",
        "COFOG 07.",
        stories=12,
        lessons=0,
        narrower=(Subject(TermRef("domain", "patient_records", "Journaler"), "", "", stories=1, lessons=1),),
    ),
    Subject(TermRef("domain", "lang", LONG_WORD[:80]), "Ett långt ord.", "", stories=0, lessons=0),
)


def _story(title: str, outcomes: tuple[Outcome, ...], *, anonymised: bool = False) -> PublishedStory:
    source = StorySource(
        entry_id="01J00000000000000000000000",
        slug="prov",
        version=1,
        title=title,
        summary="En påhittad erfarenhet som visar hur sidan ser ut.",
        kind=EntryKind.LESSON_LEARNED,
        outcomes=outcomes,
        body="",
        body_plain="",
        language="sv",
        organisation=OrganisationRef("provmyndigheten", "Provmyndigheten", OrganisationType.STATE_AUTHORITY),
        published_on=_DAY,
        first_published_on=_DAY,
        terms=_LESSON.terms,
        facts=_FACTS,
        anonymised=anonymised,
    )
    return PublishedStory.of(source, _DAY)


def _group(facet: Facet, count: int, chosen: int) -> FacetGroup:
    options = (FacetOption(f"val-{n}", f"Val nummer {n}", 100 - n, n <= chosen) for n in range(1, count + 1))
    return FacetGroup(facet, tuple(options))


def samples() -> dict[str, object]:
    """The context of ``komponenter.html``."""
    story = _story("Ett system som byttes", (Outcome.DELAYED, Outcome.OVER_BUDGET))
    return {
        "stories": (
            story,
            _story(LONG_WORD[:120], tuple(Outcome)),
            _story("Någon som inte vill synas", (Outcome.UNKNOWN,), anonymised=True),
        ),
        "kinds": tuple(EntryKind),
        "outcomes": tuple(Outcome),
        "range": range_view(story.facts),
        "lessons": (
            _LESSON,
            LessonView(anchor="prov-kort", what_happened="Testerna blev sena.", basis=LessonBasis.INFERRED),
        ),
        "sources": (
            SourceView("En rapport", "https://example.org/rapport", "Utgivaren", _DAY),
            SourceView("En artikel", "https://example.org/artikel"),
        ),
        "groups": (_group(Facet.KIND, 3, 1), _group(Facet.DOMAIN, 30, 2)),
        "similar": (
            SimilarStory(story, ("journalsystem", "region", "leverantör")),
            SimilarStory(_story(LONG_WORD[:120], (Outcome.UNKNOWN,)), (LONG_WORD[:60], "e-tjänst")),
        ),
        "pieces_sample": (("Systemet fick ", False), ("e-legitimation", True), (" <b>sent</b>.", False)),
        "reasons_sample": (
            Reason(ReasonKind.COMPOUND, "registrering", ("fordon", "registrering")),
            Reason(ReasonKind.SYNONYM, "eID", ("e-legitimation",)),
            Reason(ReasonKind.SPELLING, "uphandling", ("upphandling",)),
            Reason(ReasonKind.CONTAINS, "board", (LONG_WORD[:60].lower(),)),
        ),
        "years": year_histogram({2009: 3, 2010: 12, 2011: 1, 2014: 7}, 2010, 2012),
        "balance": _BALANCE,
        "subjects": _SUBJECTS,
        "day": _DAY,
    }
