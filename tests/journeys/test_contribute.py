"""Someone who has never seen it writes and sends in a tip, by keyboard alone, in under five minutes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.installation import DATABASE
from tests.journeys import judges
from tests.journeys.browser import NARROW, WIDE, Watch
from tests.journeys.judges import MEASURES
from tests.journeys.pages import Kind
from tests.journeys.server import Site
from tests.journeys.test_account import come_in
from tests.journeys.test_axe import AXE, look_at
from tests.journeys.test_html import check

pytestmark = pytest.mark.journey

PAGES_MAX = 7
KEYS_MAX = 140
"""Presses that are not letters of the text itself."""
SECONDS_A_PAGE, SECONDS_A_KEY, SECONDS_A_LETTER = 15.0, 0.7, 0.3
"""A careful reader who writes 40 words a minute and searches for each field with Tab."""
FIVE_MINUTES = 300

TITLE = "Låt handläggarna testa varje vecka"
SUMMARY = "Vi hittade felen medan de ännu var billiga att rätta."
SITUATION = "Systemet skulle tas i drift om ett halvår."
ADVICE = "Låt de som ska arbeta i systemet testa det varje vecka."


@dataclass
class Typist:
    """Counts what it takes: pages seen, keys pressed to get about, and letters written."""

    page: Page
    pages: int = 0
    keys: int = 0
    letters: int = 0

    def see(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.pages += 1

    def to_main(self) -> None:
        """Past the menus, by the link that is there for it."""
        self.key("Tab")
        expect(self.page.locator(".skip-link")).to_be_focused()
        self.key("Enter")

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def reach(self, name: str) -> None:
        """With Tab, until the field of that name or the thing of that text has the focus."""
        for _ in range(40):
            self.key("Tab")
            if self.page.evaluate(_IS_AT, name):
                return
        raise AssertionError(f"Tab does not reach {name}")

    def write(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.type(text)
        self.letters += len(text)

    def press(self, text: str) -> None:
        self.reach(text)
        self.key("Enter")

    @property
    def seconds(self) -> float:
        return self.pages * SECONDS_A_PAGE + self.keys * SECONDS_A_KEY + self.letters * SECONDS_A_LETTER


_IS_AT = """name => {
  const at = document.activeElement;
  return at.name === name || (!at.name && at.textContent.trim() === name)
    || (at.matches("button") && at.textContent.trim() === name);
}"""


def newest(site: Site) -> list[tuple[str, str, str, str]]:
    """The title, status, summary and case number of what was sent in last."""
    with closing(sqlite3.connect(site.instance / DATABASE)) as connection:
        return connection.execute(
            "SELECT title, status, summary, case_number FROM revision ORDER BY submitted_at DESC LIMIT 1"
        ).fetchall()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_tip_by_keyboard_alone(
    new_page: Callable[..., Page], stocked: Site, watch: Watch, javascript: bool
) -> None:
    kind = "js" if javascript else "plain"
    title = f"{TITLE} ({kind})"
    page = new_page(stocked, javascript=javascript, viewport=NARROW if javascript else WIDE)
    come_in(page, stocked, f"skribent.{kind}@exempel.se")
    page.goto("/bidra")
    typist = Typist(page)

    typist.see("Dela en erfarenhet")
    typist.to_main()
    typist.press("Skriv ett tips")

    typist.see("Börja skriva")
    typist.to_main()
    typist.press("Börja skriva")

    typist.see("Det viktigaste")
    typist.to_main()
    typist.write("title", title)
    typist.write("summary", SUMMARY)
    typist.reach("kind")
    typist.key("Space")
    typist.press("Spara och fortsätt")

    typist.see("Sammanhang")
    typist.to_main()
    typist.write("term.domain", "Ekonomi")
    typist.press("Spara och fortsätt")

    typist.see("Lärdomar")
    typist.to_main()
    typist.write("lesson.lardom-1.situation", SITUATION)
    typist.write("lesson.lardom-1.advice", ADVICE)
    typist.press("Spara och fortsätt")

    typist.see("Kontrollera dina svar")
    assert page.locator("main .notice").count() == 0, "nothing is left"
    typist.to_main()
    typist.press("Skicka in")

    typist.see("Tack, erfarenheten är inskickad")
    [(said, status, summary, case_number)] = newest(stocked)
    assert said == title
    assert (status, summary) == ("submitted", SUMMARY)
    expect(page.get_by_role("main")).to_contain_text(case_number)
    assert re.fullmatch(r"EB-\d{4}-\d{4}", case_number)

    print(
        f"{kind}: {typist.pages} pages, {typist.keys} keys, {typist.letters} letters, {typist.seconds:.0f} s"
    )
    assert typist.pages <= PAGES_MAX
    assert typist.keys <= KEYS_MAX
    assert typist.seconds < FIVE_MINUTES
    assert watch.errors == []
    assert watch.foreign_hosts(stocked.url) == set()


def test_a_whole_story_with_every_section(new_page: Callable[..., Page], stocked: Site, watch: Watch) -> None:
    page = new_page(stocked, javascript=False)
    come_in(page, stocked, "berattare@exempel.se")
    page.goto("/bidra/ny?storlek=in_depth")
    go_on(page, "Börja skriva")
    fill(page, {"title": "En hel fördjupning", "summary": "Vi började i liten skala och växte."})
    page.locator("[name=kind]").first.check()
    page.locator("[name=outcomes][value=delayed]").check()
    go_on(page)
    page.locator("[name='term.domain']").first.select_option(index=2)
    page.locator("[name='term.investment_type']").first.select_option(index=2)
    page.locator("[name='term.phase']").first.check()
    fill(page, {"partners": "Polismyndigheten"})
    go_on(page)
    fill(page, {"body": "## Läget\n\nDet gick långsamt.\n\n## Effekter\n\nDet går fortare."})
    go_on(page, "Spara och visa som läsarna ser det")
    expect(page.locator("main .prose h3, main .prose h2").first).to_have_text("Läget")
    go_on(page)
    go_on(page, "Lägg till en lärdom")
    fill(page, {"lesson.lardom-1.situation": "I början.", "lesson.lardom-1.advice": "Börja i liten skala."})
    go_on(page)
    page.get_by_role("link", name="Fortsätt", exact=True).click()
    page.locator("[name='fact.outcome_cost.state']").select_option("known")
    fill(page, {"fact.outcome_cost.value": "mycket", "fact.outcome_cost.publish_from": "2027-01-31"})
    go_on(page)
    expect(page.locator(".error-summary")).to_be_focused()
    fill(page, {"fact.outcome_cost.value": "12,5 Mkr"})
    go_on(page)
    page.locator("[name='fact.start.state']").select_option("known")
    fill(page, {"fact.start.value": "mars 2017"})
    go_on(page)
    page.locator("[name='fact.team_size.state']").select_option("estimated")
    fill(page, {"fact.team_size.value": "10–20"})
    go_on(page)
    go_on(page, "Lägg till en nytta")
    page.locator("[name='benefit.nytta-1.stage']").first.check()
    page.locator("[name='benefit.nytta-1.type']").select_option(index=1)
    fill(page, {"benefit.nytta-1.description": "Handläggningen tar en dag mindre."})
    go_on(page)
    page.get_by_role("link", name="Fortsätt", exact=True).click()
    go_on(page, "Lägg till en källa")
    fill(page, {"source.kalla-1.title": "Slutrapport", "source.kalla-1.url": "https://exempel.se/rapport"})
    go_on(page)
    page.get_by_role("link", name="Fortsätt", exact=True).click()
    fill(page, {"contact_role": "Förvaltningsledare"})
    page.get_by_label("Den rollen får kontaktas för samtal").check()
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontrollera dina svar")
    go_on(page, "Skicka in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, erfarenheten är inskickad")
    [(title, status, _summary, _number)] = newest(stocked)
    assert (title, status) == ("En hel fördjupning", "submitted")
    assert watch.errors == []


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_every_page_of_writing_is_whole(new_page: Callable[..., Page], stocked: Site, tmp_path: Path) -> None:
    """A-10, A-11, A-21: axe in both widths and themes, and the judge of HTML."""
    page = new_page(stocked)
    come_in(page, stocked, "granskad@exempel.se")
    page.goto("/bidra/ny?storlek=in_depth")
    page.get_by_role("main").get_by_role("button", name="Börja skriva").click()
    page.wait_for_url("**/om")
    start = page.url.removeprefix(stocked.url).removesuffix("/om")
    for section in ("lardomar", "nyttor", "kallor"):
        page.goto(f"{start}/{section}")
        page.locator("#skicka").click()
        page.wait_for_url(f"**/{section}/*-1")
    paths = ["/bidra", "/bidra/ny", start, f"{start}/kontrollera", f"{start}/kasta"]
    paths += [f"{start}/{part}" for part in ("om", "sammanhang", "text", "kostnad", "omfattning", "kontakt")]
    paths += [f"{start}/lardomar", f"{start}/lardomar/lardom-1", f"{start}/nyttor/nytta-1"]
    paths += [f"{start}/kallor/kalla-1", f"{start}/kallor/kalla-1/ta-bort"]
    axe, faults = AXE.read_text(), list[str]()
    for number, path in enumerate(paths):
        kind = Kind(f"{number:02}", path)
        faults += look_at(page, stocked, kind, axe, tmp_path)
        page.set_viewport_size(WIDE)
        kind.open(page, stocked)
        page.evaluate(MEASURES)
        found = judges.landmarks(page, kind) + judges.room(page, kind)
        faults += [f"{path}: {fault}" for fault in found]
        (tmp_path / f"{kind.name}.html").write_bytes(page.context.request.get(path).body())
    faults += check(tmp_path)
    assert not faults, "\n".join(faults)


def fill(page: Page, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        page.locator(f"main [name='{name}']").fill(text)


def go_on(page: Page, button: str = "Spara och fortsätt") -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
