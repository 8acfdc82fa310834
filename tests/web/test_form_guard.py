"""Only a form of ours, for its purpose and not too old, from a page of ours, is taken (S-24, ADR 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kb.web import form_guard
from kb.web.form_guard import FIELD, VALID
from tests.web import doors as sites
from tests.web.conftest import NewApp
from tests.web.doors import FILLED, Doors
from tests.web.html import Html, words
from tests.web.site import BASE_URL

HOST = "http://localhost"
"""How the test client asks: the address of the settings is another."""


@pytest.fixture(scope="module")
def site_with_doors(new_app: NewApp) -> Doors:
    return sites.build(new_app())


@pytest.fixture
def doors(site_with_doors: Doors) -> Iterator[Doors]:
    yield site_with_doors
    site_with_doors.empty()


def is_kept(doors: Doors, token: str, status: int, **headers: str) -> None:
    """The form comes back with what was typed, the reason first and a token that works; nothing is stored."""
    response = doors.app.test_client().post(
        "/synpunkter", data={FIELD: token, **FILLED["feedback"]}, headers={"Origin": BASE_URL, **headers}
    )
    assert response.status_code == status
    shown = Html(response.get_data(as_text=True))
    assert shown.title.startswith("Fel: ")
    assert "Inget är skickat än. Skicka en gång till." in words(shown.one(".error-summary"))
    assert words(shown.one("#falt-message")) == FILLED["feedback"]["message"]
    assert doors.messages() == []
    fresh = shown.one(f"input[name={FIELD}]").attributes["value"] or ""
    assert doors.post("/synpunkter", {FIELD: fresh, **FILLED["feedback"]}).status_code == 303


def changed_at(place: int) -> Callable[[str], str]:
    return lambda token: token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "",
        lambda _: "intyg",
        lambda _: "....",
        lambda _: "å\x00\udfff".encode("utf-8", "replace").decode(),
        lambda token: token + "A",
        lambda token: token.replace("feedback", "contact"),
        lambda token: token.rpartition(".")[0],
        changed_at(3),
        changed_at(30),
        changed_at(-2),
    ],
)
def test_a_token_that_we_did_not_sign_is_not_taken(doors: Doors, forge: Callable[[str], str]) -> None:
    is_kept(doors, forge(doors.opened("/synpunkter")[FIELD]), 400)


def test_the_token_of_another_form_is_not_taken(doors: Doors) -> None:
    is_kept(doors, doors.opened("/kontakt")[FIELD], 400)


def test_the_token_of_another_site_is_not_taken(doors: Doors, new_app: NewApp) -> None:
    other = sites.build(new_app(secret_key="en annan nyckel"))
    is_kept(doors, other.opened("/synpunkter")[FIELD], 400)


def test_the_token_of_another_version_or_story_is_not_taken(doors: Doors) -> None:
    old = doors.opened(f"{doors.story}/ratta?version=1")
    response = doors.post(f"{doors.story}/ratta?version=2", {**old, **FILLED["correction"]})
    assert response.status_code == 400
    vote = doors.post(f"{doors.story}/hjalpte?version=1", {**doors.opened(doors.story), "svar": "ja"})
    assert vote.status_code == 400
    assert doors.messages() == []
    assert doors.votes() == []


def aged(doors: Doors, age: timedelta) -> str:
    with doors.app.app_context():
        stamp = (datetime.now(UTC) - age).strftime("%Y%m%dT%H%M%SZ")
        return form_guard._signer(bound=False).sign(f"{stamp}.feedback..nyckel").decode()


def test_a_token_is_valid_for_a_day(doors: Doors) -> None:
    assert timedelta(days=1) == VALID
    almost = aged(doors, VALID - timedelta(minutes=1))
    assert doors.post("/synpunkter", {FIELD: almost, **FILLED["feedback"]}).status_code == 303


def test_an_older_token_is_not_taken_and_nothing_is_lost(doors: Doors) -> None:
    is_kept(doors, aged(doors, VALID + timedelta(minutes=1)), 422)


def test_wrong_fields_and_a_wrong_token_are_said_together(doors: Doors) -> None:
    response = doors.post("/kontakt", {FIELD: "", "email": "x"})
    shown = Html(response.get_data(as_text=True))
    assert response.status_code == 400
    assert len(shown.all(".error-summary li")) == 3
    links = [link.attributes["href"] for link in shown.all(".error-summary a")]
    assert links == ["#skicka", "#falt-message", "#falt-email"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": BASE_URL},
        {"Origin": HOST},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "none"},
        {"Origin": BASE_URL, "Referer": "https://evil.example/"},
        {"Referer": f"{BASE_URL}/synpunkter"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_browser_on_a_page_of_ours_is_believed(doors: Doors, headers: dict[str, str]) -> None:
    form = {**doors.opened("/synpunkter"), **FILLED["feedback"]}
    assert doors.app.test_client().post("/synpunkter", data=form, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://erfarenhetsbanken.example"},
        {"Origin": f"{BASE_URL}:8443"},
        {"Origin": f"{BASE_URL}.evil.example"},
        {"Origin": "https://erfarenhetsbanken.example@evil.example"},
        {"Origin": f"{BASE_URL} https://evil.example"},
        {"Origin": "https://evil.example", "Referer": f"{BASE_URL}/synpunkter"},
        {"Origin": "null", "Referer": f"{BASE_URL}/synpunkter"},
        {"Referer": "https://evil.example/?https://erfarenhetsbanken.example"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"},
    ],
)
def test_a_browser_on_the_page_of_others_is_not(doors: Doors, headers: dict[str, str]) -> None:
    token = doors.opened("/synpunkter")[FIELD]
    response = doors.app.test_client().post(
        "/synpunkter", data={FIELD: token, **FILLED["feedback"]}, headers=headers
    )
    assert response.status_code == 400
    assert words(Html(response.get_data(as_text=True)).one("#falt-message")) == FILLED["feedback"]["message"]
    assert doors.messages() == []


def test_a_token_tells_no_one_apart(doors: Doors) -> None:
    """It holds a time, what it is for, and chance: nothing of who asked."""
    tokens = [doors.opened("/synpunkter")[FIELD].split(".") for _ in range(20)]
    assert {(len(parts), parts[1], parts[2]) for parts in tokens} == {(5, "feedback", "")}
    assert len({parts[3] for parts in tokens}) == 20
