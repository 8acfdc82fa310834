"""What is not published yet, as its readers will see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from kb import markdown
from kb.domain.errors import ContentRefused
from kb.domain.published import BenefitView, LessonView, PublishedStory, SourceView, StorySource, TermRef
from kb.domain.story_content import StoryContent
from kb.domain.text import translatable
from kb.models import Entry
from kb.models.story import organisation_ref, term_ref
from kb.services.known import BENEFIT_VOCABULARY, LESSON_VOCABULARIES, Known
from kb.services.revision_rows import partners_of

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
        partners=tuple(
            organisation_ref(row) for row in partners_of(_with_known(content, known), entry, known)
        ),
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


def _body(text: str) -> tuple[str, str]:
    try:
        return text, markdown.plain(text)
    except ContentRefused as error:
        return str(error), str(error)


def _with_known(content: StoryContent, known: Known) -> StoryContent:
    return replace(content, partners=tuple(slug for slug in content.partners if slug in known.organisations))


def _terms(vocabulary: str, codes: Iterable[str], known: Known) -> Iterator[TermRef]:
    return (term_ref(known.terms[vocabulary, code]) for code in codes if (vocabulary, code) in known.terms)
