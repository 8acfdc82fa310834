"""The address of a search: read tolerantly, written in one way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from kb.search.index import Facet, Sort
from kb.services.choices import Chip, SearchRequest
from kb.services.searching import PAGES_MAX
from kb.web.query_string import SearchUrls, pairs, read


def arguments(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True))


@pytest.fixture(autouse=True, scope="module")
def language() -> Iterator[None]:
    """Notices are translated sentences: they need to know which language the page has."""
    app = Flask(__name__)
    Babel(app, default_locale="sv")
    with app.test_request_context():
        yield


def test_everything_in_the_address_is_read() -> None:
    reading = read(
        arguments(
            "q=byta+system&utfall=stopped&utfall=delayed&fas=procurement&fran=2012&till=2018&sortering=nyast&sida=3"
        )
    )
    assert reading.notices == ()
    assert reading.request == SearchRequest(
        text="byta system",
        filters={
            Facet.OUTCOME: frozenset({"stopped", "delayed"}),
            Facet.PHASE: frozenset({"procurement"}),
        },
        year_from=2012,
        year_to=2018,
        sort=Sort.NEWEST,
        page=3,
    )


def test_an_empty_address_asks_for_everything() -> None:
    assert read(MultiDict()).request == SearchRequest()
    assert read(arguments("q=&fran=&till=&sortering=&sida=&utfall=")).request == SearchRequest()


@pytest.mark.parametrize(
    "query",
    [
        "utfall=exploded",
        "slag=%3Cscript%3E",
        "kostnad=STOPPED",
        "fas=a'%20OR%201=1--",
        "omrade=" + "x" * 81,
        "ar=12",
        "ar=9999",
        "sortering=sidledes",
        "okand=1",
        "myndighet=%00",
    ],
)
def test_a_value_that_does_not_exist_is_left_out(query: str) -> None:
    reading = read(arguments(query))
    assert reading.request == SearchRequest()
    assert reading.notices == ()


@pytest.mark.parametrize("value", ["abc", "20155", "1.5", "-2015", "0", "1949", "2101", "٢٠١٥", "2015e1"])
def test_a_year_that_cannot_be_read_is_left_out_and_said(value: str) -> None:
    reading = read(MultiDict({"fran": value, "till": "2018"}))
    assert (reading.request.year_from, reading.request.year_to) == (None, 2018)
    assert len(reading.notices) == 1
    assert f"”{value}”" in reading.notices[0]
    assert "Skriv fyra siffror" in reading.notices[0]


def test_years_in_the_wrong_order_change_places() -> None:
    reading = read(arguments("fran=2018&till=2012"))
    assert (reading.request.year_from, reading.request.year_to) == (2012, 2018)
    assert "bytt plats" in reading.notices[0]


@pytest.mark.parametrize(
    ("value", "page"),
    [
        ("1", 1),
        ("7", 7),
        ("100", 100),
        ("101", 100),
        ("9" * 400, 100),
        ("0", 1),
        ("-3", 1),
        ("x", 1),
        ("٣", 1),
    ],
)
def test_the_page_is_held_within_its_limits(value: str, page: int) -> None:
    assert read(MultiDict({"sida": value})).request.page == page


def test_the_same_choice_twice_is_one() -> None:
    assert read(arguments("utfall=stopped&utfall=stopped")).request.filters == {
        Facet.OUTCOME: frozenset({"stopped"})
    }


def test_a_thousand_choices_are_cut() -> None:
    query = "&".join(f"fas=x{number}" for number in range(1000))
    assert len(read(arguments(query)).request.filters[Facet.PHASE]) == 50


def test_words_are_in_one_form_and_can_be_shown() -> None:
    decomposed = "a\u030angfartyg"
    assert read(MultiDict({"q": decomposed})).request.text == "ångfartyg"
    assert read(MultiDict({"q": "a\x00b\x07c\ufffed\ud800e"})).request.text == "a b c d e"
    assert read(MultiDict({"q": "  x  "})).request.text == "x"


def test_equal_searches_have_one_address() -> None:
    one = read(arguments("fas=test&utfall=stopped&q=x&utfall=delayed&sida=1&sortering=relevans")).request
    other = read(arguments("utfall=delayed&q=x&utfall=stopped&fas=test")).request
    urls = SearchUrls(one, "/sok")
    assert urls.of(one) == urls.of(other) == "/sok?q=x&utfall=delayed&utfall=stopped&fas=test"


def test_what_is_at_its_default_is_not_in_the_address() -> None:
    assert SearchUrls(SearchRequest(page=4), "/sok").clear() == "/sok"


REQUEST = SearchRequest(
    text="å & ä",
    filters={Facet.OUTCOME: frozenset({"stopped", "delayed"}), Facet.PHASE: frozenset({"test"})},
    year_from=2012,
    year_to=2018,
    sort=Sort.COST,
    page=5,
)
URLS = SearchUrls(REQUEST, "/sok")
WORDS = "q=%C3%A5+%26+%C3%A4"


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (
            URLS.with_page(2),
            f"{WORDS}&utfall=delayed&utfall=stopped&fas=test&fran=2012&till=2018&sortering=kostnad&sida=2",
        ),
        (
            URLS.with_sort(Sort.RELEVANCE),
            f"{WORDS}&utfall=delayed&utfall=stopped&fas=test&fran=2012&till=2018",
        ),
        (
            URLS.with_text("ny"),
            "q=ny&utfall=delayed&utfall=stopped&fas=test&fran=2012&till=2018&sortering=kostnad",
        ),
        (
            URLS.without(Chip(Facet.OUTCOME, "stopped", "")),
            f"{WORDS}&utfall=delayed&fas=test&fran=2012&till=2018&sortering=kostnad",
        ),
        (
            URLS.without(Chip(Facet.PHASE, "test", "")),
            f"{WORDS}&utfall=delayed&utfall=stopped&fran=2012&till=2018&sortering=kostnad",
        ),
        (
            URLS.without(Chip(None, "", "")),
            f"{WORDS}&utfall=delayed&utfall=stopped&fas=test&sortering=kostnad",
        ),
        (URLS.clear(), f"{WORDS}&sortering=kostnad"),
        (
            URLS.of(REQUEST),
            f"{WORDS}&utfall=delayed&utfall=stopped&fas=test&fran=2012&till=2018&sortering=kostnad&sida=5",
        ),
    ],
)
def test_each_address_differs_in_one_thing_and_starts_at_the_first_page(address: str, query: str) -> None:
    assert address == f"/sok?{query}"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "fran", "till", "sortering", "sida", *(facet.value for facet in Facet)]),
            st.one_of(
                st.text(max_size=40),
                st.sampled_from(["stopped", "2015", "nyast", "lt_1m", "test", "good_example"]),
            ),
        ),
        max_size=12,
    )
)
def test_any_address_is_read_and_written_back_the_same(query: list[tuple[str, str]]) -> None:
    request = read(MultiDict(query)).request
    assert 1 <= request.page <= PAGES_MAX
    written = SearchUrls(request, "/sok").of(request)
    again = read(arguments(urlsplit(written).query)).request
    assert again == request
    assert pairs(again) == pairs(request)


@pytest.mark.parametrize(
    "text", ["a" * 50_000 + "!", "(" * 50_000, " " * 50_000, "1-" * 25_000, "9" * 50_000]
)
def test_reading_takes_time_in_proportion_to_the_text(text: str) -> None:
    started = time.process_time()
    for name in ("q", "fran", "sida", "fas", "sortering"):
        read(MultiDict({name: text}))
    assert time.process_time() - started < 0.5
