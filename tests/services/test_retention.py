"""Everything is kept until a decision says otherwise; what is technical goes when it has run out (L-07)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose, SignInMethod
from kb.domain.audit import AuditAction
from kb.domain.errors import Invalid, NotPermitted
from kb.domain.letters import LetterKind, LetterState
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.retention import BASIS_MAX, KINDS, RetentionKind
from kb.domain.vocabulary import MessageKind, Role
from kb.models import (
    AuditEvent,
    AuditOrigin,
    FederatedAttempt,
    Letter,
    RateLimitSalt,
    ReaderMessage,
    ReaderVote,
    RetentionRule,
    SignInBackOff,
    SingleUseLink,
    UserSession,
    ZeroHitQuery,
    new_id,
)
from kb.models.base import Base
from kb.services import audit, audit_check, letters, retention
from tests import factories

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BASIS = "Gallringsbeslut 2026-11-01, dnr 17/2026"
TABLES: dict[RetentionKind, type[Base]] = {
    RetentionKind.AUDIT_ORIGIN: AuditOrigin,
    RetentionKind.LETTER: Letter,
    RetentionKind.READER_MESSAGE: ReaderMessage,
    RetentionKind.READER_VOTE: ReaderVote,
}


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def told(action: AuditAction) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(AuditEvent.detail).where(AuditEvent.action == action.value).order_by(AuditEvent.seq)
    )
    return [json.loads(row) for row in rows]


def make(kind: RetentionKind, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row of a kind whose time begins at ``at``."""
    if kind is RetentionKind.AUDIT_ORIGIN:
        with monkeypatch.context() as patch:
            patch.setattr(audit, "now", lambda: at)
            audit.record(AuditAction.SIGNED_IN, Actor(address="192.0.2.1"))
        return
    with writing(db.session):
        if kind is RetentionKind.LETTER:
            letters.put(LetterKind.RESET, "asa.oberg@exempel.se", user_id=None, link_id="L")
            row = db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()
            row.created_at, row.state, row.sent_at = at, LetterState.SENT, at
        elif kind is RetentionKind.READER_MESSAGE:
            db.session.add(
                ReaderMessage(
                    kind=MessageKind.FEEDBACK,
                    received_at=at,
                    language="sv",
                    submission_key=new_id(),
                    message="Bra.",
                )
            )
        else:
            entry = factories.published()
            db.session.add(
                ReaderVote(
                    entry_id=entry.id,
                    revision_id=entry.published_revision_id,
                    helped=True,
                    language="sv",
                    submission_key=new_id(),
                    received_at=at,
                )
            )


Maker = Callable[[RetentionKind, datetime], None]


