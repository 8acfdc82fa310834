"""``kb worker``: what is done in the background. ``kb serve`` keeps one; others may run beside it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import click
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from kb import config, mail
from kb.cli import letters_text
from kb.cli.app import application
from kb.db import db
from kb.domain.errors import DomainError
from kb.domain.predicates import SYSTEM
from kb.mail import Mailer
from kb.services import audit, audit_check, posting, retention
from kb.services.posting import Round

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
SERVER_AWAY_SECONDS = 30.0
"""How long all letters wait when the mail server itself is not there."""
_TROUBLE_SECONDS_MAX = 30.0
_NAP_SECONDS = 0.2
_HOUR = 3_600.0
_DAY = 24 * _HOUR
_SOON = 600.0


@dataclass(slots=True)
class Job:
    """Something done every so many seconds, the first time ``first`` seconds after the start."""

    do: Callable[[], object]
    every: float
    first: float = 0.0


def jobs() -> tuple[Job, ...]:
    return (
        Job(audit.note_head, _HOUR),
        Job(retention.purge_technical, _HOUR),
        Job(audit_check.check_and_note, _DAY, _SOON),
        Job(lambda: retention.run(SYSTEM), _DAY, _SOON),
    )


@click.command()
@click.option(
    "--parent", type=int, hidden=True, help="Avsluta när den här processen inte längre är förälder."
)
def worker(parent: int | None) -> None:
    """Skicka brev och gör det som ska göras varje timme. Avsluta med Ctrl+C: brevet i handen blir klart."""
    mailer = mail.mailer_of(config.load())
    with application() as app:
        Worker(app, mailer, parent).run()


class Worker:
    """Looks for work until it is told to end, by SIGTERM or SIGINT, or until its parent is gone."""

    def __init__(self, app: Flask, mailer: Mailer | None, parent: int | None = None) -> None:
        self.app, self.mailer, self.parent = app, mailer, parent
        self.told_to_end = False
        self._letters_at = 0.0
        self._turns = [(time.monotonic() + job.first, job) for job in jobs()]

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        log.info("worker_started", sends_letters=self.mailer is not None)
        if self.mailer is None:
            log.warning("letters_wait", reason="KB_MAIL_URL is not set")
        troubles = 0
        while not self.is_over():
            try:
                pause, troubles = self.look(), 0
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
                pause = min(POLL_SECONDS * 2**troubles, _TROUBLE_SECONDS_MAX)
                troubles += 1
                self._tell(error)
                self._let_connections_go()
            self._rest(pause)
        log.info("worker_ended")

    def look(self) -> float:
        """Do what waits, one thing of each kind; how long to rest afterwards, in seconds."""
        with self.app.app_context():
            try:
                self._do_a_job()
                if self.mailer is None or time.monotonic() < self._letters_at:
                    return POLL_SECONDS
                done = posting.send_next(self.mailer, letters_text.render)
            finally:
                db.session.close()
        if done is Round.TROUBLE:
            self._letters_at = time.monotonic() + SERVER_AWAY_SECONDS
        return 0.0 if done is Round.DONE else POLL_SECONDS

    def _do_a_job(self) -> None:
        at = time.monotonic()
        for place, (turn, job) in enumerate(self._turns):
            if turn <= at:
                self._turns[place] = (at + job.every, job)  # first: one that fails waits for its next turn
                job.do()
                return

    def is_over(self) -> bool:
        return self.told_to_end or (self.parent is not None and os.getppid() != self.parent)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_over() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.told_to_end = True

    def _let_connections_go(self) -> None:
        """The database may have been restarted or put back from a copy."""
        with self.app.app_context():
            db.engine.dispose()

    def _tell(self, error: Exception) -> None:
        if isinstance(error, DomainError | SQLAlchemyError | OSError):
            log.warning("worker_waits", problem=type(error).__name__, detail=str(error))
        else:
            log.error("worker_failed", exc_info=error)
