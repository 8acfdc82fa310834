"""Drafts are kept as they were typed, and no save hides what another has written (ADR 16)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kb.db import db, writing
from kb.domain.draft_fields import FIELDS_MAX_BYTES, Items
from kb.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import EntryKind, EntrySize, RevisionStatus, Role
from kb.models import CoAuthor, Draft, Entry, Lesson, PreviewLink, Revision, User, now
from kb.services import drafts, preview_links, retention, submissions
from kb.services.drafts import DraftConflict, DraftTooLarge
from tests import factories
from tests.accounts import make_user
from tests.drafts import actor_of, complete_tip_fields, start_draft

ODD = "rad ett\n  rad två \t\n\n\u00a0e\u0301 é ﬁ 👩‍🚒\u200f\x00\x07\x85\u2028<b>&amp;'\"{{ x }}\ufeff\r."


@pytest.fixture
def asa(app: Flask) -> User:
    return make_user(name="Åsa Öberg")


@pytest.fixture
def by(asa: User) -> Actor:
    return actor_of(asa)


@pytest.fixture
def bo(asa: User) -> User:
    """Someone of the same authority."""
    return make_user(name="Bo Ek", organisations=tuple(asa.organisations))


@pytest.fixture
def draft(asa: User, bo: User) -> str:
    """A draft of Åsa's in which Bo writes along."""
    entry_id = start_draft(asa)
    with writing(db.session):
        db.session.add(CoAuthor(entry_id=entry_id, user_id=bo.id))
    return entry_id


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def fields(entry_id: str, by: Actor) -> dict[str, str]:
    return drafts.read(entry_id, by).fields


class TestStart:
    def test_an_empty_draft_of_ones_own_authority(self, asa: User, by: Actor) -> None:
        entry_id = drafts.start(EntrySize.TIP, asa.organisations[0].id, by, title="Ny titel", key="k")
        view = drafts.read(entry_id, by)
        assert (view.version, view.number, view.size, view.fields) == (
            1,
            1,
            EntrySize.TIP,
            {"title": "Ny titel"},
        )
        assert (view.title, view.saved_by_name) == ("Ny titel", "Åsa Öberg")
        assert view.organisation.name == asa.organisations[0].name
        assert view.author == drafts.Writer(asa.id, "Åsa Öberg")
        assert (view.is_revision_of_published, view.published_slug) == (False, None)

    def test_the_same_form_twice_is_one_draft(self, asa: User, by: Actor, bo: User) -> None:
        organisation_id = asa.organisations[0].id
        first, again, other = (
            drafts.start(EntrySize.TIP, organisation_id, who, key=key)
            for who, key in ((by, "ett"), (by, "ett"), (by, "två"))
        )
        assert first == again != other
        assert drafts.start(EntrySize.TIP, organisation_id, actor_of(bo), key="ett") not in (first, other)
        assert count(Entry) == 3

    def test_only_for_an_authority_of_ones_own(self, asa: User, by: Actor) -> None:
        with writing(db.session):
            other = factories.organisation()
        with pytest.raises(Invalid) as caught:
            drafts.start(EntrySize.TIP, other.id, by, key="k")
        assert caught.value.field == "organisation"

    def test_not_for_one_that_another_has_taken_over(self, asa: User, by: Actor) -> None:
        with writing(db.session):
            asa.organisations[0].successor = factories.organisation()
        with pytest.raises(Invalid):
            drafts.start(EntrySize.TIP, asa.organisations[0].id, by, key="k")

    def test_nobody_without_an_authority(self, asa: User) -> None:
        for who in (READER, SYSTEM, actor_of(make_user(Role.MODERATOR, organisations=()))):
            with pytest.raises(NotPermitted):
                drafts.start(EntrySize.TIP, asa.organisations[0].id, who, key="k")


