"""What the index is given of a story."""

from __future__ import annotations

from kb import markdown
from kb.domain.published import LessonView, PublishedStory, StorySource, TermRef
from kb.search.documents import lesson_documents, story_documents
from kb.search.index import Facet, SearchDocument
from tests import factories
from tests.factories import TODAY

STORY = """# Läget

Arbetet började 2017.

# Vad som gjordes

## En egen rubrik

Systemet togs i bruk.
"""


def test_headings_of_the_template_are_left_out_and_those_of_the_teller_kept() -> None:
    source = factories.story_source(body=STORY, body_plain=markdown.plain(STORY))
    [document] = story_documents(PublishedStory.of(source, TODAY))
    assert document.text == ("Arbetet började 2017.\nEn egen rubrik\nSystemet togs i bruk.")


def lesson_source(*lessons: LessonView, **changes: object) -> StorySource:
    terms = (
        TermRef("phase", "rollout", "Införande"),
        TermRef("perspective", "effects", "Effekter och mål"),
        TermRef("domain", "health", "Hälso- och sjukvård"),
    )
    return factories.story_source(lessons=lessons, terms=terms, **changes)


PROCURE = LessonView(
    "las-kraven",
    situation="Ett anbud saknades.",
    why="Kraven gick att tolka olika.",
    advice="Läs kraven en gång till.",
    terms=(TermRef("phase", "procurement", "Upphandling"), TermRef("perspective", "risk", "Risk")),
)


class TestLessons:
    def of(self, *lessons: LessonView, **changes: object) -> tuple[SearchDocument, ...]:
        return lesson_documents(PublishedStory.of(lesson_source(*lessons, **changes), TODAY))

    def test_each_lesson_is_a_document_with_the_story_and_its_anchor(self) -> None:
        found = self.of(PROCURE, LessonView("prova", what_happened="Ingen provade systemet."))
        assert [(item.entry_id, item.anchor, item.title) for item in found] == [
            (found[0].entry_id, "las-kraven", "Läs kraven en gång till."),
            (found[0].entry_id, "prova", "Ingen provade systemet."),
        ]

    def test_what_stands_as_heading_is_not_told_twice(self) -> None:
        [found] = self.of(PROCURE)
        assert found.lessons == "Ett anbud saknades.\nKraven gick att tolka olika."

    def test_its_phase_and_perspective_are_its_own_and_the_rest_the_storys(self) -> None:
        [found] = self.of(PROCURE)
        assert (found.facets[Facet.PHASE], found.facets[Facet.PERSPECTIVE]) == (("procurement",), ("risk",))
        assert (found.facets[Facet.DOMAIN], found.facets[Facet.OUTCOME]) == (("health",), ("succeeded",))
        assert "Införande" not in found.keywords

    def test_a_lesson_without_terms_has_none_of_the_storys(self) -> None:
        [found] = self.of(LessonView("prova", advice="Prova."))
        assert {Facet.PHASE, Facet.PERSPECTIVE} & set(found.facets) == set()

    def test_it_is_found_by_who_tells_it_and_by_the_title_of_the_story(self) -> None:
        [found] = self.of(PROCURE)
        assert "Skogsstyrelsen" in found.names
        assert "Nytt ärendesystem för avverkningar" in found.keywords

    def test_a_lesson_of_an_anonymised_story_names_nobody(self) -> None:
        """Invariant 8."""
        partner = factories.organisation_ref("Boverket", short_name="BV", aliases=("Planverket",))
        [found] = self.of(PROCURE, anonymised=True, partners=(partner,))
        whole = repr(found)
        assert not [name for name in ("Skogsstyrelsen", "skogsstyrelsen", "Boverket", "BV") if name in whole]
        assert Facet.ORGANISATION not in found.facets

    def test_what_changes_in_the_story_changes_its_fingerprint(self) -> None:
        [before], [after] = self.of(PROCURE), self.of(PROCURE, title="Ett annat namn")
        assert before.fingerprint != after.fingerprint
