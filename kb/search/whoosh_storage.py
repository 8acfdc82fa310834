"""The folder of the index: which copy is current, who may write, and whether its files are our own.

Layout: ``current`` names a sub-folder ``index-…``; it holds Whoosh's files and ``manifest-<generation>``, a
list of SHA-256 sums. A commit writes the manifest of the coming generation *before* Whoosh's table of
contents appears under its name, so there is no moment at which a crash leaves an index without a manifest.
Whoosh's files hold pickles: nothing is opened before its sum is checked.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.writing import SegmentWriter

from kb.domain.errors import SearchUnavailable
from kb.search.whoosh_pool import BatchedPool

log = logging.getLogger(__name__)

_CURRENT, _STAMP = "current", "analysis"
_COPY = re.compile(r"index-[0-9a-f]{16}\Z")
_TABLE = re.compile(r"_MAIN_([0-9]+)\.toc\Z")
_SEGMENT = re.compile(r"(MAIN_[0-9a-z]+)\.[A-Za-z0-9_.]+\Z")
_LOCK_POLL_SECONDS = 0.05

Sums = dict[str, str]


class ForeignIndex(SearchUnavailable):
    """A file of the index is missing from its manifest or differs from it: it is not opened."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "Sökindexet är skadat och används inte. Du kan läsa erfarenheterna under tiden. "
            "Den som sköter driften kör kommandot kb search verify."
        )
        self.reason = reason


def is_building() -> SearchUnavailable:
    """There is no index yet."""
    return SearchUnavailable("Sökningen byggs om just nu. Du kan läsa erfarenheterna under tiden.")


def is_of_another_analysis() -> SearchUnavailable:
    """The index was made with other word lists, or by another version of the analysis."""
    return SearchUnavailable(
        "Sökindexet är gjort med en annan ordlista än den som gäller nu. "
        "Den som sköter driften kör kommandot kb search verify."
    )


class SignedStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder, with a manifest written just before each new table of contents."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._segments: set[str] = set()

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Called by Whoosh as the last step of a commit, when everything else is on disk."""
        folder = Path(self.folder)
        table = _TABLE.match(newname)
        if table:
            generation = int(table.group(1))
            sums = _known_sums(folder, generation - 1)
            names = [path.name for path in folder.iterdir() if self._is_part(path.name)]
            sums = {name: sums.get(name) or _sum(folder / name, flush=True) for name in names}
            sums[newname] = _sum(folder / oldname, flush=True)
            write_whole(folder / _manifest(generation), json.dumps(sums))
        super().rename_file(oldname, newname, safe)
        if table:
            _flush(folder)
            for path in folder.glob("manifest-*"):
                if path.name not in {_manifest(generation), _manifest(generation - 1)}:
                    path.unlink(missing_ok=True)

    def _is_part(self, name: str) -> bool:
        match = _SEGMENT.match(name)
        return match is not None and match.group(1) in self._segments

    def announce(self, segments: set[str]) -> None:
        """Which segments the coming table of contents will name; Whoosh removes the files of all others."""
        self._segments = segments


class SignedWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, telling the storage what it is about to commit, and letting go when it fails."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.writelock: Any = None
        try:
            super().__init__(*args, **options)
            self.pool = BatchedPool(self._tempstorage, self.newsegment)
        except BaseException:
            self._release()
            raise

    def abandon(self) -> None:
        """Give up a commit. The table of contents was not replaced, so readers never saw it."""
        try:
            self.cancel()
        except Exception:  # on a full disk closing fails as well; the first error is the one to tell
            log.warning("unfinished files of the index stay until the next commit", exc_info=True)
        finally:
            self._release()

    def _release(self) -> None:
        if self.writelock is not None and self.writelock.fd is not None:
            self.writelock.release()

    def _commit_toc(self, segments: list[Any]) -> None:
        self.storage.announce({segment.segment_id() for segment in segments})
        super()._commit_toc(segments)


def create_copy(folder: Path) -> Path:
    """A new empty sub-folder beside the current one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    copy = folder / f"index-{secrets.token_hex(8)}"
    copy.mkdir(mode=0o700)
    return copy


def current_copy(folder: Path) -> Path:
    """The sub-folder that readers use. Raises ``SearchUnavailable`` where there is none."""
    try:
        name = (folder / _CURRENT).read_text().strip()
    except FileNotFoundError:
        raise is_building() from None
    except (OSError, UnicodeDecodeError) as error:
        raise ForeignIndex(f"{_CURRENT}: {error}") from error
    if not _COPY.match(name):
        raise ForeignIndex(f"{_CURRENT} names something else than a copy of the index")
    return folder / name


def make_current(folder: Path, copy: Path) -> None:
    """Let readers use this copy from now on."""
    write_whole(folder / _CURRENT, copy.name)


def remove_other_copies(folder: Path, keep: Path) -> None:
    """Remove copies that nobody points at; readers that have one open keep it until they look again."""
    for path in folder.iterdir():
        if _COPY.match(path.name) and path != keep:
            shutil.rmtree(path, ignore_errors=True)


def stamp(copy: Path, analysis: str) -> None:
    """Say by which analysis the words of a new copy are made."""
    write_whole(copy / _STAMP, analysis)


def stamp_of(copy: Path) -> str:
    """The analysis that made a copy, empty where it does not say."""
    try:
        return (copy / _STAMP).read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def latest_generation(copy: Path) -> int:
    """The generation last committed, -1 where there is none. Cheap: one listing of a small folder."""
    try:
        names = os.listdir(copy)  # noqa: PTH208 - a third of the time of Path.iterdir, at each search
    except OSError:
        return -1
    return max((int(table.group(1)) for name in names if (table := _TABLE.match(name))), default=-1)


def check(copy: Path, generation: int, trusted: Sums) -> Sums:
    """Compare the files with the manifest; sums in ``trusted`` were checked before and are not read again.

    Returns the manifest. Raises ``FileNotFoundError`` when a writer replaced the generation meanwhile, and
    ``ForeignIndex`` when a file is not what was written.
    """
    sums = _known_sums(copy, generation)
    if f"_MAIN_{generation}.toc" not in sums:
        if generation < 0 or latest_generation(copy) != generation:
            raise FileNotFoundError(copy)
        raise ForeignIndex(f"generation {generation} has no manifest")
    for name, expected in sums.items():
        if trusted.get(name) != expected and _sum(copy / name) != expected:
            raise ForeignIndex(f"{name} is not the file that was written")
    return sums


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock between processes and threads; raises ``TimeoutError`` after the given seconds."""
    deadline = time.monotonic() + seconds
    with path.open("a") as stream:
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise TimeoutError(path.name) from None
                time.sleep(_LOCK_POLL_SECONDS)
        yield


def write_whole(path: Path, text: str) -> None:
    """Replace a file so that a reader, or a crash, sees the old or the new and nothing between."""
    own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with own.open("w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        own.replace(path)
    except OSError:
        own.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def _manifest(generation: int) -> str:
    return f"manifest-{generation}"


def _known_sums(copy: Path, generation: int) -> Sums:
    try:
        sums = json.loads((copy / _manifest(generation)).read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ForeignIndex(f"{_manifest(generation)}: {error}") from error
    if not isinstance(sums, dict):
        raise ForeignIndex(f"{_manifest(generation)} is not a list of sums")
    return {str(name): str(value) for name, value in sums.items()}


def _sum(path: Path, *, flush: bool = False) -> str:
    with path.open("rb") as stream:
        if flush:
            os.fsync(stream.fileno())
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
