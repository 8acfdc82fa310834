"""What an administrator sees first: how the site is, and what there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from kb import __version__
from kb.db import db
from kb.domain.permissions import Permission, require
from kb.domain.predicates import READER, Actor
from kb.models import Entry, IndexChange, Organisation
from kb.models.permitted import permitted
from kb.services import health, letters, people_list
from kb.services.health import Health
from kb.services.letters import Troubles
from kb.services.people_list import PeopleToMind


@dataclass(frozen=True, slots=True)
class Overview:
    """``behind``: stories that have changed and that search has not been told of."""

    people: PeopleToMind
    letters: Troubles
    health: Health
    behind: int
    stories: int
    organisations: int
    version: str

    @property
    def has_work(self) -> bool:
        """Whether anything needs an administrator."""
        people = self.people
        return bool(
            self.letters.any
            or people.without_second_factor
            or people.waiting
            or self.behind
            or not self.health.search
        )


def read(by: Actor) -> Overview:
    """Raises ``NotPermitted``."""
    require(Permission.ADMINISTRATION_SEE, by)
    public = select(func.count()).select_from(Entry).where(permitted(Permission.ENTRY_READ, READER, Entry))
    behind = select(func.count(IndexChange.entry_id.distinct()))
    return Overview(
        people=people_list.to_mind(by),
        letters=letters.troubles(),
        health=health.check(),
        behind=_count(behind),
        stories=_count(public),
        organisations=_count(select(func.count()).select_from(Organisation)),
        version=__version__,
    )


def _count(query: Any) -> int:
    return db.session.scalar(query) or 0
