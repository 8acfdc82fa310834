"""Writing a text in Chromium: the toolbar, the preview, what is pasted and the pictures (S-36, A-27)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Watch
from tests.journeys.server import Site
from tests.journeys.test_account import come_in
from tests.pictures.samples import SCRIPT, picture, with_place

pytestmark = pytest.mark.journey

PASTED = Path(__file__).with_name("pasted")
FIELD = "textarea[name=body]"

_PASTE = """(field, [html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  field.focus();
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  return field.dispatchEvent(event);
}"""
_DROP = """(field, bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "IMG_2034.jpg", { type: "image/jpeg" }));
  return field.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def writing(new_page: Callable[..., Page], stocked: Site, request: pytest.FixtureRequest) -> Page:
    """The page of the text of a new story."""
    return begin(new_page(stocked), stocked, request.node.name)


def begin(page: Page, site: Site, name: str) -> Page:
    come_in(page, site, f"{re.sub(r'[^a-z]+', '-', name.lower())}@exempel.se")
    page.goto("/bidra/ny?storlek=story")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/bidra/[0-9A-Z]{26}"))
    entry_id = re.search(r"[0-9A-Z]{26}", page.url)
    assert entry_id
    page.goto(f"/bidra/{entry_id[0]}/text")
    return page


def paste(page: Page, html: str, text: str = "") -> bool:
    """Paste; whether the browser is left to do it itself."""
    return bool(page.locator(FIELD).evaluate(_PASTE, [html, text]))


@pytest.mark.parametrize("name", ["word", "excel", "web"])
def test_what_is_pasted_keeps_its_shape_and_can_be_undone(writing: Page, watch: Watch, name: str) -> None:
    field = writing.locator(FIELD)
    field.fill("Före. ")
    field.press("Control+End")
    html, wanted = ((PASTED / f"{name}.{end}").read_text("utf-8") for end in ("html", "md"))
    assert not paste(writing, html)
    assert field.input_value() == "Före. " + wanted.removesuffix("\n")
    field.press("Control+z")
    expect(field).to_have_value("Före. ")
    assert watch.errors == []
    assert watch.dialogs == []
    assert not any("hemligt" in url for url in watch.requests)


def test_plain_text_is_left_to_the_browser(writing: Page) -> None:
    assert paste(writing, "", "bara text")
    assert paste(writing, "<meta charset=utf-8><span style='color:red'>bara text</span>", "bara text")
    assert paste(writing, "<table><tr><td>en cell</td></tr></table>", "en cell")


def test_the_toolbar_is_one_stop_and_its_arrows_go_round(writing: Page) -> None:
    field, bar = writing.locator(FIELD), writing.get_by_role("toolbar", name="Formatera texten")
    names = ["Rubrik", "Fet", "Kursiv", "Lista", "Numrerad lista", "Länk", "Citat", "Tabell", "Bild"]
    buttons = bar.get_by_role("button")
    assert [button.inner_text() for button in buttons.all()] == names
    assert [button.get_attribute("tabindex") for button in buttons.all()] == ["0"] + ["-1"] * 8
    buttons.first.focus()
    writing.keyboard.press("ArrowLeft")
    expect(buttons.nth(8)).to_be_focused()
    writing.keyboard.press("ArrowRight")
    writing.keyboard.press("ArrowRight")
    expect(buttons.nth(1)).to_be_focused()
    field.fill("viktigt")
    field.select_text()
    buttons.nth(1).focus()
    writing.keyboard.press("Enter")
    expect(field).to_have_value("**viktigt**")
    field.press("Control+z")
    expect(field).to_have_value("viktigt")
    field.fill("Först")
    field.press("Control+End")
    buttons.nth(7).click()
    expect(field).to_have_value("Först\n\n| Kolumn 1 | Kolumn 2 |\n| --- | --- |\n|  |  |")
    field.fill("")
    writing.get_by_role("button", name="Sätt in rubriken").click()
    expect(field).to_have_value("## Läget")


