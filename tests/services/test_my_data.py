"""All that is stored of someone is told, and what says who they are can be taken away (L-05, L-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from kb.db import db, writing
from kb.domain.accounts import PSEUDONYM, Channel, LinkPurpose, NotificationEvent, SignInMethod
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, NotFound
from kb.domain.letters import LetterKind, LetterState
from kb.domain.my_data import COLUMN_LABELS, PART_LABELS, PART_PURPOSES, Doer, Part, Row, StoredPart, word
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import RevisionStatus, Role
from kb.domain.workflow import Action
from kb.models import AuditEvent, Base, Entry, Letter, Organisation, Revision, User, now
from kb.services import (
    audit,
    audit_check,
    co_authors,
    drafts,
    letters,
    links,
    my_data,
    notifications,
    preview_links,
    sessions,
    submissions,
)
from tests import factories
from tests.accounts import make_user
from tests.drafts import actor_of, start_draft
from tests.installation import DATABASE
from tests.models import rows

NAME, EMAIL, NEW_EMAIL = "Gunvor Åkesson", "gunvor.akesson@exempel.se", "gunvor.ny@exempel.se"
HERE, THERE = "192.0.2.44", "198.51.100.5"

TOLD: dict[str, Part | str] = {
    "membership.user_id": Part.ORGANISATIONS,
    "user_session.user_id": Part.SESSIONS,
    "external_identity.user_id": Part.IDENTITIES,
    "single_use_link.user_id": Part.LINKS,
    "notification_choice.user_id": Part.NOTIFICATIONS,
    "entry.created_by": Part.ENTRIES,
    "revision.created_by": Part.REVISIONS,
    "draft.saved_by": Part.DRAFTS,
    "co_author.user_id": Part.CO_AUTHORSHIPS,
    "co_author.added_by": Part.CO_AUTHORS,
    "preview_link.created_by": Part.PREVIEW_LINKS,
    "image.created_by": Part.IMAGES,
    "moderation_event.actor_id": Part.DECISIONS,
    "retention_rule.decided_by": Part.RETENTION,
    "letter.user_id": Part.LETTERS,
    "audit_event.actor_id": Part.EVENTS,
    "recovery_code.user_id": "secrets: the account says how many are left",
    "federated_attempt.user_id": "secrets of a sign-in that goes on now, forgotten within the hour",
}
"""Where each column that names a person is told, or why it is not."""

WORDED = (
    *(NotificationEvent, Channel, LetterKind, LetterState, AuditAction, SubjectKind),
    *(RevisionStatus, Action, LinkPurpose, SignInMethod, Doer, Role),
)

STAYS = {
    "entry.created_by",
    "revision.created_by",
    "moderation_event.actor_id",
    "retention_rule.decided_by",
    "letter.user_id",
    "audit_event.actor_id",
}
"""What still holds the number of an account that has been erased."""


def columns_that_name_someone() -> set[str]:
    keys = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "user" for key in column.foreign_keys)
    }
    return keys | {"audit_event.actor_id"}


@pytest.fixture
def one_of_each(app: Flask) -> str:
    """The id of someone whom every such column names."""
    with writing(db.session):
        connection = db.session.connection()
        for table, row in rows.VALID.items():
            own = {key.partition(".")[2]: "U1" for key in TOLD if key.partition(".")[0] == table}
            if table == "moderation_event":
                own["by_system"] = 0
            rows.insert(connection, table, {**row, **own})
        rows.insert(connection, "user", {**rows.VALID["user"], **rows.ANOTHER["user"], "role": "admin"})
    return "U1"


@pytest.fixture
def gunvor(app: Flask) -> User:
    """Someone of two organisations who has used the account for everything."""
    user = make_user(
        Role.CONTRIBUTOR,
        organisations=(factories.organisation("Lantmäteriet"), factories.organisation("Skatteverket")),
        name=NAME,
        email=EMAIL,
        second_factor=True,
    )
    by = Actor(user.id, user.role, address=HERE)
    method = SignInMethod.PASSWORD
    sessions.begin(user.id, method, second_factor=True, device="Firefox på Windows", by=by)
    notifications.choose({NotificationEvent.ENTRY_DECIDED: {Channel.WEEKLY}}, by)
    with writing(db.session):
        link_id = links.make(user.id, LinkPurpose.EMAIL_CHANGE, NEW_EMAIL)
        letters.put(LetterKind.EMAIL_CHANGE, NEW_EMAIL, user_id=user.id, link_id=link_id)
        letters.put(LetterKind.PASSWORD_CHANGED, EMAIL, user_id=user.id)
        for letter, state in zip(
            db.session.scalars(select(Letter).order_by(Letter.id)),
            (LetterState.UNSENT, LetterState.REFUSED),
            strict=True,
        ):
            letter.state = state
            letter.problem = f"550 <{EMAIL}> finns inte" if state is LetterState.REFUSED else ""
        entry = factories.entry(db.session.get(Organisation, user.organisations[0].id), created_by=user.id)
        factories.revision(entry, created_by=user.id, title="Det nya kartsystemet")
    admin = make_user(Role.ADMIN)
    audit.record(
        AuditAction.ROLE_CHANGED,
        Actor(admin.id, Role.ADMIN, address=THERE),
        subject=(SubjectKind.USER, user.id),
        role="contributor",
    )
    return user


def self_of(user: User) -> Actor:
    return Actor(user.id, user.role, address=HERE)


def part(parts: Sequence[StoredPart], which: Part) -> tuple[Row, ...]:
    [found] = [one.rows for one in parts if one.part is which]
    return found


def in_files(folder: Path, *words: str) -> list[str]:
    """Which of the words stand anywhere in the database's files, the log of changes with them."""
    content = b"".join(file.read_bytes() for file in folder.glob(f"{DATABASE}*"))
    return [one for one in words if one.encode() in content]


