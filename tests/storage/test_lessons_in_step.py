"""The index of lessons follows the database as the index of stories does, by the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs

from kb.db import db, writing
from kb.domain.errors import SearchUnavailable
from kb.models import Entry, LessonText, Revision, Term
from kb.search import maintenance, sync
from kb.search.documents import lesson_documents
from kb.search.index import Facet, Query
from kb.services import health
from tests import factories
from tests.installation import running
from tests.storage.indexes import BrokenFor, indexed, tamper, waiting


def told(title: str, *lessons: LessonText, **changes: object) -> Entry:
    """A published story with these lessons."""
    with writing(db.session):
        entry = factories.entry(slug=factories.slugify(title))
        for number, text in enumerate(lessons):
            text.position = number
            text.lesson.entry_id = entry.id
        revision = factories.revision(entry, title=title, lessons=list(lessons), **changes)
        factories.moderation.perform(factories.Action.IMPORT, entry, revision, factories.SYSTEM)
    return entry


def lesson(anchor: str, advice: str, **changes: object) -> LessonText:
    """A lesson that no entry has yet."""
    return LessonText(lesson=factories.Lesson(anchor=anchor), advice=advice, **changes)


def found(text: str = "") -> list[tuple[str, str]]:
    """Entry and anchor of what the index of lessons answers, before the database is asked."""
    return [(hit.entry_id, hit.anchor) for hit in sync.of(db.engine).lessons.search(Query(text)).hits]


def held() -> set[str]:
    """The entries that the index of lessons knows of."""
    return set(sync.of(db.engine).lessons.fingerprints())


class TestWhatIsCommittedReachesIt:
    def test_each_lesson_of_a_new_story(self, app: Flask) -> None:
        entry = told(
            "Journalsystem",
            lesson("prova", "Prova med riktiga användare."),
            lesson("avtal", "Skriv in uppsägning i avtalet."),
        )
        assert found() == [(entry.id, "prova"), (entry.id, "avtal")]
        assert found("uppsägning") == [(entry.id, "avtal")]
        assert waiting() == 0

    def test_a_story_without_lessons(self, app: Flask) -> None:
        factories.published("Journalsystem")
        assert (found(), waiting()) == ([], 0)

    def test_a_lesson_that_a_new_version_leaves_out(self, app: Flask) -> None:
        """Invariant 10: a lesson that was removed is not found, the others keep their anchors."""
        entry = told(
            "Journalsystem", lesson("prova", "Prova med användare."), lesson("avtal", "Läs avtalet.")
        )
        factories.new_version(
            entry, lessons=[factories.lesson_text(entry, "avtal", advice="Läs om avtalet.")]
        )
        assert found() == [(entry.id, "avtal")]
        assert found("användare") == []

    def test_a_withdrawn_story_takes_its_lessons_along(self, app: Flask) -> None:
        entry = told("Journalsystem", lesson("prova", "Prova med användare."))
        factories.withdraw(entry)
        assert (held(), indexed(), waiting()) == (set(), set(), 0)

    def test_a_word_corrected_in_place(self, app: Flask) -> None:
        entry = told("Journalsystem", lesson("prova", "Prova med användare."))
        with writing(db.session):
            revision = db.session.get_one(Revision, entry.published_revision_id)
            revision.lessons[0].advice = "Öva med handläggarna."
        assert (found("användare"), found("öva")) == ([], [(entry.id, "prova")])

    def test_a_term_that_only_a_lesson_has_with_a_new_label(self, app: Flask) -> None:
        with writing(db.session):
            term = factories.term("perspective", "risk", "Risk")
        entry = told("Journalsystem", lesson("prova", "Prova med användare.", terms=[term]))
        with writing(db.session):
            db.session.get_one(Term, term.id).label = "Osäkerhet"
        assert (found("risk"), found("osäkerhet")) == ([], [(entry.id, "prova")])

    def test_a_rollback_leaves_nothing(self, app: Flask) -> None:
        def publish_and_fail() -> None:
            with db.session.begin_nested():
                told("Journalsystem", lesson("prova", "Prova."))
            raise RuntimeError("strömmen gick")

        with pytest.raises(RuntimeError), writing(db.session):
            publish_and_fail()
        assert (held(), waiting()) == (set(), 0)


def test_an_anonymised_story_names_nobody_in_its_lessons(app: Flask) -> None:
    """Invariant 8: lessons are made of ``PublishedStory`` and of nothing else."""
    entry = told("Journalsystem", lesson("prova", "Prova med användare."))
    with writing(db.session):
        entry.owner_id = factories.organisation("Fornvännen", aliases=("Runstenen",), short_name="FV").id
    assert found("Fornvännen") == [(entry.id, "prova")], "it should be found by name until it is anonymised"
    factories.new_version(
        entry, anonymised=True, lessons=[factories.lesson_text(entry, "prova", advice="Prova med användare.")]
    )
    for name in ("Fornvännen", "Runstenen", "FV"):
        assert found(name) == []
    results = sync.of(db.engine).lessons.search(Query())
    assert (results.total, results.facets[Facet.ORGANISATION]) == (1, ())


class TestBetweenTheTwoWrites:
    """The index of stories is written first: what stops after it leaves the rows for the next write."""

    @pytest.mark.parametrize("error", [SearchUnavailable("upptagen"), OSError(28, "No space left")])
    def test_the_next_change_writes_what_was_left(self, app: Flask, error: Exception) -> None:
        with BrokenFor(error, stories=False), capture_logs() as logs:
            first = told("Journalsystem", lesson("prova", "Prova med användare."))
        assert [log["event"] for log in logs] == ["index_not_written"]
        assert (indexed(), held()) == ({first.id}, set())
        assert waiting() > 0
        second = told("Diarium", lesson("avtal", "Läs avtalet."))
        assert (indexed(), held(), waiting()) == ({first.id, second.id}, {first.id, second.id}, 0)

    def test_verify_finds_and_mends_it(self, app: Flask) -> None:
        with BrokenFor(OSError("trasig"), stories=False):
            entry = told("Journalsystem", lesson("prova", "Prova med användare."))
        assert maintenance.verify(sync.of(db.engine), repair=False).missing == (entry.id,)
        maintenance.verify(sync.of(db.engine), repair=True)
        assert (held(), waiting()) == ({entry.id}, 0)
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step


class TestVerify:
    def test_it_finds_a_lesson_that_is_missing_one_that_is_old_and_one_too_many(self, app: Flask) -> None:
        missing = told("Saknad", lesson("prova", "Prova."))
        stale = told("Gammal", lesson("prova", "Prova."), lesson("avtal", "Läs avtalet."))
        gone = told("Borta", lesson("prova", "Prova."))
        right = told("Rätt", lesson("prova", "Prova."))
        lessons = sync.of(db.engine).lessons
        documents = [
            document
            for story in sync.of(db.engine).published(db.session, [stale.id, gone.id])
            for document in lesson_documents(story)
            if document.anchor == "prova"
        ]
        factories.withdraw(gone)
        lessons.apply(documents, [missing.id])
        verification = maintenance.verify(sync.of(db.engine), repair=False)
        assert (verification.missing, verification.stale, verification.orphaned) == (
            (missing.id,),
            (stale.id,),
            (gone.id,),
        )
        assert maintenance.verify(sync.of(db.engine), repair=True).repaired
        assert held() == {missing.id, stale.id, right.id}
        assert ("avtal" in {anchor for _, anchor in found()}, len(found())) == (True, 4)

    def test_an_index_that_is_gone_is_made_and_the_other_left(self, app: Flask, instance: Path) -> None:
        entry = told("Journalsystem", lesson("prova", "Prova med användare."))
        before = (instance / "index" / "current").read_text()
        shutil.rmtree(instance / "index" / "lessons")
        assert maintenance.verify(sync.of(db.engine), repair=False).unreadable
        assert maintenance.verify(sync.of(db.engine), repair=True).unreadable
        assert found("prova") == [(entry.id, "prova")]
        assert (instance / "index" / "current").read_text() == before

    def test_files_that_someone_else_changed(self, instance: Path) -> None:
        with running(instance):
            entry_id = told("Journalsystem", lesson("prova", "Prova med användare.")).id
        tamper(instance / "index" / "lessons")
        with running(instance):
            with pytest.raises(SearchUnavailable):
                found()
            assert (health.check().ok, health.check().search) == (True, False)
            maintenance.verify(sync.of(db.engine), repair=True)
            assert found() == [(entry_id, "prova")]
            assert health.check().search


def test_a_rebuild_makes_both(app: Flask, instance: Path) -> None:
    entry = told("Journalsystem", lesson("prova", "Prova med användare."), lesson("avtal", "Läs avtalet."))
    shutil.rmtree(instance / "index")
    assert maintenance.rebuild(sync.of(db.engine)) == 1
    assert (indexed(), len(found())) == ({entry.id}, 2)
    assert maintenance.count_lessons(db.session) == 2


def test_what_was_not_there_is_taken_away_without_a_commit(app: Flask, instance: Path) -> None:
    def generations() -> set[str]:
        return {path.name for path in (instance / "index" / "lessons").glob("index-*/_MAIN_*.toc")}

    before = generations()
    factories.published("Journalsystem utan lärdomar")
    assert generations() == before


def test_the_analysis_is_shared(app: Flask) -> None:
    """One analyzer for both: the dictionaries of one process are in its memory once."""
    told("Journalsystem", lesson("prova", "Prova med användare."))
    of = sync.of(db.engine)
    assert of.stories._chain.analyzer is of.lessons._chain.analyzer  # type: ignore[attr-defined]