class TestWhoMay:
    def test_only_those_who_write(self, draft: str, asa: User, bo: User) -> None:
        third = make_user(organisations=tuple(asa.organisations))
        others = [READER, SYSTEM, actor_of(third), actor_of(make_user(Role.ADMIN)), actor_of(make_user())]
        for who in others:
            for door in (
                lambda who=who: drafts.read(draft, who),
                lambda who=who: drafts.save(draft, {"title": "x"}, 1, who),
                lambda who=who: drafts.add_item(draft, Items.LESSON, who),
                lambda who=who: drafts.set_size(draft, EntrySize.STORY, who),
                lambda who=who: drafts.set_organisation(draft, asa.organisations[0].id, who),
                lambda who=who: drafts.discard(draft, who),
                lambda who=who: drafts.restore(draft, who),
            ):
                with pytest.raises(NotFound):
                    door()
        assert drafts.read(draft, actor_of(bo)).version == 1

    def test_no_longer_when_one_has_left_the_authority(self, draft: str, asa: User) -> None:
        with pytest.raises(NotFound):
            drafts.read(draft, Actor(asa.id, asa.role, organisation_ids=frozenset({"another"})))

    def test_what_may_not_be_seen_looks_like_what_is_not_there(self, draft: str) -> None:
        said = set()
        for entry_id in (draft, "01JD0000000000000000000000", "", "x" * 500):
            with pytest.raises(NotFound) as caught:
                drafts.read(entry_id, READER)
            said.add(str(caught.value))
        assert len(said) == 1


class TestSave:
    def test_character_for_character(self, draft: str, by: Actor) -> None:
        saved = drafts.save(draft, {"body": ODD, "fact.start.value": "cirka då"}, 1, by)
        assert saved.version == 2
        assert fields(draft, by) == {"body": ODD, "fact.start.value": "cirka då"}

    def test_line_ends_of_forms_are_line_ends(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"body": "ett\r\ntvå\r\n\r\n"}, 1, by)
        assert fields(draft, by)["body"] == "ett\ntvå\n\n"

    def test_half_an_emoji_becomes_what_a_form_makes_of_it(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"title": "a\ud83d b\ude00", "summary": "\ud83d\ude00"}, 1, by)
        assert fields(draft, by) == {"title": "a\ufffd b\ufffd", "summary": "😀"}

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
    def test_any_text(self, draft: str, by: Actor, text: str) -> None:
        drafts.save(draft, {"body": text, "title": text}, drafts.read(draft, by).version, by)
        kept = drafts.read(draft, by)
        assert kept.fields.get("body", "") == text.replace("\r\n", "\n")

    def test_lists_show_a_title_and_kind_that_fit(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"title": f"  \x00Ny\n titel {'å' * 200}", "kind": "good_example"}, 1, by)
        revision = db.session.scalars(select(Revision)).one()
        assert revision.title.startswith("Ny titel ååå")
        assert len(revision.title) == 120
        assert revision.kind is EntryKind.GOOD_EXAMPLE
        drafts.save(draft, {"title": " \x00 ", "kind": "nonsens"}, 2, by)
        assert drafts.read(draft, by).title == "Utan titel"
        assert db.session.scalars(select(Revision)).one().kind is EntryKind.LESSON_LEARNED

    def test_nothing_new_makes_no_version(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"title": "Ny"}, 1, by)
        assert drafts.save(draft, {"title": "Ny", "summary": ""}, 2, by).version == 2
        assert drafts.save(draft, {}, 2, by).version == 2

    def test_a_save_makes_no_version_of_history(self, draft: str, by: Actor) -> None:
        for number in range(1, 6):
            drafts.save(draft, {"title": f"Titel {number}"}, number, by)
        assert (count(Revision), count(Draft)) == (1, 1)

    @pytest.mark.parametrize(
        "name", ["", "colour", "fact.price.value", "lesson..advice", "lesson.A b.advice"]
    )
    def test_a_name_that_is_no_field(self, draft: str, by: Actor, name: str) -> None:
        with pytest.raises(Invalid):
            drafts.save(draft, {"title": "Ny", name: "x"}, 1, by)
        assert fields(draft, by) == {}

    def test_too_much_altogether_is_refused_and_nothing_changed(self, draft: str, by: Actor) -> None:
        half = "å" * (FIELDS_MAX_BYTES // 4)
        drafts.save(draft, {"body": half}, 1, by)
        with pytest.raises(DraftTooLarge) as caught:
            drafts.save(draft, {"summary": half + half, "title": "x"}, 2, by)
        assert caught.value.field == "summary"
        assert fields(draft, by) == {"body": half}

    def test_a_text_far_beyond_what_may_be_published_is_kept(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"body": "x" * 300_000, "title": "t" * 5_000}, 1, by)
        assert len(fields(draft, by)["body"]) == 300_000


