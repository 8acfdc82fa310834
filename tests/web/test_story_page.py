"""How a story is cited: by whom it may be told that it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from kb.domain.published import OrganisationRef, PublishedStory, StorySource
from kb.domain.vocabulary import EntryKind, OrganisationSize, OrganisationType, Outcome
from kb.web.story_page import cite, superseded
from tests.web.site import BASE_URL, Site

SOURCE = StorySource(
    entry_id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
    slug="ett-byte",
    version=3,
    title="Ett byte som tog tid.",
    summary="Det tog tid.",
    kind=EntryKind.LESSON_LEARNED,
    outcomes=(Outcome.DELAYED,),
    body="## Läget\n\nDet var så.",
    body_plain="Läget\nDet var så.",
    language="sv",
    organisation=OrganisationRef(
        "hemliga-verket", "Hemliga verket", OrganisationType.STATE_AUTHORITY, size=OrganisationSize.FROM_50
    ),
    published_on=date(2026, 11, 23),
    first_published_on=date(2024, 1, 2),
)
ADDRESS = f"{BASE_URL}/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/ett-byte/version/3"


@pytest.fixture(autouse=True)
def request_context(site: Site) -> Iterator[None]:
    with site.app.test_request_context(headers={"Host": "evil.example"}):
        yield


def story(**changes: object) -> PublishedStory:
    return PublishedStory.of(replace(SOURCE, **changes), date(2026, 11, 24))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "author"),
    [
        ({}, "Hemliga verket"),
        ({"anonymised": True}, "Statlig myndighet, 50–249 anställda"),
        ({"editorial": True}, "Erfarenhetsbankens redaktion"),
        ({"editorial": True, "anonymised": True}, "Erfarenhetsbankens redaktion"),
    ],
)
def test_a_story_is_cited_by_who_tells_it(changes: dict[str, object], author: str) -> None:
    view = cite(story(**changes))
    rest = f"(2026). Ett byte som tog tid. Erfarenhetsbanken, version 3, 2026-11-23. {ADDRESS}"
    assert view.text == f"{author} {rest}"
    assert view.url == ADDRESS


def test_an_older_version_names_the_one_that_holds() -> None:
    notice = superseded(story(), current_version=5)
    assert "version 3, som publicerades 2026-11-23" in notice.text
    assert "version 5" in notice.text
    assert notice.url == "/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/ett-byte"
