"""Seeding: twice the same, a change is a new version, and a broken file keeps nothing of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from kb.config import resource
from kb.db import db, writing
from kb.domain.errors import Gone
from kb.domain.vocabulary import BenefitStage, CostClass, FactName, FactState, LessonBasis, RevisionStatus
from kb.domain.workflow import Action
from kb.models import Base, Entry, Lesson, ModerationEvent, Organisation, Revision
from kb.search import maintenance, sync
from kb.services import organisations, seeding, stories
from kb.services.seed_yaml import SeedError
from tests import factories
from tests.factories import TODAY
from tests.services.seed_folder import SeedFolder
from tests.storage.indexes import found, waiting


@pytest.fixture
def files(tmp_path: Path) -> SeedFolder:
    return SeedFolder(tmp_path / "seed")


def the_entry() -> Entry:
    db.session.expire_all()
    return db.session.scalars(select(Entry)).one()


def rows() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


class TestTheFirstTime:
    def test_everything_of_a_story_is_there(self, app: Flask, files: SeedFolder) -> None:
        seen: list[int] = []
        report = seeding.load(files.folder, seen.append)
        assert (report.organisations, report.terms, report.new) == (3, 5, 1)
        assert seen == [1] * seeding.count_entries(files.folder)
        story = stories.read(the_entry().id, TODAY)
        assert story.title == "Nytt ärendesystem för avverkningar"
        assert (story.slug, story.version, story.editorial) == (
            "nytt-arendesystem-for-avverkningar",
            1,
            True,
        )
        assert story.organisation.aliases == ("SKS", "Skogsverket")
        assert [partner.slug for partner in story.partners] == ["boverket"]
        assert story.years == (2019, 2020, 2021)
        assert story.cost_class is CostClass.FROM_5M
        assert (story.facts[FactName.START].low, story.facts[FactName.START].high) == (2019_01, 2019_12)
        assert (story.facts[FactName.ACTUAL_END].low, story.facts[FactName.ACTUAL_END].is_exact) == (
            2021_04,
            True,
        )
        assert story.facts[FactName.TEAM_SIZE].state is FactState.UNKNOWN
        assert [(lesson.anchor, lesson.basis) for lesson in story.lessons] == [
            ("testa-varje-vecka", LessonBasis.SOURCE),
            ("borja-smatt", LessonBasis.INFERRED),
        ]
        assert [term.label for term in story.lessons[0].terms] == ["Pilot"]
        assert [(benefit.stage, benefit.type.label) for benefit in story.benefits] == [
            (BenefitStage.REALISED, "Tid")
        ]
        assert story.sources[0].accessed.isoformat() == "2026-01-05"
        assert story.body.startswith("## Läget\n\nHandläggarna")
        assert "##" not in story.body_plain

    def test_it_is_found_and_its_coming_is_recorded(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        assert found("avverkningar") == [the_entry().id]
        assert waiting() == 0
        event_row = db.session.scalars(select(ModerationEvent)).one()
        assert (event_row.action, event_row.by_system, event_row.source_hash) == (
            Action.IMPORT,
            True,
            the_entry().published_revision.source_hash,
        )

    def test_organisations_and_terms_point_at_each_other(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        before = organisations.read("skogsvardsstyrelsen", TODAY)
        assert before.successor.slug == "skogsstyrelsen"
        pilot = db.session.query(factories.Term).filter_by(code="pilot").one()
        assert pilot.parent.code == "development"


class TestTheSecondTime:
    def test_nothing_changed_is_left_alone(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        before = rows()
        written: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                written.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        report = seeding.load(files.folder)
        event.remove(db.engine, "before_cursor_execute", note)
        assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
        assert written == []
        assert rows() == before

    def test_nor_does_the_product_s_own_seed(self, seeded: Flask) -> None:
        before = rows()
        report = seeding.load(resource("seed"))
        assert (report.new, report.changed, report.unchanged) == (0, 0, stories.balance().total)
        assert rows() == before

    def test_a_changed_file_is_a_new_version(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        first = the_entry()
        entry_id, was = first.id, first.first_published_at
        anchors = {row.anchor: row.id for row in db.session.scalars(select(Lesson))}
        files.replace(files.story, "varje vecka.", "varje dag.")
        files.replace(files.story, "Nytt ärendesystem", "Bättre ärendesystem")
        files.replace(files.story, "  - key: borja-smatt", "  - key: borja-stort")
        report = seeding.load(files.folder)
        assert (report.new, report.changed, report.unchanged) == (0, 1, 0)
        entry = the_entry()
        assert (entry.id, entry.first_published_at, entry.slug) == (
            entry_id,
            was,
            "battre-arendesystem-for-avverkningar",
        )
        assert [(row.number, row.status) for row in entry.revisions] == [
            (1, RevisionStatus.SUPERSEDED),
            (2, RevisionStatus.PUBLISHED),
        ]
        after = {row.anchor: row.id for row in db.session.scalars(select(Lesson))}
        assert after.items() >= anchors.items()
        assert set(after) - set(anchors) == {"borja-stort"}
        assert [lesson.anchor for lesson in stories.read_version(entry_id, 1, TODAY).story.lessons] == [
            "testa-varje-vecka",
            "borja-smatt",
        ]
        assert found("bättre") == [entry_id]
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("low: 9000, high: 9000", "low: 9000, high: 9500"),
            ("outcomes: [succeeded]", "outcomes: [succeeded, delayed]"),
            ("accessed: 2026-01-05", "accessed: 2026-01-06"),
            ("på papper.", "på  papper."),
            ("partners: [boverket]", "partners: []"),
        ],
    )
    def test_any_change_counts(self, app: Flask, files: SeedFolder, old: str, new: str) -> None:
        seeding.load(files.folder)
        files.replace(files.story, old, new)
        assert seeding.load(files.folder).changed == 1

    def test_a_withdrawn_story_stays_withdrawn(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        factories.withdraw(the_entry())
        files.replace(files.story, "Nytt ärendesystem", "Bättre ärendesystem")
        report = seeding.load(files.folder)
        assert (report.withdrawn, report.changed) == (1, 0)
        with pytest.raises(Gone):
            stories.read(the_entry().id, TODAY)
        assert found("ärendesystem") == []

    def test_a_story_that_someone_writes_on_is_left_alone(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        with writing(db.session):
            draft = factories.revision(the_entry(), title="Min egen titel", number=2)
            draft_id = draft.id
        files.replace(files.story, "Nytt ärendesystem", "Bättre ärendesystem")
        report = seeding.load(files.folder)
        assert (report.taken_over, report.changed) == (1, 0)
        assert db.session.get_one(Revision, draft_id).title == "Min egen titel"
        assert stories.read(the_entry().id, TODAY).title.startswith("Nytt")

    def test_a_story_that_someone_has_published_anew_is_left_alone(
        self, app: Flask, files: SeedFolder
    ) -> None:
        seeding.load(files.folder)
        with writing(db.session):
            writer_id = factories.user().id
        factories.new_version(the_entry(), title="Min egen titel", created_by=writer_id)
        report = seeding.load(files.folder)
        assert (report.taken_over, report.changed) == (1, 0)
        assert stories.read(the_entry().id, TODAY).title == "Min egen titel"

    def test_a_new_file_is_a_new_story(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        files.add_story("diarium", "Nytt diarium")
        report = seeding.load(files.folder)
        assert (report.new, report.unchanged) == (1, 1)

    def test_a_file_that_is_taken_away_takes_nothing_with_it(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        files.story.unlink()
        seeding.load(files.folder)
        assert stories.balance().total == 1

    def test_a_renamed_organisation_and_term_reach_the_index(self, app: Flask, files: SeedFolder) -> None:
        seeding.load(files.folder)
        files.replace(files.organisations, ",Skogsstyrelsen,", ",Naturverket,")
        files.replace(files.vocabularies, "label: Pilot", "label: Försöksdrift")
        assert seeding.load(files.folder).unchanged == 1
        entry_id = the_entry().id
        assert (found("Naturverket"), found("försöksdrift")) == ([entry_id], [entry_id])
        assert maintenance.verify(sync.of(db.engine), repair=False).in_step

    def test_changed_exceptions_from_the_splitting_make_the_index_anew(
        self, app: Flask, files: SeedFolder
    ) -> None:
        """Else a new process would say that another analysis made it, as after the first seeding of all."""
        files.replace(files.story, "på papper.", "på papper i ett riktmärkesarkiv.")
        seeding.load(files.folder)
        assert len(found("arkiv")) == 1
        before = sync.of(db.engine).stories.fingerprints()
        compounds = files.folder / "compounds.yaml"
        compounds.write_text("- {word: riktmärkesarkiv, parts: [], why: För provet.}\n", encoding="utf-8")
        assert seeding.load(files.folder).unchanged == 1
        assert found("arkiv") == []
        assert sync.of(db.engine).stories.fingerprints() == before

    @pytest.mark.parametrize("giver", ["skogsstyrelsen", "boverket"])
    def test_an_alias_may_pass_to_another(self, app: Flask, files: SeedFolder, giver: str) -> None:
        """Also to one that stands above in the file, which is written first."""
        if giver == "boverket":
            files.replace(files.organisations, "Boverket,,,", "Boverket,,Planverket,")
            seeding.load(files.folder)
            files.replace(files.organisations, "Boverket,,Planverket,", "Boverket,,,")
            files.replace(files.organisations, ",Skogsvården,", ",Skogsvården|Planverket,")
            alias, taker = "planverket", "skogsvardsstyrelsen"
        else:
            seeding.load(files.folder)
            files.replace(files.organisations, "SKS|Skogsverket", "SKS")
            files.replace(files.organisations, "Boverket,,,", "Boverket,,Skogsverket,")
            alias, taker = "skogsverket", "boverket"
        seeding.load(files.folder)
        key = db.session.get_one(factories.OrganisationAlias, alias)
        assert key.organisation.slug == taker


BROKEN: dict[str, tuple[str, str, str, int, str]] = {
    "bad yaml": ("story", "outcomes: [succeeded]", "outcomes: [succeeded", 6, "YAML går inte att läsa"),
    "key twice": ("story", "language: sv", "language: sv\nlanguage: en", 9, "”language” står två gånger"),
    "no front matter": ("story", "---\ntitle", "title", 1, "ska börja med ---"),
    "front matter not ended": ("story", "editorial: true\n---\n", "editorial: true\n", 1, "avslutas med"),
    "front matter is a list": ("story", "---\ntitle", "---\n- ett\n---\ntitle", 2, "värdet har fel slag"),
    "missing field": ("story", "language: sv\n", "", 2, "'language' is a required property"),
    "unknown field": ("story", "language: sv", "language: sv\nsprak: sv", 2, "finns inte i mallen"),
    "unknown outcome": ("story", "[succeeded]", "[lyckades]", 5, "inte ett av de tillåtna"),
    "outcome twice": ("story", "[succeeded]", "[succeeded, succeeded]", 5, "outcomes"),
    "title too long": ("story", "Nytt ärendesystem", "N" * 110, 2, "title: texten är för lång"),
    "title empty": ("story", "Nytt ärendesystem för avverkningar", " ", 2, "title"),
    "summary too long": ("story", "Systemet blev", "Systemet " + "mycket " * 60, 3, "summary"),
    "unknown organisation": ("story", "organisation: skogs", "organisation: fiske", 6, "finns inte i org"),
    "unknown partner": ("story", "[boverket]", "[fiskeriverket]", 7, "”fiskeriverket” finns inte"),
    "owner is partner": ("story", "[boverket]", "[skogsstyrelsen]", 7, "kan inte också vara samverkanspart"),
    "unknown term": ("story", "[case_system]", "[tidsmaskin]", 11, "”tidsmaskin” finns inte"),
    "term of another list": ("story", "phase: [pilot]\nfacts", "phase: [time]\nfacts", 12, "ordlistan phase"),
    "unknown lesson term": ("story", "    phase: [pilot]", "    phase: [paus]", 21, "”paus” finns inte"),
    "unknown benefit type": ("story", "type: time", "type: pengar", 27, "”pengar” finns inte"),
    "lesson key twice": ("story", "key: borja-smatt", "key: testa-varje-vecka", 23, "två lärdomar"),
    "lesson says nothing": ("story", '    advice: "Låt', '    why: "Låt', 19, "lessons.0"),
    "low above high": ("story", "low: 9000, high: 9000", "low: 9000, high: 8000", 14, "större än det högsta"),
    "unknown with a value": ("story", "{state: unknown}", "{state: unknown, low: 5}", 17, "team_size"),
    "known without value": ("story", "low: 9000, high: 9000", "note: n", 14, "outcome_cost"),
    "a cost of nought": ("story", "low: 9000, high: 9000", "low: 0, high: 0", 14, "minimum"),
    "a month that is none": (
        "story",
        '"2021-04", high: "2021-04"',
        '"2021-13", high: "2021-13"',
        16,
        "actual_end",
    ),
    "a day that is none": ("story", "2026-01-05", "2026-02-30", 2, "YAML går inte att läsa"),
    "a day as text that is none": ("story", "2026-01-05", '"2026-02-30"', 29, "fel form"),
    "script as address": ("story", "https://exempel.se/slutrapport", "javascript:alert(1)", 29, "fel form"),
    "heading unknown": ("story", "## Effekter", "## Slutord", 41, "”Slutord” finns inte i mallen"),
    "heading out of order": (
        "story",
        "## Läget",
        "## Effekter",
        37,
        "”Vad som gjordes” kommer i fel ordning",
    ),
    "heading of the page": ("story", "## Läget", "# Läget\n\n# Annat", 35, "”Annat” finns inte i mallen"),
    "no such type": ("organisations", "state_authority,250", "bolag,250", 3, "typen ”bolag”"),
    "no such size": ("organisations", "250_999", "stor", 3, "storleken ”stor”"),
    "too few columns": ("organisations", "boverket,Boverket,,,", "boverket,Boverket,", 4, "ska ha 7 fält"),
    "too many columns": ("organisations", "state_authority,,\n", "state_authority,,,\n", 4, "ska ha 7 fält"),
    "other columns": ("organisations", "slug,name", "id,name", 1, "första raden ska vara"),
    "no name": ("organisations", "boverket,Boverket", "boverket,", 4, "slug och name"),
    "slug with capitals": ("organisations", "\nboverket", "\nBoverket", 4, "slug ”Boverket”"),
    "slug twice": ("organisations", "\nboverket,", "\nskogsstyrelsen,", 4, "finns redan"),
    "name twice": ("organisations", ",Boverket,", ",Skogsstyrelsen,", 4, "används redan av skogsstyrelsen"),
    "alias twice": ("organisations", "Boverket,,,", "Boverket,,sks,", 4, "”sks” används redan av skogsst"),
    "alias is a name": ("organisations", ",Skogsvården,", ",Boverket,", 4, "används redan av skogsvards"),
    "unknown successor": ("organisations", ",,skogsstyrelsen", ",,fiskeriverket", 2, "”fiskeriverket”"),
    "own successor": ("organisations", ",,skogsstyrelsen", ",,skogsvardsstyrelsen", 2, "efterträdaren"),
    "name without end": ("organisations", ",Boverket", "," + "o" * 140_000, 4, "raden går inte att läsa"),
    "unknown parent": ("vocabularies", "parent: development", "parent: finns_inte", 19, "”finns_inte”"),
    "term twice": ("vocabularies", "{code: pilot", "{code: development", 19, "två gånger i ordlistan"),
    "vocabulary twice": ("vocabularies", "code: benefit_type", "code: phase", 20, "”phase” finns två gånger"),
    "address twice": (
        "vocabularies",
        "label: Pilot",
        "label: utveckling",
        19,
        "”utveckling” har redan en annan",
    ),
    "address of another list": (
        "vocabularies",
        "label: Fas",
        "label: typ av nytta",
        21,
        "”typ-av-nytta” har redan",
    ),
    "address with capitals": (
        "vocabularies",
        "label: Pilot",
        "label: Pilot, slug: Pilot",
        19,
        "'Pilot' does not match",
    ),
    "no label": ("vocabularies", "  label: Fas\n", "", 13, "'label' is a required property"),
    "vocabularies are no list": ("vocabularies", "- code: domain", "x: y\n- code: domain", 2, "YAML"),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_a_broken_file_is_refused_with_its_line_and_nothing_is_kept(
    app: Flask, files: SeedFolder, case: str
) -> None:
    before = rows()
    part, old, new, line, says = BROKEN[case]
    path = {"story": files.story, "organisations": files.organisations}.get(part, files.vocabularies)
    files.add_story("0-kommer-fore", "En ny berättelse som läses först")
    files.replace(path, old, new)
    with pytest.raises(SeedError) as caught:
        seeding.load(files.folder)
    error = caught.value
    assert (error.path.name, error.line) == (path.name, line), str(error)
    assert says in str(error)
    assert str(error).startswith(f"{path.name}:{line}: ")
    assert "\n" not in str(error)
    assert len(str(error)) < 400
    assert rows() == before
    assert waiting() == 0


class TestFilesThatCannotBeRead:
    def test_not_utf_8(self, app: Flask, files: SeedFolder) -> None:
        text = files.story.read_text(encoding="utf-8")
        files.story.write_bytes(text.encode("latin-1"))
        with pytest.raises(SeedError, match="inte sparad som UTF-8") as caught:
            seeding.load(files.folder)
        assert caught.value.line == 2

    def test_an_empty_story(self, app: Flask, files: SeedFolder) -> None:
        text = files.story.read_text(encoding="utf-8")
        files.story.write_text(text[: text.index("## Läget")], encoding="utf-8")
        with pytest.raises(SeedError, match="Texten är tom") as caught:
            seeding.load(files.folder)
        assert caught.value.line >= 31

    def test_a_story_too_long(self, app: Flask, files: SeedFolder) -> None:
        files.replace(files.story, "Handläggarna skrev", "ord " * 30_000)
        with pytest.raises(SeedError, match="för lång"):
            seeding.load(files.folder)

    @pytest.mark.parametrize("name", ["vocabularies.yaml", "organisations.csv"])
    def test_a_missing_file(self, app: Flask, files: SeedFolder, name: str) -> None:
        (files.folder / name).unlink()
        with pytest.raises(SeedError, match=f"{name}:1: filen går inte att läsa"):
            seeding.load(files.folder)

    def test_a_missing_folder(self, app: Flask, files: SeedFolder) -> None:
        files.story.unlink()
        (files.folder / "entries").rmdir()
        with pytest.raises(SeedError, match="mappen med berättelser finns inte"):
            seeding.load(files.folder)

    def test_an_empty_file(self, app: Flask, files: SeedFolder) -> None:
        files.organisations.write_text("", encoding="utf-8")
        with pytest.raises(SeedError, match=r"organisations.csv:1: första raden"):
            seeding.load(files.folder)


def test_a_failure_of_the_database_keeps_nothing(app: Flask, files: SeedFolder) -> None:
    """The second of two stories is refused by the database itself, after the first was written."""
    with writing(db.session):
        taken = factories.entry(slug="egen", seed_key=None)
        factories.revision(taken)
    files.add_story("diarium", "Nytt diarium")
    before = rows()

    def refuse(_session: object, _context: object, _instances: object) -> None:
        if db.session.scalar(select(func.count()).select_from(Revision)) > 1:
            raise RuntimeError("strömmen gick")

    event.listen(db.session, "before_flush", refuse)
    try:
        with pytest.raises(RuntimeError):
            seeding.load(files.folder)
    finally:
        event.remove(db.session, "before_flush", refuse)
    assert rows() == before
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1
