"""Files in and out of the bank: all or nothing, no doubles, and only what readers may see goes out."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kb.db import db, writing
from kb.domain.errors import Conflict, NotPermitted
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.vocabulary import FactState, RevisionStatus, Role
from kb.models import Entry, FactRow, ModerationEvent, Revision
from kb.services import exporting, importing, revision_rows, seeding, stories, story_files
from kb.services.importing import Target
from kb.services.story_sources import SourceFile
from tests.factories import TODAY
from tests.installation import install, running
from tests.services.seed_folder import STORY, SeedFolder
from tests.storage.indexes import found

ADMIN = Actor(role=Role.ADMIN)


@pytest.fixture
def ready(app: Flask, tmp_path: Path) -> Flask:
    """Vocabularies, organisations and the one story of the small seed folder."""
    seeding.load(SeedFolder(tmp_path / "seed").folder)
    return app


def file(title: str = "En annan titel", **changes: str) -> SourceFile:
    text = STORY.replace("Nytt ärendesystem för avverkningar", title)
    for old, new in changes.items():
        text = text.replace(old, new)
    return SourceFile(f"{title}.md", text.encode())


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def exported() -> list[SourceFile]:
    return [SourceFile(name, text.encode()) for name, text in exporting.files(TODAY)]


class TestIn:
    def test_the_system_publishes(self, ready: Flask) -> None:
        (entry_id,) = importing.run(importing.plan([file()], SYSTEM), SYSTEM, Target.PUBLISHED)
        story = stories.read(entry_id, TODAY)
        assert (story.title, story.organisation.slug) == ("En annan titel", "skogsstyrelsen")
        assert [partner.slug for partner in story.partners] == ["boverket"]
        assert entry_id in found("avverkningar") + found("annan")

    def test_all_or_nothing(self, ready: Flask) -> None:
        plan = importing.plan([file(), file("Fel", boverket="finns-inte")], SYSTEM)
        assert [len(row.faults) for row in plan.rows] == [0, 1]
        assert plan.rows[1].faults[0].line == 7
        with pytest.raises(Conflict):
            importing.run(plan, SYSTEM, Target.PUBLISHED)
        assert entries() == 1

    def test_what_fails_half_way_leaves_nothing(self, ready: Flask) -> None:
        first, second = file(), file("En tredje")
        plan = importing.plan([first, second], SYSTEM)
        importing.run(importing.plan([second], SYSTEM), SYSTEM, Target.PUBLISHED)
        with pytest.raises(Conflict):
            importing.run(plan, SYSTEM, Target.PUBLISHED)
        assert entries() == 2

    def test_the_same_again_is_no_double(self, ready: Flask) -> None:
        plan = importing.plan([file(), SourceFile("kopia.md", file().data)], SYSTEM)
        assert [row.is_double_of for row in plan.rows] == ["", "En annan titel.md:1"]
        importing.run(plan, SYSTEM, Target.SUBMITTED)
        again = importing.plan([file()], SYSTEM)
        assert [row.is_double_of for row in again.rows] == ["En annan titel"]
        assert importing.run(again, SYSTEM, Target.SUBMITTED) == ()
        (seed,) = importing.plan([SourceFile("x.md", STORY.encode())], SYSTEM).rows
        assert seed.is_double_of == "Nytt ärendesystem för avverkningar"

    def test_an_administrator_uploads_for_others_to_judge(self, ready: Flask) -> None:
        from tests.accounts import make_user

        admin = make_user(Role.ADMIN)
        by = Actor(user_id=admin.id, role=Role.ADMIN)
        (entry_id,) = importing.run(importing.plan([file()], by), by, Target.SUBMITTED)
        revision = db.session.scalars(select(Revision).where(Revision.entry_id == entry_id)).one()
        assert (revision.status, revision.created_by) == (RevisionStatus.SUBMITTED, by.user_id)
        with pytest.raises(NotPermitted):
            importing.run(importing.plan([file("Ny")], by), by, Target.PUBLISHED)
        assert db.session.scalar(select(func.count()).select_from(ModerationEvent)) == 2

    @pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.MODERATOR])
    def test_nobody_else_may(self, ready: Flask, role: Role | None) -> None:
        with pytest.raises(NotPermitted):
            importing.plan([file()], Actor(role=role))

    def test_a_story_that_is_here_is_not_changed_by_a_file(self, ready: Flask) -> None:
        (out,) = exported()
        changed = SourceFile("a.md", out.data.replace(b"varje vecka.", b"aldrig."))
        (row,) = importing.plan([changed], SYSTEM).rows
        assert [fault.line for fault in row.faults] == [2]
        assert "annan text" in str(row.faults[0].problem)


class TestOut:
    def test_what_goes_out_is_here_already(self, ready: Flask) -> None:
        assert [row.is_double_of != "" for row in importing.plan(exported(), SYSTEM).rows] == [True]

    def test_the_seed_comes_in_elsewhere_as_it_went_out(self, seeded: Flask, tmp_path: Path) -> None:
        """The round trip of O-10 with every story that the product has."""
        out = exported()
        install(tmp_path / "other")
        with running(tmp_path / "other"):
            seeding.load(_without_stories(tmp_path))
            plan = importing.plan(out, SYSTEM)
            assert [str(fault.problem) for row in plan.wrong for fault in row.faults] == []
            importing.run(plan, SYSTEM, Target.PUBLISHED)
            back = exported()
        assert [_content(one) for one in back] == [_content(one) for one in out]

    def test_what_is_withheld_or_embargoed_never_leaves(self, ready: Flask) -> None:
        with writing(db.session):
            rows = {row.name.value: row for row in db.session.scalars(select(FactRow))}
            rows["outcome_cost"].publish_from = date(2099, 1, 1)
            rows["start"].state = FactState.WITHHELD
            rows["start"].note = "hemligt skäl"
        (out,) = exported()
        text = out.data.decode()
        assert "outcome_cost: {state: withheld}" in text
        assert "start: {state: withheld}" in text
        assert not re.search("9000|2019, high|hemligt|2099", text)

    def test_an_anonymised_story_has_no_name(self, ready: Flask) -> None:
        with writing(db.session):
            db.session.scalars(select(Revision)).one().anonymised = True
        (out,) = exported()
        for word in (b"skogsstyrelsen", b"boverket", b"exempel.se", b"SKS"):
            assert word not in out.data
        (row,) = importing.plan([out], SYSTEM).rows
        assert row.is_double_of
        assert not row.faults

    def test_what_readers_may_not_see_does_not_go_out(self, ready: Flask) -> None:
        importing.run(importing.plan([file()], SYSTEM), SYSTEM, Target.SUBMITTED)
        assert len(exported()) == exporting.count() == 1


def _content(one: SourceFile) -> tuple[object, ...]:
    story = story_files.loads(one.name, one.data.decode()).story
    assert story is not None
    return story.entry_id, story.organisation, revision_rows.source_hash(story.content)


def _without_stories(tmp_path: Path) -> Path:
    import shutil

    from kb.config import resource

    folder = tmp_path / "words"
    shutil.copytree(resource("seed"), folder, ignore=shutil.ignore_patterns("*.md"))
    return folder
