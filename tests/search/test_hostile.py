"""S-32 and S-34: no query takes long, none gives another error than a refusal, no pattern backtracks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.domain.errors import QueryRefused
from kb.search.index import Query, SearchIndex
from kb.search.query_language import parse
from kb.search.swedish import tokens
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import story

_SECONDS = 2.0


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, lemma_folder: Path) -> SearchIndex:
    """Three hundred stories over a vocabulary of four thousand words."""
    choose = random.Random(1)
    parts = ["upp", "hand", "ling", "system", "verk", "sam", "ord", "ning", "för", "vård", "data", "åter"]
    vocabulary = ["".join(choose.choices(parts, k=choose.randint(2, 4))) for _ in range(4000)]
    made = WhooshIndex(tmp_path_factory.mktemp("hostile") / "index", lemma_folder=lemma_folder)
    made.rebuild(
        story(str(number), title=" ".join(choose.choices(vocabulary, k=5)), text=" ".join(words))
        for number in range(300)
        if (words := choose.choices(vocabulary, k=200))
    )
    return made


def answer(index: SearchIndex, text: str) -> float:
    """Seconds of computing taken; a refusal is an answer."""
    started = time.process_time()
    with suppress(QueryRefused):
        index.search(Query(text))
    return time.process_time() - started


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "a* b* c* d* e*",
        "upp* han* sys* ver* sam* ord* nin* för* vår* dat*" * 6,
        "-upp* -han* -sys* -ver* -sam*" * 10,
        "????~",
        "OR " * 2000,
        "a OR " * 200,
        "((((" * 250,
        "x" * 10_000,
        "x" * 1000,
        "/.*/",
        "(a+)+$",
        '"' * 1000,
        '"upp hand ling" ' * 15,
        '"' + "system " * 60 + '"',
        "- " * 500,
        "-" * 1000,
        "år:" * 300,
        "år:2015..2020 " * 60,
        "titel:" * 160,
        'titel:"' * 140,
        "1-1-1-" * 160,
        "uphandlling " * 60,
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzz " * 30,
        "aoaoaoaoaoaoaoaoaoaoaoaoaoao " * 30,
        "\u0308" * 1000,
        "\u202e\u200b\ufeff" * 300,
        "\U0001f600" * 1000,
        "\0",
        "\ud800",
        "' OR 1=1 --",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "*:*",
        "text:*",
        "entry_id:1",
        "%",
        "_",
        "\\",
    ],
)
def test_hostile_text_is_answered_in_time(index: SearchIndex, text: str) -> None:
    assert answer(index, text) < _SECONDS


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=1000) | st.text(alphabet='upphandlingåäö "-*:OR.år20', max_size=400))
@example('-"" OR -titel:x år:2015..')
def test_any_text_is_answered_in_time(index: SearchIndex, text: str) -> None:
    assert answer(index, text) < _SECONDS


@pytest.mark.parametrize(
    "scan", [lambda text: list(tokens.words(text)), tokens.sentence_key, tokens.normalise]
)
@pytest.mark.parametrize(
    "text", ["a" * 50_000 + "!", "(" * 50_000, " " * 50_000, "1-1-1-" * 9_000, "a:" * 25_000]
)
def test_patterns_are_linear(scan: Callable[[str], object], text: str) -> None:
    started = time.process_time()
    scan(text)
    assert time.process_time() - started < 0.5


def test_parsing_a_full_query_is_quick() -> None:
    started = time.process_time()
    for text in ('"' * 999, "titel:" * 166, "år:2015.." * 100, "-" * 1000):
        with suppress(QueryRefused):
            parse(text)
    assert time.process_time() - started < 0.5
