"""The database refuses nonsense, whoever writes it: every check, key and trigger of the migrated tables."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, Index, UniqueConstraint, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from kb.models import Base
from tests.models.rows import ANOTHER, AT, HASH, VALID, insert_another

OF_NO_STORY: dict[str, Any] = {"entry_id": None, "revision_id": None, "proposal": "", "source": ""}

CHECKED: list[tuple[str, str, dict[str, Any]]] = [
    ("organisation", "has_name", {"name": "  "}),
    ("organisation", "not_own_successor", {"successor_id": "O2"}),
    ("organisation", "type_known", {"type": "bolag"}),
    ("organisation", "size_known", {"size": "stor"}),
    ("term", "not_own_parent", {"parent_id": "T2"}),
    ("user", "role_known", {"role": "reader"}),
    ("user", "email_lower_case", {"email": "Bo.Ek@exempel.se"}),
    ("user", "totp_has_secret", {"totp_confirmed_at": AT}),
    ("user", "erased_is_disabled", {"erased_at": AT}),
    ("notification_choice", "event_known", {"event": "birthday"}),
    ("notification_choice", "channel_known", {"channel": "fax"}),
    ("user_session", "method_known", {"method": "trust"}),
    ("single_use_link", "purpose_known", {"purpose": "gift"}),
    ("single_use_link", "email_of_purpose", {"purpose": "email_change"}),
    ("single_use_link", "email_of_purpose", {"email": "bo.ek@exempel.se"}),
    ("sign_in_back_off", "failed", {"failures": 0}),
    ("audit_event", "seq_from_one", {"seq": 0}),
    ("retention_rule", "days_from_one", {"days": 0}),
    ("retention_rule", "has_basis", {"basis": "  "}),
    ("letter", "state_known", {"state": "lost"}),
    ("letter", "attempts_counted", {"attempts": -1}),
    ("letter", "lease_is_whole", {"leased_by": "W1"}),
    ("letter", "lease_is_whole", {"leased_until": AT}),
    ("letter", "handed_over_by_someone", {"state": "handing_over"}),
    ("letter", "sent_has_time", {"state": "sent"}),
    ("letter", "sent_has_time", {"sent_at": AT}),
    ("entry", "withdrawn_with_reason", {"withdrawn_at": AT}),
    ("entry", "withdrawn_with_reason", {"withdrawn_reason": "Fel."}),
    ("entry", "withdrawn_was_published", {"withdrawn_at": AT, "withdrawn_reason": "Fel."}),
    ("entry", "published_has_date", {"first_published_at": AT}),
    ("revision", "status_known", {"status": "approved"}),
    ("revision", "kind_known", {"kind": "warning"}),
    ("revision", "number_from_one", {"number": 0}),
    ("revision", "title_length", {"title": ""}),
    ("revision", "title_length", {"title": "t" * 121}),
    ("revision", "summary_length", {"summary": "s" * 401}),
    ("revision", "published_has_date", {"status": "superseded"}),
    ("revision", "published_has_date", {"status": "draft", "published_at": AT}),
    ("revision", "size_known", {"size": "novel"}),
    ("revision_outcome", "outcome_known", {"outcome": "failed"}),
    ("benefit", "stage_known", {"stage": "promised"}),
    ("fact", "name_known", {"name": "price"}),
    ("fact", "state_known", {"state": "guessed"}),
    ("fact", "low_not_negative", {"low": -1}),
    ("fact", "high_not_negative", {"low": None, "high": -1}),
    ("fact", "low_up_to_high", {"low": 2, "high": 1}),
    ("fact", "value_fits_state", {"state": "unknown"}),
    ("fact", "value_fits_state", {"low": None, "high": None}),
    ("fact", "value_fits_state", {"state": "estimated", "low": None, "high": None}),
    ("fact", "low_is_month", {"name": "start", "low": 2017_13, "high": None}),
    ("fact", "low_is_month", {"name": "start", "low": 2017, "high": None}),
    ("fact", "high_is_month", {"name": "actual_end", "low": None, "high": 2017_00}),
    ("fact", "high_is_month", {"name": "actual_end", "low": None, "high": 2101_01}),
    ("lesson_text", "basis_known", {"basis": "hearsay"}),
    ("lesson_text", "says_something", {"advice": "", "why": "Därför."}),
    ("source", "url_is_web", {"url": "javascript:alert(1)"}),
    ("source", "url_is_web", {"url": "slutrapport.pdf"}),
    ("zero_hit_query", "counted", {"count": 0}),
    ("zero_hit_query", "in_order", {"last_on": "2026-11-22"}),
    ("site_value", "field_known", {"field": "motto"}),
    ("site_value", "language_known", {"language": "fi"}),
    ("site_value", "origin_known", {"origin": "rumour"}),
    ("reader_message", "kind_known", {**OF_NO_STORY, "kind": "praise"}),
    ("reader_message", "state_known", {"state": "lost"}),
    ("reader_message", "language_known", {"language": "de"}),
    ("reader_message", "message_length", {"message": "  "}),
    ("reader_message", "message_length", {"message": "m" * 4001}),
    ("reader_message", "proposal_length", {"proposal": "p" * 4001}),
    ("reader_message", "source_length", {"source": "s" * 1001}),
    ("reader_message", "purpose_length", {**OF_NO_STORY, "kind": "story_request", "purpose": "p" * 1001}),
    ("reader_message", "page_length", {**OF_NO_STORY, "kind": "feedback", "page": "p" * 1001}),
    (
        "reader_message",
        "assistive_technology_length",
        {**OF_NO_STORY, "kind": "accessibility", "assistive_technology": "a" * 201},
    ),
    ("reader_message", "email_length", {"email": "e" * 255}),
    ("reader_message", "proposal_of_kind", {**OF_NO_STORY, "kind": "feedback", "proposal": "190"}),
    ("reader_message", "source_of_kind", {**OF_NO_STORY, "kind": "feedback", "source": "Rapport"}),
    ("reader_message", "purpose_of_kind", {"purpose": "Vi ska upphandla."}),
    ("reader_message", "page_of_kind", {"page": "/sok"}),
    ("reader_message", "assistive_technology_of_kind", {"assistive_technology": "NVDA"}),
    ("reader_message", "contact_has_email", {**OF_NO_STORY, "kind": "contact"}),
    ("reader_message", "correction_has_entry", OF_NO_STORY | {"proposal": "190"}),
    ("reader_message", "correction_has_entry", {"kind": "feedback", "proposal": "", "source": ""}),
    ("reader_message", "entry_with_revision", {"revision_id": None}),
    ("reader_vote", "language_known", {"language": "de"}),
    ("reader_vote", "why_length", {"why": "w" * 1001}),
    ("rate_limit_counter", "counted", {"count": 0}),
    ("synonym_word", "role_known", {"role": "translation"}),
    ("synonym_word", "has_text", {"text": " "}),
    ("draft", "version_from_one", {"version": 0}),
    ("draft_comment", "message_length", {"message": "  "}),
    ("draft_comment", "message_length", {"message": "m" * 2001}),
    ("draft_comment", "writer_length", {"writer": "w" * 121}),
    ("image", "format_known", {"format": "svg"}),
    ("image", "has_size", {"width": 0}),
    ("image", "has_size", {"height": -1}),
    ("reading_count", "was_read", {"readings": 0}),
    ("moderation_event", "action_known", {"action": "delete"}),
    ("moderation_event", "from_position_known", {"from_position": "draft"}),
    ("moderation_event", "to_position_known", {"to_position": "draft"}),
    ("moderation_event", "someone_did_it", {"by_system": 0}),
]

UNIQUE: list[tuple[str, str, dict[str, Any]]] = [
    ("organisation", "slug", {"slug": "skogsstyrelsen"}),
    ("organisation", "name", {"name": "Skogsstyrelsen"}),
    ("organisation_alias", "key", {"key": "skogsvården", "organisation_id": "O2"}),
    ("vocabulary", "code", {"code": "phase"}),
    ("vocabulary", "slug", {"slug": "fas"}),
    ("term", "vocabulary_id, code", {"code": "pilot"}),
    ("term", "vocabulary_id, slug", {"slug": "pilot"}),
    ("user", "email", {"email": "asa.oberg@exempel.se"}),
    ("user_session", "token_hash", {"token_hash": HASH}),
    ("single_use_link", "token_hash", {"token_hash": HASH}),
    ("audit_event", "hash", {"hash": "1" * 64}),
    ("letter", "message_id", {"message_id": "<le1@exempel.se>"}),
    ("entry", "seed_key", {"seed_key": "nytt-arendesystem"}),
    ("entry_partner", "entry_id, organisation_id", {"organisation_id": "O1"}),
    ("lesson", "entry_id, anchor", {"anchor": "testa-varje-vecka"}),
    ("revision", "entry_id, number", {"number": 1}),
    ("revision", "entry_id", {"status": "published", "published_at": AT}),
    ("revision_outcome", "revision_id, outcome", {"outcome": "succeeded"}),
    ("revision_term", "revision_id, term_id", {"term_id": "T1"}),
    ("benefit", "revision_id, position", {"position": 0}),
    ("fact", "revision_id, name", {"name": "outcome_cost"}),
    ("lesson_text", "lesson_id, revision_id", {"lesson_id": "L1"}),
    ("lesson_text", "revision_id, position", {"position": 0}),
    ("lesson_text_term", "lesson_text_id, term_id", {"term_id": "T1"}),
    ("source", "revision_id, position", {"position": 0}),
    ("synonym", "seed_key", {"seed_key": "eid"}),
    ("synonym_word", "synonym_id, position", {"position": 0}),
    ("compound_exception", "word", {"word": "glasögon"}),
    ("zero_hit_query", "text", {"text": "rymdhiss"}),
    ("reader_message", "submission_key", {"submission_key": "ett"}),
    ("reader_vote", "submission_key", {"submission_key": "ett"}),
    ("draft", "revision_id", {"revision_id": "R1"}),
    ("co_author", "entry_id, user_id", {"user_id": "U1"}),
    ("preview_link", "secret_hash", {"secret_hash": HASH}),
    ("draft_comment", "submission_key", {"submission_key": "ett"}),
    ("reading_count", "entry_id, day", {"day": "2026-11-23"}),
    ("rate_limit_salt", "day", {"day": "2026-11-23"}),
    (
        "rate_limit_counter",
        "day, scope, window_seconds, window_number, key_hash",
        {"key_hash": HASH},
    ),
]

TWO_OPEN = [
    (first, second)
    for first in ("draft", "submitted", "changes_requested")
    for second in ("draft", "submitted", "changes_requested")
]

KEYS = [
    (table.name, column.name)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    for _ in column.foreign_keys
    if (table.name, column.name) != ("entry", "id")  # half of a key of two, tried in TestPublishedRevision
]


CASCADING = sorted(
    table.name
    for table in Base.metadata.tables.values()
    for column in table.columns
    for key in column.foreign_keys
    if key.target_fullname == "user.id" and column.name == "user_id" and table.name != "letter"
)


def surroundings(connection: Connection, table: str) -> None:
    """The second rows that a second row of ``table`` refers to."""
    for name in ("organisation", "term", "user", "lesson", "revision", "audit_event"):
        if name != table:
            insert_another(connection, name)


@pytest.mark.parametrize("table", list(VALID))
def test_a_second_valid_row_is_taken(connection: Connection, table: str) -> None:
    surroundings(connection, table)
    insert_another(connection, table)


@pytest.mark.parametrize(("table", "check", "changes"), CHECKED)
def test_a_row_that_contradicts_itself_is_refused(
    connection: Connection, table: str, check: str, changes: dict[str, Any]
) -> None:
    surroundings(connection, table)
    with pytest.raises(IntegrityError, match=f"ck_{table}_{check}$|ck_{table}_{check}\n"):
        insert_another(connection, table, **changes)


@pytest.mark.parametrize(("table", "columns", "changes"), UNIQUE)
def test_a_second_of_its_kind_is_refused(
    connection: Connection, table: str, columns: str, changes: dict[str, Any]
) -> None:
    surroundings(connection, table)
    named = ", ".join(f"{table}.{column}" for column in columns.split(", "))
    with pytest.raises(IntegrityError, match=f"UNIQUE constraint failed: {named}\n"):
        insert_another(connection, table, **changes)


@pytest.mark.parametrize(("first", "second"), TWO_OPEN)
def test_an_entry_has_one_open_revision(connection: Connection, first: str, second: str) -> None:
    insert_another(connection, "revision", status=first)
    with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: revision.entry_id\n"):
        insert_another(connection, "revision", id="R3", number=3, status=second)


@pytest.mark.parametrize("closed", ["rejected", "discarded", "superseded"])
def test_closed_revisions_may_be_many(connection: Connection, closed: str) -> None:
    at = AT if closed == "superseded" else None
    insert_another(connection, "revision", status=closed, published_at=at)
    insert_another(connection, "revision", id="R3", number=3, status=closed, published_at=at)
    insert_another(connection, "revision", id="R4", number=4)


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_a_reference_to_nothing_is_refused(connection: Connection, table: str, column: str) -> None:
    surroundings(connection, table)
    changes: dict[str, Any] = {column: 99 if column == "seq" else "finns inte"}
    if column == "published_revision_id":
        changes["first_published_at"] = AT
    with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
        insert_another(connection, table, **changes)


class TestPublishedRevision:
    """What readers see is one of the entry's own versions."""

    def test_its_own_is_taken(self, connection: Connection) -> None:
        publish(connection, "E1", "R1")

    def test_that_of_another_entry_is_refused(self, connection: Connection) -> None:
        insert_another(connection, "entry")
        with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
            publish(connection, "E2", "R1")

    def test_one_that_does_not_exist_is_refused(self, connection: Connection) -> None:
        with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
            publish(connection, "E1", "R9")

    def test_without_its_day_it_is_refused(self, connection: Connection) -> None:
        with pytest.raises(IntegrityError, match="ck_entry_published_has_date"):
            connection.execute(text("UPDATE entry SET published_revision_id = 'R1' WHERE id = 'E1'"))

    def test_it_cannot_be_deleted_while_readers_see_it(self, connection: Connection) -> None:
        publish(connection, "E1", "R1")
        connection.execute(text("DROP TRIGGER moderation_event_no_delete"))
        connection.execute(text("DELETE FROM moderation_event"))
        with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
            connection.execute(text("DELETE FROM revision WHERE id = 'R1'"))


