"""What someone writes, alone or along with others, by what can be done with it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Select, and_, false, func, select
from sqlalchemy.orm import joinedload

from kb.db import db
from kb.domain.clock import SWEDEN, swedish_date
from kb.domain.permissions import Permission, permits
from kb.domain.predicates import Actor
from kb.domain.vocabulary import EntrySize, RevisionStatus
from kb.models import Draft, Entry, Revision, User
from kb.models.permitted import permitted
from kb.services import echoes, moderation
from kb.services.echoes import Echo

PER_PAGE = 20
PER_GROUP = 5
"""On the page of all groups."""
REVIEW_AFTER = timedelta(days=548)
"""A story that nobody has looked at for eighteen months is to be reviewed."""


class Group(StrEnum):
    """In the order of what waits for the writer."""

    CHANGES = "changes"
    DRAFTS = "drafts"
    WAITING = "waiting"
    REVIEW = "review"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class MyEntry:
    """``at`` is when it was saved, submitted or published, whichever its group is about.

    ``is_public``: readers see a version of it, whatever is being written. ``echo`` is what came of it.
    """

    entry_id: str
    slug: str
    title: str
    size: EntrySize
    organisation: str
    at: datetime
    day: date
    saved_by: str
    case_number: str
    version: int
    is_public: bool
    echo: Echo | None = None


@dataclass(frozen=True, slots=True)
class MyEntries:
    """One group, a page of it; ``total`` of the whole group."""

    group: Group
    rows: tuple[MyEntry, ...]
    total: int
    page: int = 1
    pages: int = 1


def overview(by: Actor, today: date) -> tuple[MyEntries, ...]:
    """The first few of each group that has any."""
    found = (_listed(group, by, today, 1, PER_GROUP) for group in Group)
    return tuple(each for each in found if each.total)


def listed(group: Group, by: Actor, today: date, page: int = 1) -> MyEntries:
    """One page of a group; a page that there is none of is the nearest."""
    return _listed(group, by, today, page, PER_PAGE)


def may_revise(entry_id: str, by: Actor) -> bool:
    """Whether someone may begin a new version of a story that is published."""
    if by.user_id is None:
        return False
    entry = db.session.get(Entry, entry_id)
    return entry is not None and permits(Permission.ENTRY_REVISE, by, moderation.subject_of(entry))


def _listed(group: Group, by: Actor, today: date, page: int, per_page: int) -> MyEntries:
    query = _of(group, by, today)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    found = db.session.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
    shown = {row[0].id for row in found} if group in (Group.PUBLISHED, Group.REVIEW) else set()
    heard = echoes.of(shown, today)
    names = _names({row[2].saved_by for row in found if row[2] is not None and row[2].saved_by})
    rows = tuple(_row(entry, revision, draft, names, heard) for entry, revision, draft in found)
    return MyEntries(group, rows, total, page, pages)


def _of(group: Group, by: Actor, today: date) -> Select[Entry, Revision, Draft]:
    at = {
        Group.CHANGES: Revision.submitted_at,
        Group.DRAFTS: Draft.saved_at,
        Group.WAITING: Revision.submitted_at,
        Group.REVIEW: Revision.published_at,
        Group.PUBLISHED: Revision.published_at,
        Group.DISCARDED: Draft.discarded_at,
    }[group]
    due = Revision.published_at < datetime.combine(today, time.min, SWEDEN) - REVIEW_AFTER
    holds = and_(Revision.id == Entry.published_revision_id, Entry.withdrawn_at.is_(None))
    is_draft = and_(Revision.status == RevisionStatus.DRAFT, Draft.revision_id.is_not(None))
    wanted = {
        Group.CHANGES: Revision.status == RevisionStatus.CHANGES_REQUESTED,
        Group.DRAFTS: and_(is_draft, Draft.discarded_at.is_(None)),
        Group.WAITING: Revision.status == RevisionStatus.SUBMITTED,
        Group.REVIEW: and_(holds, due),
        Group.PUBLISHED: and_(holds, ~due),
        Group.DISCARDED: and_(is_draft, Draft.discarded_at.is_not(None)),
    }[group]
    oldest_first = group in (Group.REVIEW, Group.WAITING)
    return (
        select(Entry, Revision, Draft)
        .join(Revision, Revision.entry_id == Entry.id)
        .outerjoin(Draft, Draft.revision_id == Revision.id)
        .where(permitted(Permission.ENTRY_EDIT, by, Entry) if by.user_id else false(), wanted)
        .order_by(at.asc() if oldest_first else at.desc(), Entry.id)
        .options(joinedload(Entry.owner))
    )


def _row(
    entry: Entry,
    revision: Revision,
    draft: Draft | None,
    names: Mapping[str, str],
    heard: Mapping[str, Echo],
) -> MyEntry:
    written = (draft.discarded_at or draft.saved_at) if draft is not None else None
    at = written or revision.published_at or revision.submitted_at or revision.created_at
    return MyEntry(
        entry_id=entry.id,
        slug=entry.slug,
        title=revision.title,
        size=revision.size,
        organisation=entry.owner.name,
        at=at,
        day=swedish_date(at),
        saved_by=names.get(draft.saved_by or "", "") if draft is not None else "",
        case_number=revision.case_number,
        version=revision.number,
        is_public=entry.published_revision_id is not None and entry.withdrawn_at is None,
        echo=heard.get(entry.id),
    )


def _names(user_ids: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