def test_every_column_that_names_someone_is_told_of() -> None:
    assert columns_that_name_someone() == TOLD.keys(), "say in kb/services/my_data.py what it holds of whom"


def test_what_each_such_column_holds_is_told(one_of_each: str) -> None:
    parts = my_data.read(one_of_each, Actor(one_of_each))
    assert [one.part for one in parts] == list(Part)
    told = {place for place in TOLD.values() if isinstance(place, Part)}
    assert {one.part for one in parts if one.rows} == told | {Part.ACCOUNT}


def test_another_has_nothing_of_it(one_of_each: str) -> None:
    parts = my_data.read("U2", Actor("U2"))
    assert {one.part for one in parts if one.rows} == {Part.ACCOUNT}


def test_what_is_told(gunvor: User) -> None:
    parts = my_data.read(gunvor.id, self_of(gunvor))
    [account] = part(parts, Part.ACCOUNT)
    assert (account["name"], account["email"], account["role"]) == (NAME, EMAIL, Role.CONTRIBUTOR)
    assert isinstance(account["second_factor_since"], datetime)
    assert [row["name"] for row in part(parts, Part.ORGANISATIONS)] == ["Lantmäteriet", "Skatteverket"]
    assert [row["device"] for row in part(parts, Part.SESSIONS)] == ["Firefox på Windows"]
    assert [row["email"] for row in part(parts, Part.LINKS)] == [NEW_EMAIL]
    assert (NotificationEvent.ENTRY_DECIDED, Channel.WEEKLY, True) in {
        (row["event"], row["channel"], row["wanted"]) for row in part(parts, Part.NOTIFICATIONS)
    }
    [entry] = part(parts, Part.ENTRIES)
    assert (entry["title"], entry["organisation"]) == ("Det nya kartsystemet", "Lantmäteriet")
    [revision] = part(parts, Part.REVISIONS)
    assert (revision["entry_id"], revision["number"]) == (entry["id"], 1)
    assert {row["recipient"] for row in part(parts, Part.LETTERS)} == {EMAIL, NEW_EMAIL}


def test_events_say_who_and_keep_anothers_address_apart(gunvor: User) -> None:
    events = part(my_data.read(gunvor.id, self_of(gunvor)), Part.EVENTS)
    assert [(row["action"], row["by"], row["address"]) for row in events] == [
        (AuditAction.SIGNED_IN, Doer.YOU, HERE),
        (AuditAction.NOTIFICATIONS_CHANGED, Doer.YOU, HERE),
        (AuditAction.ROLE_CHANGED, Doer.ANOTHER, None),
    ]


