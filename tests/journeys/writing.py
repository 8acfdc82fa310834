"""A site that can be killed and started again, and what its database and a browser hold of a draft."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.installation import DATABASE
from tests.journeys import server
from tests.journeys.server import KB, Site

WRITER, COLLEAGUE = "bidrag@demo.example", "annan@demo.example"
STRANGE = (
    "Åäö 👩🏽\u200d💻🇸🇪 e\u0301a\u030a\u0323 \u202eomvänt\u202c \x0b\x1f\x7f\u00ad\u200b\ufeff "
    "\\u0041 %0A &amp; <b> \t slut \n\n  "
)
"""Emoji, combining and turning characters, control characters (but NUL), markup, and spaces at the end."""

_PASSWORD = re.compile(r"^\s*\S+\s+(?P<email>\S+@demo\.example)\s+lösenord (?P<password>\S+)", re.MULTILINE)
_COPIES = """() => Object.fromEntries(Object.entries(localStorage)
  .filter(([key]) => key.startsWith("kb-utkast:"))
  .map(([key, kept]) => [key, JSON.parse(kept).fields]))"""


class WritingSite:
    """``kb serve`` on a port of its own, which it keeps when it is killed and started again."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.url = f"http://127.0.0.1:{server._free_port()}"
        self.site = Site(self.url, instance)
        self._process: subprocess.Popen[bytes] | None = None
        self._passwords: dict[str, str] = {}

    def start(self) -> None:
        log = self.instance / "serve.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [KB, "serve", "--no-worker", "--port", self.url.rpartition(":")[2]],
                env=server.environment(self.instance, self.url) | {"KB_WORKERS": "2"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server._wait_until_healthy(self._process, self.url, log)

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def sign_in(self, page: Page, email: str = WRITER) -> None:
        page.goto(f"{self.url}/logga-in")
        self.fill_in(page, email)
        page.get_by_role("button", name="Logga ut").wait_for()

    def fill_in(self, page: Page, email: str) -> None:
        """The form of a log-in."""
        if not self._passwords:
            listed = subprocess.run(
                [KB, "users", "demo"],
                env=server.environment(self.instance, self.url),
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            ).stdout
            self._passwords = {found["email"]: found["password"] for found in _PASSWORD.finditer(listed)}
        page.get_by_label("E-post").fill(email)
        page.get_by_label("Lösenord", exact=True).fill(self._passwords[email])
        page.get_by_role("main").get_by_role("button", name="Logga in").click()

    def new_draft(self, page: Page) -> str:
        """A story of the first organisation that whoever is signed in writes for; its entry's id."""
        page.goto(f"{self.url}/bidra/ny")
        page.locator("[name=size][value=story]").check()
        page.locator("select[name=organisation]").select_option(value="skatteverket")
        page.get_by_role("main").locator("form button[type=submit]").click()
        page.wait_for_url("**/om")
        return page.url.split("/")[-2]

    def open(self, page: Page, entry_id: str, section: str = "om") -> None:
        page.goto(f"{self.url}/bidra/{entry_id}/{section}")

    def ask_database(self, sql: str, *values: str) -> list[Any]:
        with closing(sqlite3.connect(self.instance / DATABASE, timeout=20)) as connection:
            found = connection.execute(sql, values).fetchall()
            connection.commit()
        return found

    def stored(self, entry_id: str) -> dict[str, str]:
        """The texts that the database has of the draft."""
        [[fields]] = self.ask_database(
            "SELECT fields FROM draft JOIN revision ON revision.id = revision_id WHERE entry_id = ?", entry_id
        )
        return {name: text for name, (text, _version) in json.loads(fields).items()}

    def wait_until_stored(self, entry_id: str, name: str, text: str, seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while self.stored(entry_id).get(name) != text:
            assert time.monotonic() < deadline, f"{name}: {self.stored(entry_id).get(name)!r} is not {text!r}"
            time.sleep(0.05)

    def end_sessions(self) -> None:
        """As when nobody has done anything for too long."""
        self.ask_database("DELETE FROM user_session")


def expect_no_copy(page: Page) -> None:
    """The browser keeps no copy, now or in a moment."""
    page.wait_for_function("() => Object.keys(localStorage).every((key) => !key.startsWith('kb-utkast'))")


def copies(page: Page) -> dict[str, dict[str, dict[str, Any]]]:
    """The copies that the browser holds: key → field → what is kept of it."""
    found: dict[str, dict[str, dict[str, Any]]] = page.evaluate(_COPIES)
    return found


def copied_text(page: Page, name: str) -> list[str]:
    """What the browser's copies hold of a field."""
    return [fields[name]["text"] for fields in copies(page).values() if name in fields]
