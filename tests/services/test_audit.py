"""The audit log in a real database: one chain whoever writes, an anchor that shows a cut tail (S-38)."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy import Connection, select, text

from kb.db import db, writing
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.audit_chain import GENESIS, Fault, Head, Verdict
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role, SiteField
from kb.domain.workflow import Action
from kb.models import AuditEvent, AuditOrigin, User
from kb.models.site_value import SiteOrigin
from kb.services import audit, audit_check, moderation, my_data, site_information
from kb.services.audit_anchor import AnchorFile, Standing
from kb.services.audit_check import Verification
from tests import factories
from tests.installation import DATABASE, environment, running
from tests.shared import ROOT

ADMIN = Actor("01JD0000000000000000000000", Role.ADMIN, address="192.0.2.1")


def write(count: int) -> None:
    for number in range(count):
        audit.record(AuditAction.NAME_CHANGED, ADMIN, subject=(SubjectKind.USER, f"U{number + 1}"))


def undo(count: int) -> None:
    """Write as many, in a transaction that fails."""
    with contextlib.suppress(ZeroDivisionError), writing(db.session):
        write(count)
        _ = 1 / 0


def events() -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))


def checked(known: Head | None = None) -> Verification:
    db.session.rollback()
    return audit_check.check(known)


@contextmanager
def past_the_triggers() -> Iterator[Connection]:
    """As someone who has the database file and no scruples."""
    db.session.rollback()
    with db.engine.connect().execution_options(kb_write=True) as connection, connection.begin():
        for name in ("audit_event_no_update", "audit_event_no_delete", "audit_origin_no_update"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield connection


def anchor_path() -> Path:
    return AnchorFile(db.engine).path


class TestRecord:
    """Who, what, when, and from where (S-39)."""

    def test_it_says_who_what_when_and_from_where(self, app: Flask) -> None:
        before = datetime.now(UTC)
        audit.record(
            AuditAction.ROLE_CHANGED,
            ADMIN,
            subject=(SubjectKind.USER, "U2"),
            after="admin",
            count=2,
            first=None,
        )
        (event,) = events()
        assert before <= event.at <= datetime.now(UTC)
        assert (event.seq, event.prev_hash, event.action) == (1, GENESIS, "role_changed")
        assert (event.actor_id, event.by_system) == (ADMIN.user_id, False)
        assert (event.subject_kind, event.subject_id) == ("user", "U2")
        assert json.loads(event.detail) == {"after": "admin", "count": 2, "first": None}
        origin = db.session.scalars(select(AuditOrigin)).one()
        assert origin.address == "192.0.2.1"
        assert ADMIN.address not in (event.origin_hash, event.detail)

    def test_the_same_address_twice_is_not_seen_in_the_chain(self, app: Flask) -> None:
        write(2)
        first, second = events()
        assert len({first.origin_hash, second.origin_hash, ""}) == 3

    @pytest.mark.parametrize(
        ("address", "kept"),
        [
            ("2001:DB8:0:0::7", ["2001:db8::7"]),
            ("fe80::1%eth0", ["fe80::1"]),
            ("", []),
            ("192.0.2.1\n2026-11-23 admin", []),
            ("unknown", []),
        ],
    )
    def test_only_an_address_is_kept_as_one(self, app: Flask, address: str, kept: list[str]) -> None:
        audit.record(AuditAction.SIGN_IN_FAILED, Actor(address=address))
        assert list(db.session.scalars(select(AuditOrigin.address))) == kept
        assert (events()[0].origin_hash != "") is bool(kept)

    def test_it_is_undone_with_what_it_tells_of(self, app: Flask) -> None:
        undo(1)
        assert events() == []
        write(1)
        assert checked().verdict == Verdict(1)

    def test_several_in_one_transaction_are_one_chain(self, app: Flask) -> None:
        with writing(db.session):
            write(3)
        assert checked().verdict == Verdict(3)
        assert checked().anchor.head == audit.head()

    def test_an_erased_person_leaves_the_chain_whole(self, app: Flask) -> None:
        """S-38, L-06."""
        with writing(db.session):
            user = factories.user(Role.CONTRIBUTOR, name="Rut Raderad")
            user_id = user.id
        audit.record(AuditAction.SIGNED_IN, Actor(user_id, Role.CONTRIBUTOR, address="192.0.2.5"))
        my_data.erase(user_id, Actor(user_id, Role.CONTRIBUTOR))
        assert db.session.get_one(User, user_id).erased_at is not None
        assert checked().whole
        assert "Rut" not in "".join(event.detail for event in events())
        assert events()[0].actor_id == user_id


class TestWhoRecords:
    """Decisions and the site's own facts are told, without what anyone wrote (S-39)."""

    def test_a_decision_is_told_in_its_transaction(self, app: Flask) -> None:
        entry = factories.published()
        told = events()[-1]
        assert (told.action, told.subject_kind, told.subject_id) == ("entry_moderated", "entry", entry.id)
        assert told.by_system
        assert json.loads(told.detail) == {
            "transition": "import",
            "before": "new",
            "after": "published",
            "revision": entry.published_revision_id,
        }
        revision = entry.published_revision
        moderation.perform(Action.WITHDRAW, entry, revision, factories.moderator(), "Åsa skrev fel.")
        assert json.loads(events()[-1].detail)["after"] == "withdrawn"
        assert "Åsa" not in events()[-1].detail, "what someone wrote stays out of what cannot be deleted"

    def test_the_operators_facts_are_told_and_those_of_the_product_are_not(self, app: Flask) -> None:
        site_information.put(SiteField.AUTHORITY, "Boverket", origin=SiteOrigin.DEMO)
        assert events() == []
        site_information.put(SiteField.AUTHORITY, "Skogsstyrelsen", by=ADMIN)
        (told,) = events()
        assert (told.action, told.subject_id) == ("site_information_changed", "authority")
        assert told.actor_id == ADMIN.user_id
        assert "Skogsstyrelsen" not in told.detail


