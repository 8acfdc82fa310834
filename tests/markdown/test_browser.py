"""A real browser reads rendered attacks, without the help of a content security policy (oracle, stage B)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from kb.markdown import render, sanitize

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SENTINEL = "here I am"
PAGE = f"<!doctype html><title>t</title><main>%s</main><p id=sentinel>{SENTINEL}</p>"
RECORDER = """
window.fired = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = (...words) => { window.fired.push(name); };
"""
PROVOKE = """async () => {
  const inside = [...document.querySelectorAll('main *')];
  for (const element of inside)
    for (const name of ['mouseover', 'mouseenter', 'pointerover', 'focus', 'error', 'toggle'])
      element.dispatchEvent(new Event(name, {bubbles: true}));
  for (const link of document.querySelectorAll('main a[href]'))
    if (!/^(https?|mailto|tel):/.test(link.href)) window.fired.push('address ' + link.href);
  for (const element of inside) {
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') window.fired.push(element.tagName);
    if (/^(script|iframe|object|embed|style|form|input)$/i.test(element.tagName))
      window.fired.push(element.tagName);
    for (const attribute of element.attributes)
      if (/^on/i.test(attribute.name)) window.fired.push(attribute.name);
  }
  await new Promise(done => setTimeout(done, 20));
  return [window.fired, document.getElementById('sentinel')?.textContent];
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: make setup installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        context = browser.new_context()
        context.add_init_script(RECORDER)
        yield context.new_page()
        browser.close()


def provoked(page: Page, html: str) -> tuple[list[str], str | None, list[str]]:
    """What fired, the sentinel's text, and the other hosts that were asked for something."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url.startswith("http://page.test/"):
            route.fulfill(body=PAGE % html, content_type="text/html; charset=utf-8")
        else:
            asked.append(route.request.url)
            route.abort()

    page.unroute_all()
    page.route("**/*", answer)
    page.goto("http://page.test/")
    fired, sentinel = page.evaluate(PROVOKE)
    return fired, sentinel, asked


@pytest.mark.journey
def test_the_browser_is_provoked_by_raw_attacks(page: Page) -> None:
    """Positive control, with one attack of each kind that the test below must not see."""
    assert provoked(page, '<img src="/x" onmouseover="alert(1)">')[0]
    assert provoked(page, '<a href="javascript:`1`">x</a>')[0]
    assert provoked(page, "<svg></svg>")[0]
    assert provoked(page, "<textarea>")[1] != SENTINEL
    assert provoked(page, '<img src="https://evil.example/x.png">')[2]


@pytest.mark.journey
def test_nothing_runs_in_a_browser(page: Page, corpus: list[dict[str, str]]) -> None:
    rows = [row for row in corpus if "\0" not in row["payload"]]
    # Forty rows a page: each is closed in its own element, and nothing may leak into the next.
    for start in range(0, len(rows), 40):
        some = rows[start : start + 40]
        html = "".join(f"<div>{render(r['payload'])}</div><div>{sanitize(r['payload'])}</div>" for r in some)
        assert provoked(page, html) == ([], SENTINEL, []), [row["id"] for row in some]