class TestTwoAtOnce:
    def test_the_same_field_is_not_written_over(self, draft: str, by: Actor, bo: User) -> None:
        drafts.save(draft, {"title": "Bos", "summary": "Bos"}, 1, actor_of(bo))
        with pytest.raises(DraftConflict) as caught:
            drafts.save(draft, {"title": "Åsas", "body": "Åsas text"}, 1, by)
        found = caught.value
        assert (found.version, found.theirs, found.saved_by) == (2, {"title": "Bos"}, "Bo Ek")
        assert fields(draft, by) == {"title": "Bos", "summary": "Bos"}, "nothing of the save is stored"

    def test_other_fields_are_both_kept(self, draft: str, by: Actor, bo: User) -> None:
        drafts.save(draft, {"title": "Bos"}, 1, actor_of(bo))
        drafts.save(draft, {"body": "Åsas"}, 1, by)
        assert fields(draft, by) == {"title": "Bos", "body": "Åsas"}

    def test_the_same_words_do_not_conflict(self, draft: str, by: Actor, bo: User) -> None:
        drafts.save(draft, {"title": "Samma"}, 1, actor_of(bo))
        assert drafts.save(draft, {"title": "Samma"}, 1, by).version == 2

    def test_a_whole_form_with_untouched_fields_does_not_undo_anothers(
        self, draft: str, by: Actor, bo: User
    ) -> None:
        drafts.save(draft, {"title": "Först"}, 1, by)
        drafts.save(draft, {"title": "Bos"}, 2, actor_of(bo))
        with pytest.raises(DraftConflict):
            drafts.save(draft, {"title": "Först", "summary": "Åsas"}, 2, by)

    def test_a_text_that_another_has_emptied(self, draft: str, by: Actor, bo: User) -> None:
        drafts.save(draft, {"title": "Först"}, 1, by)
        drafts.save(draft, {"title": ""}, 2, actor_of(bo))
        with pytest.raises(DraftConflict) as caught:
            drafts.save(draft, {"title": "Först, ändrad"}, 2, by)
        assert caught.value.theirs == {"title": ""}

    def test_a_choice_between_them_is_saved_on_the_new_version(self, draft: str, by: Actor, bo: User) -> None:
        drafts.save(draft, {"title": "Bos"}, 1, actor_of(bo))
        with pytest.raises(DraftConflict) as caught:
            drafts.save(draft, {"title": "Åsas"}, 1, by)
        drafts.save(draft, {"title": "Bådas"}, caught.value.version, by)
        assert fields(draft, by) == {"title": "Bådas"}

    def test_a_version_that_has_not_been_yet_saw_nothing(self, draft: str, by: Actor, bo: User) -> None:
        """As when a copy of the database was put back while someone wrote."""
        drafts.save(draft, {"title": "Bos"}, 1, actor_of(bo))
        with pytest.raises(DraftConflict):
            drafts.save(draft, {"title": "Åsas"}, 99, by)


class TestManyAtOnce:
    """Real threads with connections of their own."""

    def test_each_keeps_what_they_wrote(self, app: Flask, draft: str, by: Actor) -> None:
        names = ("title", "summary", "body", "contact_role")

        def write(name: str) -> None:
            with app.app_context():
                seen = 1
                for number in range(8):
                    seen = drafts.save(draft, {name: f"{name} {number}"}, seen, by).version

        with ThreadPoolExecutor() as threads:
            for done in [threads.submit(write, name) for name in names]:
                done.result(60)
        db.session.rollback()  # what this thread has seen is older
        view = drafts.read(draft, by)
        assert view.fields == {name: f"{name} 7" for name in names}
        assert view.version == 1 + 8 * len(names)

    def test_of_two_in_the_same_field_one_is_told(self, app: Flask, draft: str, by: Actor) -> None:
        def write(text: str) -> str:
            with app.app_context():
                try:
                    drafts.save(draft, {"title": text}, 1, by)
                except DraftConflict as conflict:
                    return conflict.theirs["title"]
                return ""

        texts = [f"Titel {number}" for number in range(6)]
        with ThreadPoolExecutor() as threads:
            told = list(threads.map(write, texts))
        db.session.rollback()
        kept = fields(draft, by)["title"]
        assert sorted(told) == ["", *[kept] * 5]

    def test_a_form_that_is_sent_many_times_at_once(self, app: Flask, asa: User, by: Actor) -> None:
        organisation_id = asa.organisations[0].id

        def begin(_number: int) -> str:
            with app.app_context():
                return drafts.start(EntrySize.TIP, organisation_id, by, key="samma")

        with ThreadPoolExecutor() as threads:
            assert len(set(threads.map(begin, range(6)))) == 1
        db.session.rollback()
        assert count(Entry) == 1


