"""Passwords: long ones are welcome however they are made, those guessed first are refused (S-08, S-09)."""

from __future__ import annotations

import gzip
import time
import unicodedata

import pytest

from kb.domain import passwords
from kb.domain.errors import Invalid

ABOUT = (
    "Anna-Karin Björklund",
    "ak.bjorklund@skogsstyrelsen.se",
    "Skogsstyrelsen",
    "Sundsvalls kommun",
    "MSB",
)

COMMON = "vanligt eller lätt att gissa"
SHORT = "för kort"
NAMED = "namn"


def refused(password: str, about: tuple[str, ...] = ()) -> str:
    with pytest.raises(Invalid) as raised:
        passwords.check(password, about=about)
    assert raised.value.field == "password"
    assert password not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "hästar flyger sällan söderut",
        "två glas mjölk till frukost",
        "vqkzjwpxmtrb",
        "kX9vP2qZ7mRw",
        "8041 6273 5519 lampa",
        "å" * 3 + "tkomst till gröten 🐱",
    ],
)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    """S-08: no rules of composition."""
    passwords.check(password, about=ABOUT)


class TestLength:
    def test_twelve_is_enough_and_eleven_is_not(self) -> None:
        passwords.check("vqkzjwpxmtrb")
        assert SHORT in refused("vqkzjwpxmtr")

    def test_a_long_swedish_sentence_with_an_emoji_is_taken_whole(self) -> None:
        """S-08: 128 characters with å and emoji, nothing cut off."""
        sentence = ("Tre små grisar åt gröt 🐷 på en ö i Hjälmaren, " * 4)[:128]
        assert len(sentence) == 128
        passwords.check(sentence)

    def test_two_hundred_and_fifty_six_is_the_most(self) -> None:
        longest = ("vqkzjwpxmtrbgh" * 19)[:256]
        passwords.check(longest)
        assert "för långt" in refused(longest + "k")

    def test_letters_are_counted_and_not_bytes_or_dots(self) -> None:
        """Eleven letters typed with their dots apart are more than twelve signs, and not twelve letters."""
        assert SHORT in refused(unicodedata.normalize("NFD", "åöäåöäåöäål"))

    def test_spaces_are_kept(self) -> None:
        assert passwords.normal(" hej  du ") == " hej  du "


class TestGuessable:
    """S-09: what stands on the lists of those who guess, and what is made of that."""

    @pytest.mark.parametrize(
        "password",
        [
            "Lösenord123!",
            "lösenord1234",
            "L0s3n0rd!!!!",
            "P@ssw0rd2026!!",
            "sommar2026!!",
            "Sommaren2026!",
            "sommar-2026-!!",
            "SommarSommar1",
            "Februari2026!",
            "juni2026juni2026",
            "Välkommen2026!",
            "valkommen1234",
            "Stockholm2026!",
            "Sundsvall12345",
            "Hammarby1889!!",
            "IFKGöteborg1904",
            "AnnaAnnaAnna1",
            "qwertyuiopåå",
            "1qaz2wsx3edc",
            "zxcvbnmasdfghj",
            "123456789012",
            "abcdefghijklmn",
            "aaaaaaaaaaaaaaaa",
            "ababababababab",
            "HejHejHej123",
            "katt19871123",
            "1987112312345",
            "!!!!!!!!!!!!!",
            "passwordpassword",
            "iloveyou12345",
            "AdminAdmin2026",
        ],
    )
    def test_it_is_refused_with_a_reason(self, password: str) -> None:
        assert COMMON in refused(password)

    def test_a_short_one_is_told_to_be_longer(self) -> None:
        assert SHORT in refused("sommar2026")

    def test_dots_apart_are_no_way_around(self) -> None:
        assert COMMON in refused(unicodedata.normalize("NFD", "Lösenord123!"))

    def test_the_list_holds_the_three_thousand_most_common(self) -> None:
        """And ten times that; those of twelve signs and more that stand on it are refused."""
        listed = gzip.decompress((passwords._FOLDER / "common.txt.gz").read_bytes()).decode().split()
        assert len(listed) > 30_000
        assert listed == sorted(set(listed))
        for password in (one for one in listed if len(one) >= passwords.LENGTH_MIN):
            assert COMMON in refused(password)

    def test_the_swedish_words_are_in_lower_case(self) -> None:
        text = (passwords._FOLDER / "swedish.txt").read_text(encoding="utf-8")
        words = [word for line in text.splitlines() for word in line.partition("#")[0].split()]
        assert len(words) > 1_000
        assert [word for word in words if word != passwords.normal(word).casefold()] == []


class TestNames:
    """S-09: the service's name, the authority's and the person's."""

    @pytest.mark.parametrize(
        "password",
        [
            "Erfarenhetsbanken är jättebra 77",
            "erfarenhets-banken kzqw",
            "Skogsstyrelsen kzqw 77 lampor",
            "sk0gsstyr3ls3n kzqw 77",
            "vi bor i Sundsvall vid havet",
            "Björklund dricker mycket te",
            "bjorklund dricker mycket te",
            "karin dricker mycket te",
            "AnnaKarinÄterPäron88",
        ],
    )
    def test_a_name_is_refused(self, password: str) -> None:
        assert NAMED in refused(password, ABOUT)

    @pytest.mark.parametrize(
        "password",
        ["en kommun är ett stort hus", "msbkvzqjwpxmt", "akvzqjwpxmtrb", "sedan sist var det kallt"],
    )
    def test_what_is_nobodys_in_particular_is_taken(self, password: str) -> None:
        passwords.check(password, about=ABOUT)

    def test_it_is_another_reason_than_that_it_is_common(self) -> None:
        assert refused("Skogsstyrelsen 1 2 3 kvq", ABOUT) != refused("Lösenord123!")
        passwords.check("Skogsstyrelsen 1 2 3 kvq")


@pytest.mark.parametrize("sign", ["\x00", "\n", "\ud800"])
def test_what_no_keyboard_gives_is_refused(sign: str) -> None:
    assert "tecken som inte går" in refused(f"två glas mjölk{sign} till frukost")


@pytest.mark.parametrize(
    "password", ["!" * 256, "password" * 32, "1qaz2wsx" * 32, "ẞ" * 256, "0123456789@$" * 21, "åäö " * 64]
)
def test_the_worst_takes_no_time(password: str) -> None:
    passwords._words()
    began = time.perf_counter()
    refused(password)
    assert time.perf_counter() - began < 0.5
