"""An English reader's way: from a Swedish page into English, to a Swedish story, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey


def test_the_language_is_changed_by_keyboard_and_the_search_is_kept(page: Page) -> None:
    page.goto("/sok?q=journalsystem&slag=lesson_learned")
    switch = page.get_by_role("link", name="English", exact=True)
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Search: “journalsystem”")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/en/sok?q=journalsystem&slag=lesson_learned")
    page.get_by_role("link", name="Svenska", exact=True).click()
    expect(page.locator("h1")).to_have_text("Sökning: ”journalsystem”")
    assert page.url.endswith("/sok?q=journalsystem&slag=lesson_learned")


def test_a_story_is_found_and_says_its_language(page: Page) -> None:
    """A-12: the listener hears Swedish words as Swedish, in the list and on the page."""
    page.goto("/en/")
    field = page.get_by_role("main").get_by_role("combobox", name="What would you like to know more about?")
    field.click()
    page.keyboard.type("journals")
    options = page.get_by_role("main").get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_have_attribute("lang", "sv")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="result").first).to_be_visible()
    page.locator(".entry-card-title a").first.click()
    expect(page.locator("h1")).to_have_attribute("lang", "sv")
    expect(page.get_by_text("This experience is written in Swedish.")).to_be_visible()
    assert "/en/erfarenheter/" in page.url
    assert page.context.cookies() == []