def test_secrets_are_not_told(one_of_each: str) -> None:
    with writing(db.session):
        user = db.session.get_one(User, one_of_each)
        user.password_hash, user.totp_secret = "$argon2id$hemlig", "gAAAAAhemlig"
    told = str(my_data.read(one_of_each, Actor(one_of_each)))
    assert "hemlig" not in told
    assert rows.HASH not in told


def test_every_part_and_column_has_words(one_of_each: str) -> None:
    assert set(PART_LABELS) == set(PART_PURPOSES) == set(Part)
    parts = my_data.read(one_of_each, Actor(one_of_each))
    assert {column for one in parts for row in one.rows for column in row} == set(COLUMN_LABELS)


@pytest.mark.parametrize("words", WORDED)
def test_every_code_that_may_be_told_has_words(words: type[StrEnum]) -> None:
    assert all(word(one) for one in words)


@pytest.mark.parametrize("asker", ["another", "administrator", "reader"])
def test_nobody_else_reads_or_erases(gunvor: User, asker: str) -> None:
    by = {
        "another": Actor(
            "X", Role.CONTRIBUTOR, organisation_ids=frozenset(o.id for o in gunvor.organisations)
        ),
        "administrator": Actor("Y", Role.ADMIN),
        "reader": READER,
    }[asker]
    for door in (my_data.read, my_data.export, my_data.erase):
        with pytest.raises(NotFound):
            door(gunvor.id, by)
    assert db.session.get_one(User, gunvor.id).erased_at is None


def test_taking_it_away_is_in_the_log(gunvor: User) -> None:
    parts = my_data.export(gunvor.id, self_of(gunvor))
    assert part(parts, Part.ACCOUNT)[0]["email"] == EMAIL
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == AuditAction.DATA_EXPORTED))
    assert (event.actor_id, event.subject_id) == (gunvor.id, gunvor.id)


def test_an_erased_account_says_nothing_of_the_person(gunvor: User, instance: Path) -> None:
    user_id = gunvor.id
    assert in_files(instance, NAME, EMAIL, NEW_EMAIL) == [NAME, EMAIL, NEW_EMAIL]
    my_data.erase(user_id, self_of(gunvor))
    db.session.expire_all()
    left = db.session.get_one(User, user_id)
    assert (left.name, left.email) == (PSEUDONYM, f"{user_id.lower()}@raderad.invalid")
    assert (left.role, left.organisations) == (Role.CONTRIBUTOR, [])
    assert left.erased_at is not None
    assert left.disabled_at is not None
    assert (left.password_hash, left.totp_secret, left.totp_confirmed_at) == (None, None, None)
    assert in_files(instance, NAME, "Gunvor", EMAIL, NEW_EMAIL, "Firefox på Windows") == []


def test_the_log_is_whole_and_tells_of_it(gunvor: User) -> None:
    my_data.erase(gunvor.id, self_of(gunvor))
    assert audit_check.check().whole
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == AuditAction.USER_ERASED))
    assert (event.actor_id, event.subject_id) == (gunvor.id, gunvor.id)


def test_what_was_written_stays_the_organisations(gunvor: User) -> None:
    my_data.erase(gunvor.id, self_of(gunvor))
    [revision] = db.session.scalars(select(Revision))
    assert (revision.created_by, revision.entry.created_by) == (gunvor.id, gunvor.id)
    assert revision.entry.owner.name == "Lantmäteriet"


def test_unsent_letters_go_and_sent_ones_lose_their_address(gunvor: User) -> None:
    my_data.erase(gunvor.id, self_of(gunvor))
    db.session.expire_all()
    [letter] = db.session.scalars(select(Letter))
    assert (letter.state, letter.recipient, letter.values, letter.problem) == (
        LetterState.REFUSED,
        "",
        "{}",
        "",
    )


def test_only_what_must_stay_still_holds_the_number(one_of_each: str) -> None:
    my_data.erase(one_of_each, SYSTEM)
    holding = {
        key
        for key in TOLD
        for table, column in [key.split(".")]
        if db.session.execute(
            text(f'SELECT count(*) FROM "{table}" WHERE {column} = :id'), {"id": one_of_each}
        ).scalar()
    }
    assert holding == STAYS - {"letter.user_id"}  # the one that there was had not been sent


