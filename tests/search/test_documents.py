"""What the index is given of a story."""

from __future__ import annotations

from kb.domain.published import PublishedStory
from kb.search.documents import document
from tests import factories
from tests.factories import TODAY


def test_headings_of_the_template_are_left_out_and_those_of_the_teller_kept() -> None:
    plain = "Läget\n\nArbetet började 2017.\n\nVad som gjordes\n\nEn egen rubrik\n\nSystemet togs i bruk."
    story = PublishedStory.of(factories.story_source(body_plain=plain), TODAY)
    assert document(story).text == "Arbetet började 2017.\n\nEn egen rubrik\n\nSystemet togs i bruk."
