"""The addresses and words of suggestions, and that they never get in the way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.site import Site


def answer(client: FlaskClient, typed: str) -> dict[str, Any]:
    response = client.get("/sok/forslag", query_string={"q": typed})
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    found: dict[str, Any] = response.get_json()
    return found


def options(client: FlaskClient, typed: str, kind: str) -> dict[str, str]:
    return {
        option["text"]: option["url"]
        for group in answer(client, typed)["groups"]
        if group["kind"] == kind
        for option in group["options"]
    }


def test_each_kind_leads_where_it_says(client: FlaskClient, site: Site) -> None:
    assert options(client, "upphandling av journ", "word")["upphandling av journalsystem"] == (
        "/sok?q=upphandling+av+journalsystem"
    )
    assert site.story in options(client, "pust sie", "title").values()
    assert options(client, "rikspol", "organisation") == {
        "Rikspolisstyrelsen": "/myndigheter/rikspolisstyrelsen"
    }
    assert options(client, "införan", "term") == {"Införande": "/sok?fas=rollout"}
    for typed in ("pust", "rikspol", "införan", "jour"):
        for group in answer(client, typed)["groups"]:
            for option in group["options"]:
                assert client.get(option["url"]).status_code == 200, option


def test_the_groups_are_named_and_counted_in_words(client: FlaskClient) -> None:
    found = answer(client, "jour")
    labels = [group["label"] for group in found["groups"]]
    assert labels == ["Sökord", "Erfarenheter", "Ämnen"]
    number = sum(len(group["options"]) for group in found["groups"])
    assert found["announcement"] == f"{number} förslag"
    assert answer(client, "xyzzyqq") == {"announcement": "Inga förslag", "groups": []}


@pytest.mark.parametrize("typed", ["", " ", "a" * 101, "\x00jour", "🦊", "((", "-", "år:2015.."])
def test_anything_is_answered(client: FlaskClient, typed: str) -> None:
    answer(client, typed)


def test_a_withdrawn_story_is_not_offered(client: FlaskClient, site: Site) -> None:
    assert site.withdrawn not in options(client, "fvm upph", "title").values()


def test_the_reader_may_keep_an_answer_and_no_one_else(client: FlaskClient, broken_app: Flask) -> None:
    assert client.get("/sok/forslag?q=jour").headers["Cache-Control"] == "private, max-age=60"
    failed = broken_app.test_client().get("/sok/forslag?q=jour")
    assert (failed.status_code, failed.headers["Cache-Control"]) == (200, "no-store")
    assert failed.get_json()["groups"] == []
