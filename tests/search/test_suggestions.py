"""What is offered while a reader types."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.errors import SearchUnavailable
from kb.search.completions import Beginnings, Lines, key
from kb.search.index import CompletionKind, Facet, NullIndex, SearchIndex, SuggestedCompletion
from tests.search.conftest import fill, story

WORD, TITLE = CompletionKind.WORD, CompletionKind.TITLE
ORGANISATION, TERM = CompletionKind.ORGANISATION, CompletionKind.TERM


@pytest.fixture
def filled(index: SearchIndex) -> SearchIndex:
    owner = {Facet.ORGANISATION: ("transportstyrelsen",), Facet.PHASE: ("rollout",)}
    names = {
        Facet.ORGANISATION: ("Transportstyrelsen", "TS", "Vägtrafikregistret"),
        Facet.PHASE: ("Införande",),
    }
    return fill(
        index,
        [
            story(
                "fordon",
                "Fordonsregistrering flyttades till en ny plattform",
                "Fordonsregistrering är registrering av fordon. Upphandlingen av registret drog ut på tiden.",
                facets=owner,
                labels=names,
                on=date(2024, 1, 1),
            ),
            story(
                "skola",
                "Skolplattformen",
                "Upphandling av en skolplattform. Upphandlingar tar tid. Åtgärder vidtogs 2019.",
                on=date(2025, 1, 1),
            ),
            story("sen", "Ny plattform för skolan", "Upphandling igen.", on=date(2026, 1, 1)),
        ],
    )


def offered(index: SearchIndex, typed: str, kind: CompletionKind, limit: int = 8) -> list[str]:
    return [item.text for item in index.suggest(typed, limit) if item.kind is kind]


def test_a_word_is_completed_once_whatever_its_forms(filled: SearchIndex) -> None:
    assert offered(filled, "upph", WORD) == ["upphandling"]


def test_a_part_of_a_compound_is_completed_to_the_whole(filled: SearchIndex) -> None:
    assert "fordonsregistrering" in offered(filled, "registr", WORD)
    assert offered(filled, "gistr", WORD) == [], "a part begins where a word begins"


def test_the_words_before_stay_as_they_are_written(filled: SearchIndex) -> None:
    assert offered(filled, '"Sen  upph', WORD) == ['"Sen  upphandling']


def test_a_title_is_found_by_the_beginnings_of_its_words_and_the_newest_comes_first(
    filled: SearchIndex,
) -> None:
    assert offered(filled, "ny pla", TITLE) == [
        "Ny plattform för skolan",
        "Fordonsregistrering flyttades till en ny plattform",
    ]
    [title] = [item for item in filled.suggest("skolpl", 8) if item.kind is TITLE]
    assert title == SuggestedCompletion("Skolplattformen", TITLE, "skola")


@pytest.mark.parametrize("typed", ["transp", "ts", "vägtrafik", "vagtrafik"])
def test_an_organisation_is_found_by_each_of_its_names(filled: SearchIndex, typed: str) -> None:
    found = SuggestedCompletion("Transportstyrelsen", ORGANISATION, "transportstyrelsen")
    assert found in filled.suggest(typed, 8)


def test_a_term_says_which_facet_and_code_it_is(filled: SearchIndex) -> None:
    assert SuggestedCompletion("Införande", TERM, "fas=rollout") in filled.suggest("inför", 8)


@pytest.mark.parametrize(("typed", "meant"), [("uphandl", "upphandling"), ("skolpalt", "skolplattform")])
def test_one_wrong_letter_is_forgiven_from_the_fourth(filled: SearchIndex, typed: str, meant: str) -> None:
    assert meant in offered(filled, typed, WORD)


def test_three_letters_are_taken_as_they_are(filled: SearchIndex) -> None:
    assert filled.suggest("upq", 8) == ()


def test_without_dots_finds_words_with_them_and_with_dots_no_others(filled: SearchIndex) -> None:
    assert offered(filled, "atg", WORD) == offered(filled, "åtg", WORD) == ["åtgärder"]
    assert offered(filled, "üpph", WORD) == ["upphandling"]
    assert offered(filled, "skö", WORD) == []
    assert "skolplattform" in offered(filled, "sköl", WORD), "from four letters on it may be a slip"


@pytest.mark.parametrize("typed", ["", "   ", "((", "\0", "utfall:", "x" * 5000, "a " * 500, "\ud800", "\n"])
def test_anything_may_be_typed(filled: SearchIndex, typed: str) -> None:
    filled.suggest(typed, 8)


def test_nothing_of_a_story_that_was_taken_away_is_offered(filled: SearchIndex) -> None:
    filled.apply([], ["fordon"])
    for typed in ("fordonsr", "registr", "transp", "inför"):
        assert filled.suggest(typed, 8) == (), typed


def test_a_new_story_is_offered_at_once(filled: SearchIndex) -> None:
    filled.suggest("kvant", 8)
    filled.apply([story("ny", "Kvantdator", "Kvantdatorn kom.")], [])
    assert offered(filled, "kvant", WORD) == ["kvantdator"]
    assert offered(filled, "kvant", TITLE) == ["Kvantdator"]


def test_no_more_than_asked_for_and_words_leave_room_for_things(index: SearchIndex) -> None:
    words = " ".join(f"plan{ending}" for ending in ("ering", "era", "skede", "mål", "bok", "karta", "verk"))
    fill(index, [story(str(number), f"Plan nummer {number}", words) for number in range(5)])
    found = index.suggest("plan", 6)
    assert len(found) == 6
    assert [item.kind for item in found] == [WORD, WORD, WORD, TITLE, TITLE, TITLE]


def test_an_empty_index_offers_nothing(index: SearchIndex) -> None:
    assert index.suggest("upph", 8) == index.suggest("upphq", 8) == ()


def test_an_index_being_rebuilt_says_so() -> None:
    with pytest.raises(SearchUnavailable):
        NullIndex().suggest("upph", 8)


class TestLines:
    LINES = Lines([key(line) for line in ("Åtgärd sen", "En åtgärd", "Motåtgärd", "")])

    def test_where_a_line_and_a_word_begin(self) -> None:
        assert list(self.LINES.beginning("åtg")) == [0]
        assert list(self.LINES.with_words(["atg"])) == [0, 1]
        assert list(self.LINES.with_words(["sen", "åtg"])) == [0]
        assert list(self.LINES.inside("åtg")) == [(1, 3), (2, 3)]

    def test_a_line_is_given_back(self) -> None:
        assert [self.LINES.line(number) for number in range(4)] == [
            "åtgärd sen",
            "en åtgärd",
            "motåtgärd",
            "",
        ]


def test_a_beginning_is_mended_to_that_of_a_frequent_word_with_the_same_first_letter() -> None:
    beginnings = Beginnings(["hupphandling", "upphandling", "uthandling"])
    assert beginnings.mended("uphand") == ["upphand", "uthand"]
    assert Beginnings([]).mended("uphand") == []
