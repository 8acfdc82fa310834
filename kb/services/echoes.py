"""What came of published stories: how often they were opened, whether they helped, who points to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from kb.db import db
from kb.domain.published import PublishedStory
from kb.models import Entry, ReaderVote, Revision, SourceRow
from kb.models.story import public_entries
from kb.services import readings, stories
from kb.services.readings import Readings

WHYS_MAX = 5
"""The newest reasons of votes that are shown of each story."""

_ADDRESS = re.compile(r"/erfarenheter/([0-9A-HJKMNP-TV-Z]{26})")
_POINTS = "%/erfarenheter/%"


@dataclass(frozen=True, slots=True)
class Votes:
    """``whys`` are the newest reasons given: whether it helped, and what was said."""

    helped: int = 0
    did_not: int = 0
    whys: tuple[tuple[bool, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Echo:
    """What readers made of a published story, and which other stories point to it."""

    readings: Readings
    votes: Votes
    linked_from: tuple[PublishedStory, ...]


def of(entry_ids: Collection[str], today: date) -> Mapping[str, Echo]:
    """The echo of each of these published entries."""
    if not entry_ids:
        return {}
    counted, votes, linked = readings.of(entry_ids, today), _votes(entry_ids), _links_to(entry_ids, today)
    return {
        entry_id: Echo(counted[entry_id], votes[entry_id], linked.get(entry_id, ())) for entry_id in entry_ids
    }


def _votes(entry_ids: Collection[str]) -> dict[str, Votes]:
    of_these = ReaderVote.entry_id.in_(entry_ids)
    tally: Counter[tuple[str, bool]] = Counter()
    counted = select(ReaderVote.entry_id, ReaderVote.helped, func.count()).where(of_these)
    for entry_id, helped, times in db.session.execute(
        counted.group_by(ReaderVote.entry_id, ReaderVote.helped)
    ):
        tally[entry_id, helped] = times
    place = func.row_number().over(partition_by=ReaderVote.entry_id, order_by=ReaderVote.received_at.desc())
    said = select(ReaderVote.entry_id, ReaderVote.helped, ReaderVote.why, place.label("place"))
    newest = said.where(of_these, ReaderVote.why != "").subquery()
    whys: dict[str, list[tuple[bool, str]]] = {}
    for entry_id, helped, why, _place in db.session.execute(
        select(newest).where(newest.c.place <= WHYS_MAX).order_by(newest.c.place)
    ):
        whys.setdefault(entry_id, []).append((helped, why))
    return {
        entry_id: Votes(tally[entry_id, True], tally[entry_id, False], tuple(whys.get(entry_id, ())))
        for entry_id in entry_ids
    }


def _links_to(entry_ids: Collection[str], today: date) -> dict[str, tuple[PublishedStory, ...]]:
    """The other stories whose text or sources point to each of these, as readers see them (invariant 8)."""
    by_source = select(SourceRow.revision_id).where(SourceRow.url.like(_POINTS))
    candidates = db.session.scalars(
        public_entries()
        .with_only_columns(Entry.id)
        .join(Revision, Revision.id == Entry.published_revision_id)
        .where(or_(Revision.body.like(_POINTS), Revision.id.in_(by_source)))
        .order_by(Entry.first_published_at.desc(), Entry.id)
    ).all()
    found: dict[str, list[PublishedStory]] = {}
    for story in stories.by_ids(candidates, today):
        for entry_id in _mentioned(story) & set(entry_ids) - {story.entry_id}:
            found.setdefault(entry_id, []).append(story)
    return {entry_id: tuple(each) for entry_id, each in found.items()}


def _mentioned(story: PublishedStory) -> set[str]:
    texts = (story.body, *(source.url for source in story.sources))
    return {entry_id for text in texts for entry_id in _ADDRESS.findall(text)}
