"""Someone sees to their own account by keyboard, also without JavaScript, and leaves (L-05, L-06, S-13)."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.installation import DATABASE
from tests.journeys.browser import NARROW, Watch
from tests.journeys.server import KB, Site, environment

pytestmark = pytest.mark.journey

PASSWORD = "korven dansar på taket"


def invited(site: Site, email: str, role: str = "contributor") -> str:
    """The path of the link that the person gets."""
    command = [KB, "users", "invite", email, "--name", "Gunvor Åkesson", "--role", role]
    command += ["--organisation", "skatteverket"]
    shown = subprocess.run(
        command, env=environment(site.instance), capture_output=True, text=True, check=True, timeout=60
    )
    [address] = re.findall(r"https?://\S+", shown.stdout)
    return urlsplit(address).path


def tab_to(page: Page, role: str, name: str) -> None:
    """By the Tab key alone."""
    there = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(90):
        if there.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(there).to_be_focused()


def write(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    for _ in range(90):
        if field.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type(text)


def press(page: Page, name: str) -> None:
    tab_to(page, "button", name)
    page.keyboard.press("Enter")


def follow(page: Page, name: str) -> None:
    tab_to(page, "link", name)
    page.keyboard.press("Enter")


def come_in(page: Page, site: Site, email: str) -> None:
    """Accept the invitation and sign in."""
    page.goto(invited(site, email))
    write(page, "Nytt lösenord", PASSWORD)
    press(page, "Skapa kontot")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    write(page, "E-post", email)
    write(page, "Lösenord", PASSWORD)
    press(page, "Logga in")
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_whole_life_of_an_account(
    new_page: Callable[..., Page], stocked: Site, watch: Watch, javascript: bool
) -> None:
    email = f"gunvor.{'js' if javascript else 'plain'}@exempel.se"
    page = new_page(
        stocked, javascript=javascript, viewport=NARROW if javascript else {"width": 1280, "height": 900}
    )
    come_in(page, stocked, email)

    page.goto("/konto/sakerhet")
    follow(page, "Slå på tvåstegsinloggning")
    write(page, "Kod från appen", "000000")
    press(page, "Bekräfta")
    expect(page.locator(".error-summary")).to_be_focused()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Kod från appen").fill("")
    write(page, "Kod från appen", pyotp.TOTP(secret).now())
    press(page, "Bekräfta")
    expect(page.get_by_role("heading", level=1)).to_have_text("Spara dina reservkoder")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    expect(page.get_by_role("button", name="Skriv ut")).to_be_visible(visible=javascript)
    follow(page, "Jag har sparat koderna")

    follow(page, "Notiser")
    tab_to(page, "checkbox", "Din erfarenhet har hjälpt någon E-post en gång i veckan")
    page.keyboard.press("Space")
    press(page, "Spara")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Dina val är sparade.")
    expect(
        page.get_by_role("checkbox", name="Din erfarenhet har hjälpt någon E-post en gång i veckan")
    ).not_to_be_checked()

    follow(page, "Mina uppgifter")
    with page.expect_download() as downloading:
        press(page, "Hämta mina uppgifter")
    with zipfile.ZipFile(downloading.value.path()) as files:
        told = json.loads(files.read("mina-uppgifter/uppgifter.json"))
    assert told["account"][0]["email"] == email
    assert told["organisations"] == [{"name": "Skatteverket"}]

    follow(page, "Radera mitt konto")
    write(page, "Din e-postadress", email)
    press(page, "Radera mitt konto")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ditt konto är raderat")
    page.goto("/konto")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    held = b"".join(file.read_bytes() for file in stocked.instance.glob(f"{DATABASE}*"))
    assert email.encode() not in held
    assert watch.foreign_hosts(stocked.url) == set()
    assert not watch.errors
