"""Published stories as files: what readers may see of them and nothing else (invariant 8).

A withheld or embargoed fact goes out as 'uppges inte', without a value. An anonymised story goes out
without organisation, partners, sources and contact.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.domain.published import LessonView, PublishedStory, TermRef
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent, StoryContent
from kb.domain.vocabulary import FactName
from kb.services import stories, story_files
from kb.services.story_files import StoryFile

_AT_ONCE = 100


def count() -> int:
    """How many files ``files`` gives."""
    return stories.count()


def files(today: date) -> Iterator[tuple[str, str]]:
    """The name and the text of a file for each story that readers may see, by address and id."""
    addresses = stories.addresses(count())
    for start in range(0, len(addresses), _AT_ONCE):
        ids = [address.entry_id for address in addresses[start : start + _AT_ONCE]]
        for story in stories.by_ids(ids, today):
            yield f"{story.slug}-{story.entry_id}.md", text_of(story)


def text_of(story: PublishedStory) -> str:
    published = {
        "version": story.version,
        "on": story.published_on,
        "first_on": story.first_published_on,
    }
    return story_files.dumps(file_of(story), published)


def file_of(story: PublishedStory) -> StoryFile:
    organisation = story.organisation.slug if story.organisation else ""
    return StoryFile(content_of(story), organisation, story.entry_id)


def content_of(story: PublishedStory) -> StoryContent:
    """What readers may see of a story, as its content."""
    terms: dict[str, tuple[str, ...]] = {}
    for term in story.terms:
        terms[term.vocabulary] = (*terms.get(term.vocabulary, ()), term.code)
    return StoryContent(
        title=story.title,
        summary=story.summary,
        kind=story.kind,
        outcomes=story.outcomes,
        size=story.size,
        body=story.body,
        language=story.language,
        partners=tuple(partner.slug for partner in story.partners),
        terms=terms,
        facts=tuple(story.facts[name] for name in FactName if name in story.facts),
        lessons=tuple(_lesson(lesson) for lesson in story.lessons),
        benefits=tuple(
            BenefitContent(one.stage, one.type.code, one.description, one.note) for one in story.benefits
        ),
        sources=tuple(
            SourceContent(one.title, one.url, one.publisher, one.accessed) for one in story.sources
        ),
        contact_role=story.contact_role,
        open_to_contact=story.open_to_contact,
        anonymised=story.organisation is None,
        editorial=story.editorial,
    )


def _lesson(lesson: LessonView) -> LessonContent:
    return LessonContent(
        key=lesson.anchor,
        situation=lesson.situation,
        what_happened=lesson.what_happened,
        why=lesson.why,
        advice=lesson.advice,
        applies_when=lesson.applies_when,
        does_not_apply_when=lesson.does_not_apply_when,
        phase=_codes(lesson.terms, "phase"),
        perspective=_codes(lesson.terms, "perspective"),
        basis=lesson.basis,
    )


def _codes(terms: tuple[TermRef, ...], vocabulary: str) -> tuple[str, ...]:
    return tuple(term.code for term in terms if term.vocabulary == vocabulary)