MOVE = "UPDATE audit_event"
DEEDS = [
    ("UPDATE audit_event SET actor_id = 'U9' WHERE seq = 3", Fault.CHANGED, 3),
    ("UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", Fault.CHANGED, 1),
    ("UPDATE audit_event SET hash = 'x' || substr(hash, 2) WHERE seq = 2", Fault.CHANGED, 2),
    ("DELETE FROM audit_event WHERE seq = 2", Fault.MISSING, 2),
    ("DELETE FROM audit_event WHERE seq = 1", Fault.MISSING, 1),
    ("DELETE FROM audit_event WHERE seq >= 4", Fault.CUT_OFF, 4),
    ("DELETE FROM audit_event", Fault.CUT_OFF, 1),
    (
        f"{MOVE} SET seq = -seq WHERE seq IN (2, 4); {MOVE} SET seq = 6 + seq WHERE seq < 0",
        Fault.OUT_OF_PLACE,
        2,
    ),
    ("UPDATE audit_event SET prev_hash = hash WHERE seq = 4", Fault.NOT_CHAINED, 4),
    ("UPDATE audit_origin SET address = '192.0.2.99' WHERE seq = 3", Fault.ORIGIN_CHANGED, 3),
]


class TestTampering:
    """Each names the first row that is not as it was written (S-38)."""

    @pytest.mark.parametrize(("deed", "fault", "seq"), DEEDS)
    def test_it_is_named(self, app: Flask, deed: str, fault: Fault, seq: int) -> None:
        write(5)
        assert checked().whole
        with past_the_triggers() as connection:
            if "audit_origin" not in deed:
                connection.execute(text("DELETE FROM audit_origin"))
            connection.execute(text("PRAGMA ignore_check_constraints=ON"))
            for statement in deed.split(";"):
                connection.execute(text(statement))
            connection.execute(text("PRAGMA ignore_check_constraints=OFF"))
        found = checked()
        assert not found.whole
        assert found.verdict == Verdict(seq - 1, fault, seq)

    def test_forgotten_addresses_are_no_fault(self, app: Flask) -> None:
        write(3)
        with writing(db.session):
            db.session.execute(text("DELETE FROM audit_origin WHERE seq < 3"))
        assert checked().whole


