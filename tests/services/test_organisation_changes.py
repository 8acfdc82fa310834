"""Organisations added, renamed, merged and handed over: what hangs on them follows (S-26)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kb.config import resource
from kb.db import db, writing
from kb.domain.errors import Conflict, InvalidFields, NotFound, NotPermitted
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import OrganisationSize, OrganisationType, Role
from kb.models import AuditEvent, Base, Entry, FormerSlug, IndexChange, Organisation, OrganisationAlias, User
from kb.search import maintenance, sync
from kb.services import managed_organisations, organisation_changes, organisations, seeding, story_search
from kb.services.choices import SearchRequest
from kb.services.managed_organisations import OrganisationFields
from kb.services.organisations import Moved
from tests import factories
from tests.factories import TODAY

STATE = OrganisationType.STATE_AUTHORITY


def fields(name: str, **changes: object) -> OrganisationFields:
    return OrganisationFields(**{"name": name, "type": STATE, **changes})  # type: ignore[arg-type]


def one(slug: str) -> Organisation:
    db.session.expire_all()
    return managed_organisations.load(slug)


def put(*names: str, **changes: object) -> tuple[Organisation, ...]:
    with writing(db.session):
        return tuple(factories.organisation(name, **changes) for name in names)  # type: ignore[arg-type]


def leads_to(slug: str) -> str:
    with pytest.raises(Moved) as caught:
        organisations.read(slug, TODAY)
    return caught.value.slug


def aliases(slug: str) -> list[str]:
    return [row.alias for row in one(slug).aliases]


def found_titles(text: str) -> list[str]:
    return [hit.story.title for hit in story_search.search(SearchRequest(text=text), TODAY).found]


def in_step() -> bool:
    """Whether the indexes hold what the database says, with nothing waiting."""
    waiting = db.session.scalar(select(IndexChange))
    return waiting is None and maintenance.verify(sync.of(db.engine), repair=False).in_step


def last_event() -> AuditEvent:
    event = db.session.scalar(select(AuditEvent).order_by(AuditEvent.seq.desc()))
    assert event is not None
    return event


class TestAdd:
    def test_one_that_is_new(self, app: Flask) -> None:
        slug = organisation_changes.add(
            fields(
                "  Rymdstyrelsen Ö ",
                short_name="RYS",
                size=OrganisationSize.UNDER_50,
                aliases=("Rymden", "", "rymden"),
            ),
            SYSTEM,
        )
        row = one(slug)
        assert (row.short_name, row.size, aliases(slug)) == ("RYS", OrganisationSize.UNDER_50, ["rymden"])
        assert row.edited_at is not None
        assert (last_event().action, last_event().subject_id) == ("organisation_added", row.id)

    def test_an_address_that_another_has_had_is_not_taken(self, app: Flask) -> None:
        put("Boverket")
        organisation_changes.change("boverket", fields("Planverket"), SYSTEM)
        organisation_changes.change("planverket", fields("Planverket"), SYSTEM)  # the old name is let go
        assert organisation_changes.add(fields("Boverket"), SYSTEM) == "boverket-2"
        assert leads_to("boverket") == "planverket"

    @pytest.mark.parametrize(
        ("given", "field", "who"),
        [
            (fields("boverket"), "name", "Boverket"),
            (fields("Planverket"), "name", "Boverket"),
            (fields("BV"), "name", "Boverket"),
            (fields("Nytt", short_name="planverket"), "short_name", "Boverket"),
            (fields("Nytt", aliases=("Något", "BOVERKET")), "aliases", "Boverket"),
            (fields("  "), "name", ""),
            (fields("N" * 201), "name", ""),
            (fields("Nytt", short_name="N" * 41), "short_name", ""),
            (fields("Nytt", aliases=tuple(f"Namn {number}" for number in range(51))), "aliases", ""),
        ],
    )
    def test_what_is_taken_says_by_whom(
        self, app: Flask, given: OrganisationFields, field: str, who: str
    ) -> None:
        put("Boverket", short_name="BV", aliases=("Planverket",))
        with pytest.raises(InvalidFields) as caught:
            organisation_changes.add(given, SYSTEM)
        [problem] = caught.value.problems
        assert (problem.field, who in str(problem)) == (field, True)
        assert len(db.session.scalars(select(Organisation)).all()) == 1


class TestChange:
    def test_a_name_moves_the_address_and_leads_on(self, app: Flask) -> None:
        [row] = put("Boverket")
        factories.published("Planer på nätet", owner=row)
        assert (
            organisation_changes.change("boverket", fields("Plan- och byggverket"), SYSTEM)
            == "plan-och-byggverket"
        )
        assert leads_to("boverket") == "plan-och-byggverket"
        assert aliases("plan-och-byggverket") == ["Boverket"]
        assert found_titles("byggverket") == ["Planer på nätet"]
        assert in_step()

    def test_back_again(self, app: Flask) -> None:
        put("Boverket")
        organisation_changes.change("boverket", fields("Planverket"), SYSTEM)
        organisation_changes.change("planverket", fields("Boverket", aliases=("Boverket",)), SYSTEM)
        assert one("boverket").name == "Boverket"
        assert aliases("boverket") == ["Planverket"]
        assert leads_to("planverket") == "boverket"
        assert [row.slug for row in db.session.scalars(select(FormerSlug))] == ["planverket"]

    def test_twice_leads_to_the_last(self, app: Flask) -> None:
        put("Boverket")
        organisation_changes.change("boverket", fields("Planverket"), SYSTEM)
        organisation_changes.change("planverket", fields("Byggverket"), SYSTEM)
        assert (leads_to("boverket"), leads_to("planverket")) == ("byggverket", "byggverket")

    def test_what_is_not_a_name_moves_nothing(self, app: Flask) -> None:
        put("Boverket", aliases=("Planverket", "Byggverket"))
        given = fields("Boverket", short_name="BV", type=OrganisationType.REGION, aliases=("Planverket",))
        assert organisation_changes.change("boverket", given, SYSTEM) == "boverket"
        assert (one("boverket").type, aliases("boverket")) == (OrganisationType.REGION, ["Planverket"])
        assert db.session.scalar(select(FormerSlug)) is None
        assert '"renamed":false' in last_event().detail

    def test_its_own_names_are_not_taken(self, app: Flask) -> None:
        put("Boverket", short_name="BV", aliases=("Planverket",))
        organisation_changes.change("boverket", fields("Planverket", short_name="BV"), SYSTEM)
        assert aliases("planverket") == ["Boverket"]

    def test_one_that_is_not_there(self, app: Flask) -> None:
        with pytest.raises(NotFound):
            organisation_changes.change("boverket", fields("Boverket"), SYSTEM)


class TestMerge:
    @pytest.fixture
    def pair(self, app: Flask) -> tuple[Organisation, Organisation]:
        """A duplicate, and the one that is to be left."""
        gone, left = put("Skogsverket", "Skogsstyrelsen")
        with writing(db.session):
            gone.short_name = "SKV"
            gone.aliases.append(OrganisationAlias(key="skogen", alias="Skogen"))
        return gone, left

    def test_everything_moves_and_leads_on(self, pair: tuple[Organisation, Organisation]) -> None:
        gone, left = pair
        [third] = put("Sametinget")
        titles = {
            "Egen": factories.published("Egen", owner=gone),
            "Egen med den andra": factories.published(
                "Egen med den andra", owner=gone, partners=(left, third)
            ),
            "Den andras": factories.published("Den andras", owner=left, partners=(gone,)),
            "Båda med": factories.published("Båda med", owner=third, partners=(gone, left)),
            "Bara dubbletten med": factories.published("Bara dubbletten med", owner=third, partners=(gone,)),
        }
        with writing(db.session):
            draft = factories.entry(gone)
            both = factories.user(organisations=[gone, left])
            single = factories.user(organisations=[gone])
            db.session.add(FormerSlug(slug="domanverket", organisation_id=gone.id))
        gone_id = gone.id

        assert organisation_changes.merge("skogsverket", "skogsstyrelsen", SYSTEM) == "skogsstyrelsen"

        db.session.expire_all()
        assert db.session.get(Organisation, gone_id) is None

        def parts(entry: Entry) -> tuple[str, list[str]]:
            return entry.owner.name, [row.name for row in entry.partners]

        assert {title: parts(entry) for title, entry in titles.items()} == {
            "Egen": ("Skogsstyrelsen", []),
            "Egen med den andra": ("Skogsstyrelsen", ["Sametinget"]),
            "Den andras": ("Skogsstyrelsen", []),
            "Båda med": ("Sametinget", ["Skogsstyrelsen"]),
            "Bara dubbletten med": ("Sametinget", ["Skogsstyrelsen"]),
        }
        assert parts(draft)[0] == "Skogsstyrelsen"
        for person in (both, single):
            assert [row.name for row in db.session.get_one(User, person.id).organisations] == [
                "Skogsstyrelsen"
            ]
        assert aliases("skogsstyrelsen") == ["SKV", "Skogen", "Skogsverket"]
        assert {leads_to(slug) for slug in ("skogsverket", "domanverket", "skogen", "skv")} == {
            "skogsstyrelsen"
        }
        assert in_step()
        assert sorted(found_titles("Skogsverket")) == sorted(titles)
        event = last_event()
        assert (event.action, event.subject_id) == ("organisation_merged", gone_id)

    def test_what_came_before_and_after_moves(self, pair: tuple[Organisation, Organisation]) -> None:
        gone, left = pair
        with writing(db.session):
            before = factories.organisation("Domänverket", successor_id=gone.id)
            heir = factories.organisation("Naturstyrelsen")
            gone.successor_id = heir.id
        organisation_changes.merge("skogsverket", "skogsstyrelsen", SYSTEM)
        assert one("domanverket").successor_id == left.id == before.successor_id
        assert one("skogsstyrelsen").successor_id == heir.id

    @pytest.mark.parametrize("direction", ["gone to left", "left to gone"])
    def test_one_that_had_taken_over_from_the_other(
        self, pair: tuple[Organisation, Organisation], direction: str
    ) -> None:
        gone, left = pair
        with writing(db.session):
            if direction == "gone to left":
                gone.successor_id = left.id
            else:
                left.successor_id = gone.id
        organisation_changes.merge("skogsverket", "skogsstyrelsen", SYSTEM)
        assert one("skogsstyrelsen").successor_id is None

    def test_not_into_itself(self, pair: tuple[Organisation, Organisation]) -> None:
        with pytest.raises(InvalidFields, match="fel ifyllt"):
            organisation_changes.merge("skogsverket", "skogsverket", SYSTEM)
        assert one("skogsverket")

    def test_no_table_that_names_an_organisation_is_forgotten(self) -> None:
        """A new table that points at organisations has to be moved in a merge as well."""
        pointing = {
            f"{table.name}.{key.parent.name}"
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table is Organisation.__table__
        }
        assert pointing == {
            "entry.owner_id",
            "entry_partner.organisation_id",
            "former_slug.organisation_id",
            "membership.organisation_id",
            "organisation.successor_id",
            "organisation_alias.organisation_id",
        }, "move it in organisation_changes.merge, then name it here"


class TestHandOver:
    @pytest.fixture
    def told(self, app: Flask) -> tuple[Entry, Entry]:
        before, heir = put("Rikspolisstyrelsen", "Polismyndigheten")
        return (
            factories.published("Radio", owner=before, partners=(heir,)),
            factories.published("Pass", owner=before),
        )

    def test_all_entries(self, told: tuple[Entry, Entry]) -> None:
        assert organisation_changes.hand_over("rikspolisstyrelsen", "polismyndigheten", SYSTEM) == 2
        before = organisations.read("rikspolisstyrelsen", TODAY)
        after = organisations.read("polismyndigheten", TODAY)
        assert before.successor is not None
        assert (before.successor.name, before.owned, len(before.passed_on)) == ("Polismyndigheten", [], 2)
        assert sorted(story.title for story in after.owned) == ["Pass", "Radio"]
        assert after.partnered == []
        assert in_step()
        assert last_event().action == "organisation_handed_over"

    def test_those_chosen(self, told: tuple[Entry, Entry]) -> None:
        radio, _ = told
        assert (
            organisation_changes.hand_over("rikspolisstyrelsen", "polismyndigheten", SYSTEM, {radio.id}) == 1
        )
        before = organisations.read("rikspolisstyrelsen", TODAY)
        assert [story.title for story in before.owned] == ["Pass"]
        assert in_step()

    def test_none_of_them(self, told: tuple[Entry, Entry]) -> None:
        assert organisation_changes.hand_over("rikspolisstyrelsen", "polismyndigheten", SYSTEM, []) == 0
        assert one("rikspolisstyrelsen").successor is not None
        assert in_step()

    def test_one_that_has_another_owner_by_now(self, told: tuple[Entry, Entry]) -> None:
        other = factories.published("Annan")
        with pytest.raises(Conflict, match="bytt ägare"):
            organisation_changes.hand_over("rikspolisstyrelsen", "polismyndigheten", SYSTEM, [other.id])
        assert one("rikspolisstyrelsen").successor_id is None

    def test_no_circle(self, told: tuple[Entry, Entry]) -> None:
        put("Säkerhetspolisen")
        organisation_changes.hand_over("rikspolisstyrelsen", "polismyndigheten", SYSTEM)
        organisation_changes.hand_over("polismyndigheten", "sakerhetspolisen", SYSTEM)
        for heir in ("rikspolisstyrelsen", "sakerhetspolisen"):
            with pytest.raises(InvalidFields):
                organisation_changes.hand_over("sakerhetspolisen", heir, SYSTEM)


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.MODERATOR])
@pytest.mark.parametrize(
    "do",
    [
        lambda by: organisation_changes.add(fields("Ny"), by),
        lambda by: organisation_changes.change("boverket", fields("Ny"), by),
        lambda by: organisation_changes.merge("boverket", "sametinget", by),
        lambda by: organisation_changes.hand_over("boverket", "sametinget", by),
        lambda by: managed_organisations.read("boverket", by),
        lambda by: managed_organisations.own_entries("boverket", by),
        lambda by: managed_organisations.named("Boverket", by),
    ],
)
def test_only_an_administrator_may(app: Flask, do: Callable[[Actor], object], role: Role | None) -> None:
    put("Boverket", "Sametinget")
    with pytest.raises(NotPermitted):
        do(Actor("01", role) if role else READER)
    assert {row.name for row in db.session.scalars(select(Organisation))} == {"Boverket", "Sametinget"}


def test_what_hangs_on_one(app: Flask) -> None:
    owner, other = put("Boverket", "Sametinget")
    factories.published("Ett", owner=owner)
    factories.published("Två", owner=other, partners=(owner,))
    with writing(db.session):
        factories.revision(factories.entry(owner), title="Utkast")
        factories.user(organisations=[owner])
    assert managed_organisations.read("boverket", SYSTEM).affected == managed_organisations.Affected(
        owned=2, partnered=1, published=2, people=1
    )
    assert [
        (entry.title, entry.published) for entry in managed_organisations.own_entries("boverket", SYSTEM)
    ] == [
        ("Ett", True),
        ("Utkast", False),
    ]


class TestSeedingAfterwards:
    """What an administrator has done to the organisations stays when the files are loaded again."""

    @pytest.fixture
    def seed(self) -> Path:
        return resource("seed")

    def owned_by(self, slug: str) -> list[str]:
        row = one(slug)
        return sorted(db.session.scalars(select(Entry.id).where(Entry.owner_id == row.id)))

    def test_nothing_comes_back(self, seeded: Flask, seed: Path) -> None:
        names = set(db.session.scalars(select(Organisation.name)))
        owned = self.owned_by("skatteverket")
        skv = one("skatteverket")
        renamed = fields("Skattemyndigheten", short_name="SKM", type=skv.type, size=skv.size)
        organisation_changes.change("skatteverket", renamed, SYSTEM)
        merged = self.owned_by("skogsstyrelsen") + self.owned_by("lantmateriet")
        organisation_changes.merge("lantmateriet", "skogsstyrelsen", SYSTEM)

        report = seeding.load(seed)

        assert (report.new, report.changed) == (0, 0)
        assert set(db.session.scalars(select(Organisation.name))) == (
            names - {"Skatteverket", "Lantmäteriet"} | {"Skattemyndigheten"}
        )
        assert self.owned_by("skattemyndigheten") == owned
        assert self.owned_by("skogsstyrelsen") == sorted(merged)
        assert (one("skattemyndigheten").short_name, leads_to("lantmateriet")) == ("SKM", "skogsstyrelsen")
        assert in_step()

    def test_a_story_whose_file_changes_goes_to_the_one_that_is_left(self, seeded: Flask, seed: Path) -> None:
        entry = db.session.scalars(select(Entry).where(Entry.seed_key.is_not(None))).first()
        assert entry is not None
        slug, entry_id = entry.owner.slug, entry.id
        with writing(db.session):
            revision = entry.published_revision
            assert revision is not None
            revision.source_hash = "0" * 64  # as if the file had been another
        organisation_changes.merge(slug, "folkhalsomyndigheten", SYSTEM)
        assert seeding.load(seed).changed == 1
        db.session.expire_all()
        assert db.session.get_one(Entry, entry_id).owner.slug == "folkhalsomyndigheten"

    def test_what_was_handed_over_stays_so_when_the_file_changes(self, seeded: Flask, seed: Path) -> None:
        entry = db.session.scalars(select(Entry).where(Entry.seed_key.is_not(None))).first()
        assert entry is not None
        slug, entry_id = entry.owner.slug, entry.id
        organisation_changes.hand_over(slug, "folkhalsomyndigheten", SYSTEM, [entry.id])
        with writing(db.session):
            revision = db.session.get_one(Entry, entry_id).published_revision
            assert revision is not None
            revision.source_hash = "0" * 64
        assert seeding.load(seed).changed == 1
        db.session.expire_all()
        assert db.session.get_one(Entry, entry_id).owner.slug == "folkhalsomyndigheten"

    def test_a_name_that_has_been_given_to_another_is_not_taken_back(self, app: Flask, seed: Path) -> None:
        """A file may name an organisation that an administrator has added, or an alias given elsewhere."""
        slug = organisation_changes.add(fields("Skatteverket", aliases=("SCB",)), SYSTEM)
        seeding.load(seed)
        db.session.expire_all()
        assert (
            len(db.session.scalars(select(Organisation).where(Organisation.name == "Skatteverket")).all())
            == 1
        )
        assert aliases(slug) == ["SCB"]
