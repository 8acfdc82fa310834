"""A reader sends each form by keyboard, also without JavaScript, and leaves no trace (A-02, A-23, A-33)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Watch
from tests.journeys.server import KB, Site, environment
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

DOORS: dict[str, tuple[str, dict[str, str]]] = {
    "story_request": ("/efterlys", {"Vad vill du läsa om?": "Rymdhissar", "E-post": "asa@exempel.se"}),
    "feedback": ("/synpunkter", {"Vad tycker du?": "Sökrutan är bra."}),
    "contact": ("/kontakt", {"Vad vill du fråga?": "Hur delar vi?", "E-post": "asa@exempel.se"}),
    "accessibility": (
        "/tillganglighetsredogorelse/anmal",
        {"Vad fungerar inte?": "Bilden saknar text.", "På vilken sida?": "Startsidan"},
    ),
}


def received(site: Site, kind: str) -> list[dict[str, Any]]:
    """What the secretariat sees."""
    command = [KB, "messages", "list", "--kind", kind, "--json"]
    shown = subprocess.run(
        command, env=environment(site.instance), capture_output=True, text=True, check=True, timeout=60
    )
    found: list[dict[str, Any]] = json.loads(shown.stdout)
    return found


def votes(site: Site) -> list[dict[str, Any]]:
    command = [KB, "messages", "votes", "--json"]
    shown = subprocess.run(
        command, env=environment(site.instance), capture_output=True, text=True, check=True, timeout=60
    )
    found: list[dict[str, Any]] = json.loads(shown.stdout)
    return found


def write(page: Page, label: str, text: str) -> None:
    """Reach a field by the Tab key alone and type."""
    field = page.get_by_label(label)
    for _ in range(80):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type(text)


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(80):
        if button.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def check_no_trace(page: Page, watch: Watch, site: Site) -> None:
    assert page.context.cookies() == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert watch.foreign_hosts(site.url) == set()
    assert not watch.errors


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
@pytest.mark.parametrize("kind", DOORS)
def test_each_form_is_sent_by_keyboard_and_receipted(
    new_page: Callable[..., Page], stocked: Site, watch: Watch, kind: str, javascript: bool
) -> None:
    path, typed = DOORS[kind]
    before = len(received(stocked, kind))
    page = new_page(stocked, javascript=javascript)
    page.goto(path)
    for label, text in typed.items():
        write(page, label, text)
    press(page, "Skicka")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått det du skickade")
    newest, *rest = received(stocked, kind)
    assert len(rest) == before
    assert set(typed.values()) <= set(newest["texts"].values())
    expect(page.get_by_role("main")).to_contain_text(newest["reference"])
    promise = "Vi svarar till den e-postadress" if "E-post" in typed else "Du får inget svar"
    expect(page.get_by_role("main")).to_contain_text(promise)
    check_no_trace(page, watch, stocked)
    page.reload()
    assert len(received(stocked, kind)) == before + 1, "a receipt that is read again sends nothing"


def test_a_correction_begins_on_the_page_of_the_story_and_ends_there(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, watch: Watch
) -> None:
    page = new_page(stocked, javascript=False)
    page.goto(stock.long_story)
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Föreslå rättelse").click()
    expect(page.get_by_role("main")).to_contain_text(title)
    write(page, "Vad är fel?", "Det kostade mer.")
    write(page, "Vad ska det stå i stället?", "190 miljoner")
    press(page, "Skicka")
    assert received(stocked, "correction")[0]["texts"]["proposal"] == "190 miljoner"
    page.get_by_role("link", name="Tillbaka dit du var").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    check_no_trace(page, watch, stocked)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_vote_takes_one_key_and_its_reason_is_one_more_page(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, watch: Watch, javascript: bool
) -> None:
    why = f"Jag letade efter {'mer' if javascript else 'annat'}."
    page = new_page(stocked, javascript=javascript)
    page.goto(stock.revised_story)
    press(page, "Nej")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för ditt svar")
    write(page, "Vad saknade du?", why)
    press(page, "Skicka")
    (row,) = [row for row in votes(stocked) if [False, why] in row["reasons"]]
    assert row["entry_id"] in stock.revised_story
    page.get_by_role("link", name="Tillbaka dit du var").click()
    assert stock.revised_story in page.url
    check_no_trace(page, watch, stocked)


def test_a_search_without_hits_leads_to_a_request_with_its_words(
    new_page: Callable[..., Page], stocked: Site
) -> None:
    page = new_page(stocked)
    page.goto("/sok?q=kvantrymdhiss")
    page.get_by_role("link", name="Säg vad du letar efter").click()
    expect(page.get_by_label("Vad vill du läsa om?")).to_have_value("kvantrymdhiss")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_what_is_wrong_gets_the_focus_and_leads_to_the_field(
    new_page: Callable[..., Page], stocked: Site, javascript: bool
) -> None:
    page = new_page(stocked, javascript=javascript)
    page.goto("/kontakt")
    write(page, "Vad vill du fråga?", "Vem är 19811218-9876?")
    write(page, "E-post", "inte en adress")
    press(page, "Skicka")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Fel: ")
    expect(summary).to_contain_text("personnummer")
    expect(page.get_by_label("Vad vill du fråga?")).to_have_value("Vem är 19811218-9876?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vad vill du fråga?")).to_be_focused()
    described = page.get_by_label("E-post")
    expect(described).to_have_attribute("aria-invalid", "true")
    expect(described).to_have_accessible_description(
        "Vi svarar till den adressen och använder den inte till något annat. "
        "Skriv e-postadressen som i namn@exempel.se."
    )


def test_back_and_again_is_one_message(new_page: Callable[..., Page], stocked: Site) -> None:
    """The browser gives the form back as it was, with its token."""
    page = new_page(stocked)
    page.goto("/synpunkter")
    page.get_by_label("Vad tycker du?").fill("Skickat två gånger.")
    page.get_by_role("button", name="Skicka").click()
    number = page.locator(".fact-list").inner_text()
    page.go_back()
    expect(page.get_by_label("Vad tycker du?")).to_have_value("Skickat två gånger.")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått det du skickade")
    assert page.locator(".fact-list").inner_text() == number
    sent = [row["texts"]["message"] for row in received(stocked, "feedback")]
    assert sent.count("Skickat två gånger.") == 1


def test_a_page_of_others_cannot_send_for_the_reader(new_page: Callable[..., Page], stocked: Site) -> None:
    """S-24: the form comes back, and waits for the reader."""
    page = new_page(stocked)
    page.goto("/synpunkter")
    token = page.locator("[name=intyg]").get_attribute("value")
    before = len(received(stocked, "feedback"))
    page.goto("about:blank")
    page.set_content(
        f"""<form method="post" action="{stocked.url}/synpunkter"><input name="intyg" value="{token}">
        <input name="message" value="Köp mer"><button>Se bilder</button></form>"""
    )
    page.get_by_role("button").click()
    expect(page.locator(".error-summary")).to_contain_text("Inget är skickat än")
    assert len(received(stocked, "feedback")) == before


def test_the_field_for_machines_is_there_for_nobody(
    new_page: Callable[..., Page], stocked: Site, stock: Stock
) -> None:
    page = new_page(stocked, javascript=False)
    for path in ("/synpunkter", stock.long_story):
        page.goto(path)
        expect(page.locator("[name=fyll-ej]")).to_be_hidden()
        assert page.get_by_label("Lämna tom").count() == 1
        assert "Lämna tom" not in page.locator("main").aria_snapshot()
