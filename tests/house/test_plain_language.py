"""Our own Swedish is plain (A-41): short, to *du*, without words that the glossary forbids."""

from __future__ import annotations

import re

import pytest

from kb.domain.plain_language import lix, words
from tests import catalogue
from tests.shared import ROOT

LIX_MAX = 40
LIX_MAX_OF_ONE = 50
"""Of a text of its own; a short one says nothing, as one long name is a large share of it."""
WORDS_OF_A_TEXT = 20


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """All Swedish words of the interface; a value is read as one short word."""
    return [
        re.sub(r"%\(\w+\)s", "det", form)
        for message in catalogue.extracted()
        if message.id
        for form in catalogue.forms(message.id)
    ]


@pytest.fixture(scope="module")
def sentences(texts: list[str]) -> list[str]:
    """Those that are whole sentences."""
    return [text for text in texts if re.match(r"[A-ZÅÄÖ”]", text) and re.search(r"[.?!]$", text)]


def forbidden() -> list[str]:
    [line] = re.findall(
        r"^Ord som inte används i gränssnittets svenska: (.+)$",
        (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return re.findall(r"\*([^*]+)\*", line)


def test_the_interface_is_easy_to_read(sentences: list[str]) -> None:
    assert len(sentences) > 100
    assert lix("\n".join(sentences)) <= LIX_MAX


def test_each_text_is_easy_to_read(sentences: list[str]) -> None:
    hard = {
        text: round(lix(text))
        for text in sentences
        if len(words(text)) >= WORDS_OF_A_TEXT and lix(text) > LIX_MAX_OF_ONE
    }
    assert hard == {}, "make the sentences shorter, or choose shorter words"


def test_the_reader_is_du(texts: list[str]) -> None:
    formal = [text for text in texts if re.search(r"\b(Ni|Er|Era|Ert|användaren ska|man bör)\b", text)]
    assert formal == []


def test_a_link_says_where_it_goes(texts: list[str]) -> None:
    """A-28, A-41."""
    assert [text for text in texts if re.search(r"klicka|läs mer$|^här$", text, re.IGNORECASE)] == []


NAMES = re.compile(r"\bBerättelsen?\b|\bskriv en berättelse\b|\btill en berättelse\b", re.IGNORECASE)
"""A size of story and one of its parts are called so."""


@pytest.mark.parametrize("word", forbidden())
def test_no_word_that_the_glossary_forbids(word: str, texts: list[str]) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}", 0 if word == "Ni" else re.IGNORECASE)
    if word == "Ni":
        pattern = re.compile(r"\bNi\b")
    assert [text for text in texts if pattern.search(NAMES.sub("", text))] == [], (
        f"docs/glossary.md: another word than {word}"
    )
