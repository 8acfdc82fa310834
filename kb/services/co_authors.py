"""Who writes along in an entry: colleagues of the author at the authority that owns it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, NotFound
from kb.domain.predicates import Actor
from kb.models import CoAuthor, Entry, User
from kb.models.user import membership
from kb.services import audit, draft_store

CANDIDATES_MAX = 200


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Writers:
    """``author`` is None where nobody's name is kept any more."""

    title: str
    author: Person | None
    co_authors: tuple[Person, ...]


def of(entry_id: str, by: Actor) -> Writers:
    """Who may write in an entry. Raises ``NotFound`` for who may not."""
    entry = draft_store.entry_to_edit(entry_id, by)
    author = db.session.get(User, entry.created_by) if entry.created_by else None
    return Writers(
        title=entry.revisions[-1].title,
        author=Person(author.id, author.name) if author and author.erased_at is None else None,
        co_authors=tuple(Person(one.user_id, one.user.name) for one in entry.co_authors),
    )


def candidates(entry_id: str, by: Actor) -> tuple[Person, ...]:
    """Who could be asked to write along, by name. Raises ``NotFound`` as ``of`` does."""
    return _candidates(draft_store.entry_to_edit(entry_id, by))


@transaction
def add(entry_id: str, user_id: str, by: Actor) -> None:
    """Let a colleague write along; one who does stays. Raises ``NotFound`` as ``of``, and ``Invalid``."""
    entry = draft_store.entry_to_edit(entry_id, by)
    if user_id == entry.created_by or any(one.user_id == user_id for one in entry.co_authors):
        return
    if all(one.user_id != user_id for one in _candidates(entry)):
        raise Invalid("Välj en kollega i listan.", field="user_id")
    add_to(entry, user_id, by)


def add_to(entry: Entry, user_id: str, by: Actor) -> None:
    """Write down that someone writes along, in the caller's transaction."""
    entry.co_authors.append(CoAuthor(user_id=user_id, added_by=by.user_id))
    db.session.flush()
    _record(AuditAction.CO_AUTHOR_ADDED, entry, user_id, by)


@transaction
def remove(entry_id: str, user_id: str, by: Actor) -> None:
    """Let someone write along no more, oneself included.

    Raises ``NotFound`` as ``of`` does and for someone who does not, ``Conflict`` for the author.
    """
    entry = draft_store.entry_to_edit(entry_id, by)
    if user_id == entry.created_by:
        raise Conflict("Den som började skriva kan inte tas bort.")
    row = next((one for one in entry.co_authors if one.user_id == user_id), None)
    if row is None:
        raise NotFound("Personen är inte medförfattare. Hen kan redan vara borttagen.")
    entry.co_authors.remove(row)
    db.session.flush()
    _record(AuditAction.CO_AUTHOR_REMOVED, entry, user_id, by)


def _candidates(entry: Entry) -> tuple[Person, ...]:
    writing = {entry.created_by, *(one.user_id for one in entry.co_authors)}
    rows = db.session.execute(
        select(User.id, User.name)
        .join(membership, membership.c.user_id == User.id)
        .where(
            membership.c.organisation_id == entry.owner_id,
            User.disabled_at.is_(None),
            User.erased_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return tuple(Person(*row) for row in rows if row.id not in writing)[:CANDIDATES_MAX]


def _record(action: AuditAction, entry: Entry, user_id: str, by: Actor) -> None:
    audit.record(action, by, subject=(SubjectKind.ENTRY, entry.id), user=user_id)
