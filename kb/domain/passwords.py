"""Which passwords are taken: long ones that are not what someone would guess first (S-08, S-09).

There are no rules of composition. A password is cut into as few pieces as a guesser would: a word of the
lists, a name, a date, a row of the keyboard, something repeated; and a character that fits nothing. Too few
different pieces are too easy to guess, however long the password is. All marks count as one sort of piece.
"""

from __future__ import annotations

import functools
import gzip
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.domain.errors import Invalid

LENGTH_MIN = 12
LENGTH_MAX = 256
PIECES_MIN = 4
"""Of different sorts: *sommar*, *2026* and *!* are three."""

_FOLDER = Path(__file__).parent / "guesses"
_LONGEST_WORD = 32
_SERVICE = ("Erfarenhetsbanken", "Erfarenhetsbank")
_NAME_PART_MIN = 4
_GENERIC = frozenset(
    (
        *("kommun", "kommunen", "region", "regionen", "stad", "statens", "svenska", "sveriges"),
        *("styrelsen", "länsstyrelsen", "myndigheten", "myndighet", "verket", "rådet", "inspektionen"),
        *("info", "mail", "epost"),
    )
)
"""Parts of names that are nobody's in particular."""

_ROWS = (
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
    "1q2w3e4r5t6y7u8i9o0p",
    '!"#¤%&/()=?',
    "!@#$%^&*()_+",
    "abcdefghijklmnopqrstuvwxyzåäö",
    "01234567890",
)
_SEQUENCES = tuple(row for one in _ROWS for row in (one, one[::-1]))
_SEQUENCE_MIN = 3
_DATE = re.compile(r"(?:1[89]|20)\d\d|(?:(?:19|20)?\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_DATES = "date"
_MARKS = "mark"
_SEPARATORS = re.compile(r"[\W_]+")
_LOOK_ALIKE = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"} | {
    "@": "a",
    "$": "s",
    "!": "i",
    "€": "e",
    "+": "t",
    "|": "l",
}
_AS_I = str.maketrans(_LOOK_ALIKE)
_AS_L = str.maketrans(_LOOK_ALIKE | {"1": "l", "!": "l"})


def normal(password: str) -> str:
    """The one form of a password that is stored and compared: however å was typed, it is å (NFC)."""
    return unicodedata.normalize("NFC", password)


def check(password: str, *, about: Sequence[str] = ()) -> None:
    """Raise ``Invalid`` for a password that may not be chosen; the message says why.

    ``about`` are names and e-mail addresses of the person and names of the person's authorities.
    """
    password = normal(password)
    if any(unicodedata.category(character) in ("Cs", "Cc") for character in password):
        raise Invalid("Lösenordet innehåller tecken som inte går att använda.", field="password")
    if len(password) < LENGTH_MIN:
        raise Invalid(
            "Lösenordet är för kort. Skriv minst %(count)s tecken, gärna några ord efter varandra.",
            field="password",
            count=LENGTH_MIN,
        )
    if len(password) > LENGTH_MAX:
        raise Invalid(
            "Lösenordet är för långt. Skriv högst %(count)s tecken.", field="password", count=LENGTH_MAX
        )
    if _names_someone(password, (*_SERVICE, *about)):
        raise Invalid(
            "Lösenordet innehåller webbplatsens namn, din myndighets namn eller ditt eget namn. "
            "Det gissas lätt. Välj något annat.",
            field="password",
        )
    if len(_pieces(password)) < PIECES_MIN:
        raise Invalid(
            "Lösenordet är vanligt eller lätt att gissa. Välj hellre några ord som inte hör ihop.",
            field="password",
        )


def _names_someone(password: str, about: Sequence[str]) -> bool:
    readings = {_SEPARATORS.sub("", reading) for reading in _readings(password.casefold())}
    parts = {part for text in about for part in _name_parts(normal(text).casefold())}
    return any(form in reading for part in parts for form in {part, _plain(part)} for reading in readings)


def _name_parts(text: str) -> Iterator[str]:
    """The name whole, and those of its words that are someone's; of an address what is before the @ first."""
    local, _, domain = text.partition("@")
    words = _SEPARATORS.split(local) + domain.split(".")[:-1]
    if len(whole := _SEPARATORS.sub("", local)) >= _NAME_PART_MIN:
        yield whole
    for word in words:
        root = word[:-1] if word.endswith("s") and len(word) > _NAME_PART_MIN + 1 else word
        if len(root) >= _NAME_PART_MIN and word not in _GENERIC and root not in _GENERIC:
            yield root


def _pieces(password: str) -> set[str]:
    """The different pieces of the cut that has fewest of them."""
    text = password.casefold()
    if len(text) != len(password):
        text = password  # a letter that is two in lower case would move all that follows
    readings = _readings(text)
    best: list[tuple[int, int, str]] = [(0, 0, "")]
    for end in range(1, len(text) + 1):
        cuts = [(best[end - 1][0] + 1, end - 1, text[end - 1] if text[end - 1].isalnum() else _MARKS)]
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            piece = _known(text[start:end], [reading[start:end] for reading in readings])
            if piece:
                cuts.append((best[start][0] + 1, start, piece))
        best.append(min(cuts))
    found = set()
    end = len(text)
    while end:
        _, start, piece = best[end]
        found.add(piece)
        end = start
    return found


def _known(text: str, readings: list[str]) -> str:
    """What a guesser would know this stretch as, or nothing."""
    if len(set(text)) == 1:
        return text[0] if text[0].isalnum() else _MARKS
    if len(text) >= _SEQUENCE_MIN and any(text in row * 2 for row in _SEQUENCES):
        return text
    if _DATE.fullmatch(text):
        return _DATES
    if len(text) >= _SEQUENCE_MIN:
        return next((reading for reading in readings if reading in _words()), "")
    return ""


def _readings(text: str) -> list[str]:
    """The text as it stands, with look-alikes as letters, and all that without dots; of the same length."""
    forms = [text, text.translate(_AS_I), text.translate(_AS_L)]
    return list(dict.fromkeys([*forms, *map(_plain, forms)]))


def _plain(text: str) -> str:
    """Without the dots and rings of letters, a character for a character."""
    return "".join(unicodedata.normalize("NFD", character)[0] for character in text)


@functools.cache
def _words() -> frozenset[str]:
    """What passwords are made of, with the Swedish words as they are also typed without å, ä and ö."""
    common = gzip.decompress((_FOLDER / "common.txt.gz").read_bytes()).decode("utf-8").split()
    lines = (_FOLDER / "swedish.txt").read_text(encoding="utf-8").splitlines()
    swedish = [word for line in lines for word in line.partition("#")[0].split()]
    return frozenset((*common, *swedish, *map(_plain, swedish)))
