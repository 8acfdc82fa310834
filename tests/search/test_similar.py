"""Stories like one story, and the words that say why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kb.domain.errors import SearchUnavailable
from kb.search.index import NullIndex, SearchDocument, SearchIndex
from tests.search.conftest import fill, story

FILLER = "Projektet följde planen och arbetet fortsatte under hösten med flera olika grupper."


def others(number: int) -> list[SearchDocument]:
    """Stories that are about other things, so that a word of two stories is a rare one."""
    things = ["bibliotek", "vägunderhåll", "fiskekvoter", "museisamlingar", "skogsbruksplaner"]
    return [
        story(f"other-{place}", f"Om {things[place % 5]} {place}", f"{FILLER} {things[place % 5]} " * 2)
        for place in range(number)
    ]


def journal(entry_id: str, title: str, text: str = "") -> SearchDocument:
    told = "Regionen bytte journalsystem. Journalsystemet kom från en ny leverantör. Leverantören var sen."
    return story(entry_id, title, f"{told} {FILLER} {text}", summary="Ett journalsystem blev försenat.")


@pytest.fixture
def filled(index: SearchIndex) -> SearchIndex:
    alike = [journal("a", "Nytt journalsystem"), journal("b", "Journalsystem i en annan region")]
    return fill(index, [*alike, *others(20)])


def ids(index: SearchIndex, entry_id: str, limit: int = 4) -> Sequence[str]:
    return [hit.entry_id for hit in index.similar(entry_id, limit)]


def test_the_like_one_is_found_and_not_the_story_itself(filled: SearchIndex) -> None:
    assert ids(filled, "a") == ["b"]
    assert ids(filled, "b") == ["a"]


def test_the_shared_words_are_written_as_in_a_dictionary(filled: SearchIndex) -> None:
    [hit] = filled.similar("a", 4)
    assert "journalsystem" in hit.shared
    assert "leverantör" in hit.shared
    assert "hösten" not in hit.shared, "a word that every story has is no reason"
    assert len(hit.shared) <= 4
    assert 0 < hit.score <= 1


@pytest.mark.parametrize(("title", "found"), [("Utvärdering", []), ("Utvärdering av programlicenser", ["b"])])
def test_one_word_is_enough_only_where_the_title_has_it(
    index: SearchIndex, title: str, found: list[str]
) -> None:
    first = story("a", title, "Programlicenser kostade. Programlicenser igen.")
    second = story("b", "Programlicenser", "Något helt annat om molntjänster.")
    fill(index, [first, second, *others(20)])
    assert ids(index, "a") == found


def test_no_more_than_asked_for(index: SearchIndex) -> None:
    fill(index, [journal(str(number), f"Journalsystem {number}") for number in range(6)] + others(30))
    assert len(ids(index, "0", 3)) == 3


def test_a_story_that_was_taken_away_is_neither_asked_about_nor_found(filled: SearchIndex) -> None:
    filled.apply([], ["b"])
    assert ids(filled, "a") == []
    assert ids(filled, "b") == []


def test_an_unknown_story_has_none(filled: SearchIndex) -> None:
    assert ids(filled, "finns-inte") == []


def test_numbers_and_months_are_no_reasons(index: SearchIndex) -> None:
    said = "I december 2012 och december 2013. November 2012."
    fill(index, [story("a", "En", said), story("b", "Två", said), *others(20)])
    assert ids(index, "a") == []


def test_an_index_being_rebuilt_says_so() -> None:
    with pytest.raises(SearchUnavailable):
        NullIndex().similar("a", 4)
