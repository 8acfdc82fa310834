"""The analysis chain: what becomes of a written word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb.domain.errors import StorageUnavailable
from kb.search.swedish import Analyzer
from kb.search.swedish.lemmas import Lemmas
from kb.search.swedish.stopwords import STOP_WORDS
from kb.search.swedish.tokens import clean, fold, normalise, sentence_key, words
from kb.search.swedish.umlauts import singular


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("En e-tjänst, två!", ["En", "e-tjänst", "två"]),
        ("EU:s regler (2016/679)", ["EU:s", "regler", "2016", "679"]),
        ("bl.a. version 2.7.4.", ["bl.a", "version", "2.7.4"]),
        ("och/eller snake_case", ["och", "eller", "snake", "case"]),
        ("sjuk- och hälsovård", ["sjuk", "och", "hälsovård"]),
        ("O'Brien d’Or", ["O'Brien", "d’Or"]),
        ("--- ... :::", []),
        ("", []),
    ],
)
def test_words_keep_their_inner_marks(text: str, expected: list[str]) -> None:
    assert [word.text for word in words(text)] == expected


def test_words_say_where_they_stand() -> None:
    text = "Våra e-tjänster: bra."
    assert [text[word.start : word.end] for word in words(text)] == ["Våra", "e-tjänster", "bra"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ÅÄÖ", "åäö"),
        ("A\u030angstrom", "ångstrom"),
        ("upp\u00adhandling", "upphandling"),
        ("Idé", "ide"),
        ("Müller", "muller"),
        ("Façade", "facade"),
        ("ÉTÉ", "ete"),
    ],
)
def test_swedish_letters_stay_and_other_marks_go(written: str, expected: str) -> None:
    assert normalise(written) == expected


def test_folding_is_for_comparing_only() -> None:
    assert fold("ångmöte") == "angmote"
    assert clean("a\u0308") == "ä"


def test_a_sentence_key_ignores_case_and_punctuation() -> None:
    assert sentence_key("Vad är det – egentligen?") == sentence_key("vad är DET egentligen")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("myndighet", "myndigheternas"),
        ("myndigheter", "myndigheterna"),
        ("kommun", "kommunernas"),
        ("register", "registren"),
        ("regel", "regler"),
        ("museum", "museer"),
        ("öppen", "öppna"),
        ("utveckla", "utvecklade"),
        ("införa", "införde"),
        ("bygga", "byggt"),
        ("barn", "barnens"),
        ("stad", "städer"),
        ("land", "ländernas"),
        ("natt", "nätterna"),
        ("man", "männens"),
        ("tand", "tänder"),
        ("bok", "böckerna"),
        ("ledamot", "ledamöterna"),
        ("storstad", "storstäder"),
        ("verkstad", "verkstäderna"),
        ("stor", "större"),
        ("ung", "yngst"),
        ("EU", "EU:s"),
        ("SCB", "SCB:s"),
        ("e-tjänst", "e-tjänster"),
        ("e-tjänst", "etjänsten"),
        ("IT-system", "itsystemet"),
    ],
)
def test_forms_of_a_word_meet(analyzer: Analyzer, one: str, other: str) -> None:
    assert analyzer.terms(one)[0].text == analyzer.terms(other)[0].text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vård", "vårdnad"),
        ("organ", "organisation"),
        ("bank", "bänk"),
        ("mal", "mål"),
        ("lan", "län"),
        ("far", "får"),
        ("data", "datum"),
        ("politik", "polis"),
        ("it", "se"),
    ],
)
def test_other_words_do_not(analyzer: Analyzer, one: str, other: str) -> None:
    assert {term.text for term in analyzer.terms(one)}.isdisjoint(term.text for term in analyzer.terms(other))


@pytest.mark.parametrize("word", ["och", "Att", "som", "på", "i", "I", "är", "för"])
def test_stop_words_have_no_term(analyzer: Analyzer, word: str) -> None:
    assert analyzer.terms(word) == ()


@pytest.mark.parametrize("word", ["IT", "it", "AI", "ai", "is", "OM", "DE", "VI", "C", "5", "the", "and"])
def test_abbreviations_short_and_english_words_are_words(analyzer: Analyzer, word: str) -> None:
    assert analyzer.terms(word)


def test_no_abbreviation_of_the_trade_is_a_stop_word() -> None:
    assert STOP_WORDS.isdisjoint({"it", "ai", "eu", "ehm", "lou", "ux", "rpa", "ppm", "pm"})


def test_joined_form_weighs_one_and_its_pieces_half(analyzer: Analyzer) -> None:
    terms = {term.text: term.weight for term in analyzer.terms("IT-projekt")}
    assert terms == {"itprojek": 1.0, "it": 0.5, "projek": 0.5}


def test_a_single_letter_is_no_piece(analyzer: Analyzer) -> None:
    assert [term.text for term in analyzer.terms("e-post")] == ["epost", "post"]


@pytest.mark.parametrize(
    ("form", "base"),
    [("grannländerna", "grannland"), ("allmän", None), ("allmänna", None), ("hus", None), ("högst", "hög")],
)
def test_vowel_changes(form: str, base: str | None) -> None:
    assert singular(form) == base


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *(("gran", True), ("granar", True), ("hand", True), ("handen", True)),
        *(("mote", False), ("vard", False), ("sakerhet", False), ("far", False)),
    ],
)
def test_a_word_whose_letters_are_meant_as_they_stand(analyzer: Analyzer, word: str, expected: bool) -> None:
    assert analyzer.is_regular(word) is expected


def test_a_very_long_word_is_cut(analyzer: Analyzer) -> None:
    assert len(analyzer.terms("x" * 5000)[0].text) <= 100


class TestTheLemmaTrie:
    def test_it_is_written_in_the_named_folder_only(self, lemma_folder: Path, analyzer: Analyzer) -> None:
        analyzer.prepare()
        assert [path.suffix for path in lemma_folder.rglob("*") if path.is_file()] == [".dic", ".dic"]

    def test_a_damaged_one_is_built_again(self, tmp_path: Path) -> None:
        lemmas = Lemmas(tmp_path)
        lemmas.prepare()
        (file,) = tmp_path.rglob("*.dic")
        file.write_bytes(b"rubbish")
        assert lemmas.lemma("myndigheterna") == "myndighet"

    def test_a_folder_that_cannot_be_written_says_so(self, tmp_path: Path) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("not a folder")
        with pytest.raises(StorageUnavailable, match="disken"):
            Lemmas(blocked).lemma("myndigheterna")

    def test_two_processes_may_build_at_once(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "kb.search.swedish.lemmas", str(tmp_path / "sv.dic")]
        both = [subprocess.Popen(command) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert [path.name for path in tmp_path.iterdir()] == ["sv.dic"]
