"""Signing in through a provider of another site, in a real browser with the real policy (S-16, S-21).

The policy's ``form-action 'self'`` is what only a browser can show: a form that is answered with a redirect
to the provider is stopped by Chromium, and nobody would get in.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.federation import provider as providers
from tests.federation.provider import Provider
from tests.federation.walking import ORGANISATION, ORGANISATIONS, table
from tests.journeys import server
from tests.journeys.browser import ARGUMENTS, Watch
from tests.journeys.server import Site

pytestmark = pytest.mark.journey

PROVIDER_HOST = "localhost"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providers.running(PROVIDER_HOST) as made:
        made.manners.asks_person = True
        made.manners.person[ORGANISATION] = "2021005612"
        yield made


@pytest.fixture(scope="module")
def with_provider(
    provider: Provider, seeded: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("federated")
    instance = folder / "instance"
    shutil.copytree(seeded, instance, ignore=shutil.ignore_patterns("serve.log"))
    file = folder / "oidc.toml"
    file.write_text(table(provider, extra=ORGANISATIONS), encoding="utf-8")
    with server.serving(instance, KB_OIDC_FILE=str(file)) as running:
        yield running


@pytest.fixture(scope="module")
def wider(chromium: Browser) -> Iterator[Browser]:
    """A browser that can find the provider too."""
    arguments = [f"{one} , EXCLUDE {PROVIDER_HOST}" if "resolver" in one else one for one in ARGUMENTS]
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    browser = chromium.browser_type.launch(executable_path=program, args=arguments, headless=True)
    yield browser
    browser.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, wider: Browser, with_provider: Site, watch: Watch) -> Iterator[Page]:
    context = wider.new_context(base_url=with_provider.url, java_script_enabled=request.param, locale="sv-SE")
    watch.attach(context)
    yield context.new_page()
    context.close()


def test_in_by_the_provider_and_out_again(page: Page, provider: Provider, watch: Watch) -> None:
    page.goto("/logga-in?till=/konto")
    page.get_by_role("button", name="Logga in med Leverantören").click()
    page.wait_for_url(f"{provider.issuer}/authorize?**")
    page.get_by_role("button", name="Jag är Åsa").click()
    page.wait_for_url(re.compile(r"^http://127\.0\.0\.1:\d+/konto$"))
    expect(page.get_by_role("banner")).to_contain_text("Åsa Öberg")
    assert {cookie["name"] for cookie in page.context.cookies()} == {"kb_session"}
    page.get_by_role("button", name="Logga ut").click()
    assert page.context.cookies() == []
    assert watch.errors == []


def test_what_the_person_sees_when_it_is_stopped_there(
    page: Page, provider: Provider, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider.manners, "answer", {"error": "access_denied", "code": None})
    page.goto("/logga-in")
    page.get_by_role("button", name="Logga in med Leverantören").click()
    page.get_by_role("button", name="Jag är Åsa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggningen med Leverantören gick inte")
    expect(page.get_by_role("main")).to_contain_text("Inloggningen avbröts hos inloggningstjänsten.")
    page.get_by_role("main").get_by_role("link", name="Till sidan Logga in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    assert page.context.cookies() == []
    assert watch.errors == []
