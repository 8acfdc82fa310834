"""Files with stories into the bank: first a plan with everything that is wrong, then all of it or nothing.

A story that is here already is left alone, so the same file can be taken in again. A story is new or it is
here: what the bank has is changed in the bank, never by a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.content import slugify
from kb.domain.errors import Conflict, Invalid
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.domain.story_content import StoryContent
from kb.domain.vocabulary import RevisionStatus
from kb.domain.workflow import Action
from kb.models import Entry, Revision
from kb.models.story import revision_parts
from kb.services import case_numbers, moderation, revision_rows, story_files, story_sources
from kb.services.known import Known, all_known, check_known
from kb.services.story_files import Fault, ReadFile, StoryFile
from kb.services.story_sources import SourceFile

_GONE = (RevisionStatus.REJECTED, RevisionStatus.DISCARDED)


class Target(StrEnum):
    """What the stories become: seen by readers at once, or waiting for the secretariat."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"


_ACTIONS = {Target.SUBMITTED: Action.UPLOAD, Target.PUBLISHED: Action.IMPORT}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A story of a file. ``is_double_of`` is the title, or the place among the files, of the same story."""

    name: str
    line: int
    title: str
    organisation: str
    faults: tuple[Fault, ...]
    is_double_of: str
    story: StoryFile | None

    @property
    def is_new(self) -> bool:
        return not self.faults and not self.is_double_of


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[PlannedRow, ...]

    @property
    def new(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.is_new)

    @property
    def doubles(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.is_double_of and not row.faults)

    @property
    def wrong(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.faults)


def plan(files: Iterable[SourceFile], by: Actor) -> Plan:
    """What would happen to each story of the files. Raises ``NotPermitted``."""
    require(Permission.ENTRY_IMPORT, by)
    known = all_known()
    seen: dict[str, str] = {}
    rows = []
    for read in story_sources.read(files, known):
        row = _planned(_checked(read, known), known)
        if row.is_new and row.story is not None:
            for mark in filter(None, (_mark(row.story, known), row.story.entry_id)):
                row = replace(row, is_double_of=row.is_double_of or seen.get(mark, ""))
                seen.setdefault(mark, f"{row.name}:{row.line}")
        rows.append(row)
    return Plan(tuple(rows))


@transaction
def run(
    wanted: Plan, by: Actor, target: Target, progress: Callable[[int], None] | None = None
) -> tuple[str, ...]:
    """Take in what is new in a plan, all in one transaction; the ids of the entries.

    Raises ``Conflict`` if anything in the plan is wrong, or has come in since it was made, and
    ``NotPermitted``.
    """
    require(Permission.ENTRY_IMPORT, by)
    if wanted.wrong:
        raise Conflict("Rätta det som är fel i filerna. Inget är inläst.")
    known = all_known()
    return tuple(_put(row.story, known, by, target, progress) for row in wanted.new if row.story is not None)


def _put(
    story: StoryFile, known: Known, by: Actor, target: Target, progress: Callable[[int], None] | None
) -> str:
    owner = known.organisation(story.organisation)
    if owner is None or _double_of(story, known):
        raise Conflict("Någon annan har läst in samma erfarenhet. Inget är inläst. Börja om.")
    entry = Entry(slug=slugify(story.content.title), owner_id=owner.id, created_by=by.user_id)
    if story.entry_id:
        entry.id = story.entry_id
    db.session.add(entry)
    db.session.flush()
    entry.partners = revision_rows.partners_of(story.content, entry, known)
    number = case_numbers.next_number() if target is Target.SUBMITTED else ""
    revision = revision_rows.revision_of(
        story.content, entry, 1, known, created_by=by.user_id, case_number=number
    )
    db.session.add(revision)
    db.session.flush()
    moderation.perform(_ACTIONS[target], entry, revision, by)
    if progress is not None:
        progress(1)
    return entry.id


def _checked(read: ReadFile, known: Known) -> ReadFile:
    """With what only the database can refuse."""
    if read.story is None:
        return read
    return read.with_problems(
        [*_problems_of_organisation(read.story, known), *check_known(read.story.content, known)]
    )


def _problems_of_organisation(story: StoryFile, known: Known) -> Sequence[Invalid]:
    if not story.organisation:
        return [Invalid("Skriv vilken myndighet som äger erfarenheten.", field="organisation")]
    owner = known.organisation(story.organisation)
    if owner is None:
        problem = Invalid(
            "Myndigheten ”%(slug)s” finns inte. Rätta stavningen eller lägg till den först.",
            field="organisation",
            slug=story.organisation[:100],
        )
        return [problem]
    if any(known.organisation(called) is owner for called in story.content.partners):
        return [Invalid("Den som äger erfarenheten kan inte också vara samverkanspart.", field="partners")]
    return []


def _planned(read: ReadFile, known: Known) -> PlannedRow:
    story = read.story
    if story is None:
        return PlannedRow(read.name, read.line, read.title, "", read.faults, "", None)
    owner = known.organisation(story.organisation)
    double = _double_of(story, known)
    if double:
        # An anonymised story that went out from here has no organisation, and that is no fault.
        read = replace(read, faults=())
    elif story.entry_id and db.session.get(Entry, story.entry_id) is not None:
        problem = Invalid(
            "Erfarenheten finns redan med annan text. Ändra den här, eller ta bort raden id.", field="id"
        )
        read = read.with_problems([problem])
    name = owner.name if owner else story.organisation
    return PlannedRow(read.name, read.line, read.title, name, read.faults, double, story)


def _double_of(story: StoryFile, known: Known) -> str:
    """The title of the same story in the bank, if it is there."""
    entry = db.session.get(Entry, story.entry_id) if story.entry_id else None
    if entry is not None and story_sources.was_exported(entry, story.content):
        return story.content.title
    owner = known.organisation(story.organisation)
    if owner is None or check_known(story.content, known):
        return ""
    same_title = (
        select(Revision)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Revision.title == story.content.title, Revision.status.not_in(_GONE))
        .where(Entry.owner_id == owner.id)
        .options(*revision_parts())
    )
    mark = _mark(story, known)
    same = (row for row in db.session.scalars(same_title) if row.status is not RevisionStatus.DRAFT)
    return next((row.title for row in same if _mark_of(row, story.organisation, known) == mark), "")


def _mark_of(revision: Revision, organisation: str, known: Known) -> str:
    content = story_files.normalised(revision_rows.content_of_revision(revision))
    return _mark(StoryFile(content, organisation), known)


def _mark(story: StoryFile, known: Known) -> str:
    """The same for the same story of the same organisation, whatever file it stands in."""
    owner = known.organisation(story.organisation)
    return f"{owner.id if owner else ''} {_hash(story.content, known)}"


def _hash(content: StoryContent, known: Known) -> str:
    if check_known(content, known):
        return revision_rows.source_hash(content)
    return revision_rows.source_hash(revision_rows.widened(content, known))
