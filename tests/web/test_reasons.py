"""The results page says why a hit is there when it does not have the word as it was typed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.html import Html


def reasons(client: FlaskClient, query: str) -> list[str]:
    page = Html(client.get("/sok", query_string={"q": query}).get_data(as_text=True))
    return page.texts("main .entry-card .reasons li")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("uphandling", "Stavning: uphandling → upphandling"),
        ("PDL", "Synonym: patientdatalagen"),
        ("vårdsystem", "Ordled: vård + system"),
    ],
)
def test_each_kind_of_reason_is_said_in_words(client: FlaskClient, query: str, said: str) -> None:
    assert said in reasons(client, query)


def test_a_word_as_it_was_typed_needs_no_reason(client: FlaskClient) -> None:
    assert reasons(client, "Millennium") == []


def test_what_was_typed_is_only_text(client: FlaskClient) -> None:
    text = client.get("/sok", query_string={"q": "<b>uphandling</b>"}).get_data(as_text=True)
    assert "<b>" not in text
