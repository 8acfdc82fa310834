"""Values on their way in and out of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy.exc import StatementError

from kb.db import db, writing
from kb.domain.vocabulary import OrganisationType
from kb.models import Entry, Organisation, User, new_id
from tests import factories


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="a moment without a time zone"), writing(db.session):
        factories.user(created_at=datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 - that is the point


def test_a_moment_comes_back_in_utc(app: Flask) -> None:
    there = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with writing(db.session):
        user_id = factories.user(created_at=there).id
    found = db.session.get_one(User, user_id).created_at
    assert found == there
    assert (found.tzinfo, found.hour) == (UTC, 23)


def test_a_word_comes_back_as_itself(app: Flask) -> None:
    with writing(db.session):
        row = factories.organisation(type=OrganisationType.REGION)
    assert db.session.get_one(Organisation, row.id).type is OrganisationType.REGION


def test_a_word_that_does_not_exist_is_refused_before_the_database(app: Flask) -> None:
    with pytest.raises(StatementError, match="'bolag' is not a valid OrganisationType"), writing(db.session):
        factories.organisation(type="bolag")


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(5)]
    assert len({len(one) for one in made} | {26}) == 1
    assert len(set(made)) == 5
    assert made[0][:8] <= made[-1][:8]


def test_text_in_swedish_comes_back_as_written(app: Flask) -> None:
    entry = factories.published("Å ä ö – ”citat” och 日本語")
    assert db.session.get_one(Entry, entry.id).published_revision.title == "Å ä ö – ”citat” och 日本語"
