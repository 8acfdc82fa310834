"""Reading subjects: the vocabularies, their terms, and what the stories of a term tell.

Only what readers may see is counted: the published version of each story that is not withdrawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CompoundSelect, Select, func, select, union_all

from kb.db import db
from kb.domain.errors import DomainError, NotFound
from kb.domain.published import LessonView, PublishedStory, TermRef
from kb.domain.text import translatable
from kb.models import BenefitRow, Entry, LessonText, Term, Vocabulary
from kb.models.lesson import lesson_text_term
from kb.models.revision import revision_term
from kb.models.story import public_entries
from kb.services import stories, telling_lessons
from kb.services.kept import Kept
from kb.services.stories import Balance

PER_PAGE = 10
LESSONS_SHOWN = 5

_told_counts: Kept[Mapping[str, int]] = Kept()
_taught_counts: Kept[Mapping[str, int]] = Kept()

_ORDER = ("domain", "investment_type", "phase", "perspective", "technology", "procurement", "sourcing")
"""Vocabularies that come first where all are listed; the rest follow by label."""

_NOT_FOUND = translatable("Ämnet finns inte. Se listan över ämnen.")


class Moved(DomainError):
    """The address had a code in it; ``vocabulary`` and ``term`` are the parts of the right one."""

    def __init__(self, vocabulary: str, term: str = "") -> None:
        super().__init__(_NOT_FOUND)
        self.vocabulary = vocabulary
        self.term = term


@dataclass(frozen=True, slots=True)
class VocabularyRef:
    """``is_official`` is False for a list of our own."""

    code: str
    slug: str
    label: str
    label_en: str
    description: str
    description_en: str
    is_official: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A term with what there is to read of it; ``narrower`` are the terms below it."""

    term: TermRef
    description: str
    description_en: str
    stories: int
    lessons: int
    narrower: tuple[Subject, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.stories or self.lessons)


@dataclass(frozen=True, slots=True)
class SubjectList:
    """A vocabulary with its terms in their own order; those below others are found in them."""

    vocabulary: VocabularyRef
    subjects: tuple[Subject, ...]

    def __iter__(self) -> Iterator[Subject]:
        """Every term, each before those below it."""
        for subject in self.subjects:
            yield from _with_narrower(subject)


@dataclass(frozen=True, slots=True)
class ToldLesson:
    story: PublishedStory
    lesson: LessonView


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """``near`` are the other terms at its side, those with stories first."""

    vocabulary: VocabularyRef
    subject: Subject
    broader: Subject | None
    near: tuple[Subject, ...]
    balance: Balance
    lessons: tuple[ToldLesson, ...]
    stories: list[PublishedStory]
    page: int
    pages: int


def _with_narrower(subject: Subject) -> Iterator[Subject]:
    yield subject
    for each in subject.narrower:
        yield from _with_narrower(each)


def index() -> tuple[SubjectList, ...]:
    """All vocabularies with all terms: first what most readers choose by."""
    rows = db.session.scalars(select(Vocabulary).order_by(Vocabulary.label)).all()
    return tuple(_lists(sorted(rows, key=_place)))


def _place(row: Vocabulary) -> int:
    return _ORDER.index(row.code) if row.code in _ORDER else len(_ORDER)


def vocabulary(slug: str) -> SubjectList:
    """One vocabulary. Raises ``NotFound``, or ``Moved`` for its code."""
    return next(iter(_lists([_vocabulary(slug)])))


