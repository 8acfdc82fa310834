"""The index follows the database after commit, and never holds it back (invariant 3, STYLE.md: traps)."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

import kb.search.sync
from kb.db import db, writing
from kb.domain.errors import SearchUnavailable
from kb.domain.vocabulary import BenefitStage, FactName
from kb.models import BenefitRow, Entry, FactRow, Organisation, Revision, Term
from kb.search import maintenance, sync
from kb.search.documents import story_documents
from kb.search.index import Facet, Query, SearchDocument
from kb.services import stories, story_search
from kb.services.choices import SearchRequest
from tests import factories
from tests.installation import running
from tests.storage.indexes import BrokenFor, found, indexed, tamper, waiting


def documents(entry_ids: set[str]) -> list[SearchDocument]:
    """What the index of stories should hold of these entries."""
    published = sync.of(db.engine).published(db.session, entry_ids)
    return [document for story in published for document in story_documents(story)]


def titles(text: str) -> list[str]:
    page = story_search.search(SearchRequest(text=text), factories.TODAY)
    return [item.story.title for item in page.found]


class TestWhatIsCommittedReachesTheIndex:
    def test_a_new_story(self, app: Flask) -> None:
        entry = factories.published("Journalsystem för skogen")
        assert found("journalsystem") == [entry.id]
        assert waiting() == 0

    def test_a_new_version_takes_the_place_of_the_old(self, app: Flask) -> None:
        entry = factories.published("Journalsystem för skogen")
        factories.new_version(entry, title="Diarium för vatten")
        assert (found("journal"), found("diarium")) == ([], [entry.id])
        assert indexed() == {entry.id}

    def test_a_withdrawn_story_leaves_it(self, app: Flask) -> None:
        entry = factories.published("Journalsystem för skogen")
        factories.withdraw(entry)
        assert (indexed(), waiting()) == (set(), 0)

    def test_everything_of_a_transaction_with_several_flushes(self, app: Flask) -> None:
        """Trap 1: at commit, ``session.new`` holds nothing of what was flushed before."""
        with writing(db.session):
            ids = {factories.published(f"Journalsystem {number}").id for number in range(3)}
            db.session.flush()
            factories.organisation()
        assert indexed() == ids

    def test_a_fact_corrected_in_place(self, app: Flask) -> None:
        entry = factories.published("Journalsystem", facts=[factories.fact_row(FactName.OUTCOME_COST, 900)])
        with writing(db.session):
            db.session.get_one(FactRow, (entry.published_revision_id, FactName.OUTCOME_COST)).high = 400_000
        assert facet(Facet.COST_CLASS) == {"gt_200m": 1}

    def test_a_benefit_added_to_what_is_published(self, app: Flask) -> None:
        entry = factories.published("Journalsystem")
        with writing(db.session):
            db.session.add(
                BenefitRow(
                    revision_id=entry.published_revision_id,
                    position=0,
                    stage=BenefitStage.REALISED,
                    type=factories.term("benefit_type", "time", "Tid"),
                    description="Handläggarna hinner dubbelt så många avverkningsanmälningar.",
                )
            )
        assert found("avverkningsanmälningar") == [entry.id]

    def test_an_entry_that_is_deleted(self, app: Flask) -> None:
        """No use case does this yet; an entry whose draft nobody wanted has no events and may go."""
        kept = factories.published("Journalsystem")
        with writing(db.session):
            draft = factories.entry(slug="utkast")
        sync.of(db.engine).stories.apply(documents({kept.id}), [draft.id])
        with writing(db.session):
            db.session.delete(draft)
        assert (indexed(), waiting()) == ({kept.id}, 0)

    def test_a_partner_that_joins(self, app: Flask) -> None:
        entry = factories.published("Journalsystem")
        with writing(db.session):
            entry.partners.append(factories.organisation("Kammarkollegiet"))
        assert found("Kammarkollegiet") == [entry.id]


def facet(name: Facet) -> dict[str, int]:
    return dict(sync.of(db.engine).stories.search(Query()).facets[name])


class TestWhatIsNotPublishedStaysOutside:
    def test_a_draft_makes_no_work_for_the_index(self, app: Flask) -> None:
        with BrokenFor(OSError("rörd i onödan")), capture_logs() as logs, writing(db.session):
            factories.revision(factories.entry(), title="Hemligt journalsystem")
        assert (indexed(), waiting(), logs) == (set(), 0, [])

    def test_a_draft_of_a_published_story_changes_nothing(self, app: Flask) -> None:
        entry = factories.published("Journalsystem för skogen")
        before = sync.of(db.engine).stories.fingerprints()
        with writing(db.session):
            factories.revision(entry, title="Hemligt diarium")
        assert sync.of(db.engine).stories.fingerprints() == before

    def test_a_rollback_leaves_nothing(self, app: Flask) -> None:
        def publish_and_fail() -> None:
            factories.published("Journalsystem för skogen")
            raise RuntimeError("strömmen gick")

        with pytest.raises(RuntimeError), writing(db.session):
            publish_and_fail()
        assert (indexed(), waiting()) == (set(), 0)
        factories.published("Diarium för skogen")
        assert len(indexed()) == 1


class TestSavepoints:
    """Trap 2: ``after_commit`` also fires when a savepoint is released."""

    def test_nothing_is_written_before_the_outer_commit(self, app: Flask) -> None:
        with writing(db.session):
            with db.session.begin_nested():
                entry = factories.published("Journalsystem för skogen")
            assert indexed() == set(), "written when the savepoint was released"
        assert indexed() == {entry.id}

    def test_the_outer_rollback_counts(self, app: Flask) -> None:
        def publish_and_fail() -> None:
            with db.session.begin_nested():
                factories.published("Journalsystem för skogen")
            raise RuntimeError("strömmen gick")

        with pytest.raises(RuntimeError), writing(db.session):
            publish_and_fail()
        assert (indexed(), waiting()) == (set(), 0)

    def test_a_savepoint_that_is_rolled_back_leaves_the_rest(self, app: Flask) -> None:
        with writing(db.session):
            kept = factories.published("Journalsystem för skogen")
            savepoint = db.session.begin_nested()
            factories.published("Diarium för skogen")
            savepoint.rollback()
        assert (indexed(), waiting()) == ({kept.id}, 0)


class TestAnIndexThatFails:
    """Trap 4: the decision stands, the work waits, and the next one does it."""

    @pytest.mark.parametrize(
        "error", [SearchUnavailable("upptagen"), OSError(28, "No space left"), KeyError("fel i koden")]
    )
    def test_the_decision_stands_and_the_next_writes_both(self, app: Flask, error: Exception) -> None:
        with BrokenFor(error), capture_logs() as logs:
            first = factories.published("Journalsystem för skogen")
        assert [log["event"] for log in logs] == ["index_not_written"]
        assert stories.read(first.id, factories.TODAY).title == "Journalsystem för skogen"
        assert waiting() > 0
        second = factories.published("Diarium för skogen")
        assert (indexed(), waiting()) == ({first.id, second.id}, 0)

    def test_its_folder_replaced_by_a_file(self, app: Flask, instance: Path) -> None:
        shutil.rmtree(instance / "index")
        (instance / "index").write_text("inte ett index")
        with capture_logs() as logs:
            entry = factories.published("Journalsystem för skogen")
        assert len(logs) == 1
        assert stories.read(entry.id, factories.TODAY)
        assert waiting() > 0
        with pytest.raises(SearchUnavailable):
            titles("journalsystem")
        (instance / "index").unlink()
        assert maintenance.verify(sync.of(db.engine), repair=True).unreadable
        assert (titles("journalsystem"), waiting()) == (["Journalsystem för skogen"], 0)

    def test_files_that_someone_else_changed(self, instance: Path) -> None:
        with running(instance):
            factories.published("Journalsystem för skogen")
        tamper(instance / "index")
        with running(instance):
            with capture_logs() as logs:
                factories.published("Diarium för skogen")
            assert [log["event"] for log in logs] == ["index_not_written"]
            assert waiting() > 0
            maintenance.verify(sync.of(db.engine), repair=True)
            assert (titles("diarium"), titles("journal"), waiting()) == (
                ["Diarium för skogen"],
                ["Journalsystem för skogen"],
                0,
            )

    def test_another_process_keeping_it(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kb.search.sync, "_PATIENCE_SECONDS", 0.1)
        has_it, done = threading.Event(), threading.Event()

        def keep() -> None:
            with sync.of(engine).exclusively():
                has_it.set()
                done.wait(20)

        engine = db.engine
        thread = threading.Thread(target=keep)
        thread.start()
        has_it.wait()
        with capture_logs() as logs:
            first = factories.published("Journalsystem för skogen")
        done.set()
        thread.join()
        assert "byggs om just nu" in logs[0]["reason"]
        assert (indexed(), stories.read(first.id, factories.TODAY).version) == (set(), 1)
        assert sync.of(db.engine).catch_up() == 1
        assert (indexed(), waiting()) == ({first.id}, 0)

    def test_many_changes_are_caught_up_in_portions(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kb.search.sync, "_BATCH", 2)
        with BrokenFor(OSError("trasig")):
            ids = {factories.published(f"Journalsystem {number}").id for number in range(4)}
        sync.of(db.engine).catch_up()
        assert (indexed(), waiting()) == (ids, 0)


def test_a_stale_index_never_shows_withdrawn_text(app: Flask) -> None:
    entry = factories.published("Journalsystem för skogen")
    with BrokenFor(OSError("trasig")):
        factories.withdraw(entry)
    assert found("journalsystem") == [entry.id], "the index should be stale here"
    page = story_search.search(SearchRequest(text="journalsystem"), factories.TODAY)
    assert (page.found, page.total) == ((), 0)
    assert stories.newest(5, factories.TODAY) == []


class TestNames:
    def owner(self) -> Organisation:
        with writing(db.session):
            return factories.organisation("Fornvännen", aliases=("Runstenen",))

    def test_an_organisation_that_is_renamed(self, app: Flask) -> None:
        owner = self.owner()
        entry = factories.published("Journalsystem", owner=owner)
        with writing(db.session):
            owner.name = "Sametinget"
        assert (found("Fornvännen"), found("Sametinget")) == ([], [entry.id])

    def test_a_partner_that_is_renamed(self, app: Flask) -> None:
        partner = self.owner()
        entry = factories.published("Journalsystem", partners=(partner,))
        with writing(db.session):
            partner.name = "Sametinget"
        assert found("Sametinget") == [entry.id]

    def test_an_alias_that_comes_and_one_that_goes(self, app: Flask) -> None:
        owner = self.owner()
        entry = factories.published("Journalsystem", owner=owner)
        assert found("Runstenen") == [entry.id]
        with writing(db.session):
            owner.aliases.clear()
        assert found("Runstenen") == []
        with writing(db.session):
            owner.aliases.append(factories.OrganisationAlias(key="svs", alias="SVS"))
        assert found("SVS") == [entry.id]

    def test_the_one_that_took_over(self, app: Flask) -> None:
        owner = self.owner()
        entry = factories.published("Journalsystem", owner=owner)
        with writing(db.session):
            heir = factories.organisation("Boverket")
            db.session.flush()
            owner.successor_id = heir.id
        assert found("Boverket") == [entry.id]
        with writing(db.session):
            heir.name = "Kronofogden"
        assert (found("Boverket"), found("Kronofogden")) == ([], [entry.id])

    def test_an_anonymised_story_is_not_given_the_name(self, app: Flask) -> None:
        owner = self.owner()
        factories.published("Journalsystem", owner=owner, anonymised=True)
        with writing(db.session):
            owner.name = "Sametinget"
            owner.aliases.append(factories.OrganisationAlias(key="svs", alias="SVS"))
        for name in ("Sametinget", "Fornvännen", "Runstenen", "SVS"):
            assert found(name) == []
        assert facet(Facet.ORGANISATION) == {}

    def test_a_term_with_a_new_label(self, app: Flask) -> None:
        with writing(db.session):
            term = factories.term("phase", "pilot", "Pilot")
        entry = factories.published("Journalsystem", terms=[term])
        with writing(db.session):
            db.session.get_one(Term, term.id).label = "Försöksdrift"
        assert (found("pilot"), found("försöksdrift")) == ([], [entry.id])


class TestVerify:
    def broken(self) -> dict[str, str]:
        """One story missing from the index, one as it was before, one that is not there, one right."""
        ids = {name: factories.published(f"Berättelse {name}").id for name in ("saknad", "gammal", "rätt")}
        index = sync.of(db.engine).stories
        before = documents({ids["gammal"]})
        factories.new_version(db.session.get_one(Entry, ids["gammal"]), title="Berättelse ny")
        withdrawn = factories.published("Berättelse tillbakadragen")
        left_behind = documents({withdrawn.id})
        factories.withdraw(withdrawn)
        index.apply([*before, *left_behind], [ids["saknad"]])
        return {**ids, "borta": withdrawn.id}

    def test_it_finds_what_differs_both_ways(self, app: Flask) -> None:
        ids = self.broken()
        verification = maintenance.verify(sync.of(db.engine), repair=False)
        assert not verification.in_step
        assert (verification.missing, verification.stale, verification.orphaned) == (
            (ids["saknad"],),
            (ids["gammal"],),
            (ids["borta"],),
        )
        assert (verification.checked, verification.repaired) == (3, False)

    def test_a_dry_run_changes_nothing(self, app: Flask) -> None:
        self.broken()
        before = sync.of(db.engine).stories.fingerprints()
        maintenance.verify(sync.of(db.engine), repair=False)
        assert sync.of(db.engine).stories.fingerprints() == before

    def test_it_repairs_what_differs(self, app: Flask) -> None:
        self.broken()
        assert maintenance.verify(sync.of(db.engine), repair=True).repaired
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step
        assert titles("berättelse ny")[0] == "Berättelse ny"

    def test_what_waits_is_done_and_forgotten(self, app: Flask) -> None:
        with BrokenFor(OSError("trasig")):
            entry = factories.published("Journalsystem")
        assert maintenance.verify(sync.of(db.engine), repair=True).missing == (entry.id,)
        assert (indexed(), waiting()) == ({entry.id}, 0)

    def test_a_dry_run_leaves_what_waits(self, app: Flask) -> None:
        with BrokenFor(OSError("trasig")):
            factories.published("Journalsystem")
        before = waiting()
        maintenance.verify(sync.of(db.engine), repair=False)
        assert waiting() == before > 0

    def test_an_index_that_is_gone(self, app: Flask, instance: Path) -> None:
        entry = factories.published("Journalsystem")
        shutil.rmtree(instance / "index")
        dry = maintenance.verify(sync.of(db.engine), repair=False)
        assert dry.unreadable
        assert not dry.in_step
        maintenance.verify(sync.of(db.engine), repair=True)
        assert indexed() == {entry.id}

    def test_an_embargo_that_has_ended(self, app: Flask) -> None:
        """What is shown depends on the day: the nightly check finds the story whose day has come."""
        later = factories.fact_row(
            FactName.OUTCOME_COST,
            400_000,
            publish_from=date.today() + timedelta(days=3),  # noqa: DTZ011
        )
        entry = factories.published("Journalsystem", facts=[later])
        assert facet(Facet.COST_CLASS) == {"unknown": 1}
        before = sync.of(db.engine)
        in_a_week = date.today() + timedelta(days=7)  # noqa: DTZ011
        sync.attach(replace(before, today=lambda: in_a_week))
        assert maintenance.verify(sync.of(db.engine), repair=True).stale == (entry.id,)
        assert facet(Facet.COST_CLASS) == {"gt_200m": 1}


def test_a_rebuild_holds_what_is_published_and_nothing_else(app: Flask) -> None:
    kept = factories.published("Journalsystem")
    factories.withdraw(factories.published("Diarium"))
    with writing(db.session):
        factories.revision(factories.entry(), title="Utkast")
    seen: list[int] = []
    assert maintenance.rebuild(sync.of(db.engine), seen.append) == 1
    assert (indexed(), sum(seen), waiting()) == ({kept.id}, 1, 0)


def test_nothing_is_counted_as_public_that_is_not(app: Flask) -> None:
    factories.published("Journalsystem")
    factories.withdraw(factories.published("Diarium"))
    assert maintenance.count_public(db.session) == 1
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 2