def publish(connection: Connection, entry: str, revision: str) -> None:
    connection.execute(
        text(
            "UPDATE entry SET published_revision_id = :revision, first_published_at = :at WHERE id = :entry"
        ),
        {"revision": revision, "at": AT, "entry": entry},
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_event SET reason = 'Annat skäl'",
        "DELETE FROM moderation_event",
        "UPDATE audit_event SET action = 'signed_out'",
        "UPDATE audit_event SET hash = prev_hash",
        "DELETE FROM audit_event WHERE seq = 1",
        "UPDATE audit_origin SET address = '192.0.2.2'",
    ],
)
def test_what_was_done_is_never_changed(connection: Connection, statement: str) -> None:
    """S-38 for the audit log, and the same for decisions."""
    table = next(name for name in VALID if name in statement.split())
    with pytest.raises(DatabaseError, match=f"{table} is append-only"):
        connection.execute(text(statement))


def test_from_where_something_was_done_may_be_forgotten(connection: Connection) -> None:
    assert connection.execute(text("DELETE FROM audit_origin")).rowcount == 1


def test_an_account_takes_with_it_what_lets_it_in(connection: Connection) -> None:
    insert_another(connection, "user")
    for table in CASCADING:
        connection.execute(text(f"UPDATE {table} SET user_id = 'U2'"))
    connection.execute(text("DELETE FROM user WHERE id = 'U2'"))
    assert [table for table in CASCADING if connection.scalar(text(f"SELECT count(*) FROM {table}"))] == []


class TestNothingIsForgotten:
    """A new constraint needs its row of nonsense above."""

    def test_every_check_is_tried(self) -> None:
        declared = {
            (table.name, str(constraint.name).removeprefix(f"ck_{table.name}_"))
            for table in Base.metadata.tables.values()
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        assert declared == {(table, check) for table, check, _ in CHECKED}

    def test_every_unique_key_is_tried(self) -> None:
        declared = set()
        for table in Base.metadata.tables.values():
            keys: list[UniqueConstraint | Index] = [
                key for key in table.constraints if isinstance(key, UniqueConstraint)
            ]
            keys += [index for index in table.indexes if index.unique]
            declared |= {(table.name, ", ".join(column.name for column in key.columns)) for key in keys}
        covered = {(table, columns) for table, columns, _ in UNIQUE}
        own_tests = {("revision", "entry_id, id"), ("entry", "published_revision_id")}
        assert declared - covered == own_tests

    def test_every_table_has_its_rows(self) -> None:
        assert set(VALID) == set(ANOTHER) == set(Base.metadata.tables)