@pytest.fixture
def old_and_new(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each kind one row from START and one from 100 days later."""
    for kind in RetentionKind:
        make(kind, START, monkeypatch)
        make(kind, START + timedelta(days=100), monkeypatch)


def test_each_kind_has_its_words_and_its_table() -> None:
    assert set(KINDS) == set(TABLES) == set(RetentionKind)


def test_without_a_decision_all_is_kept_for_ever(old_and_new: None) -> None:
    assert retention.run(SYSTEM, START + timedelta(days=36_500)) == ()
    assert {kind: count(table) for kind, table in TABLES.items()} == dict.fromkeys(RetentionKind, 2)
    assert told(AuditAction.RETENTION_RUN) == []


@pytest.mark.parametrize("kind", list(RetentionKind))
def test_a_decision_takes_what_is_older_and_nothing_else(kind: RetentionKind, old_and_new: None) -> None:
    retention.decide(kind, 90, BASIS, SYSTEM)
    at = START + timedelta(days=90)
    assert [line.count for line in retention.run(SYSTEM, at)] == [0], "its last day is kept"
    later = at + timedelta(seconds=1)
    (line,) = retention.run(SYSTEM, later)
    assert (line.kind, line.count, line.days, line.basis) == (kind, 1, 90, BASIS)
    assert line.before == later - timedelta(days=90)
    assert {one: count(table) for one, table in TABLES.items()} == {
        one: 1 if one is kind else 2 for one in RetentionKind
    }
    assert told(AuditAction.RETENTION_RUN) == [
        {"kind": kind.value, "count": 1, "days": 90, "basis": BASIS, "before": "2026-11-23T12:00:01+00:00"}
    ]
    assert audit_check.check().whole


def test_a_dry_run_counts_and_changes_nothing(old_and_new: None) -> None:
    for kind in RetentionKind:
        retention.decide(kind, 30, BASIS, SYSTEM)
    before = count(AuditEvent)
    at = START + timedelta(days=60)
    dry = retention.run(SYSTEM, at, dry_run=True)
    assert [line.count for line in dry] == [1, 1, 1, 1]
    assert {kind: count(table) for kind, table in TABLES.items()} == dict.fromkeys(RetentionKind, 2)
    assert count(AuditEvent) == before
    assert retention.run(SYSTEM, at) == dry


def test_a_letter_that_waits_is_never_taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    retention.decide(RetentionKind.LETTER, 1, BASIS, SYSTEM)
    for state in LetterState:
        with writing(db.session):
            row = Letter(
                message_id=state.value, kind="reset", recipient="a@exempel.se", created_at=START, state=state
            )
            row.sent_at = START if state is LetterState.SENT else None
            row.leased_by, row.leased_until = (
                ("W", START) if state is LetterState.HANDING_OVER else (None, None)
            )
            db.session.add(row)
    retention.run(SYSTEM, START + timedelta(days=2))
    left = set(db.session.scalars(select(Letter.state)))
    assert left == {LetterState.UNSENT, LetterState.HANDING_OVER}


class TestDeciding:
    def test_it_is_told_and_shown(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        make(RetentionKind.READER_MESSAGE, START, monkeypatch)
        user = factories.user(Role.ADMIN)
        db.session.commit()
        retention.decide(RetentionKind.READER_MESSAGE, 365, BASIS, Actor(user.id, Role.ADMIN))
        shown = {row.kind: row for row in retention.show(SYSTEM)}
        row = shown[RetentionKind.READER_MESSAGE]
        assert (row.count, row.oldest, row.days, row.basis) == (1, START, 365, BASIS)
        assert shown[RetentionKind.LETTER].days is None
        assert told(AuditAction.RETENTION_DECIDED) == [
            {"kind": "reader_message", "days": 365, "basis": BASIS}
        ]

    def test_it_is_replaced_and_taken_back(self, old_and_new: None) -> None:
        retention.decide(RetentionKind.LETTER, 1, BASIS, SYSTEM)
        retention.decide(RetentionKind.LETTER, 200, "Nytt beslut, dnr 18/2026", SYSTEM)
        (line,) = retention.run(SYSTEM, START + timedelta(days=150))
        assert (line.count, line.days, line.basis) == (0, 200, "Nytt beslut, dnr 18/2026")
        retention.decide(RetentionKind.LETTER, None, "Beslut att bevara, dnr 19/2026", SYSTEM)
        assert retention.run(SYSTEM, START + timedelta(days=900)) == ()
        assert [row["days"] for row in told(AuditAction.RETENTION_DECIDED)] == [1, 200, None]

    @pytest.mark.parametrize(
        ("days", "basis"),
        [(0, BASIS), (-1, BASIS), (36_501, BASIS), (30, " \n "), (30, "b" * (BASIS_MAX + 1))],
    )
    def test_nonsense_is_refused_and_nothing_is_told(self, app: Flask, days: int, basis: str) -> None:
        with pytest.raises(Invalid):
            retention.decide(RetentionKind.LETTER, days, basis, SYSTEM)
        assert (count(RetentionRule), told(AuditAction.RETENTION_DECIDED)) == (0, [])

    @pytest.mark.parametrize(
        "by", [READER, Actor("U1", Role.CONTRIBUTOR), Actor("U1", Role.MODERATOR), Actor("U1")]
    )
    def test_only_those_who_run_the_site_decide(self, app: Flask, by: Actor) -> None:
        for forbidden in (
            lambda: retention.decide(RetentionKind.LETTER, 30, BASIS, by),
            lambda: retention.run(by),
            lambda: retention.show(by),
        ):
            with pytest.raises(NotPermitted):
                forbidden()


class TestTechnical:
    """What has run out goes without a decision, and what still holds stays."""

    @pytest.fixture
    def filled(self, app: Flask) -> None:
        with writing(db.session):
            user = factories.user(Role.CONTRIBUTOR)
            for name, age in (("old", timedelta(days=100)), ("new", timedelta(minutes=1))):
                at = START - age
                db.session.add_all(
                    [
                        UserSession(
                            token_hash=name,
                            user_id=user.id,
                            method=SignInMethod.PASSWORD,
                            created_at=at,
                            last_seen_at=at,
                            authenticated_at=at,
                        ),
                        SingleUseLink(
                            user_id=user.id,
                            purpose=LinkPurpose.RESET,
                            token_hash=name,
                            created_at=at,
                            expires_at=at,
                        ),
                        FederatedAttempt(
                            state_hash=name,
                            browser_hash="",
                            provider="p",
                            purpose="sign_in",
                            nonce="n",
                            verifier="v",
                            created_at=at,
                        ),
                        SignInBackOff(scope="place", key_hash=name, failures=1, last_failed_at=at),
                        RateLimitSalt(day=at.date(), salt=name),
                        ZeroHitQuery(text=name, count=1, first_on=at.date(), last_on=at.date()),
                    ]
                )

    TABLES = (UserSession, SingleUseLink, FederatedAttempt, SignInBackOff, RateLimitSalt, ZeroHitQuery)

    def test_the_old_goes_and_the_new_stays(self, filled: None) -> None:
        assert retention.purge_technical(START) == len(self.TABLES)
        assert [count(table) for table in self.TABLES] == [1] * len(self.TABLES)
        assert retention.purge_technical(START) == 0
        assert set(db.session.scalars(select(UserSession.token_hash))) == {"new"}
        assert set(db.session.scalars(select(SingleUseLink.token_hash))) == {"new"}
        assert set(db.session.scalars(select(RateLimitSalt.day))) == {date(2026, 11, 23)}

    @pytest.mark.parametrize(("minutes", "left"), [(44, 1), (45, 0)])
    def test_a_session_goes_when_nobody_has_used_it(self, app: Flask, minutes: int, left: int) -> None:
        self.session(created=START - timedelta(hours=1), seen=START - timedelta(minutes=minutes))
        retention.purge_technical(START)
        assert count(UserSession) == left

    @pytest.mark.parametrize(("hours", "left"), [(9, 1), (10, 0)])
    def test_a_session_goes_after_its_longest_time(self, app: Flask, hours: int, left: int) -> None:
        self.session(created=START - timedelta(hours=hours), seen=START)
        retention.purge_technical(START)
        assert count(UserSession) == left

    def session(self, created: datetime, seen: datetime) -> None:
        with writing(db.session):
            db.session.add(
                UserSession(
                    token_hash="t",
                    user_id=factories.user(Role.CONTRIBUTOR).id,
                    method=SignInMethod.PASSWORD,
                    created_at=created,
                    last_seen_at=seen,
                    authenticated_at=created,
                )
            )
