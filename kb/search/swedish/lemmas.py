"""The dictionary form of a word, from simplemma's Swedish list as a marisa trie (5 MB on disk, mapped).

The trie is built once into a folder the caller names. Building needs 240 MB for a second, so a child
process does it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import simplemma
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

from kb.search.swedish import built

_LANGUAGE = "sv"


class Lemmas:
    """Word to dictionary form. Opens the trie at the first question; builds it if missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"simplemma-{simplemma.__version__}" / f"{_LANGUAGE}.dic"
        self._dictionary: Mapping[str, str] | None = None

    def lemma(self, word: str) -> str:
        """The dictionary form of a word in lower case; the word itself when it is not known."""
        return self._listed(word) or word

    def knows(self, word: str) -> bool:
        """Whether the list has a word in lower case."""
        return self._listed(word) is not None

    def _listed(self, word: str) -> str | None:
        if self._dictionary is None:
            self._dictionary = self._open()
        return self._dictionary.get(word)

    def prepare(self) -> None:
        """Build the trie now if it is missing, so that no search has to wait for it."""
        if not self._file.exists():
            built.build_in_child("kb.search.swedish.lemmas", self._file)

    def _open(self) -> Mapping[str, str]:
        self.prepare()
        try:
            return self._load()
        except Exception:  # noqa: BLE001 - marisa raises RuntimeError, OSError or ValueError on a damaged file
            self._file.unlink(missing_ok=True)
            self.prepare()
            return self._load()

    def _load(self) -> Mapping[str, str]:
        from marisa_trie import BytesTrie  # noqa: PLC0415 - the child that builds does not need it here
        from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieWrapDict  # noqa: PLC0415

        trie = BytesTrie().mmap(str(self._file))
        if "och" not in trie and "hus" not in trie:
            raise ValueError("the lemma trie is empty")
        return TrieWrapDict(trie)


def build(file: Path) -> None:
    """Write the trie, whole or not at all, however many processes do it at once."""

    def write(folder: Path) -> Path:
        TrieDictionaryFactory(disk_cache_dir=str(folder)).get_dictionary(_LANGUAGE)
        return folder / f"{_LANGUAGE}.dic"

    built.write_whole(file, write)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
