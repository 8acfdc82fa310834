"""A story's content as rows of a revision, and back: nothing is lost, and the unknown is refused by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.draft_content import fields_of
from kb.domain.facts import Fact
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent, StoryContent
from kb.domain.vocabulary import (
    BenefitStage,
    EntryKind,
    EntrySize,
    FactName,
    FactState,
    LessonBasis,
    Outcome,
    RevisionStatus,
)
from kb.models import Entry, FormerSlug, Lesson, LessonText, Revision
from kb.services import draft_view, revision_rows
from kb.services.revision_rows import Known
from tests import factories

TODAY = date(2026, 11, 23)

WHOLE = StoryContent(
    title="Nytt ärendesystem för avverkningar",
    summary="Systemet blev klart i tid eftersom handläggarna testade det varje vecka.",
    kind=EntryKind.GOOD_EXAMPLE,
    outcomes=(Outcome.PARTLY, Outcome.DELAYED),
    size=EntrySize.IN_DEPTH,
    body="## Läget\n\nHandläggarna skrev på papper.\n\n- **Ett**\n- Två 🌲",
    language="sv",
    partners=("skatteverket",),
    terms={
        "domain": ("economic_affairs", "agriculture"),
        "investment_type": ("case_system",),
        "phase": ("development", "rollout"),
        "technology": ("cloud",),
    },
    facts=(
        Fact(FactName.FIRST_BUDGET, FactState.KNOWN, 12_500, 12_500, year=2019, note="Utan löner."),
        Fact(FactName.OUTCOME_COST, FactState.WITHHELD, 20_000, None, publish_from=date(2027, 1, 31)),
        Fact(FactName.START, FactState.ESTIMATED, 2019_01, 2019_12),
        Fact(FactName.USERS_AFFECTED, FactState.UNKNOWN),
    ),
    lessons=(
        LessonContent(
            "testa-varje-vecka",
            "Ett nytt system skulle in.",
            "Felen hittades tidigt.",
            "Alla fick tid.",
            "Låt handläggarna testa varje vecka.",
            "Det finns tid.",
            "Det brinner.",
            phase=("development", "rollout"),
            perspective=("effects",),
        ),
        LessonContent("andra", "Läge.", advice="Råd.", basis=LessonBasis.INFERRED),
    ),
    benefits=(
        BenefitContent(BenefitStage.EXPECTED, "time_saved", "En timme om dagen.", "Egen mätning."),
        BenefitContent(BenefitStage.REALISED, "quality", "Färre fel."),
    ),
    sources=(
        SourceContent("Slutrapport", "https://exempel.se/slutrapport", "Skogsstyrelsen", date(2026, 1, 2)),
        SourceContent("Artikel", "http://exempel.se/a"),
    ),
    contact_role="Förvaltningsledare",
    open_to_contact=True,
    anonymised=True,
    editorial=False,
    note_to_reviewer="Läs gärna siffrorna.",
)
TIP = StoryContent(
    title="Fråga först",
    summary="Fråga dem som ska använda det.",
    kind=EntryKind.LESSON_LEARNED,
    size=EntrySize.TIP,
    terms={"domain": ("health",)},
    lessons=(LessonContent("lardom-1", "Ett byte.", advice="Fråga först."),),
)


@pytest.fixture
def known(seeded: Flask) -> Known:
    return revision_rows.all_known()


def new_entry(known: Known) -> Entry:
    return factories.entry(known.organisations["skogsstyrelsen"], slug="nytt-system")


def stored(content: StoryContent, known: Known) -> Revision:
    """The content as a draft that has been written and is read anew."""
    with writing(db.session):
        entry = new_entry(known)
        entry.partners = revision_rows.partners_of(content, entry, known)
        revision = revision_rows.revision_of(content, entry, 1, known)
        db.session.add(revision)
        db.session.flush()
        revision_id = revision.id
    db.session.expire_all()
    return db.session.get_one(Revision, revision_id)


@pytest.mark.parametrize("content", [WHOLE, TIP], ids=["whole", "tip"])
def test_what_is_stored_is_read_back_the_same(content: StoryContent, known: Known) -> None:
    revision = stored(content, known)
    assert revision_rows.content_of_revision(revision) == content
    assert revision.status is RevisionStatus.DRAFT
    assert revision.source_hash == revision_rows.source_hash(content)


def test_the_plain_text_is_made_with_it(known: Known) -> None:
    assert stored(WHOLE, known).body_plain == "Läget\nHandläggarna skrev på papper.\nEtt\nTvå 🌲"


def test_a_part_of_a_domain_comes_with_the_whole(known: Known) -> None:
    content = replace(TIP, terms={"domain": ("patient_records",)})
    found = revision_rows.content_of_revision(stored(content, known))
    assert found.terms == {"domain": ("health", "patient_records")}


def test_a_lesson_keeps_its_identity_and_new_content_takes_the_place_of_the_old(known: Known) -> None:
    revision = stored(WHOLE, known)
    before = {row.lesson.anchor: row.lesson_id for row in revision.lessons}
    changed = replace(
        WHOLE,
        lessons=(replace(WHOLE.lessons[1], advice="Ett nytt råd."), *WHOLE.lessons[:1]),
        benefits=WHOLE.benefits[1:],
        sources=tuple(reversed(WHOLE.sources)),
        facts=WHOLE.facts[:1],
        outcomes=(Outcome.DELAYED,),
    )
    with writing(db.session):
        revision_rows.put(changed, revision, known, case_number="EB-2026-0001")
    db.session.expire_all()
    assert revision_rows.content_of_revision(revision) == changed
    assert {row.lesson.anchor: row.lesson_id for row in revision.lessons} == before
    assert revision.case_number == "EB-2026-0001"
    assert len(db.session.scalars(select(Lesson).where(Lesson.entry_id == revision.entry_id)).all()) == 2
    assert len(db.session.scalars(select(LessonText).where(LessonText.revision_id == revision.id)).all()) == 2


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"terms": {"domain": ("halsa",)}}, "term.domain", "”halsa” finns inte"),
        ({"partners": ("verket-som-inte-finns",)}, "partners", "heter ”verket-som-inte-finns”"),
        ({"lessons": (LessonContent("a", advice="b", phase=("fas",)),)}, "lesson.a.phase", "”fas”"),
        ({"lessons": (LessonContent("a", advice="b", perspective=("p",)),)}, "lesson.a.perspective", "”p”"),
        ({"benefits": (BenefitContent(BenefitStage.EXPECTED, "x", "d"),)}, "benefit.1.type", "”x”"),
        ({"body": "> " * 200 + "djupt"}, "body", ""),
    ],
)
def test_what_nobody_knows_is_refused_at_its_field(
    change: dict[str, object], field: str, says: str, known: Known
) -> None:
    content = replace(WHOLE, **change)  # type: ignore[arg-type]
    (problem,) = revision_rows.check_known(content, known)
    assert problem.field == field
    assert says in str(problem)


def test_a_benefit_is_pointed_at_by_the_key_that_it_has_in_the_draft(known: Known) -> None:
    content = replace(WHOLE, benefits=(BenefitContent(BenefitStage.EXPECTED, "x", "d"),))
    fields = {"benefits": "tom\nk7", "benefit.k7.type": "x", "benefit.k7.description": "d"}
    (problem,) = revision_rows.check_known(content, known, fields)
    assert problem.field == "benefit.k7.type"


def test_what_is_known_passes(known: Known) -> None:
    assert revision_rows.check_known(WHOLE, known) == ()
    assert revision_rows.check_known(TIP, known, fields_of(TIP)) == ()


def test_the_owner_is_no_partner_of_its_own(known: Known) -> None:
    with writing(db.session):
        entry = new_entry(known)
    content = replace(TIP, partners=("skogsstyrelsen", "skatteverket", "skatteverket"))
    assert [row.slug for row in revision_rows.partners_of(content, entry, known)] == ["skatteverket"]


class TestSourceHash:
    def test_it_does_not_depend_on_the_order_of_what_has_none(self) -> None:
        turned = replace(
            WHOLE,
            terms={name: tuple(reversed(codes)) for name, codes in reversed(WHOLE.terms.items())},
            facts=tuple(reversed(WHOLE.facts)),
            note_to_reviewer="Något annat.",
        )
        assert revision_rows.source_hash(turned) == revision_rows.source_hash(WHOLE)

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "En annan"},
            {"body": WHOLE.body + " "},
            {"size": EntrySize.STORY},
            {"anonymised": False},
            {"open_to_contact": False},
            {"outcomes": (Outcome.DELAYED, Outcome.PARTLY)},
            {"lessons": tuple(reversed(WHOLE.lessons))},
            {"facts": (replace(WHOLE.facts[0], high=12_501), *WHOLE.facts[1:])},
            {"sources": ()},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_it_depends_on_everything_that_is_approved(self, change: dict[str, object]) -> None:
        assert revision_rows.source_hash(replace(WHOLE, **change)) != revision_rows.source_hash(WHOLE)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["forsakringskassan", "arbetsformedlingen"])
def test_every_published_story_of_an_organisation_survives_the_way_to_rows_and_back(
    name: str, known: Known
) -> None:
    owner = known.organisations[name]
    entries = db.session.scalars(select(Entry).where(Entry.owner_id == owner.id)).all()
    assert entries
    for entry in entries:
        assert entry.published_revision is not None
        content = revision_rows.content_of_revision(entry.published_revision)
        assert revision_rows.content_of_revision(stored(content, known)) == content


class TestPreview:
    def test_a_draft_is_seen_as_its_readers_will_see_it(self, known: Known) -> None:
        with writing(db.session):
            entry = new_entry(known)
        story = draft_view.as_story(replace(WHOLE, anonymised=False), entry, TODAY, known, number=3)
        assert (story.version, story.published_on, story.slug) == (3, TODAY, "nytt-system")
        assert story.organisation is not None
        assert story.organisation.name == "Skogsstyrelsen"
        assert [partner.slug for partner in story.partners] == ["skatteverket"]
        assert [term.code for term in story.terms_of("phase")] == ["development", "rollout"]
        assert [term.code for term in story.lessons[0].terms] == ["development", "rollout", "effects"]
        assert story.benefits[0].type.label
        assert (story.size, story.open_to_contact) == (EntrySize.IN_DEPTH, True)
        assert story.facts[FactName.OUTCOME_COST] == Fact(FactName.OUTCOME_COST, FactState.WITHHELD)

    def test_an_anonymised_draft_names_nobody(self, known: Known) -> None:
        with writing(db.session):
            entry = new_entry(known)
        story = draft_view.as_story(WHOLE, entry, TODAY, known)
        assert (story.organisation, story.partners, story.sources) == (None, (), ())
        assert (story.contact_role, story.open_to_contact) == ("", False)

    def test_what_is_half_finished_can_be_looked_at(self, known: Known) -> None:
        with writing(db.session):
            entry = new_entry(known)
        content = StoryContent(
            "", "", EntryKind.LESSON_LEARNED, partners=("okand",), terms={"domain": ("okand",)}
        )
        story = draft_view.as_story(content, entry, TODAY, known)
        assert (story.title, story.partners, story.terms, story.body) == ("Utan titel", (), (), "")

    def test_a_text_that_may_not_be_rendered_gives_way_to_the_reason(self, known: Known) -> None:
        with writing(db.session):
            entry = new_entry(known)
        (problem,) = revision_rows.check_known(replace(TIP, body="> " * 200 + "djupt"), known)
        story = draft_view.as_story(replace(TIP, body="> " * 200 + "djupt"), entry, TODAY, known)
        assert story.body == str(problem)


def test_a_former_address_of_an_organisation_is_known(known: Known) -> None:
    owner = known.organisations["skatteverket"]
    with writing(db.session):
        db.session.add(FormerSlug(slug="riksskatteverket", organisation_id=owner.id))
    found = revision_rows.all_known().organisation("riksskatteverket")
    assert found is not None
    assert found.slug == "skatteverket"


def test_partners_may_be_named_as_people_name_them(known: Known) -> None:
    content = replace(TIP, partners=("Skatteverket", "SKATTEVERKET", "försäkringskassan"))
    assert revision_rows.check_known(content, known) == ()
    with writing(db.session):
        entry = new_entry(known)
        entry.partners = revision_rows.partners_of(content, entry, known)
    found = [row.slug for row in entry.partners]
    assert sorted(found) == ["forsakringskassan", "skatteverket"]
    assert sorted(revision_rows.widened(content, known).partners) == sorted(found)


def test_a_draft_that_begins_as_a_version_names_its_partners(known: Known) -> None:
    fields = revision_rows.fields_of_revision(stored(WHOLE, known))
    assert fields == fields_of(WHOLE) | {"partners": "Skatteverket"}
