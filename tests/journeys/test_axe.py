"""axe-core on every kind of page, in every look and language (A-10, A-16, A-17)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys import browser
from tests.journeys.pages import ENGLISH_LATER, Kind, empty_kinds, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock
from tests.shared import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

AXE = ROOT / "tests" / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFF_BY_DEFAULT = ["target-size", "p-as-heading", "css-orientation-lock", "label-content-name-mismatch"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {rule: {"enabled": True} for rule in OFF_BY_DEFAULT},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that a theme can change: it consists of colours and nothing else (tests/house/test_look.py)."""
_RUN = """options => axe.run(document, options).then(found => found.violations.map(violation => ({
  rule: violation.id,
  nodes: violation.nodes.map(node => `${node.target.join(" ")}: ${node.failureSummary}`),
})))"""
_LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
_OPEN = "for (const fold of document.querySelectorAll('details')) fold.open = true"
_DARK_FAULT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@media (prefers-color-scheme: dark) { :root { --ink: #444444 !important; } }");
  document.adoptedStyleSheets = [sheet];
}"""
_FOLDS = "document.querySelectorAll('details:not([open])').length"


@pytest.fixture(scope="module")
def axe() -> str:
    assert AXE.exists(), "axe-core is missing. make setup fetches it (tests/tools/install.sh)."
    return AXE.read_text()


@pytest.mark.parametrize("language", ENGLISH_LATER)
def test_no_page_has_a_violation(
    new_page: Callable[..., Page],
    stocked: Site,
    bare: Site,
    stock: Stock,
    axe: str,
    tmp_path: Path,
    language: str,
) -> None:
    """A-10, A-16, A-17: every kind of page, each opened once and looked at in every way."""
    found = []
    for site, kinds in ((stocked, every_kind_in(language, stock)), (bare, empty_kinds(language))):
        page = new_page(site)
        for kind in kinds:
            found += look_at(page, site, kind, axe, tmp_path)
    assert not found, "\n".join(found)


def look_at(page: Page, site: Site, kind: Kind, axe: str, folder: Path) -> list[str]:
    """Both widths and both themes; then with what is folded opened, and with text of double size."""
    found: list[str] = []

    def judge(look: str, options: dict[str, Any] = OPTIONS) -> None:
        browser.settle(page)
        for violation in violations(page, options):
            where = f"{kind.name}-{look}"
            found.append(f"{where}: {violation['rule']}\n  " + "\n  ".join(violation["nodes"][:3]))
            page.screenshot(path=folder / f"{where}.png", full_page=True)

    page.emulate_media(color_scheme="light")
    page.set_viewport_size(browser.WIDE)
    kind.open(page, site)
    page.evaluate(axe)
    judge("wide-light")
    page.set_viewport_size(browser.NARROW)
    judge("narrow-light")
    if page.evaluate(_FOLDS):
        page.evaluate(_OPEN)
        judge("narrow-light-open")
    page.emulate_media(color_scheme="dark")
    judge("narrow-dark-open", COLOURS)
    page.set_viewport_size(browser.WIDE)
    judge("wide-dark", COLOURS)
    page.emulate_media(color_scheme="light")
    page.evaluate(_LARGE_TEXT)
    judge("wide-light-large")
    return found


@pytest.mark.parametrize("options", [OPTIONS, COLOURS], ids=["all", "colours"])
def test_the_judge_sees_the_theme(
    new_page: Callable[..., Page], stocked: Site, axe: str, options: dict[str, Any]
) -> None:
    """A-17: a fault of the dark theme alone is found in it alone."""
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(_DARK_FAULT)
    page.evaluate(axe)
    assert violations(page, options) == []
    page.emulate_media(color_scheme="dark")
    assert {item["rule"] for item in violations(page, options)} == {"color-contrast"}


def test_the_judge_can_say_no(new_page: Callable[..., Page], stocked: Site, axe: str) -> None:
    """A-10, A-16, A-17: a page with faults, also of the sorts that are off by default."""
    page = new_page(stocked)
    page.goto("/om")
    page.evaluate(
        """() => {
          const link = () => Object.assign(document.createElement("button"), {textContent: "x"});
          const row = document.createElement("div");
          for (const button of [link(), link()]) {
            button.style.cssText = "all:unset;display:inline-block;width:9px;height:9px;font-size:8px";
            row.append(button);
          }
          const grey = document.createElement("p");
          grey.textContent = "Grå text på grått";
          grey.style.cssText = "color:#999;background:#888";
          document.querySelector("main").append(row, grey, document.createElement("img"));
        }"""
    )
    page.evaluate(axe)
    assert {"target-size", "color-contrast", "image-alt"} <= {item["rule"] for item in violations(page)}


def violations(page: Page, options: dict[str, Any] = OPTIONS) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(_RUN, options)
    return found
