"""LIX of texts whose words and sentences were counted by hand (A-40)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.plain_language import lix, longest_sentences, longest_words, sentences, words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Det gick bra. Sedan gick det sämre!", 2),
        ("Vad kostade det? Ingen vet …", 2),
        ("Vi köpte t.ex. skärmar, bl.a. till Polisen.", 1),
        ("Vi köpte t.ex. Windows och s.k. Chromebooks.", 1),
        ("Mötet börjar kl. 8.30 den 3. maj.", 1),
        ("Det blev dyrare, senare m.m. Sedan lades det ned.", 2),
        ("Det blev dyrare m.m. och sedan lades det ned.", 1),
        ("Priset var 63 kr. Det var för mycket.", 2),
        ("Det hände 2017. Året efter var det klart.", 2),
        ("Det sade A. Svensson.", 1),
        ("1. Läs igenom. 2. Skriv under.", 2),
        ("”Det gick bra.” Så sade de.", 2),
        ("En rubrik\nEn mening.", 2),
        ("Läs mer på https://exempel.se/om.en.sak?q=1. Tack.", 2),
        ("Skriv till namn@exempel.se. Tack.", 2),
        ("– ”!” …", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, number: int) -> None:
    assert len(sentences(text)) == number, sentences(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("EU:s e-tjänst kostade 12,5 Mkr", 5),
        ("Läs https://exempel.se/en-lång-adress och skriv till namn@exempel.se", 4),
        ("och/eller – t.ex. så", 3),
        ("", 0),
    ],
)
def test_words_are_counted_as_they_are_read(text: str, number: int) -> None:
    assert len(words(text)) == number, words(text)


def test_lix_is_length_of_sentences_and_share_of_long_words() -> None:
    # 10 words, 2 sentences, 3 words of seven letters or more: Systemet, byggdes, Kostnaden.
    text = "Systemet byggdes på två år. Kostnaden blev den som var."
    assert len(words(text)) == 10
    assert lix(text) == pytest.approx(10 / 2 + 100 * 3 / 10)


def test_a_word_of_six_letters_is_not_long_and_hyphens_are_no_letters() -> None:
    assert lix("system") == 1
    assert lix("it-stöd") == 1
    assert lix("systemet") == 101


def test_a_text_without_words_has_no_lix() -> None:
    assert lix("") == lix("  … – \n") == 0


def test_five_thousand_words_take_less_than_50_ms() -> None:
    text = "Det gick bra t.ex. i Kiruna den 3. maj 2017. Utredningen blev klar. " * 400
    assert len(words(text)) > 5_000
    started = time.process_time()
    lix(text)
    assert time.process_time() - started < 0.05


@given(st.text(alphabet="ab åÅ.!?\n1 ”", max_size=200))
def test_any_text_has_a_lix_and_no_word_is_lost(text: str) -> None:
    assert lix(text) >= 0
    assert sum(len(words(sentence)) for sentence in sentences(text)) == len(words(text))


def test_the_longest_sentences_come_first_and_short_ones_not_at_all() -> None:
    short = "Det gick bra."
    long = " ".join(["ord"] * 26) + "."
    longer = " ".join(["ord"] * 30) + "."
    text = f"{short} {long.capitalize()} {longer.capitalize()} {short} {long.capitalize()}"
    assert longest_sentences(text) == (longer.capitalize(), long.capitalize())
    assert longest_sentences(text, limit=1) == (longer.capitalize(),)
    assert longest_sentences(" ".join(["ord"] * 25) + ".") == ()


def test_the_longest_words_are_told_once_each() -> None:
    text = "Verksamhetsutveckling och verksamhetsutveckling, informationssäkerhetsarbete i systemet."
    assert longest_words(text) == ("informationssäkerhetsarbete", "verksamhetsutveckling")
    assert longest_words("systemet") == ()


@pytest.mark.parametrize(
    "part", ["t.ex. ", "a. ", "1. ", "ord ", "Ord. ", ".", "\n", ". a", "a", "a@", ".)", "www.", "-"]
)
def test_a_hundred_thousand_signs_take_no_time(part: str) -> None:
    text = (part * 100_000)[:100_000]
    started = time.process_time()
    lix(text)
    longest_sentences(text)
    longest_words(text)
    assert time.process_time() - started < 1.5
