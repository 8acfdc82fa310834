"""Every page of those who are signed in, found by following its links, judged as the readers' pages are.

An administrator and a contributor of the demonstration walk along the pages of the account and of the
administration; then each form on them is sent with its fields emptied, and what comes back is judged.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys import browser, judges, server
from tests.journeys.conftest import NewPage
from tests.journeys.judges import MEASURES
from tests.journeys.pages import Kind
from tests.journeys.server import KB, Site
from tests.journeys.test_axe import AXE, look_at
from tests.journeys.test_html import check
from tests.journeys.test_keyboard import rings, skip, walk_through

pytestmark = [pytest.mark.journey, pytest.mark.soak, pytest.mark.timeout(900)]

FAMILIES = ("/konto", "/administration", "/logga-in", "/glomt-losenord")
VARIANTS = 2
"""Of pages whose addresses differ only by an id, a name or the choices of a list, so many are looked at."""
LEAST = {"administrator@demo.example": 24, "bidrag@demo.example": 9}
"""So many pages there are at least: a walk that is cut short must not look like one without faults."""
JUDGES = (judges.landmarks, judges.tables, judges.stillness, judges.room, judges.own_colours)
PASSWORD = re.compile(r"^\s*\S+\s+(?P<email>\S+@demo\.example)\s+lösenord (?P<password>\S+)", re.MULTILINE)
LEADS_AWAY = re.compile(r"radera|stang-av|sessioner|exportera|logg\.csv")
"""What these do at once would end the walk, or is a file."""


@pytest.fixture(scope="module")
def site(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own: what these walks send changes it."""
    instance = tmp_path_factory.mktemp("signed-in") / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    with server.serving(instance) as running:
        yield running


def said(site: Site, *arguments: str) -> str:
    """What a command of the product says."""
    return subprocess.run(
        [KB, "users", *arguments],
        env=server.environment(site.instance, site.url),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def sign_in(page: Page, site: Site, email: str) -> None:
    passwords = {found["email"]: found["password"] for found in PASSWORD.finditer(said(site, "demo"))}
    page.goto("/logga-in")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Lösenord", exact=True).fill(passwords[email])
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    code = page.get_by_label("Kod", exact=True)
    if code.count():
        shown = re.search(r"\b\d{6}\b", said(site, "code", email))
        assert shown
        code.fill(shown.group())
        page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.get_by_role("button", name="Logga ut").wait_for()


def sort_of(path: str) -> str:
    """The address without what tells one person, organisation, letter or choice from another."""
    parts = urlsplit(path)
    bare = re.sub(r"/[0-9A-Z]{26}\b", "/ID", parts.path)
    bare = re.sub(r"(/administration/myndigheter/)(?!ny$)[a-z0-9-]+", r"\1NAMN", bare)
    return bare + ("?" if parts.query else "")


def found_pages(page: Page) -> list[str]:
    """The addresses that links lead to, within the families, each sort a few times."""
    waiting, met, walked = ["/konto", "/administration"], Counter[str](), list[str]()
    while waiting:
        path = waiting.pop(0)
        if path in walked or met[sort_of(path)] >= VARIANTS:
            continue
        response = page.goto(path)
        assert response is not None
        if response.status == 404 and path == "/administration":
            continue  # there is none for a contributor
        assert response.status == 200, f"{path}: {response.status}"
        met[sort_of(path)] += 1
        walked.append(path)
        links = page.locator("a[href]").evaluate_all("all => all.map(link => link.getAttribute('href'))")
        waiting += [link.partition("#")[0] for link in links if link.startswith(FAMILIES)]
    return walked


@pytest.mark.parametrize("email", list(LEAST))
def test_every_page_of_those_who_are_signed_in(
    site: Site, new_page: NewPage, tmp_path: Path, email: str
) -> None:
    """A-10, A-11, A-13, A-14, A-15, A-18, A-19, A-21, A-22, A-29: as for the pages of readers."""
    page = new_page(site)
    sign_in(page, site, email)
    paths = found_pages(page)
    assert len(paths) >= LEAST[email], paths
    axe, faults, shown = AXE.read_text(), list[str](), set[str]()
    for number, path in enumerate(paths):
        kind = Kind(f"{number:02}{path.replace('/', '_').partition('?')[0]}", path)
        faults += look_at(page, site, kind, axe, tmp_path)
        page.set_viewport_size(browser.WIDE)
        kind.open(page, site)
        page.evaluate(MEASURES)
        found = skip(page, kind) + walk_through(page) + rings(page, shown)
        found += [fault for judge in JUDGES for fault in judge(page, kind)]
        english = kind.in_language("en")
        english.open(page, site)
        page.evaluate(MEASURES)
        found += [f"(en) {fault}" for fault in judges.languages(page, english) + judges.room(page, english)]
        faults += [f"{path}: {fault}" for fault in found]
        for each in (kind, english):
            answer = page.context.request.get(each.path)
            (tmp_path / f"{each.name}.html").write_bytes(answer.body())
    faults += check(tmp_path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("email", list(LEAST))
def test_every_form_that_is_sent_empty(site: Site, new_page: NewPage, tmp_path: Path, email: str) -> None:
    """A-23: what comes back says what is wrong first, is whole, and has no fault of its own."""
    page = new_page(site)
    sign_in(page, site, email)
    axe, faults, wrong = AXE.read_text(), list[str](), 0
    for path in found_pages(page):
        page.goto(path)
        for number in range(page.locator("main form[method=post]").count()):
            page.goto(path)
            form = page.locator("main form[method=post]").nth(number)
            if LEADS_AWAY.search(form.get_attribute("action") or path):
                continue
            form.evaluate(_EMPTIED)
            with page.expect_navigation() as answer:
                form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
            if answer.value.status != 422:
                assert answer.value.status < 400, f"{path}: {answer.value.status}"
                continue
            wrong += 1
            page.evaluate(axe)
            page.evaluate(MEASURES)
            kind = Kind(f"sent {path}", path)
            if not page.evaluate("document.activeElement.matches('.error-summary')"):
                faults.append(f"{path}: the focus is not at what is wrong")
            dead = page.locator(".error-summary a").evaluate_all(
                "all => all.filter(link => !document.querySelector(link.hash)).map(link => link.hash)"
            )
            faults += [f"{path}: what is wrong leads nowhere: {dead}"] if dead else []
            faults += [f"{path}: {fault}" for fault in judges.landmarks(page, kind) + judges.room(page, kind)]
            (tmp_path / f"{wrong:02}.html").write_text(page.content(), "utf-8")
    assert wrong >= FORMS_WITH_FAULTS[email]
    assert not faults, "\n".join(faults)


FORMS_WITH_FAULTS = {"administrator@demo.example": 6, "bidrag@demo.example": 3}

_EMPTIED = """form => {
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else field.value = "";
  }
}"""
