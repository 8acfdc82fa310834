"""A story's file as rows: checked against what it refers to, then made into one revision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb import markdown
from kb.domain import content
from kb.domain.errors import Invalid
from kb.domain.story_content import StoryContent
from kb.models import Entry, Revision
from kb.services import revision_rows, story_header
from kb.services.known import BENEFIT_VOCABULARY, LESSON_VOCABULARIES, Known
from kb.services.seed_files import SeedEntry

_MAIN_HEADING = 2


def check(seed: SeedEntry, known: Known) -> None:
    """Raise ``SeedError`` for text that breaks a rule, or that names something unknown."""
    header = seed.header
    told = told_in(seed)
    try:
        content.check_text(told.title, told.summary, told.body, told.size)
        main = [item.text for item in markdown.outline(told.body) if item.level <= _MAIN_HEADING + 1]
        content.check_headings(main)
    except Invalid as error:
        where = (error.field or "body", *(str(value) for value in error.params.values()))
        raise seed.error(str(error), *where) from error
    for slug in (header["organisation"], *header.get("partners", [])):
        if slug not in known.organisations:
            key = "organisation" if slug == header["organisation"] else "partners"
            raise seed.error(f"myndigheten ”{slug}” finns inte i organisations.csv", key)
    for keys, vocabulary, code in _codes(header):
        if (vocabulary, code) not in known.terms:
            raise seed.error(f"termen ”{code}” finns inte i ordlistan {vocabulary}", *keys)
    for fact in told.facts:
        try:
            fact.check()
        except Invalid as error:
            raise seed.error(str(error), "facts", fact.name.value) from error


def told_in(seed: SeedEntry) -> StoryContent:
    """What a file says, word for word."""
    return story_header.content_of(seed.header, seed.body)


def revision(seed: SeedEntry, entry: Entry, known: Known, source_hash: str) -> Revision:
    """The next draft of an entry, not yet in the session. ``check`` has found nothing wrong."""
    number = 1 + max((revision.number for revision in entry.revisions), default=0)
    return revision_rows.revision_of(told_in(seed), entry, number, known, source_hash=source_hash)


def _codes(header: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every term that a story names: where in its front matter, of which vocabulary, and its code."""
    for vocabulary, codes in header["terms"].items():
        for code in codes:
            yield ("terms", vocabulary), vocabulary, code
    for number, lesson in enumerate(header["lessons"]):
        for vocabulary in LESSON_VOCABULARIES:
            for code in lesson.get(vocabulary, []):
                yield ("lessons", number, vocabulary), vocabulary, code
    for number, benefit in enumerate(header.get("benefits", [])):
        yield ("benefits", number, "type"), BENEFIT_VOCABULARY, benefit["type"]