class TestItems:
    def test_added_moved_and_removed(self, draft: str, by: Actor) -> None:
        keys = [drafts.add_item(draft, Items.LESSON, by) for _ in range(3)]
        assert keys == ["lardom-1", "lardom-2", "lardom-3"]
        drafts.move_item(draft, Items.LESSON, "lardom-3", -1, by)
        drafts.move_item(draft, Items.LESSON, "lardom-1", 99, by)
        drafts.move_item(draft, Items.LESSON, "lardom-3", -5, by)
        assert fields(draft, by)["lessons"].split() == ["lardom-3", "lardom-2", "lardom-1"]
        drafts.save(draft, {"lesson.lardom-2.advice": "Testa."}, drafts.read(draft, by).version, by)
        drafts.remove_item(draft, Items.LESSON, "lardom-2", by)
        left = fields(draft, by)
        assert left["lessons"].split() == ["lardom-3", "lardom-1"]
        assert left["lesson.lardom-2.advice"] == ""

    def test_a_key_is_never_given_twice(self, draft: str, by: Actor) -> None:
        with writing(db.session):
            db.session.add(Lesson(entry_id=draft, anchor="lardom-1"))
        assert drafts.add_item(draft, Items.LESSON, by) == "lardom-2"
        drafts.save(draft, {"lesson.lardom-2.advice": "Testa."}, 2, by)
        drafts.remove_item(draft, Items.LESSON, "lardom-2", by)
        assert drafts.add_item(draft, Items.LESSON, by) == "lardom-3"
        assert drafts.add_item(draft, Items.SOURCE, by) == "kalla-1"

    def test_no_more_than_there_is_room_for(self, draft: str, by: Actor) -> None:
        listed = "\n".join(f"k{number}" for number in range(30))
        drafts.save(draft, {"benefits": listed}, 1, by)
        with pytest.raises(Invalid, match="30"):
            drafts.add_item(draft, Items.BENEFIT, by)

    def test_an_item_that_is_not_there(self, draft: str, by: Actor) -> None:
        for door in (
            lambda: drafts.remove_item(draft, Items.LESSON, "x", by),
            lambda: drafts.move_item(draft, Items.LESSON, "x", 1, by),
        ):
            with pytest.raises(NotFound):
                door()

    def test_what_is_written_in_one_that_another_removed_is_shown(
        self, draft: str, by: Actor, bo: User
    ) -> None:
        key = drafts.add_item(draft, Items.LESSON, by)
        drafts.remove_item(draft, Items.LESSON, key, actor_of(bo))
        drafts.save(draft, {f"lesson.{key}.advice": "Testa varje vecka."}, 2, by)
        assert fields(draft, by)["lessons"] == key

    def test_both_who_add_at_once_get_their_own(self, draft: str, by: Actor, bo: User) -> None:
        assert drafts.add_item(draft, Items.LESSON, by) != drafts.add_item(draft, Items.LESSON, actor_of(bo))


