"""Passwords are hashed with argon2id, verified in equal time, and held against the site's own file."""

from __future__ import annotations

import hashlib
import random
import statistics
import time
import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type
from argon2 import profiles as argon2_profiles
from flask import Flask

from kb.domain.errors import Invalid
from kb.services import passwords
from tests.installation import running

GOOD = "två glas mjölk till frukost"


@pytest.mark.usefixtures("app")
class TestHashing:
    def test_it_is_argon2id_with_the_parameters_of_the_settings(self) -> None:
        """S-10."""
        assert passwords.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    def test_each_hash_has_a_salt_of_its_own(self) -> None:
        assert passwords.hash_password(GOOD) != passwords.hash_password(GOOD)

    def test_the_right_password_is_right_and_any_other_is_not(self) -> None:
        stored = passwords.hash_password(GOOD)
        assert passwords.verify(stored, GOOD)
        assert not passwords.verify(stored, GOOD + " ")
        assert not passwords.verify(stored, GOOD.upper())
        assert not passwords.verify(stored, "")

    def test_nothing_is_cut_off(self) -> None:
        """S-08: of 256 characters the last one counts, also where each is four bytes."""
        long = "🐱" * 255
        stored = passwords.hash_password(long + "a")
        assert passwords.verify(stored, long + "a")
        assert not passwords.verify(stored, long + "b")

    def test_however_the_letters_were_typed(self) -> None:
        """S-08: å as one sign and as a and ring are the same password."""
        composed, apart = (unicodedata.normalize(form, GOOD) for form in ("NFC", "NFD"))
        assert composed != apart
        assert passwords.verify(passwords.hash_password(composed), apart)
        assert passwords.verify(passwords.hash_password(apart), composed)

    def test_the_longest_fits_with_its_rings_apart(self) -> None:
        longest = "å" * 256
        assert passwords.verify(passwords.hash_password(longest), unicodedata.normalize("NFD", longest))

    def test_without_a_hash_none_is_right(self) -> None:
        for password in ("", "the password of nobody", GOOD):
            assert not passwords.verify(None, password)

    @pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=1$", "$2b$12$abcdefghijklmnopqrstuv"])
    def test_a_broken_hash_is_no_way_in(self, stored: str) -> None:
        assert not passwords.verify(stored, GOOD)

    def test_a_giant_is_not_worked_on(self) -> None:
        began = time.perf_counter()
        assert not passwords.verify(passwords.hash_password(GOOD), "å" * 5_000_000)
        assert time.perf_counter() - began < 2


def test_a_hash_of_other_parameters_is_to_be_made_anew(app: Flask, instance: Path) -> None:
    """S-10: what was hashed with less is right, and told apart."""
    old = PasswordHasher.from_parameters(argon2_profiles.CHEAPEST).hash(GOOD)
    assert passwords.verify(old, GOOD)
    assert passwords.needs_rehash(old)
    now = passwords.hash_password(GOOD)
    assert not passwords.needs_rehash(now)
    weaker_kind = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1, type=Type.I).hash(GOOD)
    assert passwords.needs_rehash(weaker_kind)
    with running(instance, argon2_rounds=3):
        assert passwords.needs_rehash(now)
        assert passwords.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=3,p=1$")


def test_no_hash_takes_as_long_as_a_wrong_password(app: Flask) -> None:
    """S-12: the two by turns, so that a busy machine slows both."""
    stored = passwords.hash_password(GOOD)
    taken: dict[str | None, list[float]] = {None: [], stored: []}
    for _ in range(30):
        for one, times in taken.items():
            began = time.perf_counter()
            passwords.verify(one, "fel lösenord här")
            times.append(time.perf_counter() - began)
    nobody, somebody = (statistics.median(times) for times in taken.values())
    assert abs(nobody - somebody) <= 0.2 * max(nobody, somebody)


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


class TestTheSitesOwnFile:
    """S-09: a file of leaked passwords, read where it lies."""

    @pytest.mark.parametrize("count", [1, 2, 3, 50, 2_000])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_sorted_hashes(self, count: int, end: str, tmp_path: Path) -> None:
        listed = [f"läckt lösenord nummer {number}" for number in range(count)]
        counts = random.Random(count)
        lines = sorted(f"{sha1(one)}:{counts.randint(1, 10**6)}" for one in listed)
        file = tmp_path / "pwned.txt"
        file.write_bytes("".join(line + end for line in lines).encode("ascii"))
        assert [one for one in listed if not passwords.is_listed(file, one)] == []
        assert not passwords.is_listed(file, "läckt lösenord nummer x")
        assert [one for one in range(200) if passwords.is_listed(file, f"annat {one}")] == []

    def test_hashes_in_small_letters_without_counts_and_without_a_last_line_end(self, tmp_path: Path) -> None:
        file = tmp_path / "pwned.txt"
        file.write_text("\n".join(sorted(sha1(str(number)).lower() for number in range(9))))
        assert all(passwords.is_listed(file, str(number)) for number in range(9))
        assert not passwords.is_listed(file, "9")

    def test_a_large_file_is_not_read_through(self, tmp_path: Path) -> None:
        file = tmp_path / "pwned.txt"
        with file.open("w", encoding="ascii") as lines:
            lines.writelines(f"{number:040X}:1\n" for number in range(400_000))
        began = time.perf_counter()
        assert not passwords.is_listed(file, GOOD)
        assert time.perf_counter() - began < 0.1

    @pytest.mark.parametrize("end", ["\n", "\r\n", ""])
    def test_passwords_as_they_are(self, end: str, tmp_path: Path) -> None:
        file = tmp_path / "läckta.txt"
        file.write_bytes(f"hejsan svejsan på dejsan\n{GOOD}{end}".encode())
        assert passwords.is_listed(file, GOOD)
        assert not passwords.is_listed(file, GOOD[:-1])
        assert not passwords.is_listed(file, "")

    @pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n\x00"])
    def test_a_file_of_nothing_refuses_nothing(self, content: bytes, tmp_path: Path) -> None:
        file = tmp_path / "tom"
        file.write_bytes(content)
        assert not passwords.is_listed(file, GOOD)

    def test_what_it_lists_may_not_be_chosen(self, instance: Path, tmp_path: Path) -> None:
        file = tmp_path / "läckta.txt"
        file.write_text(f"{GOOD}\n", encoding="utf-8")
        with running(instance, passwords_file=file):
            with pytest.raises(Invalid, match="läckta lösenord") as raised:
                passwords.check(unicodedata.normalize("NFD", GOOD))
            assert raised.value.field == "password"
            passwords.check("tre glas mjölk till frukost")
        with running(instance):
            passwords.check(GOOD)


def test_the_rules_of_every_password_hold_too(app: Flask) -> None:
    with pytest.raises(Invalid, match="lätt att gissa"):
        passwords.check("Lösenord123!")
    with pytest.raises(Invalid, match="namn"):
        passwords.check("Boverket kzqw 77 lampor", about=("Boverket",))