def test_the_preview_is_what_readers_will_see(writing: Page, watch: Watch) -> None:
    field, shown = writing.locator(FIELD), writing.get_by_role("region", name="Förhandsgranskning")
    field.fill("## Läget\n\n<img src=x onerror=alert(1)> **fet**")
    expect(shown).to_be_hidden()
    writing.get_by_role("button", name="Sida vid sida").click()
    expect(shown.get_by_role("heading", level=3)).to_have_text("Läget")
    expect(field).to_be_visible()
    field.press("Control+End")
    field.press_sequentially("\n\n- en punkt")
    expect(shown.get_by_role("listitem")).to_have_text("en punkt")
    writing.get_by_role("button", name="Förhandsgranska").click()
    expect(field).to_be_hidden()
    writing.get_by_role("button", name="Skriv", exact=True).click()
    expect(field).to_be_visible()
    expect(shown).to_be_hidden()
    assert watch.dialogs == []
    assert watch.errors == []


def test_a_picture_that_is_dropped_asks_for_its_text_at_once(writing: Page, stocked: Site) -> None:
    field, dialog = writing.locator(FIELD), writing.get_by_role("dialog", name="Lägg till en bild")
    field.fill("Före")
    field.press("Control+End")
    assert not field.evaluate(_DROP, list(with_place()))
    expect(dialog.get_by_label("Vad visar bilden?")).to_be_focused()
    send = dialog.get_by_role("button", name="Lägg till bilden")
    send.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Skriv vad bilden visar")
    writing.keyboard.type("IMG_2034.jpg")
    send.click()
    expect(dialog.get_by_role("alert")).to_contain_text("namnet på en fil")
    dialog.get_by_label("Vad visar bilden?").fill("Kön blev [hälften] så lång")
    send.click()
    expect(dialog).to_be_hidden()
    expect(field).to_have_value(
        re.compile(r"^Före\n\n!\[Kön blev \\\[hälften\\\] så lång\]\(/bilder/\w{26}\.jpg\)$")
    )
    expect(field).to_be_focused()
    writing.get_by_role("button", name="Förhandsgranska").click()
    image = writing.get_by_role("img", name="Kön blev [hälften] så lång")
    expect(image).to_be_visible()
    writing.wait_for_function("document.querySelector('[data-editor-preview] img').naturalWidth > 0")
    [kept] = [file for file in (stocked.instance / "media").iterdir() if file.suffix == ".jpg"]
    assert b"Gunvor" not in kept.read_bytes()


def test_a_picture_by_keyboard_and_one_that_is_none(writing: Page) -> None:
    field, dialog = writing.locator(FIELD), writing.get_by_role("dialog", name="Lägg till en bild")
    opener = writing.get_by_role("toolbar").get_by_role("button", name="Bild")
    opener.focus()
    writing.keyboard.press("Enter")
    file = dialog.locator("input[type=file]")
    expect(file).to_be_focused()
    file.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": SCRIPT})
    dialog.get_by_label("Bilden är bara dekoration").check()
    send = dialog.get_by_role("button", name="Lägg till bilden")
    send.click()
    expect(dialog.get_by_role("alert")).to_contain_text("ingen bild")
    file.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    send.click()
    expect(field).to_have_value(re.compile(r"^!\[\]\(/bilder/\w{26}\.png\)$"))
    opener.click()
    writing.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_without_a_script_there_is_a_field_and_a_page_for_pictures(
    new_page: Callable[..., Page], stocked: Site
) -> None:
    page = begin(new_page(stocked, javascript=False), stocked, "utan-skript")
    expect(page.get_by_role("toolbar")).to_be_hidden()
    expect(page.get_by_role("button", name="Förhandsgranska")).to_be_hidden()
    page.get_by_role("link", name="Utkastets bilder").click()
    page.get_by_label("Bild", exact=True).set_input_files(
        {"name": "../x.php.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_label("Vad visar bilden?").fill("Ett flöde")
    page.get_by_role("button", name="Lägg till bilden").click()
    expect(page.locator(".notice [role=status]")).to_contain_text("Bilden är tillagd")
    expect(page.locator(".notice .picture-line")).to_have_text(re.compile(r"!\[Ett flöde\]\(/bilder/"))
