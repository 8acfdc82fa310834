"""Twenty rounds of what takes texts from people: what was typed is in the database or in the browser's copy.

In each round the server is killed, the network is cut, the session ends, the tab is closed or two tabs write
at once, at a moment that differs from round to round; then all is well again and the text is saved whole.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import browser, server
from tests.journeys.writing import STRANGE, WRITER, WritingSite, copied_text, copies

pytestmark = [pytest.mark.soak, pytest.mark.journey, pytest.mark.timeout(300)]

ROUNDS = 20
DEEDS = ("kill", "cut", "expire", "close", "race")
FIELD = "summary"
WORDS = (STRANGE, "Vi lärde oss att mäta.\n", "🙂", "e\u0301", "\x0b", " ", "Åtta ord. " * 10_000)
WAIT_MS = 40_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritingSite]:
    instance = tmp_path_factory.mktemp("writing") / "instance"
    server.kb(instance, "db", "upgrade")
    server.kb(instance, "seed", "--demo")
    running = WritingSite(instance)
    running.start()
    yield running
    running.kill()
    shutil.rmtree(instance)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def context(chromium: Browser, site: WritingSite) -> Iterator[BrowserContext]:
    made = chromium.new_context(base_url=site.url, locale="sv-SE", reduced_motion="reduce")
    made.set_default_timeout(WAIT_MS)
    site.sign_in(made.new_page())
    yield made
    made.close()


def somewhere(page: Page, chance: random.Random) -> None:
    """Let some time pass: before the pause ends, while a save is on its way, or after it."""
    page.wait_for_timeout(chance.choice([0, 200, 1_000, 1_050, 1_500]))


def typed(page: Page, chance: random.Random) -> str:
    """Write in two goes with a pause, so that a save may be on its way; what stands there then."""
    field = page.locator(f"[name={FIELD}]")
    text = "".join(chance.choices(WORDS, k=4))
    field.fill(text)
    somewhere(page, chance)
    field.fill(text + chance.choice(WORDS))
    return str(field.input_value())


def is_nowhere_lost(site: WritingSite, page: Page, entry_id: str, text: str) -> bool:
    return text in (site.stored(entry_id).get(FIELD), *copied_text(page, FIELD))


def use_what_is_left(page: Page, site: WritingSite, entry_id: str, text: str) -> None:
    """Open the page anew and take the offered text, if the server does not have it already."""
    offered = page.get_by_role("button", name="Använd texten")
    site.open(page, entry_id)
    page.wait_for_function(
        "() => !document.querySelector('[data-save-offer]').hidden"
        " || !Object.keys(localStorage).some((key) => key.startsWith('kb-utkast:'))"
    )
    if offered.is_visible():
        assert text in copied_text(page, FIELD)
        offered.click()
    site.wait_until_stored(entry_id, FIELD, text, WAIT_MS / 1_000)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_was_typed_is_kept_byte_for_byte(
    site: WritingSite, context: BrowserContext, number: int
) -> None:
    chance = random.Random(20261124 + number)
    page = context.new_page()
    entry_id = site.new_draft(page)
    site.open(page, entry_id)
    deed = DEEDS[number % len(DEEDS)]
    try:
        {"kill": kill, "cut": cut, "expire": expire, "close": close, "race": race}[deed](
            site, page, entry_id, chance
        )
    finally:
        context.set_offline(False)
        for one in context.pages[1:]:
            one.close()


def kill(site: WritingSite, page: Page, entry_id: str, chance: random.Random) -> None:
    page.locator(f"[name={FIELD}]").fill("Före")
    somewhere(page, chance)
    site.kill()
    try:
        text = typed(page, chance)
        assert is_nowhere_lost(site, page, entry_id, text)
        expect(page.locator("[data-save-alert]")).not_to_be_empty(timeout=WAIT_MS)
    finally:
        site.start()
    site.wait_until_stored(entry_id, FIELD, text, WAIT_MS / 1_000)


def cut(site: WritingSite, page: Page, entry_id: str, chance: random.Random) -> None:
    page.locator(f"[name={FIELD}]").fill("Före")
    somewhere(page, chance)
    page.context.set_offline(True)
    text = typed(page, chance)
    assert is_nowhere_lost(site, page, entry_id, text)
    page.context.set_offline(False)
    site.wait_until_stored(entry_id, FIELD, text, WAIT_MS / 1_000)


def expire(site: WritingSite, page: Page, entry_id: str, chance: random.Random) -> None:
    page.locator(f"[name={FIELD}]").fill("Före")
    somewhere(page, chance)
    site.end_sessions()
    text = typed(page, chance)
    button = page.get_by_role("button", name="Logga in i ett nytt fönster")
    button.wait_for(timeout=WAIT_MS)
    assert is_nowhere_lost(site, page, entry_id, text)
    with page.context.expect_page() as opened:
        button.click()
    site.fill_in(opened.value, WRITER)
    site.wait_until_stored(entry_id, FIELD, text, WAIT_MS / 1_000)


def close(site: WritingSite, page: Page, entry_id: str, chance: random.Random) -> None:
    if chance.random() < 0.5:
        page.context.set_offline(True)
    text = typed(page, chance)
    somewhere(page, chance)
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    use_what_is_left(again, site, entry_id, text)


def race(site: WritingSite, page: Page, entry_id: str, chance: random.Random) -> None:
    """Both texts are there after the race: one in the database, the other in its tab's copy, or merged."""
    other = page.context.new_page()
    site.open(other, entry_id)
    one_text, other_text = f"Ena {typed(page, chance)}", f"Andra {typed(other, chance)}"
    page.locator(f"[name={FIELD}]").fill(one_text)
    other.locator(f"[name={FIELD}]").fill(other_text)
    for each in (page, other):
        each.wait_for_function(
            "() => !document.querySelector('[data-save-merge]').hidden"
            " || /^Sparat \\d\\d:\\d\\d$/.test(document.querySelector('[data-save-state]').textContent)"
        )
    page.wait_for_timeout(2_500)
    held = (site.stored(entry_id)[FIELD], *copied_text(page, FIELD))
    assert one_text in held
    assert other_text in held
    loser = other if other.locator("[data-save-merge]").is_visible() else page
    lost = other_text if loser is other else one_text
    loser.get_by_role("button", name="Jämför texterna").click()
    loser.locator(f"[name='val.{FIELD}'][value=mina]").check()
    loser.get_by_role("button", name="Spara").click()
    site.wait_until_stored(entry_id, FIELD, lost, WAIT_MS / 1_000)
    loser.wait_for_url("**/om")
    assert lost not in [text for fields in copies(loser).values() for text in fields.get(FIELD, {}).values()]
