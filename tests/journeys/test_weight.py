"""What a first visit costs: at most 150 kB in all, fonts included, 25 requests, and nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys import browser
from tests.journeys.pages import ENGLISH_LATER, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

MOST_BYTES = 150_000
MOST_REQUESTS = 25
DEVELOPMENT = "components"

_SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(sum), 150));
})"""


@pytest.mark.parametrize("language", ENGLISH_LATER)
def test_a_first_visit_is_light_and_still(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, language: str
) -> None:
    """Each page as the first: nothing is kept from the one before."""
    heavy, restless = [], []
    page = new_page(stocked, viewport=browser.NARROW)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: dict[str, float] = {}
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    for kind in every_kind_in(language, stock):
        if kind.method != "GET" or kind.form is not None or kind.failure or kind.name.startswith(DEVELOPMENT):
            continue
        page.goto("about:blank")
        sizes.clear()
        kind.open(page, stocked)
        shift = page.evaluate(_SHIFTS)
        total = sum(sizes.values())
        if total > MOST_BYTES or len(sizes) > MOST_REQUESTS:
            heavy.append(f"{kind.name}: {total:.0f} bytes in {len(sizes)} requests")
        assert len(sizes) >= 8, "the counting sees style sheets and scripts"
        if shift > 0.01:
            restless.append(f"{kind.name}: {shift:.3f}")
    assert not heavy, "\n".join(heavy)
    assert not restless, "\n".join(restless)


def test_the_counting_can_say_no(new_page: Callable[..., Page], stocked: Site) -> None:
    page = new_page(stocked, viewport=browser.NARROW)
    page.goto("/om")
    page.evaluate(
        """() => new Promise(done => {
          const box = Object.assign(document.createElement("div"), {textContent: "x"});
          box.style.height = "300px";
          requestAnimationFrame(() => { document.body.prepend(box); requestAnimationFrame(done); });
        })"""
    )
    assert page.evaluate(_SHIFTS) > 0.01
