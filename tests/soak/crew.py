"""Giving orders to a nursery, hearing what its workers did, and killing them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.installation import environment
from tests.shared import ROOT


class Crew:
    """One worker at a time of one nursery. ``done`` is what the workers said that they had done."""

    def __init__(self, folder: Path) -> None:
        self.done: list[tuple[str, str]] = []
        self.log = (folder.parent / f"nursery-{time.monotonic_ns()}.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.soak.nursery", str(folder)],
            env=environment(folder),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            bufsize=1,
        )
        self._pid = 0

    def start(self, work: str, number: int = 0, kill_at: int = 0) -> None:
        """Order a worker, and wait until it begins."""
        self._send(f"{work} {number} {kill_at}")
        self._pid = int(self._hear("pid"))
        self._hear("ready")

    def kill(self) -> None:
        """End the worker as a power cut would."""
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        """Hear the worker to its end; returns 9 when it was killed and 0 when all went well."""
        status = int(self._hear("end"))
        self._send("reap")
        return status

    def hear_one(self) -> None:
        """Wait for the next thing that the worker has done."""
        self._note(self._line())

    def errors(self) -> str:
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        self.log.close()

    def _hear(self, word: str) -> str:
        while True:
            line = self._line()
            if line[:1] == [word]:
                return line[1] if len(line) > 1 else ""
            self._note(line)

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _note(self, line: list[str]) -> None:
        if line[0] == "end":
            raise RuntimeError(f"the worker ended by itself: {self.errors()}")
        self.done.append((line[0], line[1] if len(line) > 1 else ""))

    def _line(self) -> list[str]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the nursery ended: {self.errors()}")
        return line.split()
