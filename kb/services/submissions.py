"""From draft to the secretariat: checked, sent in, taken back, and begun anew from what is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from kb import markdown
from kb.db import db, transaction
from kb.domain import draft_content, draft_writing
from kb.domain.content import slugify
from kb.domain.draft_fields import Fields, Section, is_name, names_of, sections_of
from kb.domain.errors import Conflict, ContentRefused, Invalid, InvalidFields, NotFound
from kb.domain.letters import LetterKind
from kb.domain.permissions import Permission, permits, require_to_know
from kb.domain.personal_data import holds_identity_number
from kb.domain.pictures import is_like_file_name
from kb.domain.predicates import Actor
from kb.domain.story_content import StoryContent
from kb.domain.text import translatable
from kb.domain.vocabulary import OPEN_STATUSES, EntrySize, RevisionStatus
from kb.domain.workflow import Action
from kb.markdown.structure import structure
from kb.models import Entry, Revision, User
from kb.services import (
    case_numbers,
    co_authors,
    discarded_drafts,
    draft_store,
    drafts,
    letters,
    moderation,
    revision_rows,
)
from kb.services.draft_store import DraftRows
from kb.services.known import Known

_IDENTITY_NUMBER = translatable(
    "Texten ser ut att innehålla ett personnummer. Ta bort det innan du skickar in."
)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is left to do before a draft can be sent in; ``content`` is there when nothing is.

    ``field`` of each problem is the name of a field of the draft.
    """

    problems: tuple[Invalid, ...]
    content: StoryContent | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """``usual_wait`` is the median of the last 50 decisions; None until there are five."""

    entry_id: str
    case_number: str
    title: str
    submitted_at: datetime
    usual_wait: timedelta | None
    may_recall: bool


def check(entry_id: str, by: Actor) -> Checklist:
    """Raises ``NotFound`` if there is no draft or ``by`` may not write in it."""
    return _check(draft_store.find(entry_id, by))


@transaction
def submit(entry_id: str, based_on: int, by: Actor) -> str:
    """Send a draft in; its case number. Sent in already, it gives the same number again.

    ``based_on`` is the version that was checked. Raises ``NotFound`` if there is nothing to send in or ``by``
    may not write in it, ``Conflict`` if the draft was changed since, ``InvalidFields`` with what is left.
    """
    entry = draft_store.entry_to_edit(entry_id, by)
    waiting = _waiting(entry)
    if waiting is not None:
        return waiting.case_number
    rows = draft_store.find(entry_id, by, to_write=True)
    if rows.draft.version != based_on:
        raise Conflict(
            "Utkastet har ändrats sedan du läste det. Läs igenom det igen och skicka in det sedan."
        )
    checklist = _check(rows)
    if checklist.content is None:
        raise InvalidFields(checklist.problems)
    revision = _made(rows, checklist.content)
    moderation.perform(Action.SUBMIT, entry, revision, by)
    _send_receipt(revision, by)
    return revision.case_number


def receipt(entry_id: str, by: Actor) -> Receipt:
    """Raises ``NotFound`` if nothing of the entry waits at the secretariat or ``by`` may not write in it."""
    waiting = _waiting(draft_store.entry_to_edit(entry_id, by))
    if waiting is None or waiting.submitted_at is None:
        raise NotFound("Sidan finns inte.")
    return Receipt(
        entry_id=entry_id,
        case_number=waiting.case_number,
        title=waiting.title,
        submitted_at=waiting.submitted_at,
        usual_wait=case_numbers.usual_wait(),
        may_recall=True,
    )


@transaction
def recall(entry_id: str, by: Actor) -> None:
    """Take back what waits at the secretariat: a draft again. Raises ``NotFound`` as ``receipt`` does."""
    entry = draft_store.entry_to_edit(entry_id, by)
    waiting = _waiting(entry)
    if waiting is None:
        raise NotFound("Sidan finns inte.")
    moderation.perform(Action.RECALL, entry, waiting, by)
    _copy(entry, waiting, by, case_number=waiting.case_number)


def require_may_revise(entry_id: str, by: Actor) -> None:
    """Raises ``NotFound`` for who may not begin a new version of an entry."""
    _revisable(entry_id, by)


@transaction
def revise(entry_id: str, by: Actor) -> str:
    """Begin a new version of what is published; its entry's id. One that is open already is used.

    Raises ``NotFound`` for who may not, ``Conflict`` where a colleague has one open.
    """
    entry = _revisable(entry_id, by)
    discarded_drafts.make_room(entry)
    already = next((one for one in entry.revisions if one.status in OPEN_STATUSES), None)
    may_edit = permits(Permission.ENTRY_EDIT, by, moderation.subject_of(entry))
    if already is not None:
        if may_edit:
            return entry.id
        raise _taken(already)
    if entry.published_revision_id is None or entry.withdrawn_at is not None:
        raise NotFound("Sidan finns inte.")
    if not may_edit:
        co_authors.add_to(entry, by.user_id or "", by)
    _copy(entry, db.session.get_one(Revision, entry.published_revision_id), by)
    return entry.id


