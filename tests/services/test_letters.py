"""Letters lie in an outbox, in the transaction that they tell of; they are taken once and never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kb.config import Settings
from kb.db import db, writing
from kb.domain.accounts import LinkPurpose
from kb.domain.audit import AuditAction
from kb.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from kb.domain.letters import TRIES, LetterKind, LetterState, wait_after
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.vocabulary import Role
from kb.mail import NotTaken, Post, Refused, Unheard
from kb.models import AuditEvent, Letter, SingleUseLink, now
from kb.services import diagnosis, letters, links, posting, site_settings
from kb.services.diagnosis import Finding, Verdict
from kb.services.posting import LeaseLost, Round, Taken, Text
from tests.accounts import make_user
from tests.installation import running

pytestmark = pytest.mark.usefixtures("app")

ANNA = "anna@exempel.example"
DOMAIN = "myndigheten.example"
ADMIN = Actor(user_id="01M84YENKWHGVXJHJ7XW4MERPF", role=Role.ADMIN)


@dataclass
class Recording:
    """A mailer that keeps what it is handed; ``fails`` is raised before or after the end is told."""

    fails: Exception | None = None
    after_end: bool = False
    sent: list[Post] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    domain: str = DOMAIN

    def send(self, post: Post, before_end: Callable[[], None]) -> None:
        if self.fails and not self.after_end:
            raise self.fails
        self.meanwhile()
        before_end()
        if self.fails:
            raise self.fails
        self.sent.append(post)


def plain(taken: Taken, link: str) -> Text:
    return Text(f"Om {taken.kind.value}", f"{link}\n")


def put(kind: LetterKind = LetterKind.PASSWORD_CHANGED, recipient: str = ANNA, **values: str) -> Letter:
    letters.put(kind, recipient, user_id=None, **values)
    return the_letter()


def the_letter() -> Letter:
    db.session.expire_all()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()


def change(letter: Letter, **values: object) -> None:
    with writing(db.session):
        row = db.session.get_one(Letter, letter.id)
        for name, value in values.items():
            setattr(row, name, value)


class TestPut:
    def test_a_letter_of_a_transaction_that_is_undone_is_never_sent(self) -> None:
        def interrupted() -> None:
            with writing(db.session):
                letters.put(LetterKind.RESET, ANNA, user_id=None)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            interrupted()
        mailer = Recording()
        assert posting.send_next(mailer, plain) is Round.NOTHING
        assert mailer.sent == []

    def test_a_letter_of_a_transaction_that_is_not_over_is_not_sent_yet(self, app: Flask) -> None:
        mailer = Recording()

        def other() -> Round:
            with app.app_context():
                return posting.send_next(mailer, plain)

        with writing(db.session):
            letters.put(LetterKind.RESET, ANNA, user_id=None)
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(other).result() is Round.NOTHING
        assert posting.send_next(mailer, plain) is Round.DONE
        assert len(mailer.sent) == 1

    @pytest.mark.parametrize(
        "recipient", ["", "anna", "a@x.example\nBcc: b@x.example", "a b@x.example", "a@x.example,b@y.example"]
    )
    def test_what_is_no_address_is_refused(self, recipient: str) -> None:
        with pytest.raises(Invalid):
            put(recipient=recipient)

    def test_the_link_itself_does_not_lie_in_the_outbox(self) -> None:
        """(S-14)"""
        user = make_user()
        link_id = links.make(user.id, LinkPurpose.RESET)
        secret = links.address_of(link_id).rpartition(".")[2]
        mailer = Recording()
        put(LetterKind.RESET, link_id=link_id)
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert link_id in dump
        assert secret not in dump
        posting.send_next(mailer, plain)
        assert secret in mailer.sent[0].body


class TestSending:
    def test_a_letter_is_sent_once(self) -> None:
        letter = put()
        mailer = Recording()
        assert posting.send_next(mailer, plain) is Round.DONE
        assert posting.send_next(mailer, plain) is Round.NOTHING
        assert [post.recipient for post in mailer.sent] == [ANNA]
        sent = the_letter()
        assert (sent.id, sent.state, sent.problem, sent.leased_by) == (letter.id, LetterState.SENT, "", None)
        assert sent.sent_at is not None

    def test_handing_over_is_committed_before_the_end_is_told(self, app: Flask, instance: Path) -> None:
        put()
        seen: list[LetterState] = []

        def look_from_elsewhere() -> None:
            with running(instance):
                seen.append(db.session.scalars(select(Letter.state)).one())

        mailer = Recording(fails=Unheard("tyst"), after_end=True)
        mailer.meanwhile = look_from_elsewhere

        posting.send_next(mailer, plain)
        look_from_elsewhere()
        assert seen == [LetterState.UNSENT, LetterState.UNCERTAIN]

    def test_no_transaction_is_open_while_the_server_thinks(self) -> None:
        put()
        mailer = Recording()
        mailer.meanwhile = lambda: open_now.append(db.session.in_transaction())
        open_now: list[bool] = []
        posting.send_next(mailer, plain)
        assert open_now == [False]

    def test_not_taken_waits_longer_each_time_and_is_given_up_after_three_days(self) -> None:
        waits = [wait_after(number) for number in range(1, TRIES + 1)]
        assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
        assert waits[-1] is None
        assert max(wait for wait in waits if wait) == timedelta(hours=6)
        total = sum((wait for wait in waits if wait), timedelta())
        assert timedelta(days=2) < total < timedelta(days=4)

    def test_not_taken_is_tried_again_with_the_same_message_id(self) -> None:
        put()
        at = now()
        assert posting.send_next(Recording(fails=NotTaken("451 senare")), plain) is Round.DONE
        letter = the_letter()
        assert (letter.state, letter.problem, letter.attempts) == (LetterState.UNSENT, "451 senare", 1)
        assert timedelta(seconds=50) < letter.next_attempt_at - at < timedelta(seconds=70)
        mailer = Recording()
        assert posting.send_next(mailer, plain) is Round.NOTHING, "not yet"
        change(letter, next_attempt_at=now())
        before = letter.message_id
        assert posting.send_next(mailer, plain) is Round.DONE
        assert mailer.sent[0].message_id == before
        assert before.endswith(f"@{DOMAIN}")

    def test_the_twentieth_failure_is_the_last(self) -> None:
        change(put(), attempts=TRIES - 1)
        posting.send_next(Recording(fails=NotTaken("451 senare")), plain)
        letter = the_letter()
        assert letter.state is LetterState.REFUSED
        assert "451 senare" in letter.problem

    def test_a_server_that_is_away_lets_all_wait(self) -> None:
        put()
        assert (
            posting.send_next(Recording(fails=NotTaken("borta", about_server=True)), plain) is Round.TROUBLE
        )

    def test_refused_is_not_tried_again(self) -> None:
        put()
        posting.send_next(Recording(fails=Refused("550 nej")), plain)
        letter = the_letter()
        assert (letter.state, letter.problem) == (LetterState.REFUSED, "550 nej")
        assert posting.send_next(Recording(), plain) is Round.NOTHING

    def test_uncertain_is_not_tried_again(self) -> None:
        put()
        posting.send_next(Recording(fails=Unheard("tyst"), after_end=True), plain)
        letter = the_letter()
        assert (letter.state, letter.problem) == (LetterState.UNCERTAIN, "tyst")
        posting.tidy(now() + timedelta(days=30))
        assert posting.send_next(Recording(), plain) is Round.NOTHING
        assert the_letter().state is LetterState.UNCERTAIN

    def test_what_cannot_be_written_waits_for_someone_to_mend_it(self) -> None:
        def broken(_taken: Taken, _link: str) -> Text:
            raise posting.Unwritable

        put()
        posting.send_next(Recording(), broken)
        assert the_letter().state is LetterState.UNSENT
        assert the_letter().problem == posting.NO_TEMPLATE

    def test_after_its_time_it_is_not_sent(self) -> None:
        letters.put(LetterKind.RESET, ANNA, user_id=None, not_after=now() - timedelta(seconds=1))
        mailer = Recording()
        posting.send_next(mailer, plain)
        assert mailer.sent == []
        assert (the_letter().state, the_letter().problem) == (LetterState.REFUSED, posting.TOO_LATE)

    def test_a_link_that_has_been_used_is_not_sent(self) -> None:
        user = make_user()
        link_id = links.make(user.id, LinkPurpose.RESET)
        put(LetterKind.RESET, link_id=link_id)
        with writing(db.session):
            db.session.get_one(SingleUseLink, link_id).used_at = now()
        mailer = Recording()
        posting.send_next(mailer, plain)
        assert mailer.sent == []
        assert the_letter().state is LetterState.REFUSED

    def test_the_oldest_turn_comes_first(self) -> None:
        first, second = put(recipient="forst@x.example"), put(recipient="sedan@x.example")
        change(first, next_attempt_at=now() - timedelta(minutes=2))
        change(second, next_attempt_at=now() - timedelta(minutes=1))
        mailer = Recording()
        while posting.send_next(mailer, plain) is Round.DONE:
            pass
        assert [post.recipient for post in mailer.sent] == ["forst@x.example", "sedan@x.example"]


class TestLeases:
    def taken(self, **when: object) -> Taken:
        found = posting.take(DOMAIN, **when)  # type: ignore[arg-type]
        assert found is not None
        return found

    def test_what_one_has_taken_no_other_gets(self) -> None:
        put()
        self.taken()
        assert posting.take(DOMAIN) is None

    def test_what_a_dead_worker_had_not_handed_over_is_taken_again(self) -> None:
        put()
        first = self.taken()
        again = self.taken(at=now() + posting.LEASE + timedelta(seconds=1))
        assert (again.id, again.message_id, again.attempts) == (first.id, first.message_id, 2)
        assert again.lease != first.lease

    def test_what_a_dead_worker_was_handing_over_is_uncertain(self) -> None:
        put()
        posting.mark_handing_over(self.taken())
        posting.tidy(now() + posting.HANDING_OVER - timedelta(minutes=1))
        assert the_letter().state is LetterState.HANDING_OVER
        late = now() + posting.HANDING_OVER + timedelta(minutes=1)
        posting.tidy(late)
        letter = the_letter()
        assert (letter.state, letter.problem) == (LetterState.UNCERTAIN, posting.DIED)
        assert posting.take(DOMAIN, late) is None

    def test_a_slow_worker_hands_nothing_over_after_its_lease(self) -> None:
        put()
        slow = self.taken()
        with pytest.raises(LeaseLost):
            posting.mark_handing_over(slow, now() + posting.LEASE)

    def test_a_worker_whose_letter_another_has_changes_nothing(self) -> None:
        put()
        slow = self.taken()
        quick = self.taken(at=now() + posting.LEASE)
        for action in (
            lambda: posting.mark_handing_over(slow),
            lambda: posting.settle(slow, LetterState.UNSENT, "451"),
            lambda: posting.settle(slow, LetterState.SENT),
        ):
            with pytest.raises(LeaseLost):
                action()
        posting.mark_handing_over(quick)
        posting.settle(quick, LetterState.SENT)
        assert the_letter().state is LetterState.SENT

    def test_the_end_is_marked_once(self) -> None:
        put()
        taken = self.taken()
        posting.mark_handing_over(taken)
        with pytest.raises(LeaseLost):
            posting.mark_handing_over(taken)

    def test_a_late_answer_settles_an_uncertain_letter(self) -> None:
        put()
        taken = self.taken()
        posting.mark_handing_over(taken)
        posting.tidy(now() + posting.HANDING_OVER)
        posting.settle(taken, LetterState.SENT)
        assert the_letter().state is LetterState.SENT

    def test_but_not_one_that_has_been_sent_again(self) -> None:
        put()
        taken = self.taken()
        posting.mark_handing_over(taken)
        posting.tidy(now() + posting.HANDING_OVER)
        letters.send_again(taken.id, ADMIN)
        with pytest.raises(LeaseLost):
            posting.settle(taken, LetterState.SENT)

    def test_many_workers_at_once_send_each_letter_once(self, app: Flask) -> None:
        for number in range(24):
            letters.put(LetterKind.PASSWORD_CHANGED, f"n{number}@exempel.example", user_id=None)
        mailer = Recording()

        def work(_number: int) -> None:
            with app.app_context():
                while posting.send_next(mailer, plain) is Round.DONE:
                    pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert sorted(post.recipient for post in mailer.sent) == sorted(
            f"n{number}@exempel.example" for number in range(24)
        )
        assert set(db.session.scalars(select(Letter.state))) == {LetterState.SENT}


class TestAdministration:
    def fail(self, state: LetterState = LetterState.REFUSED, **changes: object) -> Letter:
        letter = put()
        change(letter, state=state, problem="550 nej", attempts=3, **changes)
        return letter

    @pytest.mark.parametrize("state", [LetterState.REFUSED, LetterState.UNCERTAIN])
    def test_send_again(self, state: LetterState) -> None:
        letter = self.fail(state)
        letters.send_again(letter.id, ADMIN)
        mailer = Recording()
        assert posting.send_next(mailer, plain) is Round.DONE
        assert len(mailer.sent) == 1
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert (event.action, event.subject_id, event.actor_id) == (
            AuditAction.LETTER_RESENT,
            letter.id,
            ADMIN.user_id,
        )
        assert json.loads(event.detail) == {"state": state.value}
        assert ANNA not in event.detail

    @pytest.mark.parametrize("state", [LetterState.UNSENT, LetterState.SENT, LetterState.HANDING_OVER])
    def test_what_has_not_failed_is_not_sent_again(self, state: LetterState) -> None:
        extra: dict[LetterState, dict[str, object]] = {
            LetterState.SENT: {"sent_at": now()},
            LetterState.HANDING_OVER: {"leased_by": "x", "leased_until": now() + timedelta(hours=1)},
        }
        letter = self.fail(state, **extra.get(state, {}))
        with pytest.raises(Conflict):
            letters.send_again(letter.id, ADMIN)

    def test_what_is_too_late_is_not_sent_again(self) -> None:
        letter = self.fail(not_after=now() - timedelta(minutes=1))
        assert not letters.one(letter.id, ADMIN).may_be_sent_again
        with pytest.raises(Conflict):
            letters.send_again(letter.id, ADMIN)

    def test_only_administrators_see_and_send(self) -> None:
        letter = self.fail()
        for actor in (READER, Actor(user_id="x", role=Role.MODERATOR), Actor(user_id="x", role=None)):
            for action in (letters.one, letters.send_again):
                with pytest.raises(NotPermitted):
                    action(letter.id, actor)
            with pytest.raises(NotPermitted):
                letters.listed(actor)
        assert letters.one(letter.id, SYSTEM).problem == "550 nej"

    def test_an_unknown_letter(self) -> None:
        for action in (letters.one, letters.send_again):
            with pytest.raises(NotFound):
                action("01M84YENKWHGVXJHJ7XW4MERPF", ADMIN)

    def test_failures_come_first(self) -> None:
        wanted = [LetterState.UNCERTAIN, LetterState.REFUSED, LetterState.UNSENT, LetterState.SENT]
        for state in reversed(wanted):
            self.fail(state, **({"sent_at": now()} if state is LetterState.SENT else {}))
        page = letters.listed(ADMIN)
        assert [row.state for row in page.rows] == wanted
        assert page.counts == dict.fromkeys(wanted, 1) | {LetterState.HANDING_OVER: 0}
        assert [row.state for row in letters.listed(ADMIN, LetterState.REFUSED, 7).rows] == [
            LetterState.REFUSED
        ]

    def test_many_letters_are_told_in_pages(self) -> None:
        with writing(db.session):
            for _ in range(letters.PAGE + 1):
                letters.put(LetterKind.RESET, ANNA, user_id=None)
        assert (letters.listed(ADMIN).pages, len(letters.listed(ADMIN, page=2).rows)) == (2, 1)

    def test_troubles(self) -> None:
        assert not letters.troubles().any
        self.fail(LetterState.UNCERTAIN)
        self.fail(LetterState.REFUSED)
        put()
        assert letters.troubles() == letters.Troubles(1, 1, 0, unconfigured=False)
        assert letters.troubles(now() + timedelta(minutes=31)).waiting_long == 1

    def test_production_without_a_server_is_a_trouble(self, instance: Path) -> None:
        production = {"environment": "production", "secret_key": "x" * 48}
        with running(instance, **production):
            assert letters.troubles().unconfigured
        with running(instance, mail_url="smtp://x.example", **production):
            assert not letters.troubles().unconfigured

    def test_the_doctor_tells_of_them(self, app: Flask, instance: Path) -> None:
        def said(settings: Settings) -> Finding:
            return next(one for one in diagnosis.of_content(settings) if one.subject == "Breven")

        settings = site_settings.current()
        assert said(settings).verdict is Verdict.GOOD
        self.fail(LetterState.UNCERTAIN)
        found = said(settings)
        assert (found.verdict, "1 är ovissa" in found.detail) == (Verdict.WARNING, True)
        with running(instance, environment="production", secret_key="x" * 48):
            assert "KB_MAIL_URL" in said(site_settings.current()).remedy
