"""A compound of the query and its parts in the stories: together they are the word, apart they are words."""

from __future__ import annotations

from pathlib import Path

from kb.domain.wordlists import SynonymRole, SynonymSet, WordLists
from kb.search.index import SearchIndex
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import fill, found, story

FAR = " ord" * 9
LONG = " mer" * 40
APART = story("apart", "Säkerhet" + FAR + " brister", "Säkerhet." + FAR + " Brister.")


def test_parts_beside_each_other_come_before_parts_that_score_more(index: SearchIndex) -> None:
    fill(index, [APART, story("beside", "Annat", "Det fanns brister i säkerheten." + LONG)])
    assert found(index, "säkerhetsbrister") == ["beside", "apart"]


def test_parts_in_another_compound_stand_together(index: SearchIndex) -> None:
    fill(index, [APART, story("compound", "Annat", "En säkerhetsbristanalys." + LONG)])
    assert found(index, "säkerhetsbrister") == ["compound", "apart"]


def test_the_furthest_is_four_places(index: SearchIndex) -> None:
    five = "Handläggningen tog oss mycket längre tid. "
    fill(
        index,
        [
            story("five", "Handläggningen", five + FAR + five),
            story("four", "x", "Handläggningen tog mycket längre tid." + LONG),
        ],
    )
    assert found(index, "handläggningstid") == ["four", "five"]


def test_all_words_of_a_short_query_means_parts_that_stand_together(index: SearchIndex) -> None:
    fill(
        index,
        [
            story("apart", APART.title, "Skola. Skola. " + APART.text),
            story("beside", "Annat", "En skola hade brister i säkerheten." + LONG),
        ],
    )
    assert found(index, "skola säkerhetsbrister") == ["beside", "apart"]


def test_a_synonym_comes_before_parts_apart(tmp_path: Path, lemma_folder: Path) -> None:
    words = ((SynonymRole.WORD, "säkerhetsbrist"), (SynonymRole.WORD, "sårbarhet"))
    lists = WordLists((SynonymSet(words),))
    index = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder, word_lists=lambda: lists)
    index.rebuild([APART, story("synonym", "Annat", "Här fanns en sårbarhet." + LONG)])
    assert found(index, "säkerhetsbrister") == ["synonym", "apart"]


def test_the_last_part_alone_is_not_the_word(index: SearchIndex) -> None:
    fill(index, [story("hall", "Datahall", "En hall."), story("sim", "Simning", "Att simma är bra, sa de.")])
    assert found(index, "simhall") == []
    assert index.explain("simhall").total == 0


def test_the_first_part_alone_is_found_last(index: SearchIndex) -> None:
    fill(
        index,
        [
            story("first", "Upphandling"),
            story("both", "En plan", "För vår upphandling fanns en god plan." + LONG),
        ],
    )
    assert found(index, "upphandlingsplan") == ["both", "first"]


def test_a_last_part_that_is_a_compound_says_enough(index: SearchIndex) -> None:
    fill(index, [story("journal", "Journalsystem"), story("system", "System")])
    assert found(index, "vårdjournalsystem") == ["journal"]


def test_the_one_piece_of_a_word_with_a_hyphen_is_found_after_it(index: SearchIndex) -> None:
    fill(index, [story("piece", "Arkiv arkiv"), story("whole", "Annat", "Ett e-arkiv." + LONG)])
    assert found(index, "e-arkiv") == ["whole", "piece"]
