"""axe-core on every kind of page, light and dark, wide and narrow (A-10, A-16, A-17)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys import browser
from tests.journeys.pages import every_kind
from tests.journeys.server import Site
from tests.journeys.stocking import Stock
from tests.shared import ROOT

pytestmark = pytest.mark.journey

AXE = ROOT / "tests" / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFF_BY_DEFAULT = ["target-size", "p-as-heading", "css-orientation-lock", "label-content-name-mismatch"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {rule: {"enabled": True} for rule in OFF_BY_DEFAULT},
    "resultTypes": ["violations"],
}
_RUN = """options => axe.run(document, options).then(found => found.violations.map(violation => ({
  rule: violation.id,
  nodes: violation.nodes.map(node => `${node.target.join(" ")}: ${node.failureSummary}`),
})))"""


@pytest.fixture(scope="module")
def axe() -> str:
    assert AXE.exists(), "axe-core is missing. make setup fetches it (tests/tools/install.sh)."
    return AXE.read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, axe: str, tmp_path: Path, scheme: str
) -> None:
    page = new_page(stocked, color_scheme=scheme)
    found = []
    for kind in every_kind(stock):
        kind.open(page, stocked)
        page.evaluate(axe)
        for size in (browser.NARROW, browser.WIDE):
            page.set_viewport_size(size)
            browser.settle(page)
            for violation in violations(page):
                where = f"{kind.name}-{scheme}-{size['width']}"
                found.append(f"{where}: {violation['rule']}\n  " + "\n  ".join(violation["nodes"][:3]))
                page.screenshot(path=tmp_path / f"{where}.png", full_page=True)
    assert not found, "\n".join(found)


def test_the_judge_can_say_no(new_page: Callable[..., Page], stocked: Site, axe: str) -> None:
    """A page with a fault of each sort that is off by default, or the test above proves nothing."""
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


def violations(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(_RUN, OPTIONS)
    return found