class TestAnchor:
    """A signed head beside the database, so that a cut tail shows (S-38)."""

    def test_it_follows_each_commit(self, app: Flask) -> None:
        for number in range(1, 4):
            write(1)
            assert AnchorFile(db.engine).read().head == audit.head()
            assert audit.head().seq == number

    def test_it_does_not_follow_what_was_undone(self, app: Flask) -> None:
        write(1)
        before = anchor_path().read_text()
        undo(1)
        with writing(db.session):
            factories.organisation("Boverket")
        assert anchor_path().read_text() == before

    def test_it_never_moves_back(self, app: Flask) -> None:
        """Two processes commit in one order and may write the file in the other."""
        write(1)
        older = audit.head()
        write(1)
        before = anchor_path().read_text()
        AnchorFile(db.engine).follow(older)
        assert anchor_path().read_text() == before

    def test_an_older_one_is_no_fault(self, app: Flask) -> None:
        """A process that was killed between the commit and the file."""
        write(1)
        older = anchor_path().read_text()
        write(2)
        anchor_path().write_text(older)
        assert checked().whole
        write(1)
        assert AnchorFile(db.engine).read().head == audit.head()

    def test_the_first_row_has_one_before_it(self, app: Flask) -> None:
        """Else a process killed at its first commit would leave a log that seems to have lost its anchor."""
        undo(1)
        assert AnchorFile(db.engine).read().standing is Standing.BELIEVED
        assert checked().whole

    def test_a_new_tail_in_place_of_a_cut_one_does_not_hide_it(self, app: Flask) -> None:
        write(4)
        with past_the_triggers() as connection:
            connection.execute(text("DELETE FROM audit_origin WHERE seq > 2"))
            connection.execute(text("DELETE FROM audit_event WHERE seq > 2"))
        write(5)
        assert audit.head().seq == 7
        assert checked().verdict == Verdict(3, Fault.REWRITTEN, 4)

    def test_a_missing_one_is_not_made_anew_by_itself(self, app: Flask) -> None:
        write(2)
        anchor_path().unlink()
        write(1)
        found = checked()
        assert (found.whole, found.verdict, found.anchor.standing) == (False, Verdict(3), Standing.MISSING)

    @pytest.mark.parametrize(
        "forged",
        [
            lambda said: {**said, "seq": said["seq"] - 1},
            lambda said: {**said, "hash": GENESIS},
            lambda said: {**said, "at": "2030-01-01T00:00:00+00:00"},
            lambda said: {**said, "at": "2030-01-01T00:00:00"},
            lambda said: {**said, "signature": "å"},
            lambda said: {name: value for name, value in said.items() if name != "signature"},
            lambda said: [],
        ],
    )
    def test_a_forged_one_is_told_and_left_as_evidence(self, app: Flask, forged: object) -> None:
        write(2)
        anchor_path().write_text(json.dumps(forged(json.loads(anchor_path().read_text()))))  # type: ignore[operator]
        left = anchor_path().read_text()
        write(1)
        found = checked()
        assert (found.whole, found.anchor.standing) == (False, Standing.FORGED)
        assert anchor_path().read_text() == left

    def test_it_is_renewed_only_when_told_to_and_that_is_told(self, app: Flask) -> None:
        write(4)
        lost = audit.head()
        with past_the_triggers() as connection:
            connection.execute(text("DELETE FROM audit_origin WHERE seq > 2"))
            connection.execute(text("DELETE FROM audit_event WHERE seq > 2"))
        assert not checked().whole
        audit.renew_anchor()
        assert checked().whole
        told = json.loads(events()[-1].detail)
        assert told == {"standing": "believed", "seq": 4, "hash": lost.hash}

    def test_an_older_key_is_still_believed(self, instance: Path) -> None:
        old, new = "o" * 40, "n" * 40
        with running(instance, secret_key=old):
            write(1)
        with running(instance, secret_key=f"{new},{old}"):
            assert checked().whole
            write(1)
        with running(instance, secret_key=new):
            assert checked().whole, "it was signed anew with the new key"
        with running(instance, secret_key="x" * 40):
            assert checked().anchor.standing is Standing.FORGED

    def test_a_file_that_cannot_be_written_stops_nobody(self, app: Flask) -> None:
        write(1)
        lock = anchor_path().with_name("audit.anchor.lock")
        lock.unlink()
        lock.mkdir()
        write(1)
        assert audit.head().seq == 2
        assert checked().whole

    def test_a_head_kept_elsewhere_shows_what_the_anchor_no_longer_can(self, app: Flask) -> None:
        write(3)
        kept = audit.head()
        with past_the_triggers() as connection:
            connection.execute(text("DELETE FROM audit_origin WHERE seq > 2"))
            connection.execute(text("DELETE FROM audit_event WHERE seq > 2"))
        audit.renew_anchor()
        assert checked().whole
        assert checked(kept).verdict == Verdict(2, Fault.REWRITTEN, 3)


class TestNotes:
    def test_the_head_is_told_to_the_services_log(self, app: Flask) -> None:
        write(2)
        with structlog.testing.capture_logs() as told:
            audit.note_head()
        (line,) = told
        assert (line["event"], line["seq"], line["hash"]) == ("audit_head", 2, audit.head().hash)

    def test_a_check_is_remembered(self, app: Flask) -> None:
        assert audit_check.last() is None
        write(2)
        audit_check.check_and_note()
        last = audit_check.last()
        assert last is not None
        assert (last.rows, last.whole) == (2, True)
        with past_the_triggers() as connection:
            connection.execute(text("DELETE FROM audit_origin"))
            connection.execute(text("DELETE FROM audit_event WHERE seq = 1"))
        with structlog.testing.capture_logs() as told:
            audit_check.check_and_note()
        assert [(line["event"], line["log_level"], line["seq"]) for line in told] == [
            ("audit_log_broken", "error", 1)
        ]
        last = audit_check.last()
        assert last is not None
        assert not last.whole


WRITER = """
import sys
from pathlib import Path
from kb.domain.audit import AuditAction
from kb.domain.predicates import Actor
from kb.services import audit
from tests.installation import running
with running(Path(sys.argv[1])):
    sys.stdin.readline()
    for _ in range(int(sys.argv[2])):
        audit.record(AuditAction.SIGNED_IN, Actor(address="192.0.2.1"), who=int(sys.argv[3]))
"""


def test_eight_processes_make_one_chain(instance: Path) -> None:
    """S-38."""
    each, many = 10, 8
    with running(instance):
        write(1)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(instance), str(each), str(number)],
            env=environment(instance),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )
        for number in range(many)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=100)
    assert [writer.returncode for writer in writers] == [0] * many
    assert (instance / DATABASE).exists()
    with running(instance):
        found = checked()
        assert (found.whole, found.verdict.rows) == (True, 1 + each * many)
        assert found.anchor.head == audit.head()
        order = [json.loads(event.detail)["who"] for event in events()[1:]]
        assert sorted(order) == sorted(list(range(many)) * each)
        assert order != sorted(order), "they took turns; else this shows nothing"