def _revisable(entry_id: str, by: Actor) -> Entry:
    entry = db.session.get(Entry, entry_id)
    if entry is None:
        raise NotFound("Sidan finns inte.")
    require_to_know(Permission.ENTRY_REVISE, by, moderation.subject_of(entry))
    return entry


def _check(rows: DraftRows) -> Checklist:
    fields, size = draft_store.texts_of(rows.typed), rows.revision.size
    checked = draft_content.content_of(fields, size)
    content, problems = checked.content, [*checked.problems]
    problems += [*_identity_numbers(fields, size), *_in_the_body(fields, size)]
    if content is not None:
        known = revision_rows.all_known()
        unknown = revision_rows.check_known(content, known, fields)
        problems += unknown or _partners_of_published(rows.entry, content, known)
    return Checklist(tuple(problems), None if problems else content)


def _identity_numbers(fields: Fields, size: EntrySize) -> Iterator[Invalid]:
    for section in sections_of(size):
        for name in names_of(section, fields):
            if holds_identity_number(fields.get(name, "")):
                yield Invalid(_IDENTITY_NUMBER, field=name)


def _in_the_body(fields: Fields, size: EntrySize) -> Iterator[Invalid]:
    """What only shows when the Markdown is read: a number written with escapes, a picture without words."""
    body = fields.get("body", "")
    if Section.TEXT not in sections_of(size) or not body:
        return
    try:
        plain, pictures = markdown.plain(body), structure(body).pictures
    except ContentRefused as error:
        yield error.at("body")
        return
    if holds_identity_number(plain) and not holds_identity_number(body):
        yield Invalid(_IDENTITY_NUMBER, field="body")
    if any(is_like_file_name(alt) for alt, _address in pictures if alt.strip()):
        yield Invalid("En bild har ett filnamn som beskrivning. Skriv vad bilden visar.", field="body")


def _partners_of_published(entry: Entry, content: StoryContent, known: Known) -> Iterator[Invalid]:
    """Partners belong to all versions: changed by a draft, they would be shown before anyone has read it."""
    if entry.published_revision_id is None:
        return
    if set(revision_rows.partners_of(content, entry, known)) != set(entry.partners):
        yield Invalid(
            "Samverkande myndigheter går inte att ändra när erfarenheten är publicerad. Välj samma som förut "
            "och skriv önskemålet i meddelandet till kansliet.",
            field="partners",
        )


def _made(rows: DraftRows, content: StoryContent) -> Revision:
    """The draft's version with the rows of its content; what was typed goes."""
    entry, revision = rows.entry, rows.revision
    known = revision_rows.all_known()
    before = _before(entry, revision)
    if before is not None:
        content = draft_writing.carried_over(content, revision_rows.content_of_revision(before))
    if entry.published_revision_id is None:
        entry.slug = slugify(content.title)
        entry.partners = revision_rows.partners_of(content, entry, known)
    number = revision.case_number or case_numbers.next_number()
    revision_rows.put(content, revision, known, case_number=number)
    db.session.delete(rows.draft)
    db.session.flush()
    return revision


def _before(entry: Entry, revision: Revision) -> Revision | None:
    """The version that a draft goes on from: the published one, else the one that was taken back."""
    taken_back = (one for one in reversed(entry.revisions) if one.submitted_at and one is not revision)
    return entry.published_revision or next(taken_back, None)


def _copy(entry: Entry, revision: Revision, by: Actor, **more: str) -> None:
    texts = revision_rows.fields_of_revision(revision) | _chosen_terms(revision)
    drafts.add_draft(entry, revision.size, {name: (text, 1) for name, text in texts.items()}, by, **more)


def _chosen_terms(revision: Revision) -> dict[str, str]:
    """The terms without the wider ones that came with the narrower: they come again by themselves."""
    wider = {one.parent.id for one in revision.terms if one.parent is not None}
    found: dict[str, list[str]] = {}
    for one in revision.terms:
        if one.id not in wider and is_name(name := f"term.{one.vocabulary.code}"):
            found.setdefault(name, []).append(one.code)
    return {name: "\n".join(codes) for name, codes in found.items()}


def _waiting(entry: Entry) -> Revision | None:
    return db.session.scalar(
        select(Revision).where(Revision.entry_id == entry.id, Revision.status == RevisionStatus.SUBMITTED)
    )


def _taken(revision: Revision) -> Conflict:
    user = db.session.get(User, revision.created_by) if revision.created_by else None
    if user is None or user.erased_at is not None:
        return Conflict("Det finns redan ett utkast till en ny version. Be kansliet om hjälp.")
    return Conflict(
        "%(name)s skriver redan på en ny version. Be om att få bli medförfattare.", name=user.name
    )


def _send_receipt(revision: Revision, by: Actor) -> None:
    user = db.session.get_one(User, by.user_id)
    letters.put(
        LetterKind.SUBMITTED,
        user.email,
        user_id=user.id,
        language=user.language,
        entry_id=revision.entry_id,
        case_number=revision.case_number,
    )
