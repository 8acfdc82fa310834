"""Links to a draft: secret, ended in time, and nothing but the draft behind them (A-31, S-14)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.audit import AuditAction
from kb.domain.errors import Conflict, InvalidFields, NotFound, TooManyAttempts
from kb.domain.predicates import Actor
from kb.domain.vocabulary import EntrySize
from kb.models import AuditEvent, DraftComment, PreviewLink, User, now
from kb.services import drafts, preview_links, submissions
from kb.services.preview_links import AlreadySent
from kb.services.rate_limits import Place
from tests.accounts import make_user
from tests.drafts import actor_of, complete_story_fields, start_draft
from tests.factories import TODAY

HERE = Place("192.0.2.7", "secret")


@pytest.fixture
def asa(seeded: Flask) -> User:
    return make_user(name="Åsa Öberg")


@pytest.fixture
def by(asa: User) -> Actor:
    return actor_of(asa)


@pytest.fixture
def draft(asa: User) -> str:
    return start_draft(asa, EntrySize.STORY, **complete_story_fields())


@pytest.fixture
def token(draft: str, by: Actor) -> str:
    return preview_links.make(draft, "Till projektledaren", 14, by)


def others(asa: User) -> list[Actor]:
    return [Actor(), actor_of(make_user(organisations=tuple(asa.organisations))), actor_of(make_user())]


def row() -> PreviewLink:
    db.session.expire_all()
    return db.session.scalars(select(PreviewLink)).one()


class TestMake:
    def test_only_a_hash_of_the_secret_is_kept(self, token: str) -> None:
        assert len(token) >= 43, "256 bits"
        assert row().secret_hash == hashlib.sha256(token.encode()).hexdigest()
        assert token not in str(vars(row()))

    def test_what_its_writers_see(self, token: str, draft: str, by: Actor) -> None:
        [link] = preview_links.of(draft, by)
        assert (link.label, link.made_by, link.ended, link.comments) == (
            "Till projektledaren",
            "Åsa Öberg",
            False,
            0,
        )
        assert link.ends_at - link.created_at == timedelta(days=14)

    @pytest.mark.parametrize("days", [0, -1, 91])
    def test_from_one_day_to_ninety(self, draft: str, by: Actor, days: int) -> None:
        with pytest.raises(InvalidFields) as caught:
            preview_links.make(draft, "l" * 121, days, by)
        assert [one.field for one in caught.value.problems] == ["label", "days"]

    def test_only_so_many_at_once(self, draft: str, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(preview_links, "LINKS_MAX", 2)
        preview_links.make(draft, "", 1, by)
        preview_links.make(draft, "", 1, by)
        with pytest.raises(Conflict):
            preview_links.make(draft, "", 1, by)
        preview_links.revoke(preview_links.of(draft, by)[0].id, by)
        assert preview_links.make(draft, "", 1, by)

    def test_the_log_tells_of_it_and_not_the_secret(self, token: str, draft: str, by: Actor) -> None:
        preview_links.revoke(row().id, by)
        found = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        made, revoked = found[-2:]
        assert (made.action, made.subject_id) == (AuditAction.PREVIEW_LINK_MADE, draft)
        assert revoked.action == AuditAction.PREVIEW_LINK_REVOKED
        assert token not in made.detail + revoked.detail

    def test_nobody_else_makes_sees_or_ends_them(self, token: str, draft: str, asa: User) -> None:
        link_id = row().id
        for who in others(asa):
            for door in (
                lambda who=who: preview_links.make(draft, "", 1, who),
                lambda who=who: preview_links.of(draft, who),
                lambda who=who: preview_links.revoke(link_id, who),
                lambda who=who: preview_links.comments(draft, who),
            ):
                with pytest.raises(NotFound):
                    door()
        assert row().revoked_at is None


class TestLook:
    def test_the_draft_as_readers_would_see_it(self, token: str, draft: str) -> None:
        shared = preview_links.look(token, TODAY)
        assert (shared.entry_id, shared.title) == (draft, "Låt handläggarna testa varje vecka")
        assert shared.story.title == shared.title
        assert shared.link.label == "Till projektledaren"

    def test_a_half_finished_one_too(self, asa: User, by: Actor) -> None:
        entry_id = start_draft(asa, **{"fact.start.state": "known", "fact.start.value": "igår"})
        link = preview_links.make(entry_id, "", 1, by)
        assert preview_links.look(link, TODAY).title == "Utan titel"

    def test_it_follows_the_draft(self, token: str, draft: str, by: Actor) -> None:
        drafts.save(draft, {"title": "Ny titel"}, 2, by)
        assert preview_links.look(token, TODAY).story.title == "Ny titel"

    def test_a_withheld_figure_is_not_behind_the_link(self, token: str, draft: str, by: Actor) -> None:
        figure = {"fact.outcome_cost.state": "withheld", "fact.outcome_cost.value": "98,7 Mkr"}
        drafts.save(draft, figure, 2, by)
        assert "98700" not in repr(preview_links.look(token, TODAY).story).replace("_", "")

    @pytest.mark.parametrize("how", ["revoked", "ended", "discarded", "submitted", "unknown"])
    def test_when_it_works_no_more(self, token: str, draft: str, by: Actor, how: str) -> None:
        match how:
            case "revoked":
                assert preview_links.revoke(row().id, by) == draft
                preview_links.revoke(row().id, by)
            case "ended":
                with writing(db.session):
                    row().ends_at = now()
            case "discarded":
                drafts.discard(draft, by)
            case "submitted":
                submissions.submit(draft, 2, by)
            case "unknown":
                token = "A" * 43
        with pytest.raises(NotFound):
            preview_links.look(token, TODAY)
        with pytest.raises(NotFound):
            preview_links.comment(token, "", "Hej", "k", HERE)

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(other=st.text(max_size=70))
    def test_any_other_text_is_no_link(self, token: str, other: str) -> None:
        with pytest.raises(NotFound):
            preview_links.look(other, TODAY)


class TestComment:
    def test_its_writers_read_it(self, token: str, draft: str, by: Actor) -> None:
        preview_links.comment(token, " Kim ", "Det var fyra år,\r\ninte tre.\x00", "k", HERE)
        [found] = preview_links.comments(draft, by)
        assert (found.label, found.writer, found.message) == (
            "Till projektledaren",
            "Kim",
            "Det var fyra år,\ninte tre.",
        )
        assert preview_links.of(draft, by)[0].comments == 1

    def test_the_same_form_twice_is_one(self, token: str) -> None:
        first = preview_links.comment(token, "Kim", "Hej", "k", HERE)
        assert preview_links.comment(token, "Kim", "Hej", "k", HERE) == first
        with pytest.raises(AlreadySent):
            preview_links.comment(token, "Kim", "Något annat", "k", HERE)
        assert len(db.session.scalars(select(DraftComment)).all()) == 1

    @pytest.mark.parametrize(
        ("writer", "message", "fields"),
        [
            ("", " \n", ["message"]),
            ("w" * 121, "m" * 2001, ["writer", "message"]),
            ("", "Fråga 19811228-9874 om det.", ["message"]),
        ],
    )
    def test_what_is_not_taken(self, token: str, writer: str, message: str, fields: list[str]) -> None:
        with pytest.raises(InvalidFields) as caught:
            preview_links.comment(token, writer, message, "k", HERE)
        assert [one.field for one in caught.value.problems] == fields
        assert db.session.scalars(select(DraftComment)).all() == []

    def test_not_too_many_from_one_place(self, token: str) -> None:
        for number in range(preview_links.COMMENTS_PER_PLACE[0].count):
            preview_links.comment(token, "", "Hej", f"k{number}", HERE)
        with pytest.raises(TooManyAttempts):
            preview_links.comment(token, "", "Hej", "en till", HERE)

    def test_not_more_than_a_draft_can_take(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(preview_links, "COMMENTS_MAX", 1)
        preview_links.comment(token, "", "Hej", "ett", HERE)
        with pytest.raises(Conflict):
            preview_links.comment(token, "", "Hej", "två", HERE)
