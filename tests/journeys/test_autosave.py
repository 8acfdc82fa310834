"""Nothing that is typed is lost, and nothing is called saved that is not (ADR 16, A-40).

What was typed equals, character for character, what the database or the browser's copy holds.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.journeys import server
from tests.journeys.browser import Watch
from tests.journeys.writing import COLLEAGUE, STRANGE, WRITER, WritingSite, copied_text, expect_no_copy

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
SAVED = re.compile(r"^Sparat \d\d:\d\d$")
LARGE = "Åtta ord som står här om och om. " * 3_000 + STRANGE


@pytest.fixture(scope="module")
def site(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritingSite]:
    instance = tmp_path_factory.mktemp("writing") / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    server.kb(instance, "users", "organisations", COLLEAGUE, "skatteverket", "skogsstyrelsen")
    running = WritingSite(instance)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def page(new_page: NewPage, site: WritingSite) -> Page:
    """Signed in as someone who writes."""
    made = new_page(site.site)
    site.sign_in(made)
    return made


@pytest.fixture
def entry_id(page: Page, site: WritingSite) -> str:
    made = site.new_draft(page)
    site.open(page, made)
    return made


def text(page: Page) -> Locator:
    return page.locator("[name=summary]")


def state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def alert(page: Page) -> Locator:
    return page.locator("[data-save-alert]")


def hold(context: BrowserContext) -> list[Route]:
    """Saves reach nobody until they are let through."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    context.route("**/spara", keep)
    return held


def test_what_is_typed_is_saved_and_called_saved_only_then(
    page: Page, site: WritingSite, entry_id: str
) -> None:
    held = hold(page.context)
    text(page).fill(STRANGE)
    page.wait_for_timeout(1_600)
    assert len(held) == 1, "one request in flight"
    expect(state(page)).to_have_text("Sparar …")
    assert copied_text(page, "summary") == [STRANGE]
    text(page).press_sequentially("mer")
    page.wait_for_timeout(1_600)
    assert len(held) == 1
    expect(state(page)).not_to_have_text(SAVED)
    held[0].continue_()
    page.context.unroute("**/spara")
    expect(state(page)).to_have_text(SAVED)
    site.wait_until_stored(entry_id, "summary", f"{STRANGE}mer")
    expect(state(page)).to_have_text(SAVED)
    expect_no_copy(page)


def test_only_what_has_changed_is_sent(page: Page, site: WritingSite, entry_id: str) -> None:
    site.open(page, entry_id, "om")
    with page.expect_request("**/spara") as first:
        page.locator("[name=title]").fill("En rubrik")
    assert set(first.value.post_data_json["fields"]) == {"title"}
    expect(state(page)).to_have_text(SAVED)
    with page.expect_request("**/spara") as second:
        page.locator("[name=outcomes]").first.check()
        page.locator("[name=outcomes]").nth(1).check()
        page.locator("[name=kind]").first.check()
    assert "title" not in second.value.post_data_json["fields"]
    expected = "\n".join(page.locator("[name=outcomes]:checked").evaluate_all("all => all.map(a => a.value)"))
    site.wait_until_stored(entry_id, "outcomes", expected)


def test_a_large_text_is_saved_whole(page: Page, site: WritingSite, entry_id: str) -> None:
    assert len(LARGE) > 99_000
    text(page).fill(LARGE)
    site.wait_until_stored(entry_id, "summary", LARGE)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(text(page)).to_have_value(LARGE)
    assert site.stored(entry_id)["summary"] == LARGE


def test_a_killed_server_costs_nothing(page: Page, site: WritingSite, entry_id: str) -> None:
    text(page).fill("Före")
    expect(state(page)).to_have_text(SAVED)
    site.kill()
    try:
        text(page).fill("Efter")
        expect(alert(page)).to_contain_text("Det gick inte att spara. En kopia finns i den här webbläsaren.")
        expect(state(page)).to_be_hidden()
        assert copied_text(page, "summary") == ["Efter"]
        page.get_by_role("button", name="Spara och fortsätt").click()
        expect(text(page)).to_have_value("Efter")
    finally:
        site.start()
    page.get_by_role("button", name="Försök igen nu").click()
    expect(alert(page)).to_be_empty()
    expect(state(page)).to_have_text(SAVED)
    assert site.stored(entry_id)["summary"] == "Efter"
    expect_no_copy(page)


