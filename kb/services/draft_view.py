"""What is not published yet, as its readers will see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from kb import markdown
from kb.domain.draft_content import so_far
from kb.domain.draft_fields import Fields
from kb.domain.errors import ContentRefused
from kb.domain.published import BenefitView, LessonView, PublishedStory, SourceView, StorySource, TermRef
from kb.domain.story_content import StoryContent
from kb.domain.text import translatable
from kb.domain.vocabulary import EntrySize
from kb.models import Entry, Revision
from kb.models.story import organisation_ref, story_source, term_ref
from kb.services.known import BENEFIT_VOCABULARY, LESSON_VOCABULARIES, Known, all_known
from kb.services.revision_rows import content_of_revision, partners_of

NO_TITLE = translatable("Utan titel")


def as_story(
    content: StoryContent, entry: Entry, today: date, known: Known, *, number: int = 1
) -> PublishedStory:
    """The story as it would be if it were published today, under the same anonymity and embargo.

    What the content names and nobody knows is left out. A text that may not be rendered gives way to the
    reason why. ``number`` is the draft's.
    """
    body, plain = _body(content.body)
    source = StorySource(
        entry_id=entry.id,
        slug=entry.slug,
        version=number,
        title=content.title or NO_TITLE,
        summary=content.summary,
        kind=content.kind,
        outcomes=content.outcomes,
        body=body,
        body_plain=plain,
        language=content.language,
        organisation=organisation_ref(entry.owner),
        published_on=today,
        first_published_on=today,
        partners=tuple(organisation_ref(row) for row in partners_of(content, entry, known)),
        terms=tuple(term for name, codes in content.terms.items() for term in _terms(name, codes, known)),
        facts=content.facts,
        lessons=tuple(
            LessonView(
                anchor=lesson.key,
                situation=lesson.situation,
                what_happened=lesson.what_happened,
                why=lesson.why,
                advice=lesson.advice,
                applies_when=lesson.applies_when,
                does_not_apply_when=lesson.does_not_apply_when,
                basis=lesson.basis,
                terms=tuple(
                    term
                    for name in LESSON_VOCABULARIES
                    for term in _terms(name, getattr(lesson, name), known)
                ),
            )
            for lesson in content.lessons
        ),
        benefits=tuple(
            BenefitView(benefit.stage, term, benefit.description, benefit.note)
            for benefit in content.benefits
            for term in _terms(BENEFIT_VOCABULARY, (benefit.type,), known)
        ),
        sources=tuple(SourceView(row.title, row.url, row.publisher, row.accessed) for row in content.sources),
        contact_role=content.contact_role,
        open_to_contact=content.open_to_contact,
        anonymised=content.anonymised,
        editorial=content.editorial,
        size=content.size,
    )
    return PublishedStory.of(source, today)


def draft_as_story(fields: Fields, size: EntrySize, entry: Entry, number: int, today: date) -> PublishedStory:
    """A draft as far as it has come: what is missing, or cannot be read, is left out."""
    return as_story(so_far(fields, size), entry, today, all_known(), number=number)


def revision_as_story(entry: Entry, revision: Revision, today: date) -> PublishedStory:
    """A version that was sent in, whatever became of it; one that was published as it was then."""
    if revision.published_at is not None:
        return PublishedStory.of(story_source(entry, revision), today)
    content = content_of_revision(revision)
    return as_story(content, entry, today, all_known(), number=revision.number)


def _body(text: str) -> tuple[str, str]:
    try:
        return text, markdown.plain(text)
    except ContentRefused as error:
        return str(error), str(error)


def _terms(vocabulary: str, codes: Iterable[str], known: Known) -> Iterator[TermRef]:
    return (term_ref(known.terms[vocabulary, code]) for code in codes if (vocabulary, code) in known.terms)