def read(vocabulary_slug: str, slug: str, page: int, today: date) -> SubjectPage:
    """A subject with one page of its stories, newest first. Raises ``NotFound`` or ``Moved``.

    A page after the last is the last.
    """
    try:
        found = vocabulary(vocabulary_slug)
    except Moved as error:
        raise _moved_or_missing(vocabulary(error.vocabulary), slug) from error
    subject = next((each for each in found if each.term.slug == slug), None)
    if subject is None:
        raise _moved_or_missing(found, slug)
    broader = next((each for each in found if subject in each.narrower), None)
    pages = max(1, -(-subject.stories // PER_PAGE))
    page = min(max(page, 1), pages)
    tagged = _entries_about(subject.term)
    ids, telling = _page_of(tagged, page), telling_lessons.of(_term_id(subject.term), LESSONS_SHOWN)
    wanted = dict.fromkeys([*ids, *(entry_id for entry_id, _ in telling)])
    shown = {story.entry_id: story for story in stories.by_ids(list(wanted), today)}
    return SubjectPage(
        vocabulary=found.vocabulary,
        subject=subject,
        broader=broader,
        near=_with_stories_first(subject, broader.narrower if broader else found.subjects),
        balance=stories.balance(tagged),
        lessons=tuple(_told(shown, telling)),
        stories=[shown[entry_id] for entry_id in ids if entry_id in shown],
        page=page,
        pages=pages,
    )


def _vocabulary(slug: str) -> Vocabulary:
    row = db.session.scalar(select(Vocabulary).where(Vocabulary.slug == slug))
    if row is not None:
        return row
    named = db.session.scalar(select(Vocabulary.slug).where(Vocabulary.code == slug))
    raise Moved(named) if named is not None else NotFound(_NOT_FOUND)


def _moved_or_missing(found: SubjectList, slug: str) -> DomainError:
    term = next((each.term for each in found if slug in (each.term.slug, each.term.code)), None)
    return Moved(found.vocabulary.slug, term.slug) if term is not None else NotFound(_NOT_FOUND)


def _lists(rows: Sequence[Vocabulary]) -> Iterator[SubjectList]:
    """A few statements in all, however many vocabularies, terms and stories there are."""
    terms = db.session.scalars(
        select(Term)
        .where(Term.vocabulary_id.in_([row.id for row in rows]))
        .order_by(Term.position, Term.label)
    )
    grouped: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        grouped[term.vocabulary_id].append(term)
    told = _told_counts.get(lambda: _counts(_tagged_revisions(), of_revisions=True))
    taught = _taught_counts.get(lambda: _counts(_tagged_lessons(), of_revisions=False))
    for row in rows:
        yield SubjectList(_vocabulary_ref(row), _tree(row, grouped[row.id], told, taught))


def _tree(
    owner: Vocabulary, terms: Iterable[Term], told: Mapping[str, int], taught: Mapping[str, int]
) -> tuple[Subject, ...]:
    below: dict[str | None, list[Term]] = defaultdict(list)
    for term in terms:
        below[term.parent_id].append(term)

    def subject(term: Term) -> Subject:
        return Subject(
            term=TermRef(owner.code, term.code, term.label, term.slug, term.label_en, owner.slug),
            description=term.description,
            description_en=term.description_en,
            stories=told.get(term.id, 0),
            lessons=taught.get(term.id, 0),
            narrower=tuple(subject(each) for each in below[term.id]),
        )

    return tuple(subject(term) for term in below[None])


def _tagged_revisions() -> CompoundSelect[str, str]:
    """Term and revision: by the terms of a revision, and by the type of each benefit that it tells of."""
    return union_all(
        select(revision_term.c.term_id, revision_term.c.revision_id),
        select(BenefitRow.type_id, BenefitRow.revision_id),
    )


def _tagged_lessons() -> Select[str, str]:
    return select(lesson_text_term.c.term_id, LessonText.revision_id).join(
        LessonText, LessonText.id == lesson_text_term.c.lesson_text_id
    )


def _counts(tagged: CompoundSelect[str, str] | Select[str, str], *, of_revisions: bool) -> Mapping[str, int]:
    """For each term the number of public revisions that it is paired with, or of the pairs."""
    pairs = tagged.subquery()
    public = public_entries().subquery()
    counted = func.count(pairs.c.revision_id.distinct()) if of_revisions else func.count()
    rows = db.session.execute(
        select(pairs.c.term_id, counted)
        .join(public, public.c.published_revision_id == pairs.c.revision_id)
        .group_by(pairs.c.term_id)
    )
    return dict(rows.all())


def _term_id(term: TermRef) -> Select[str]:
    return (
        select(Term.id)
        .join(Vocabulary, Vocabulary.id == Term.vocabulary_id)
        .where(Vocabulary.code == term.vocabulary, Term.code == term.code)
    )


def _entries_about(term: TermRef) -> Select[Entry]:
    tagged = _tagged_revisions().subquery()
    revisions = select(tagged.c.revision_id).where(tagged.c.term_id == _term_id(term).scalar_subquery())
    return public_entries().where(Entry.published_revision_id.in_(revisions))


def _page_of(entries: Select[Entry], page: int) -> Sequence[str]:
    newest_first = entries.order_by(Entry.first_published_at.desc(), Entry.id.desc())
    shown = newest_first.with_only_columns(Entry.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return db.session.scalars(shown).all()


def _told(shown: Mapping[str, PublishedStory], telling: Iterable[tuple[str, str]]) -> Iterator[ToldLesson]:
    for entry_id, anchor in telling:
        if entry_id in shown:
            story = shown[entry_id]
            yield from (ToldLesson(story, lesson) for lesson in story.lessons if lesson.anchor == anchor)


def _with_stories_first(subject: Subject, beside: Iterable[Subject]) -> tuple[Subject, ...]:
    others = [each for each in beside if each.term != subject.term]
    return tuple(sorted(others, key=lambda each: each.is_empty))


def _vocabulary_ref(row: Vocabulary) -> VocabularyRef:
    return VocabularyRef(
        code=row.code,
        slug=row.slug,
        label=row.label,
        label_en=row.label_en,
        description=row.description,
        description_en=row.description_en,
        is_official=row.is_official,
    )
