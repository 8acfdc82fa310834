"""A stranger is invited, signs in with a second factor, changes people, and is shut out (S-18).

By keyboard alone, in Chromium, with the letters that the site's own worker hands over.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import server
from tests.journeys.browser import Watch
from tests.journeys.conftest import NewPage
from tests.journeys.server import Site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

STOPS_MAX = 300
LETTER_SECONDS = 60.0
LINK = re.compile(r"https?://\S+/lank/\S+")


@dataclass
class Keyboard:
    """Someone without a mouse."""

    page: Page

    def reach(self, target: Locator) -> None:
        """Tab to it, as many stops as it takes."""
        expect(target).to_be_visible()
        for _ in range(STOPS_MAX):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def write(self, label: str, text: str) -> None:
        self.reach(self.page.locator("main").get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label: str) -> None:
        """A radio button: Tab leads to the one that is chosen, the arrows to the others."""
        wanted = self.page.get_by_label(label, exact=True)
        name = wanted.get_attribute("name")
        self.reach(self.page.locator(f"input[name={name}]:checked"))
        for _ in range(10):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {label}")

    def press(self, name: str) -> None:
        """A button, and what it leads to."""
        self.reach(self.page.locator("main").get_by_role("button", name=name, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        """A link, and what it leads to."""
        self.reach(self.page.get_by_role("link", name=name, exact=True).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def log_in(self, email: str, password: str) -> None:
        self.write("E-post", email)
        self.write("Lösenord", password)
        self.press("Logga in")

    def accept_invitation(self, link: str, email: str, password: str) -> None:
        """Choose a password by the link of a letter, sign in with it, and add a second factor."""
        self.page.goto(link)
        self.sees("Välkommen till Erfarenhetsbanken")
        self.write("Nytt lösenord", password)
        self.press("Skapa kontot")
        self.sees("Logga in")
        self.log_in(email, password)
        self.page.goto("/administration")
        self.sees("Slå på tvåstegsinloggning")
        secret = self.page.locator("code.secret").inner_text().replace(" ", "")
        self.write("Kod från appen", pyotp.TOTP(secret).now())
        self.press("Bekräfta")
        self.sees("Spara dina reservkoder")
        self.page.goto("/administration")
        self.sees("Administration")


def link_of_invitation(site: Site, email: str) -> str:
    """The link in the newest letter that has left for the address; waits for the worker."""
    deadline = time.monotonic() + LETTER_SECONDS
    while time.monotonic() < deadline:
        for path in sorted((site.instance / "letters").glob("*.eml"), reverse=True):
            if email in (letter := _letter(path))[0]:
                return LINK.findall(letter[1])[0]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {email} within {LETTER_SECONDS:.0f} s")


def _letter(path: Path) -> tuple[str, str]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["To"]), str(body.get_content())


def test_a_stranger_comes_in_does_the_work_and_is_shut_out(
    site: Site, new_page: NewPage, watch: Watch
) -> None:
    first, stranger = "frida@skogen.example", "sven@skogen.example"
    server.kb(site.instance, "users", "invite", first, "--name", "Frida Först", "--role", "admin")
    contributor = ("bodil@skogen.example", "--name", "Bodil Bidrar", "--role", "contributor")
    server.kb(site.instance, "users", "invite", *contributor, "--organisation", "skogsstyrelsen")
    frida = Keyboard(new_page(site))
    frida.accept_invitation(link_of_invitation(site, first), first, "korven dansar på taket")

    frida.follow("Personer")
    frida.follow("Bjud in en person")
    frida.write("E-post i arbetet", stranger)
    frida.write("För- och efternamn", "Sven Sällan")
    frida.choose("Administratör")
    frida.press("Skicka inbjudan")
    frida.sees("Sven Sällan")

    sven = Keyboard(new_page(site))
    sven.accept_invitation(link_of_invitation(site, stranger), stranger, "gråsparv under kylskåpet")
    sven.follow("Personer")
    sven.follow("Bodil Bidrar")
    sven.follow("Ändra myndigheter")
    sven.write("Myndigheter", "Boverket")
    sven.press("Spara")
    expect(sven.page.locator("main").get_by_role("status")).to_have_text("Myndigheterna är ändrade.")
    expect(sven.page.get_by_role("definition").filter(has_text="Boverket")).to_be_visible()

    frida.follow("Personer")
    frida.follow("Sven Sällan")
    frida.follow("Stäng av kontot")
    frida.press("Stäng av kontot")
    expect(frida.page.locator("main").get_by_role("status")).to_have_text(
        "Kontot är avstängt och personen är utloggad."
    )

    sven.follow("Personer")
    sven.sees("Logga in")
    sven.log_in(stranger, "gråsparv under kylskåpet")
    expect(sven.page.get_by_role("alert").first).to_be_visible()
    sven.page.goto("/administration")
    sven.sees("Logga in")
    assert not watch.errors
    assert watch.foreign_hosts(site.url) == set()