class TestSizeAndOrganisation:
    def test_growing_and_shrinking_keep_all(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"body": "Text", "title": "T"}, 1, by)
        for size in (EntrySize.IN_DEPTH, EntrySize.TIP, EntrySize.STORY):
            drafts.set_size(draft, size, by)
            view = drafts.read(draft, by)
            assert (view.size, view.fields) == (size, {"body": "Text", "title": "T"})

    def test_another_of_ones_authorities(self, app: Flask) -> None:
        with writing(db.session):
            both = (factories.organisation(), factories.organisation())
        user = make_user(organisations=both)
        entry_id = start_draft(user)
        drafts.set_organisation(entry_id, both[1].id, actor_of(user))
        assert drafts.read(entry_id, actor_of(user)).organisation_id == both[1].id

    def test_not_one_that_shuts_out_someone_who_writes(self, app: Flask) -> None:
        with writing(db.session):
            one, two = factories.organisation(), factories.organisation()
        user, along = make_user(organisations=(one, two)), make_user(organisations=(one,))
        entry_id = start_draft(user)
        one_id = drafts.read(entry_id, actor_of(user)).organisation_id
        with writing(db.session):
            db.session.add(CoAuthor(entry_id=entry_id, user_id=along.id))
        [other] = {one.id, two.id} - {one_id}
        if other == one.id:
            pytest.fail("the draft should belong to the authority that both are of")
        with pytest.raises(Conflict, match="medförfattare"):
            drafts.set_organisation(entry_id, other, actor_of(user))

    def test_not_one_that_is_not_ones_own(self, draft: str, by: Actor) -> None:
        with writing(db.session):
            other = factories.organisation()
        with pytest.raises(Invalid):
            drafts.set_organisation(draft, other.id, by)

    def test_not_when_it_is_published(self, app: Flask) -> None:
        with writing(db.session):
            both = (factories.organisation(), factories.organisation())
        user = make_user(organisations=both)
        entry = factories.published(owner=both[0])
        submissions.revise(entry.id, actor_of(user))
        with pytest.raises(Conflict, match="publicerad"):
            drafts.set_organisation(entry.id, both[1].id, actor_of(user))


class TestDiscard:
    def test_gone_and_taken_back_whole(self, draft: str, by: Actor) -> None:
        drafts.save(draft, {"title": "Ny"}, 1, by)
        drafts.discard(draft, by)
        with pytest.raises(NotFound):
            drafts.read(draft, by)
        with pytest.raises(NotFound):
            drafts.save(draft, {"title": "Nyare"}, 2, by)
        assert drafts.read(draft, by, discarded=True).fields == {"title": "Ny"}
        drafts.restore(draft, by)
        assert fields(draft, by) == {"title": "Ny"}
        with pytest.raises(NotFound):
            drafts.restore(draft, by)

    def test_after_thirty_days_it_is_gone_with_its_entry(self, draft: str, by: Actor) -> None:
        preview_links.make(draft, "", 5, by)
        drafts.discard(draft, by)
        assert drafts.purge(now() + timedelta(days=29)) == 0
        assert drafts.purge(now() + timedelta(days=31)) == 1
        assert [count(table) for table in (Entry, Revision, Draft, CoAuthor, PreviewLink)] == [0] * 5
        with pytest.raises(NotFound):
            drafts.restore(draft, by)

    def test_the_worker_does_it(self, draft: str, by: Actor) -> None:
        drafts.discard(draft, by)
        assert retention.purge_technical(now() + timedelta(days=31)) >= 1
        assert count(Entry) == 0

    def test_one_that_is_being_written_is_not_touched(self, draft: str, by: Actor) -> None:
        assert drafts.purge(now() + timedelta(days=999)) == 0
        assert fields(draft, by) == {}

    def test_a_published_story_stays(self, app: Flask) -> None:
        user = make_user()
        entry = factories.published(owner=user.organisations[0])
        submissions.revise(entry.id, actor_of(user))
        drafts.discard(entry.id, actor_of(user))
        assert drafts.purge(now() + timedelta(days=31)) == 1
        assert [one.status for one in db.session.scalars(select(Revision))] == [RevisionStatus.PUBLISHED]

    def test_what_was_sent_in_once_stays(self, seeded: Flask) -> None:
        user = make_user()
        by = actor_of(user)
        entry_id = start_draft(user, **complete_tip_fields())
        submissions.submit(entry_id, 2, by)
        submissions.recall(entry_id, by)
        drafts.discard(entry_id, by)
        assert drafts.purge(now() + timedelta(days=31)) == 1
        left = db.session.scalars(select(Revision).where(Revision.entry_id == entry_id)).all()
        assert [one.status for one in left] == [RevisionStatus.DISCARDED]
