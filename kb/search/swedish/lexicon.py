"""Which words may stand first and last in a Swedish compound, from the spelling dictionary hunspell-sv.

The dictionary marks words that may begin or end a compound and says how the beginning changes
(*utredning* → *utrednings*, *gata* → *gatu*). Here that becomes a marisa trie of 2 MB: ``<form`` to the
word it comes from, ``>word`` for words that may end one; each with how many words of the dictionary begin or
end so. Those family sizes stand in for frequencies in a corpus: a part that makes many words makes this one.
"""

from __future__ import annotations

import re
import struct
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from kb.search.swedish import built

_PACKAGE, _FILE = "hunspell-sv", "sv_SE.dic"
_FORMAT = 1
_FIRST, _LAST, _ONLY_INSIDE, _FORBIDDEN = frozenset("XU"), "Y", "Z", frozenset("%!")
_SHORTEST, _SHORTEST_GENITIVE = 2, 7
_FAMILY = struct.Struct("<H")
_LARGEST_FAMILY = 65_535
_WORD = re.compile(r"[a-zåäöé]+\Z")
# The suffix rules of sv_SE.aff whose results may only begin a compound: flag to (taken away, put there).
_BEGINNINGS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys("zg", (("a", ""), ("e", ""), ("", "a"))),
    **dict.fromkeys("yh", (("a", "e"), ("", "e"))),
    "x": (("a", "o"), ("e", "o"), ("d", "t")),
    "w": (("a", "u"), ("um", "i")),
    **dict.fromkeys("vf", (("a", "s"), ("", "s"))),
    **dict.fromkeys("ui", (("a", "es"), ("e", "s"), ("", "es"))),
    "t": (
        *(("la", "el"), ("ma", ""), ("me", ""), ("ra", "er")),
        *(("er", "ra"), ("le", "el"), ("um", "e"), ("el", "la")),
    ),
    "s": (("", ""),),
}
# Forms that the dictionary lists by themselves (*arbets*, *gatu*, *föräldra*): what they may come from.
_ENDINGS_OF_FORMS = (
    ("s", ""),
    ("s", "e"),
    ("u", "a"),
    ("o", "a"),
    ("e", "a"),
    ("ra", "er"),
    ("", "a"),
    ("", "e"),
)
_NOUNS_WITH_S = ("ans", "ings", "hets", "ions", "tets", "skaps", "doms", "lings", "ments")
# Ordinary words whose compounds the dictionary lists one by one.
_MISSING = {"gatu": "gata"}


class First(NamedTuple):
    """A form that may begin a compound: the word it comes from, and how many words begin so."""

    base: str
    family: int


class Lexicon:
    """Opens the trie at the first question; builds it if missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{_PACKAGE}-{version()}" / f"compounds-{_FORMAT}.dic"
        self._trie: Any = None

    def first(self, form: str) -> First | None:
        """What begins a compound so, or None."""
        found = self._records("<" + form)
        return First(found[0][_FAMILY.size :].decode(), _FAMILY.unpack_from(found[0])[0]) if found else None

    def last(self, word: str) -> int:
        """How many words end in this one, which is in dictionary form; 0 when none may."""
        found = self._records(">" + word)
        return int(_FAMILY.unpack_from(found[0])[0]) if found else 0

    def prepare(self) -> None:
        """Build the trie now if it is missing."""
        if not self._file.exists():
            built.build_in_child("kb.search.swedish.lexicon", self._file)

    def _records(self, key: str) -> list[bytes]:
        if self._trie is None:
            self._trie = self._open()
        found: list[bytes] = self._trie.get(key) or []
        return found

    def _open(self) -> Any:
        self.prepare()
        try:
            return _load(self._file)
        except Exception:  # noqa: BLE001 - marisa raises RuntimeError, OSError or ValueError on a damaged file
            self._file.unlink(missing_ok=True)
            self.prepare()
            return _load(self._file)


def version() -> str:
    """The version of the dictionary."""
    return metadata.version(_PACKAGE)


def _load(file: Path) -> Any:
    from marisa_trie import BytesTrie  # noqa: PLC0415 - only a process that analyses words pays for it

    trie = BytesTrie().mmap(str(file))
    if ">system" not in trie:
        raise ValueError("the lexicon is empty")
    return trie


def build(file: Path) -> None:
    """Write the trie, whole or not at all."""
    from marisa_trie import BytesTrie  # noqa: PLC0415

    def write(folder: Path) -> Path:
        BytesTrie(_entries(_dictionary())).save(str(folder / "made"))
        return folder / "made"

    built.write_whole(file, write)


def _dictionary() -> dict[str, str]:
    """Word to flags, those of homonyms together."""
    files = metadata.files(_PACKAGE) or []
    path = next(Path(str(file.locate())) for file in files if file.name == _FILE)
    flags: defaultdict[str, str] = defaultdict(str)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        word, _, own = line.split("\t")[0].partition("/")
        if _WORD.match(word) and len(word) >= _SHORTEST and not _FORBIDDEN & set(own):
            flags[word] += own
    return dict(flags)


def _entries(flags: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    beginnings: dict[str, str] = {}
    for word, own in flags.items():
        if _FIRST & set(own):
            is_base = _is_word(word, flags) and not _is_genitive(word, flags)
            beginnings[word] = word if is_base else _origin(word, flags)
    for word, own in flags.items():
        for form in {form for flag in own for form in _changed(word, flag)}:
            # *skatte* comes from *skatt* rather than from *skatta*.
            beginnings[form] = min(beginnings.get(form, word), word, key=len)
    beginnings |= _MISSING
    # *samverkan* is listed only as the beginning *samverkans*.
    last = {word for word in flags if _is_word(word, flags)} | set(_MISSING.values())
    last |= {base for form, base in beginnings.items() if form == base + "s" and base not in flags}
    begin, end = Counter[str](), Counter[str]()
    for word in flags:
        for at in range(_SHORTEST, len(word) - _SHORTEST + 1):
            begin[word[:at]] += word[:at] in beginnings
            end[word[at:]] += word[at:] in last
    for form, base in beginnings.items():
        yield "<" + form, _FAMILY.pack(min(begin[form] + 1, _LARGEST_FAMILY)) + base.encode()
    for word in last:
        yield ">" + word, _FAMILY.pack(min(end[word] + 1, _LARGEST_FAMILY))


def _changed(word: str, flag: str) -> Iterator[str]:
    """The first rule that fits, as hunspell's conditions say; rule ``t`` may fit in one way only."""
    for away, there in _BEGINNINGS.get(flag, ()):
        if word.endswith(away):
            yield word[: len(word) - len(away)] + there
            return


def _origin(form: str, flags: dict[str, str]) -> str:
    for away, there in _ENDINGS_OF_FORMS:
        if form.endswith(away):
            word = form[: len(form) - len(away)] + there
            if _is_word(word, flags) or (word + "s" == form and word in flags):
                return word
    return form.removesuffix("s") if form.endswith(_NOUNS_WITH_S) else form


def _is_genitive(form: str, flags: dict[str, str]) -> bool:
    """*företags*, which the dictionary lists beside *företag*; *kurs* is not of *kur*."""
    return len(form) >= _SHORTEST_GENITIVE and form.endswith("s") and _is_word(form[:-1], flags)


def _is_word(form: str, flags: dict[str, str]) -> bool:
    return _LAST in flags.get(form, "") and _ONLY_INSIDE not in flags[form]


if __name__ == "__main__":
    build(Path(sys.argv[1]))
