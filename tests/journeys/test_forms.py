"""Every page with a form, as a reader with a screen reader or a browser that fills in meets it (A-23, A-24,
A-31)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.judges import WORDS
from tests.journeys.pages import FORM, LANGUAGES, Kind, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock

pytestmark = pytest.mark.journey

MADE_UP = "components"
SHOWN = ":is(main input:not([type=hidden]), main textarea, main select):not([tabindex='-1'])"

_PROBLEMS = """() => [...document.querySelectorAll(".error-summary a")].map(link => {
  const field = document.getElementById(link.hash.slice(1));
  const words = (field?.getAttribute("aria-describedby") ?? "").split(" ")
    .map(id => document.getElementById(id)?.textContent ?? "").join(" ");
  const isField = ["input", "textarea", "select"].includes(field?.localName);
  return {
    said: link.textContent.trim(), id: link.hash, isThere: Boolean(field), isField,
    isInvalid: field?.getAttribute("aria-invalid") === "true", words,
  };
})"""
_PERSONAL = """selector => [...document.querySelectorAll(selector)].filter(field => {
  const label = field.labels[0]?.textContent ?? field.getAttribute("aria-label") ?? "";
  const asks = /e-post|e-mail|email|ditt namn|your name|telefon|phone|arbetsplats|workplace/i.test(label);
  return (asks || ["email", "tel"].includes(field.type)) && !field.autocomplete;
}).map(field => field.outerHTML.slice(0, 80))"""
_PASTE = """selector => [...document.querySelectorAll(selector)].filter(field =>
  !field.dispatchEvent(new ClipboardEvent("paste", { cancelable: true, bubbles: true }))).length"""


def wrong(page: Page, kind: Kind) -> list[str]:
    """What is missing on a page that says that something must be put right."""
    problems = page.evaluate(_PROBLEMS)
    faults = [] if problems else ["no list of what is wrong"]
    for one in problems:
        if not one["isThere"]:
            faults.append(f"{one['said']}: leads to {one['id']}, which is not there")
        elif one["isField"] and not one["isInvalid"]:
            faults.append(f"{one['id']} is not marked as invalid")
        elif one["isField"] and one["said"] not in one["words"]:
            faults.append(f"{one['id']} is not described by: {one['said']}")
        if len(one["said"].split()) < 3 or not one["said"].endswith("."):
            faults.append(f"no sentence that says what to do: {one['said']}")
    marked = (
        page.locator("main [aria-invalid=true]").count() + page.locator("header [aria-invalid=true]").count()
    )
    fields = sum(one["isField"] for one in problems)
    if marked != fields:
        faults.append(f"{marked} fields are marked and {fields} are in the list")
    title = page.title()
    if not title.startswith(f"{WORDS[kind.language]['error']} "):
        faults.append(f"the title is {title}")
    if not page.evaluate("document.activeElement.matches('.error-summary')"):
        faults.append("the list does not have the focus")
    if not page.evaluate("document.querySelector('main .error-summary, main h1').matches('.error-summary')"):
        faults.append("the list does not come first")
    for name, typed in (kind.form or {}).items():
        if page.locator(f"{FORM} [name='{name}']").input_value() != typed:
            faults.append(f"what was typed in {name} is gone")
    return faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_comes_first_and_leads_to_each_field(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, language: str
) -> None:
    """A-23: every form that came back, and every search that was refused."""
    page = new_page(stocked)
    kinds = [kind for kind in every_kind_in(language, stock) if not kind.name.startswith(MADE_UP)]
    faults = []
    judged = 0
    for kind in kinds:
        if kind.form is None and kind.status not in (400, 422):
            continue
        kind.open(page, stocked)
        judged += 1
        faults += [f"{kind.name}: {fault}" for fault in wrong(page, kind)]
        link = page.locator(".error-summary a").first
        if link.count():
            link.click()
            if page.evaluate("document.activeElement.id") != (link.get_attribute("href") or "")[1:]:
                faults.append(f"{kind.name}: the first link does not lead to its field")
    assert judged > 4
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_browsers_may_fill_in_what_is_the_readers_own(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, language: str
) -> None:
    """A-24, A-31: fields for personal data say what they are for; pasting works; nothing is a puzzle."""
    page = new_page(stocked)
    asked = 0
    for kind in every_kind_in(language, stock):
        if kind.name.startswith(MADE_UP) or kind.status != 200:
            continue
        if b'class="door"' not in kind.fetch(stocked).body:
            continue
        page.goto(kind.path)
        asked += page.locator("main [autocomplete=email]").count()
        assert page.evaluate(_PERSONAL, SHOWN) == [], kind.name
        assert page.evaluate(_PASTE, SHOWN) == 0, kind.name
        assert page.locator(f"{FORM} :is(img, canvas, iframe, audio)").count() == 0, kind.name
    assert asked > 2


@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelector('.error-summary').remove()",
        "document.querySelector('main [aria-invalid]').removeAttribute('aria-invalid')",
        "document.querySelector('main [aria-invalid]').removeAttribute('aria-describedby')",
        "document.querySelector('main [aria-invalid]').id = 'annat'",
        "document.querySelector('.error-summary').blur()",
        "document.querySelector('main .wrap').append(document.querySelector('.error-summary'))",
        "document.querySelector('.error-summary a').textContent = 'Fel'",
        "document.querySelector('main [name=email]').value = ''",
        "document.title = document.title.replace('Fel: ', '')",
    ],
)
def test_the_judge_of_errors_can_say_no(new_page: Callable[..., Page], stocked: Site, harm: str) -> None:
    """A-23: a page with each fault."""
    page = new_page(stocked)
    kind = Kind("contact-wrong", "/kontakt", status=422, form={"message": "", "email": "inte så"})
    kind.open(page, stocked)
    assert wrong(page, kind) == []
    page.evaluate(harm)
    assert wrong(page, kind)


def test_the_judge_of_personal_fields_can_say_no(new_page: Callable[..., Page], stocked: Site) -> None:
    """A-24, A-31: a field that says nothing, and one that refuses to be pasted into."""
    page = new_page(stocked)
    page.goto("/kontakt")
    page.evaluate(
        """() => {
          const field = document.querySelector("main [name=email]");
          field.removeAttribute("autocomplete");
          field.addEventListener("paste", event => event.preventDefault());
        }"""
    )
    assert page.evaluate(_PERSONAL, SHOWN)
    assert page.evaluate(_PASTE, SHOWN)
