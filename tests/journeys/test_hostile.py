"""What hostile readers type and hostile rows hold, in the browser that it is meant for (S-21, S-31, S-32)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Watch
from tests.journeys.results import ResultsPage, search_box
from tests.journeys.server import Answer, Site, ask
from tests.journeys.stocking import Stock

SECONDS = 2.0
QUERIES = {
    "image": '"><img src=x onerror=alert(1)>',
    "script": "</title><script>alert(1)</script>",
    "attribute": '" autofocus onfocus=alert(1) x="',
    "template": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "long": "ord " * 2500,
    "one-long-word": "å" * 1000,
    "star": "*",
    "brackets": "((((",
    "emoji": "👩🏽‍💻🧯 system",
    "right-to-left": "\u202eمرحبا\u202c שלום",
    "quotes": '"" """ \'\' ”',
    "or": "OR " * 30,
    "minus": "- -- ---a",
    "field": "titel: år:9999..0001 myndighet:",
    "percent": "%00%ff%",
    "sql": "'; DROP TABLE entry; --",
    "regex": "/.*/",
    "prefixes": "a* b* c* d* e*",
    "combining": "a" + "\u0301" * 200,
}
UGLY_ADDRESSES = [
    "/sok?q=%ff%fe",
    "/sok?q=%00%01",
    "/sok?sida=-1&fran=abc&till=99999&slag=%3Cscript%3E&sortering=%22",
    "/sok?" + "&".join(f"slag=x{number}" for number in range(500)),
    "/erfarenheter/%3Cscript%3Ealert(1)%3C%2Fscript%3E/x",
    "/myndigheter/..%2f..%2fetc%2fpasswd",
    "/%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/static/../kb/config.py",
    "/sok/" + "x" * 5000,
]


@pytest.mark.journey
def test_what_is_typed_is_only_text(new_page: Callable[..., Page], stocked: Site, watch: Watch) -> None:
    page = new_page(stocked)
    for name, query in QUERIES.items():
        page.goto("/")
        before = time.monotonic()
        box = search_box(page.get_by_role("banner"))
        box.fill(query)
        with page.expect_navigation() as navigation:
            box.press("Enter")
        assert navigation.value.status in {200, 400}, name
        assert time.monotonic() - before < SECONDS + 3, (
            f"{name}: {SECONDS} s for the answer, the rest for the page"
        )
        check_own_page(page, watch, name)
        if navigation.value.status == 400:
            expect(page.get_by_role("alert")).to_contain_text("Sökfrågan")
            assert page.title().startswith("Fel:"), name
        else:
            assert ResultsPage(page).count >= 0
    page.goto("/sok?q=" + quote(QUERIES["template"]))
    expect(page.locator("h1")).to_contain_text("{{7*7}} ${7*7} #{7*7} <%= 7*7 %>")


@pytest.mark.journey
def test_ugly_addresses_get_the_sites_own_page(
    new_page: Callable[..., Page], stocked: Site, watch: Watch
) -> None:
    page = new_page(stocked)
    for address in UGLY_ADDRESSES:
        response = page.goto(stocked.url + address)
        assert response is not None
        assert response.status in {200, 400, 404, 414}, f"{address[:80]}: {response.status}"
        check_own_page(page, watch, address)


@pytest.mark.journey
def test_hostile_rows_in_the_database_do_not_run(
    new_page: Callable[..., Page], stocked: Site, stock: Stock, watch: Watch
) -> None:
    """Everything that a story shows is markup here, put in past every check: it is read, never run."""
    page = new_page(stocked)
    for path in (stock.hostile_story, f"{stock.hostile_story}/version/1", "/sok?q=fientligordet", "/"):
        page.goto(path)
        check_own_page(page, watch, path)
        expect(page.get_by_role("main")).to_contain_text("<script>alert('xss')</script>")
        handlers = page.locator("*").evaluate_all(
            "all => all.flatMap(e => e.getAttributeNames()).filter(name => name.startsWith('on'))"
        )
        assert handlers == [], path
    page.goto(stock.hostile_story)
    assert (
        page.locator("main :is(script, img, iframe, style, object, form:not([action*='/hjalpte']))").count()
        == 0
    )
    assert page.locator("main a[href^='javascript' i]").count() == 0
    for link in page.locator("main a[href]").all():
        link.hover()
        link.focus()
    check_own_page(page, watch, stock.hostile_story)


def check_own_page(page: Page, watch: Watch, name: str) -> None:
    """The site's own frame stands, and nothing ran, was refused, or asked anybody."""
    assert not watch.dialogs, f"{name}: {watch.dialogs}"
    assert not watch.errors, f"{name}: {watch.errors}"
    assert watch.foreign_hosts(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2]) == set(), name
    assert page.locator("h1").count() == 1, name
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_be_visible()
    assert page.locator("img[src=x], main script").count() == 0, name


@pytest.mark.soak
def test_hostile_searches_leave_room_for_others(stocked: Site) -> None:
    """S-32: twenty at a time, for ten seconds, and ``/healthz`` still answers within half a second."""
    hostile = ["*", "a* b* c* d*", "????~", "OR " * 300, "((((", "x" * 999, "/.*/", "sys* sta* org* pro*"]
    until = time.monotonic() + 10

    def attack(number: int) -> list[tuple[float, Answer]]:
        told = []
        while time.monotonic() < until:
            query = hostile[(number + len(told)) % len(hostile)]
            before = time.monotonic()
            answer = ask(stocked.url, "/sok?q=" + quote(query))
            told.append((time.monotonic() - before, answer))
        return told

    def watch_health() -> list[float]:
        waits = []
        while time.monotonic() < until:
            before = time.monotonic()
            assert ask(stocked.url, "/healthz").status == 200
            waits.append(time.monotonic() - before)
        return waits

    with ThreadPoolExecutor(21) as pool:
        health = pool.submit(watch_health)
        answers = [told for attacker in pool.map(attack, range(20)) for told in attacker]
        waits = health.result()
    assert len(answers) > 100
    assert {answer.status for _, answer in answers} <= {200, 400}
    assert max(waits) < 0.5, f"/healthz took {max(waits):.2f} s"
    assert max(wait for wait, _ in answers) < 2 + SECONDS, "the queue itself may take a little"
