"""From draft to the secretariat: checked, sent in, taken back, and begun anew from what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from kb.db import db, transaction
from kb.domain.clock import swedish_date
from kb.domain.content import slugify
from kb.domain.draft_fields import Fields
from kb.domain.errors import Conflict, Invalid, InvalidFields, NotFound
from kb.domain.letters import LetterKind
from kb.domain.permissions import Permission, require_to_know
from kb.domain.personal_data import holds_identity_number
from kb.domain.predicates import Actor
from kb.domain.story_content import StoryContent
from kb.domain.vocabulary import OPEN_STATUSES, EntrySize, RevisionStatus
from kb.domain.workflow import Action
from kb.models import Draft, Entry, ModerationEvent, Revision, User, now
from kb.services import co_authors, discarded_drafts, draft_store, drafts, letters, moderation


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
    rows = draft_store.find(entry_id, by)
    return _check(draft_store.texts_of(rows.typed), rows.revision.size)


@transaction
def submit(entry_id: str, based_on: int, by: Actor) -> str:
    """Send a draft in; its case number. Sent in already, it gives the same number again.

    ``based_on`` is the version that was checked. Raises ``NotFound`` if there is nothing to send in or ``by``
    may not write in it, ``Conflict`` if the draft was changed since, ``InvalidFields`` for what is left to do.
    """
    raise NotImplementedError


def receipt(entry_id: str, by: Actor) -> Receipt:
    """Raises ``NotFound`` if nothing of the entry waits at the secretariat or ``by`` may not write in it."""
    raise NotImplementedError


@transaction
def recall(entry_id: str, by: Actor) -> None:
    """Take back what waits at the secretariat: a draft again. Raises ``NotFound`` as ``receipt`` does."""
    raise NotImplementedError


@transaction
def revise(entry_id: str, by: Actor) -> str:
    """Begin a new version of what is published; its entry's id. One that is open already is used.

    Raises ``NotFound`` for who may not, ``Conflict`` where a colleague has one open.
    """
    raise NotImplementedError
