"""gunicorn's master, which also keeps one ``kb worker`` alive and ends it when it ends itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from gunicorn.arbiter import Arbiter

_COMMAND = (sys.executable, "-c", "from kb.cli import main; main()", "worker", "--parent")
_RESTART_SECONDS = 5.0
_END_SECONDS = 30.0
"""Time for the worker to finish the letter in hand. One that needs more is killed, and its letter is then
tried again or uncertain.
"""


class ArbiterWithWorker(Arbiter):  # type: ignore[misc]
    """The worker is a program of its own, started and not forked: it inherits no socket and no memory."""

    background: subprocess.Popen[bytes] | None = None
    _not_before = 0.0

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.background is not None and self.background.poll() is not None:
            self.log.warning("The background worker (pid: %s) has ended", self.background.pid)
            self.background = None
        if self.background is None and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + _RESTART_SECONDS
            try:
                self.background = subprocess.Popen([*_COMMAND, str(os.getpid())])  # noqa: S603 - our own words
            except OSError:
                self.log.exception("The background worker could not be started")

    def reap_workers(self) -> None:
        """gunicorn takes the end of any child, and would take this one's from us."""
        if self.background is not None:
            self.background.poll()
        super().reap_workers()

    def handle_hup(self) -> None:
        self._tell_background_to_end()
        super().handle_hup()

    def stop(self, graceful: bool = True) -> None:
        self._tell_background_to_end()
        self._not_before = float("inf")
        super().stop(graceful)
        if self.background is None:
            return
        try:
            self.background.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.background.kill()
            self.background.wait()

    def _tell_background_to_end(self) -> None:
        if self.background is not None:
            self.background.send_signal(signal.SIGTERM)
