"""In by an invitation, out again, and nothing typed is lost: by keyboard, with and without scripts.

A-24: fields that browsers fill in, and nothing to solve. A-30: a warning before the session ends, with a
button to stay. S-19: a form that is sent too late comes back.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import server
from tests.journeys.conftest import NewPage
from tests.journeys.server import Site

pytestmark = pytest.mark.journey

PASSWORD = "en rätt lång fras 42"
_WHO = ("--name", "Åsa Öberg", "--role", "contributor", "--organisation", "skatteverket")
SECONDS_TO_WARNING = 42 * 60 + 10


@pytest.fixture(scope="module")
def own(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own: accounts are made in it."""
    instance = tmp_path_factory.mktemp("accounts") / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    with server.serving(instance) as running:
        yield running


def invited(site: Site, email: str) -> str:
    """The path of the link of a new invitation."""
    said = subprocess.run(
        [server.KB, "users", "invite", email, *_WHO],
        env=server.environment(site.instance),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = re.search(r"(/lank/\S+)", said.stdout)
    assert found, said.stdout + said.stderr
    return found[1]


def fill(page: Page, label: str, text: str) -> None:
    """Typed into the field that has the focus, once Tab has led there."""
    field = page.get_by_label(label, exact=True)
    for _ in range(60):
        if field.evaluate("node => node === document.activeElement"):
            page.keyboard.press("Control+A")
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {label}")


def log_in(page: Page, email: str) -> None:
    fill(page, "E-post", email)
    fill(page, "Lösenord", PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_in_by_keyboard_and_out_again(own: Site, new_page: NewPage, javascript: bool) -> None:
    email = f"asa.{'med' if javascript else 'utan'}@exempel.se"
    page = new_page(own, javascript=javascript)
    page.goto(invited(own, email))
    fill(page, "Nytt lösenord", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ditt nya lösenord är sparat.")).to_be_visible()
    log_in(page, email)
    expect(page.get_by_role("navigation", name="Ditt konto")).to_contain_text("Åsa Öberg")

    page.goto("/konto")
    page.get_by_label("Namn", exact=False).first.fill("Åsa Lind")
    page.context.clear_cookies()  # as when the session has ended
    page.locator("#skicka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    log_in(page, email)
    expect(page.locator(".error-summary")).to_contain_text("Det du skrev finns kvar")
    expect(page.get_by_label("Namn", exact=False).first).to_have_value("Åsa Lind")
    expect(page.get_by_role("navigation", name="Ditt konto")).to_contain_text("Åsa Öberg")
    page.locator("#skicka").click()
    expect(page.get_by_role("navigation", name="Ditt konto")).to_contain_text("Åsa Lind")

    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_text("Du är utloggad.")).to_be_visible()
    assert page.context.cookies() == []


def test_a_warning_comes_in_time_and_the_session_can_be_prolonged(own: Site, new_page: NewPage) -> None:
    page = new_page(own)
    page.clock.install()
    page.goto(invited(own, "varnad@exempel.se"))
    password = page.get_by_label("Nytt lösenord", exact=True)
    password.fill(PASSWORD)
    page.get_by_role("button", name="Visa lösenordet").click()
    assert password.get_attribute("type") == "text"
    page.get_by_role("button", name="Dölj lösenordet").click()
    assert password.get_attribute("type") == "password"
    page.keyboard.press("Shift+Tab")
    password.press("Enter")
    log_in(page, "varnad@exempel.se")
    warning = page.get_by_role("status").filter(has_text="Du loggas ut om")
    expect(page.get_by_role("navigation", name="Ditt konto")).to_be_visible()
    expect(warning).to_have_count(0)
    page.clock.fast_forward(SECONDS_TO_WARNING * 1_000)
    expect(warning).to_contain_text("Du loggas ut om 3 minuter")
    page.get_by_role("button", name="Stanna kvar").click()
    expect(warning).to_have_count(0)
    page.clock.fast_forward(50 * 60 * 1_000)
    expect(page.get_by_role("status").filter(has_text="Du har blivit utloggad")).to_be_visible()
