"""One address may search so often and no more, whatever it says that it is (S-35)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from kb.db import db
from kb.web.search_limit import SUGGESTIONS_PER_SEARCH
from tests.web.conftest import NewApp

MOST = 3
WINDOW, ENOUGH = 60, 15
"""Seconds of a window of the limit, and of what a test may need of one."""
SEARCHES = ("/sok?q=e-post", "/lardomar?q=e-post", "/en/sok?q=e-post", "/sok.atom?q=e-post")
SUGGESTIONS = ("/sok/forslag?q=e", "/sok/forslag.json?q=e")


@pytest.fixture
def limited(new_app: NewApp) -> Callable[..., FlaskClient]:
    """A site of its own with a low limit."""

    def make(**changes: object) -> FlaskClient:
        app: Flask = new_app(**{"searches_per_minute": MOST, **changes})
        left = WINDOW - time.time() % WINDOW
        if left < ENOUGH:
            time.sleep(left)  # else the count begins anew while the test counts
        return app.test_client()

    return make


def codes(client: FlaskClient, path: str, times: int, **headers: str) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(times)]


def counted(client: FlaskClient) -> list[int]:
    with client.application.app_context(), db.engine.connect() as connection:
        return list(connection.execute(text("SELECT count FROM rate_limit_counter")).scalars())


def test_the_searches_of_an_address_are_counted_together(limited: Callable[..., FlaskClient]) -> None:
    client = limited()
    first = [client.get(path).status_code for path in SEARCHES]
    assert first == [200, 200, 200, 429]
    refused = client.get(SEARCHES[0])
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "för många sökningar" in refused.text


def test_other_pages_and_other_addresses_are_not_hit(limited: Callable[..., FlaskClient]) -> None:
    client = limited()
    codes(client, SEARCHES[0], MOST + 1)
    assert codes(client, "/", 2) == codes(client, "/myndigheter", 2) == [200, 200]
    assert client.get(SEARCHES[0], environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_suggestions_have_a_count_of_their_own_and_answer_as_json(
    limited: Callable[..., FlaskClient],
) -> None:
    client = limited(searches_per_minute=1)
    codes(client, SEARCHES[0], 2)
    assert codes(client, SUGGESTIONS[0], SUGGESTIONS_PER_SEARCH) == [200] * SUGGESTIONS_PER_SEARCH
    refused = client.get(SUGGESTIONS[0])
    assert (refused.status_code, refused.mimetype) == (429, "application/json")
    assert refused.get_json()["groups"] == []
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Cache-Control"] == "no-store"
    assert client.get(SUGGESTIONS[1]).status_code == 429


def test_an_address_that_the_client_makes_up_does_not_reset_the_count(
    limited: Callable[..., FlaskClient],
) -> None:
    client = limited()
    made_up = [client.get(SEARCHES[0], headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(MOST + 1)]
    assert [response.status_code for response in made_up] == [200, 200, 200, 429]


def test_behind_a_proxy_the_last_address_counts(limited: Callable[..., FlaskClient]) -> None:
    client = limited(trusted_proxies=1)
    mine = {"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}
    assert codes(client, SEARCHES[0], MOST + 1, **mine)[-1] == 429
    others = {"X-Forwarded-For": "203.0.113.9, 192.0.2.2"}
    assert codes(client, SEARCHES[0], 1, **others) == [200]


def test_without_a_limit_nothing_is_counted(limited: Callable[..., FlaskClient]) -> None:
    client = limited(searches_per_minute=0)
    assert set(codes(client, SEARCHES[0], 2 * MOST)) == {200}
    assert counted(client) == []


def test_a_search_does_not_wait_for_a_database_that_is_busy(limited: Callable[..., FlaskClient]) -> None:
    client = limited()
    with client.application.app_context(), db.engine.connect() as connection:
        hold(connection)
        assert codes(client, SEARCHES[0], MOST + 2) == [200] * (MOST + 2)
        connection.rollback()
    assert counted(client) == []
    assert codes(client, SEARCHES[0], 1) == [200]
    assert counted(client) == [1]


def hold(connection: Connection) -> None:
    """Write and do not let go."""
    connection.execution_options(kb_write=True).execute(text("DELETE FROM rate_limit_salt"))