def test_an_answer_that_never_came_is_no_conflict_with_oneself(
    page: Page, site: WritingSite, entry_id: str
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.context.route("**/spara", lose)
    text(page).fill("Första")
    expect(alert(page)).not_to_be_empty()
    assert site.stored(entry_id)["summary"] == "Första"
    page.context.unroute("**/spara")
    text(page).fill("Första och mer")
    page.get_by_role("button", name="Försök igen nu").click()
    expect(state(page)).to_have_text(SAVED)
    assert site.stored(entry_id)["summary"] == "Första och mer"


def test_the_network_comes_back_by_itself(page: Page, site: WritingSite, entry_id: str) -> None:
    page.context.set_offline(True)
    text(page).fill("Utan nät")
    expect(alert(page)).not_to_be_empty()
    assert copied_text(page, "summary") == ["Utan nät"]
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert site.stored(entry_id)["summary"] == "Utan nät"


def test_an_ended_session_is_renewed_beside_the_text(page: Page, site: WritingSite, entry_id: str) -> None:
    site.end_sessions()
    text(page).fill(STRANGE)
    expect(alert(page)).to_contain_text("Du har blivit utloggad")
    assert "summary" not in site.stored(entry_id)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Logga in i ett nytt fönster").click()
    site.fill_in(opened.value, WRITER)
    expect(state(page)).to_have_text(SAVED)
    assert site.stored(entry_id)["summary"] == STRANGE
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(text(page)).to_have_value(STRANGE)


def test_somebody_else_who_signs_in_does_not_save_it(page: Page, site: WritingSite, entry_id: str) -> None:
    [[colleague]] = site.ask_database("SELECT id FROM user WHERE email = ?", COLLEAGUE)
    site.ask_database("INSERT INTO co_author VALUES (?, ?, '2026-11-23 12:00:00', NULL)", entry_id, colleague)
    site.end_sessions()
    text(page).fill("Bidrags text")
    expect(alert(page)).to_contain_text("Du har blivit utloggad")
    other = page.context.new_page()
    site.sign_in(other, COLLEAGUE)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(alert(page)).to_contain_text("Någon annan än du är inloggad")
    assert "summary" not in site.stored(entry_id)
    assert copied_text(page, "summary") == ["Bidrags text"]
    site.open(other, entry_id)
    other.wait_for_timeout(500)
    expect(other.get_by_text("Det finns text som inte hann sparas")).to_be_hidden()


def test_a_closed_tab_sends_what_was_typed_last(page: Page, site: WritingSite, entry_id: str) -> None:
    text(page).fill("Skrivet just innan")
    page.close(run_before_unload=False)
    site.wait_until_stored(entry_id, "summary", "Skrivet just innan")


def test_a_tab_closed_without_network_leaves_a_copy_that_is_offered(
    page: Page, site: WritingSite, entry_id: str
) -> None:
    context = page.context
    context.set_offline(True)
    text(page).fill(STRANGE)
    page.close()
    context.set_offline(False)
    assert "summary" not in site.stored(entry_id)
    again = context.new_page()
    site.open(again, entry_id)
    expect(again.get_by_text("Det finns text som inte hann sparas")).to_be_visible()
    expect(text(again)).to_have_value("")
    assert "summary" not in site.stored(entry_id), "never silently"
    again.get_by_role("button", name="Använd texten").click()
    expect(text(again)).to_have_value(STRANGE)
    expect(state(again)).to_have_text(SAVED)
    assert site.stored(entry_id)["summary"] == STRANGE
    expect_no_copy(again)
    again.reload()
    expect(again.get_by_text("Det finns text som inte hann sparas")).to_be_hidden()


def test_a_copy_can_be_thrown_away(page: Page, site: WritingSite, entry_id: str) -> None:
    context = page.context
    context.set_offline(True)
    text(page).fill("Kladd")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    site.open(again, entry_id)
    again.get_by_role("button", name="Kasta texten").click()
    expect_no_copy(again)
    assert "summary" not in site.stored(entry_id)


@pytest.mark.parametrize("chosen", ["mina", "deras", "egen"])
def test_two_tabs_meet_on_the_merge_page(page: Page, site: WritingSite, entry_id: str, chosen: str) -> None:
    other = page.context.new_page()
    site.open(other, entry_id)
    text(page).fill("Den ena texten")
    expect(state(page)).to_have_text(SAVED)
    text(other).fill("Den andra texten")
    expect(alert(other)).to_contain_text("Jämför texterna")
    assert site.stored(entry_id)["summary"] == "Den ena texten"
    assert copied_text(other, "summary") == ["Den andra texten"]
    other.get_by_role("button", name="Jämför texterna").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Välj vilken text som ska stå")
    other.locator(f"[name='val.summary'][value={chosen}]").check()
    if chosen == "egen":
        other.locator("[name='egen.summary']").fill("Båda\ntexterna")
    other.get_by_role("button", name="Spara").click()
    expected = {"mina": "Den andra texten", "deras": "Den ena texten", "egen": "Båda\ntexterna"}[chosen]
    expect(text(other)).to_have_value(expected)
    assert site.stored(entry_id)["summary"] == expected
    expect_no_copy(other)
    expect(other.get_by_text("Det finns text som inte hann sparas")).to_be_hidden()
    assert "avgjord" not in other.url


def test_other_fields_of_two_tabs_are_no_conflict(page: Page, site: WritingSite, entry_id: str) -> None:
    other = page.context.new_page()
    for one in (page, other):
        site.open(one, entry_id, "om")
    page.locator("[name=title]").fill("Rubriken")
    expect(state(page)).to_have_text(SAVED)
    other.locator("[name=summary]").fill("Sammanfattningen")
    expect(state(other)).to_have_text(SAVED)
    assert site.stored(entry_id) == {"title": "Rubriken", "summary": "Sammanfattningen"}
    page.locator("[name=summary]").fill("Skriven utan att ha sett den andra")
    expect(alert(page)).to_contain_text("Jämför texterna")
    assert site.stored(entry_id)["summary"] == "Sammanfattningen"


def test_without_a_script_the_merge_page_works(
    new_page: NewPage, page: Page, site: WritingSite, entry_id: str
) -> None:
    plain = new_page(site.site, javascript=False, storage_state=page.context.storage_state())
    site.open(plain, entry_id)
    text(page).fill("Den ena texten")
    expect(state(page)).to_have_text(SAVED)
    text(plain).fill("Den andra\ntexten")
    plain.get_by_role("button", name="Spara", exact=True).click()
    plain.locator("[name='val.summary'][value=mina]").check()
    plain.get_by_role("button", name="Spara").click()
    expect(text(plain)).to_have_value("Den andra\ntexten")
    assert site.stored(entry_id)["summary"] == "Den andra\ntexten"


def test_a_failure_is_said_once(page: Page, site: WritingSite, entry_id: str, watch: Watch) -> None:
    page.evaluate(
        """() => {
          window.said = 0;
          new MutationObserver((all) => { window.said += all.length; })
            .observe(document.querySelector("[data-save-alert]"), { childList: true, characterData: true });
        }"""
    )
    page.context.route("**/spara", lambda route: route.fulfill(status=503))
    text(page).fill("Ett")
    expect(alert(page)).not_to_be_empty()
    text(page).fill("Två")
    page.get_by_role("button", name="Försök igen nu").click()
    page.wait_for_timeout(2_500)
    assert page.evaluate("window.said") == 1
    assert not watch.errors


def test_a_browser_that_keeps_nothing_says_so(page: Page, site: WritingSite, entry_id: str) -> None:
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    page.context.route("**/spara", lambda route: route.abort())
    text(page).fill("Text")
    expect(alert(page)).to_contain_text("Webbläsaren kan inte heller behålla en kopia")
