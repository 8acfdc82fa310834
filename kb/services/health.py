"""Whether the parts that a reader depends on answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb.db import db
from kb.domain.errors import DomainError
from kb.search import sync


@dataclass(frozen=True, slots=True)
class Health:
    """``search_detail`` is a sentence when search does not answer."""

    database: bool
    search: bool
    search_detail: str = ""

    @property
    def ok(self) -> bool:
        """Reading works; a site without search is hurt but open."""
        return self.database


def check() -> Health:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Health(database=False, search=False)
    try:
        for copy in sync.of(db.engine).copies:
            copy.index.check()
    except DomainError as error:
        return Health(database=True, search=False, search_detail=str(error))
    return Health(database=True, search=True)
