"""What the index is given of a story."""

from __future__ import annotations

from kb import markdown
from kb.domain.published import PublishedStory
from kb.search.documents import story_documents
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
