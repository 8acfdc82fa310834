"""Help beside the text in Chromium: it comes by itself, moves no focus, and is said only when new (A-26)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.writing import WritingSite

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
COUNT_MESSAGES = """() => {
  window.said = [];
  const status = document.querySelector("[data-help-status]");
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, {childList: true});
}"""


@pytest.fixture(scope="module")
def site(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritingSite]:
    instance = tmp_path_factory.mktemp("helping") / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    running = WritingSite(instance)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def page(new_page: NewPage, site: WritingSite) -> Page:
    """The text of a new draft, open for someone who writes."""
    made = new_page(site.site)
    site.sign_in(made)
    site.open(made, site.new_draft(made), "text")
    return made


def test_a_number_is_warned_of_without_moving_the_focus_and_said_once(page: Page) -> None:
    body, content = page.locator("[name=body]"), page.locator("[data-help-content]")
    page.evaluate(COUNT_MESSAGES)
    body.click()
    page.keyboard.type("Anropet hade 811218-9876 i sig.")
    expect(content).to_contain_text("811218-****")
    expect(content).not_to_contain_text("811218-9876")
    expect(body).to_be_focused()
    assert page.evaluate("said") == ["Det kan finnas en personuppgift i texten."]
    with page.expect_response(lambda answer: answer.url.endswith("/hjalp")):
        page.keyboard.type(" Det blev rättat.")
    assert page.evaluate("said.length") == 1
    body.fill("Det blev rättat.")
    expect(content).to_contain_text("Vi hittar inga personuppgifter i texten.")
    assert page.evaluate("said.length") == 2


def test_help_stays_open_and_is_not_exchanged_under_ones_hands(page: Page) -> None:
    body, content = page.locator("[name=body]"), page.locator("[data-help-content]")
    body.fill("Vi " + "skrev och " * 25 + "väntade.")
    summary = content.get_by_text("De längsta meningarna")
    summary.click()
    expect(summary).to_be_focused()
    body.evaluate(
        "one => { one.value += ' 811218-9876'; one.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    with page.expect_response(lambda answer: answer.url.endswith("/hjalp")):
        pass
    expect(summary).to_be_focused()
    expect(content).not_to_contain_text("811218")
    body.focus()
    expect(content).to_contain_text("811218-****", timeout=10_000)
    expect(content.locator("#hjalp-meningar")).to_have_attribute("open", "")


def test_nothing_breaks_where_help_cannot_be_had(page: Page) -> None:
    page.route("**/hjalp", lambda route: route.abort())
    before = page.locator("[data-help-content]").inner_text()
    with page.expect_request("**/hjalp"):
        page.locator("[name=body]").fill("811218-9876")
    assert page.locator("[data-help-content]").inner_text() == before
