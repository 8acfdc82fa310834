"""The one projection: anonymity and embargo hold for everything that is read from it (invariant 8)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest

from kb.domain.facts import Fact
from kb.domain.published import LessonView, PublishedStory, SourceView, StorySource, TermRef
from kb.domain.vocabulary import CostClass, FactName, FactState, OrganisationSize, OrganisationType
from tests.factories import exact, organisation_ref, story_source

DAY = date(2026, 11, 23)
SECRET_VALUE = 987_654


def telling() -> StorySource:
    """A story where every part that can name its organisation does."""
    owner = organisation_ref(
        "Skogsstyrelsen", short_name="SKS", aliases=("Skogsvården",), size=OrganisationSize.FROM_250
    )
    return story_source(
        anonymised=True,
        organisation=owner,
        partners=(organisation_ref("Kammarkollegiet"),),
        sources=(SourceView("Skogsstyrelsens slutrapport", "https://skogsstyrelsen.se/slutrapport"),),
        contact_role="Digitaliseringschef på Skogsstyrelsen",
    )


class TestAnonymity:
    def test_nothing_of_it_names_the_organisation(self) -> None:
        story = PublishedStory.of(telling(), DAY)
        public = [name for name in dir(story) if not name.startswith("_")]
        said = repr(story) + repr([getattr(story, name) for name in public])
        for name in ("Skogsstyrelsen", "skogsstyrelsen", "SKS", "Skogsvården", "Kammarkollegiet", "chef"):
            assert name not in said

    def test_the_parts_that_name_are_empty(self) -> None:
        story = PublishedStory.of(telling(), DAY)
        assert (story.organisation, story.partners, story.sources, story.contact_role) == (None, (), (), "")

    def test_type_and_size_stay(self) -> None:
        story = PublishedStory.of(telling(), DAY)
        assert story.organisation_label == "Statlig myndighet, 250–999 anställda"

    def test_the_type_alone_where_the_size_is_unknown(self) -> None:
        source = story_source(
            anonymised=True, organisation=organisation_ref("Region Norr", type=OrganisationType.REGION)
        )
        assert PublishedStory.of(source, DAY).organisation_label == "Region"

    def test_a_story_with_a_name_keeps_everything(self) -> None:
        source = story_source(partners=(organisation_ref("Kammarkollegiet"),))
        story = PublishedStory.of(source, DAY)
        assert story.organisation_label == "Skogsstyrelsen"
        assert (story.organisation, story.partners) == (source.organisation, source.partners)
        assert (story.sources, story.contact_role) == (source.sources, source.contact_role)

    def test_every_field_of_the_source_is_decided_about(self) -> None:
        """A new field of what is stored must be given a place here, or be left out on purpose."""
        only_stored = {field.name for field in fields(StorySource)} - {
            field.name for field in fields(PublishedStory)
        }
        assert only_stored == {"anonymised"}


HIDDEN = [
    {"state": FactState.WITHHELD},
    {"publish_from": DAY + timedelta(days=1)},
]


@pytest.mark.parametrize("hidden", HIDDEN, ids=["withheld", "embargoed"])
class TestHiddenFacts:
    def test_the_cost_enters_no_class_and_no_sort(self, hidden: dict[str, object]) -> None:
        story = PublishedStory.of(
            story_source(facts=(exact(FactName.OUTCOME_COST, SECRET_VALUE, **hidden),)), DAY
        )
        assert (story.cost_class, story.cost) == (CostClass.UNKNOWN, None)

    def test_the_dates_enter_no_years(self, hidden: dict[str, object]) -> None:
        dates = (exact(FactName.START, 2011_01, **hidden), exact(FactName.ACTUAL_END, 2014_01, **hidden))
        assert PublishedStory.of(story_source(facts=dates), DAY).years == ()

    def test_the_value_is_nowhere(self, hidden: dict[str, object]) -> None:
        secret = exact(FactName.OUTCOME_COST, SECRET_VALUE, note="987 miljoner", year=1987, **hidden)
        story = PublishedStory.of(story_source(facts=(secret,)), DAY)
        assert story.facts == {
            FactName.OUTCOME_COST: Fact(FactName.OUTCOME_COST, FactState.WITHHELD),
        }
        assert "987" not in repr(story)


def test_the_embargo_ends_on_its_day() -> None:
    source = story_source(facts=(exact(FactName.OUTCOME_COST, 30_000, publish_from=DAY),))
    assert PublishedStory.of(source, DAY - timedelta(days=1)).cost_class is CostClass.UNKNOWN
    assert PublishedStory.of(source, DAY).cost_class is CostClass.FROM_25M


def test_terms_are_given_by_vocabulary() -> None:
    pilot, ai = TermRef("phase", "pilot", "Pilot"), TermRef("technology", "ai", "AI")
    story = PublishedStory.of(story_source(terms=(pilot, ai)), DAY)
    assert (story.terms_of("phase"), story.terms_of("sourcing")) == ((pilot,), ())


@pytest.mark.parametrize(
    ("lesson", "heading"),
    [
        (LessonView("a", situation="Läge", what_happened="Hände", advice="Råd"), "Råd"),
        (LessonView("a", situation="Läge", what_happened="Hände"), "Hände"),
        (LessonView("a", situation="Läge"), "Läge"),
    ],
)
def test_a_lesson_is_listed_by_its_advice_first(lesson: LessonView, heading: str) -> None:
    assert lesson.heading == heading


def test_the_text_of_a_lesson_is_all_its_parts() -> None:
    lesson = LessonView("a", "ett", "två", "tre", "fyra", "fem", "sex")
    assert lesson.text.split("\n") == ["ett", "två", "tre", "fyra", "fem", "sex"]
