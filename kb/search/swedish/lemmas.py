"""The dictionary form of a word, from simplemma's Swedish list as a marisa trie (5 MB on disk, mapped).

The trie is built once into a folder the caller names. Building needs 240 MB for a second, so a child
process does it: a web process that finds no trie stays small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import simplemma
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

from kb.domain.errors import SearchUnavailable, StorageUnavailable

_LANGUAGE = "sv"
_BUILD_SECONDS = 120


class Lemmas:
    """Word to dictionary form. Opens the trie at the first question; builds it if missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"simplemma-{simplemma.__version__}"
        self._dictionary: Mapping[str, str] | None = None

    def lemma(self, word: str) -> str:
        """The dictionary form of a word in lower case; the word itself when it is not known."""
        if self._dictionary is None:
            self._dictionary = self._open()
        return self._dictionary.get(word) or word

    def prepare(self) -> None:
        """Build the trie now if it is missing, so that no search has to wait for it."""
        if not self._file.exists():
            self._build_in_child()

    @property
    def _file(self) -> Path:
        return self._folder / f"{_LANGUAGE}.dic"

    def _open(self) -> Mapping[str, str]:
        self.prepare()
        try:
            return self._load()
        except Exception:  # noqa: BLE001 - marisa raises RuntimeError, OSError or ValueError on a damaged file
            self._file.unlink(missing_ok=True)
            self._build_in_child()
            return self._load()

    def _load(self) -> Mapping[str, str]:
        from marisa_trie import BytesTrie  # noqa: PLC0415 - the child that builds does not need it here
        from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieWrapDict  # noqa: PLC0415

        trie = BytesTrie().mmap(str(self._file))
        if "och" not in trie and "hus" not in trie:
            raise ValueError("the lemma trie is empty")
        return TrieWrapDict(trie)

    def _build_in_child(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageUnavailable(
                "Det går inte att skriva i sökindexets mapp. "
                "Kontrollera att disken inte är full eller skrivskyddad."
            ) from error
        child = subprocess.run(  # noqa: S603 - our own module, with a path that we made
            [sys.executable, "-m", "kb.search.swedish.lemmas", str(self._folder)],
            capture_output=True,
            check=False,
            timeout=_BUILD_SECONDS,
        )
        if child.returncode != 0 or not self._file.exists():
            raise SearchUnavailable(
                "Sökningens ordlista kunde inte byggas. Kontrollera att disken inte är full och kör sedan "
                "kommandot kb search rebuild."
            )


def build(folder: Path) -> None:
    """Write the trie into a folder, whole or not at all, however many processes do it at once."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        TrieDictionaryFactory(disk_cache_dir=own).get_dictionary(_LANGUAGE)
        written = Path(own) / f"{_LANGUAGE}.dic"
        with written.open("rb") as stream:
            os.fsync(stream.fileno())
        written.replace(folder / written.name)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
