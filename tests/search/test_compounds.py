"""Swedish compounds: cut where a reader would, and left whole where the parts mean something else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb.search.swedish import Analyzer
from kb.search.swedish.lexicon import Lexicon
from tests.shared import ROOT


def parts(analyzer: Analyzer, word: str) -> list[str]:
    return [term.word for term in analyzer.terms(word) if term.depth == 1]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fordonsregistrering", "fordon registrering"),
        ("fordonsregistreringarna", "fordon registrering"),
        ("jämställdhetsbonus", "jämställdhet bonus"),
        ("ärendehanteringssystem", "ärende hantering system"),
        ("arbetsmiljö", "arbete miljö"),
        ("gatubelysning", "gata belysning"),
        ("kyrkobyggnad", "kyrka byggnad"),
        ("skolplattform", "skola plattform"),
        ("föräldrapenning", "förälder penning"),
        ("skattesystemet", "skatt system"),
        ("kommunsamverkan", "kommun samverkan"),
        ("studentbostäder", "student bostad"),
        ("socialförsäkringen", "social försäkring"),
        ("trafikkontor", "trafik kontor"),
        ("direktupphandling", "direkt upphandling"),
    ],
)
def test_a_compound_is_cut_into_the_words_it_is_made_of(analyzer: Analyzer, word: str, expected: str) -> None:
    assert [analyzer.term(part) for part in parts(analyzer, word)] == [
        analyzer.term(part) for part in expected.split()
    ]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "upphandling",
            "ansvar",
            "försvar",
            "samverkan",
            "underlag",
            "underhåll",
            "försäkring",
            "utbildning",
        ),
        *(
            "tillgänglighet",
            "organisation",
            "verktyg",
            "leverantör",
            "granskning",
            "behandling",
            "genombrott",
        ),
        *(
            "sjukdomar",
            "ungdomarna",
            "storlek",
            "kombination",
            "medborgarskap",
            "handläggning",
            "handläggare",
        ),
    ],
)
def test_a_word_whose_parts_mean_something_else_is_left_whole(analyzer: Analyzer, word: str) -> None:
    assert parts(analyzer, word) == []


def test_a_part_that_is_a_compound_is_cut_again_one_deeper(analyzer: Analyzer) -> None:
    found = {term.word: term.depth for term in analyzer.terms("sjukvårdspersonalen")}
    assert found == {"sjukvårdspersonalen": 0, "sjukvård": 1, "sjuk": 2, "vård": 2, "personal": 1}


def test_the_third_of_three_equal_letters_is_put_back(analyzer: Analyzer) -> None:
    assert parts(analyzer, "trafikkapacitet") == parts(analyzer, "trafik-kapacitet")


def test_the_whole_weighs_more_than_its_parts(analyzer: Analyzer) -> None:
    whole, *rest = analyzer.terms("ärendehanteringssystem")
    assert rest
    assert all(part.weight < whole.weight for part in rest)


def test_an_exception_forbids_or_gives_the_parts_also_of_inflected_words(lemma_folder: Path) -> None:
    taught = Analyzer(lemma_folder, {"journalsystem": (), "glasskål": ("glas", "skål")})
    assert parts(taught, "journalsystemet") == []
    assert parts(taught, "glasskål") == ["glas", "skål"]
    assert taught.version != Analyzer(lemma_folder).version


def test_the_shipped_exceptions_are_words_that_the_rules_would_split(lemma_folder: Path) -> None:
    """An exception that changes nothing is one that nobody can defend."""
    rows = yaml.safe_load((ROOT / "seed" / "compounds.yaml").read_text(encoding="utf-8"))
    by_rule = Analyzer(lemma_folder)
    assert [row["word"] for row in rows if parts(by_rule, row["word"]) == row["parts"]] == []


@pytest.mark.parametrize(
    "word", ["a" * 100, "jord" * 25, "sjuk" * 15, "s" * 60, "arbetsarbetsarbetsarbetsarbets"]
)
def test_long_and_strange_words_cost_little(analyzer: Analyzer, word: str) -> None:
    assert len(analyzer.terms(word)) < 20


class TestTheLexicon:
    def test_it_says_what_a_beginning_comes_from(self, lemma_folder: Path) -> None:
        lexicon = Lexicon(lemma_folder)
        begun = {
            form: found.base for form in ("utrednings", "arbets", "gatu") if (found := lexicon.first(form))
        }
        assert begun == {"utrednings": "utredning", "arbets": "arbete", "gatu": "gata"}
        assert lexicon.first("upphandl") is None
        assert lexicon.last("system") > lexicon.last("bonus") > 0
        assert lexicon.last("arbets") == 0

    def test_a_damaged_one_is_built_again(self, tmp_path: Path) -> None:
        Lexicon(tmp_path).prepare()
        (file,) = tmp_path.rglob("*.dic")
        file.write_bytes(b"rubbish")
        assert Lexicon(tmp_path).last("system") > 0
