"""The page of search results as a reader uses it: what it says, and its controls by mouse and keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

_FACETS = """boxes => boxes.map(box => ({
    facet: box.name,
    value: box.value,
    chosen: box.checked,
    count: Number(box.closest("label").querySelector(".check-count").textContent.replace(/\\D/g, "")),
}))"""


@dataclass(frozen=True)
class Option:
    facet: str
    value: str
    chosen: bool
    count: int


class ResultsPage:
    def __init__(self, page: Page) -> None:
        self.page = page

    def search(self, text: str) -> None:
        """Type in the form at the top of the page and press Enter."""
        box = search_box(self.page.get_by_role("banner"))
        box.fill(text)
        with self.page.expect_navigation():
            box.press("Enter")

    def follow(self, link: Locator) -> None:
        """Click a link and wait for the page that it leads to."""
        with self.page.expect_navigation():
            link.click()

    @property
    def count(self) -> int:
        """The number of hits as it is announced (A-26)."""
        said = self.page.get_by_role("status").inner_text()
        return int(re.sub(r"\D", "", said))

    @property
    def titles(self) -> list[str]:
        return self.page.locator(".results-list .entry-card-title a").all_inner_texts()

    @property
    def story_paths(self) -> list[str]:
        links = self.page.locator(".results-list .entry-card-title a")
        return [str(link.get_attribute("href")) for link in links.all()]

    @property
    def chips(self) -> list[str]:
        return [re.sub(r"^Ta bort\s+", "", text) for text in self.page.locator("a.chip").all_inner_texts()]

    def options(self, facet: str = "") -> list[Option]:
        found = self.page.locator(".results-filters input[type=checkbox]").evaluate_all(_FACETS)
        return [Option(**option) for option in found if option["facet"] == facet or not facet]

    def box(self, option: Option) -> Locator:
        return self.page.locator(f'.results-filters input[name="{option.facet}"][value="{option.value}"]')

    def reveal(self, option: Option) -> None:
        """Open whatever is folded around an option, from the outside in, as a reader does."""
        box = self.box(option)
        for fold in reversed(box.locator("xpath=ancestor::details").all()):
            summary = fold.locator("> summary")
            if not box.is_visible() and summary.is_visible() and fold.get_attribute("open") is None:
                summary.click()
        expect(box).to_be_visible()

    def choose(self, *options: Option) -> None:
        """Tick options with the mouse and ask for the hits."""
        for option in options:
            self.reveal(option)
            self.box(option).check()
        self.show()

    def show(self) -> None:
        self.follow(self.page.get_by_role("button", name="Visa träffar"))


def search_box(within: Page | Locator, name: str | None = None) -> Locator:
    """The field for words: a combobox where JavaScript offers suggestions, else a plain search field.

    A list to choose from (``select``) is a combobox too, and is no field for words.
    """
    named = within.get_by_role("combobox", name=name).or_(within.get_by_role("searchbox", name=name))
    return within.locator("input").and_(named)


def tab_to(page: Page, target: Locator, limit: int = 200) -> None:
    """Press Tab until the element has the focus: the way there must exist."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{limit} presses of Tab did not reach {target}")