def test_an_erased_account_is_gone_for_good(gunvor: User) -> None:
    by = self_of(gunvor)
    my_data.erase(gunvor.id, by)
    for door in (my_data.read, my_data.erase):
        with pytest.raises(NotFound):
            door(gunvor.id, by)


@pytest.fixture
def admin(app: Flask) -> User:
    return make_user(Role.ADMIN, password_hash="$argon2id$")


@pytest.mark.parametrize(
    "other",
    [
        None,
        {"role": Role.MODERATOR, "password_hash": "$argon2id$"},
        {"role": Role.ADMIN, "password_hash": "$argon2id$", "disabled_at": now()},
        {"role": Role.ADMIN},
    ],
    ids=["nobody", "a moderator", "a disabled one", "one who has only been invited"],
)
def test_the_last_administrator_stays(admin: User, other: dict[str, object] | None) -> None:
    if other is not None:
        make_user(**other)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="Utse en administratör till"):
        my_data.erase(admin.id, self_of(admin))
    assert db.session.get_one(User, admin.id).erased_at is None


@pytest.mark.parametrize("way", ["password", "identity"])
def test_one_of_two_administrators_may_go(admin: User, way: str) -> None:
    other = make_user(Role.ADMIN, **({"password_hash": "$argon2id$"} if way == "password" else {}))
    if way == "identity":
        with writing(db.session):
            row = {**rows.VALID["external_identity"], "user_id": other.id}
            rows.insert(db.session.connection(), "external_identity", row)
    my_data.erase(admin.id, self_of(admin))
    with pytest.raises(Conflict):
        my_data.erase(other.id, SYSTEM)


class TestWriting:
    """Drafts, links and writing along (L-05, L-06)."""

    @pytest.fixture
    def bo(self, gunvor: User) -> User:
        return make_user(name="Bo Ek", organisations=tuple(gunvor.organisations))

    def erase(self, user: User) -> None:
        my_data.erase(user.id, self_of(user))
        db.session.expire_all()

    def test_a_draft_of_ones_own_goes_with_all_that_was_typed(self, gunvor: User, instance: Path) -> None:
        entry_id = start_draft(gunvor, body="Kalle på enheten sa att det var omöjligt.")
        preview_links.make(entry_id, "Till Kalle", 9, actor_of(gunvor))
        assert in_files(instance, "Kalle") == ["Kalle"]
        self.erase(gunvor)
        assert in_files(instance, "Kalle") == []
        assert db.session.get(Entry, entry_id) is None

    def test_one_that_was_thrown_away_goes_too(self, gunvor: User) -> None:
        entry_id = start_draft(gunvor, title="Kastad")
        drafts.discard(entry_id, actor_of(gunvor))
        self.erase(gunvor)
        assert db.session.get(Entry, entry_id) is None

    def test_one_that_a_colleague_writes_in_stays_for_them(self, gunvor: User, bo: User) -> None:
        entry_id = start_draft(gunvor, title="Vår erfarenhet")
        co_authors.add(entry_id, bo.id, actor_of(gunvor))
        token = preview_links.make(entry_id, "", 9, actor_of(gunvor))
        self.erase(gunvor)
        view = drafts.read(entry_id, actor_of(bo))
        assert (view.fields, view.author, view.saved_by_name) == ({"title": "Vår erfarenhet"}, None, "")
        with pytest.raises(NotFound):
            preview_links.look(token, factories.TODAY)

    def test_writing_along_ends_and_the_authors_draft_stays(self, gunvor: User, bo: User) -> None:
        entry_id = start_draft(bo, title="Bos erfarenhet")
        co_authors.add(entry_id, gunvor.id, actor_of(bo))
        self.erase(gunvor)
        assert drafts.read(entry_id, actor_of(bo)).co_authors == ()

    def test_a_draft_of_a_published_story_goes_and_the_story_stays(self, gunvor: User) -> None:
        entry = factories.published(owner=gunvor.organisations[0])
        submissions.revise(entry.id, actor_of(gunvor))
        self.erase(gunvor)
        assert [one.status for one in db.session.get_one(Entry, entry.id).revisions] == [
            RevisionStatus.PUBLISHED
        ]
