"""What is stored of someone's writing that is not published: told (L-05), and taken away (L-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, delete, select, update

from kb.db import db
from kb.domain.my_data import Part, Row
from kb.domain.vocabulary import RevisionStatus
from kb.models import CoAuthor, Draft, Entry, Image, PreviewLink, Revision, User
from kb.services import discarded_drafts


def told(user_id: str) -> tuple[tuple[Part, Iterable[Row]], ...]:
    """Drafts, writing along, links to drafts and pictures, in that order."""
    return (
        (Part.DRAFTS, _rows(_DRAFTS.where(Draft.saved_by == user_id))),
        (Part.CO_AUTHORSHIPS, _rows(_ALONG.where(CoAuthor.user_id == user_id))),
        (Part.CO_AUTHORS, _rows(_ALONG.where(CoAuthor.added_by == user_id))),
        (Part.PREVIEW_LINKS, _rows(_LINKS.where(PreviewLink.created_by == user_id))),
        (Part.IMAGES, _rows(_IMAGES.where(Image.created_by == user_id))),
    )


def forget(user_id: str, at: datetime) -> None:
    """Delete the drafts that nobody else writes in, end the links, and take the person out of the rest.

    What has been sent in is the authority's and stays. In the caller's transaction.
    """
    db.session.execute(
        update(PreviewLink)
        .where(PreviewLink.created_by == user_id, PreviewLink.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    for revision_id, entry_id in _written_alone(user_id):
        discarded_drafts.forget(revision_id, entry_id)
    db.session.execute(delete(CoAuthor).where(CoAuthor.user_id == user_id))
    for column in (Draft.saved_by, CoAuthor.added_by, PreviewLink.created_by, Image.created_by):
        db.session.execute(update(column.class_).where(column == user_id).values({column: None}))


def _written_alone(user_id: str) -> list[tuple[str, str]]:
    """Drafts in which only the person can write: the id of the version and of its entry."""
    along = select(CoAuthor.entry_id).where(CoAuthor.user_id == user_id)
    others_along = select(CoAuthor.entry_id).where(CoAuthor.user_id != user_id)
    other_authors = select(User.id).where(User.id != user_id, User.erased_at.is_(None))
    rows = db.session.execute(
        select(Revision.id, Revision.entry_id)
        .join(Draft, Draft.revision_id == Revision.id)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(
            Revision.status.in_((RevisionStatus.DRAFT, RevisionStatus.DISCARDED)),
            (Entry.created_by == user_id) | Entry.id.in_(along),
            Entry.created_by.is_(None) | Entry.created_by.not_in(other_authors),
            Entry.id.not_in(others_along),
        )
    )
    return [(row.id, row.entry_id) for row in rows]


_DRAFTS = (
    select(Revision.entry_id, Revision.number, Revision.title, Draft.saved_at, Draft.discarded_at)
    .join(Draft, Draft.revision_id == Revision.id)
    .order_by(Revision.entry_id, Revision.number)
)
_ALONG = select(CoAuthor.entry_id, CoAuthor.added_at.label("at")).order_by(CoAuthor.entry_id)
_LINKS = select(
    PreviewLink.entry_id,
    PreviewLink.label,
    PreviewLink.created_at,
    PreviewLink.ends_at.label("expires_at"),
    PreviewLink.revoked_at,
).order_by(PreviewLink.id)
_IMAGES = select(Image.id, Image.entry_id, Image.created_at).order_by(Image.id)


def _rows(query: Select[*tuple[object, ...]]) -> Iterable[Row]:
    return [dict(row) for row in db.session.execute(query).mappings()]
