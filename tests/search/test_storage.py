"""What the folder of the index withstands: loss, damage, foreign files, full disks, crashes."""

from __future__ import annotations

import os
import pickle
import resource
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.domain.errors import SearchUnavailable, StorageUnavailable
from kb.domain.wordlists import WordLists
from kb.search import whoosh_storage
from kb.search.index import Query, SearchDocument
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import found, story

Reopen = Callable[[], WhooshIndex]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def reopen(folder: Path, lemma_folder: Path) -> Reopen:
    """A new process, as far as the index can tell."""
    return lambda: WhooshIndex(folder, lemma_folder=lemma_folder, lock_seconds=0.3)


@pytest.fixture
def filled(reopen: Reopen) -> WhooshIndex:
    index = reopen()
    index.rebuild([story("a", text="moln"), story("b", text="skola")])
    return index


def copy_in_use(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def only(folder: Path, pattern: str) -> Path:
    (file,) = folder.glob(pattern)
    return file


def test_making_the_object_touches_nothing(reopen: Reopen, folder: Path) -> None:
    reopen()
    assert not folder.exists()


def test_a_missing_folder_is_being_rebuilt(reopen: Reopen) -> None:
    index = reopen()
    for call in (lambda: index.search(Query("x")), index.fingerprints, lambda: index.apply([story("a")], [])):
        with pytest.raises(SearchUnavailable, match="byggs om just nu"):
            call()


def test_only_the_service_may_enter(filled: WhooshIndex, folder: Path) -> None:
    for path in (folder, copy_in_use(folder)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_new_process_reads_what_was_written(filled: WhooshIndex, reopen: Reopen) -> None:
    assert found(reopen(), "moln") == ["a"]


def test_other_objects_see_commits_and_rebuilds(filled: WhooshIndex, reopen: Reopen) -> None:
    other = reopen()
    assert found(other, "moln") == ["a"]
    filled.apply([story("c", text="moln")], ["a"])
    assert found(other, "moln") == ["c"]
    filled.rebuild([story("d", text="moln")])
    assert found(other, "moln") == ["d"]


def test_rebuild_leaves_one_copy(filled: WhooshIndex, folder: Path) -> None:
    filled.rebuild([story("a")])
    assert len(list(folder.glob("index-*"))) == 1


class TestDamage:
    @pytest.mark.parametrize("pattern", ["*.seg", "*.toc"])
    def test_a_changed_file_is_not_opened(
        self, filled: WhooshIndex, reopen: Reopen, folder: Path, pattern: str
    ) -> None:
        file = only(copy_in_use(folder), pattern)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        with pytest.raises(SearchUnavailable, match="kb search verify"):
            reopen().search(Query("moln"))

    def test_a_pickle_of_someone_elses_is_never_loaded(
        self, filled: WhooshIndex, reopen: Reopen, folder: Path, tmp_path: Path
    ) -> None:
        table = only(copy_in_use(folder), "*.toc")
        bomb = pickle.dumps(_Bomb(str(tmp_path / "exploded")))
        table.write_bytes(table.read_bytes()[:40] + bomb)
        (copy_in_use(folder) / "_MAIN_99.toc").write_bytes(table.read_bytes())
        with pytest.raises(SearchUnavailable):
            reopen().search(Query("moln"))
        with pytest.raises(SearchUnavailable):
            reopen().apply([story("c")], [])
        assert not (tmp_path / "exploded").exists()

    @pytest.mark.parametrize("pattern", ["*.seg", "*.toc", "manifest-*"])
    def test_a_lost_file(self, filled: WhooshIndex, reopen: Reopen, folder: Path, pattern: str) -> None:
        for file in copy_in_use(folder).glob(pattern):
            file.unlink()
        with pytest.raises(SearchUnavailable):
            reopen().search(Query("moln"))

    @pytest.mark.parametrize("content", ["", "../elsewhere", "index-0000000000000000", "\0"])
    def test_a_pointer_to_nowhere(
        self, filled: WhooshIndex, reopen: Reopen, folder: Path, content: str
    ) -> None:
        (folder / "current").write_text(content)
        with pytest.raises(SearchUnavailable):
            reopen().search(Query("moln"))

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 1}'])
    def test_a_manifest_that_is_none(
        self, filled: WhooshIndex, reopen: Reopen, folder: Path, content: str
    ) -> None:
        for manifest in copy_in_use(folder).glob("manifest-*"):
            manifest.write_text(content)
        with pytest.raises(SearchUnavailable):
            reopen().search(Query("moln"))

    def test_rebuild_mends_all_of_it(self, filled: WhooshIndex, reopen: Reopen, folder: Path) -> None:
        shutil.rmtree(copy_in_use(folder))
        index = reopen()
        index.rebuild([story("a", text="moln")])
        assert found(index, "moln") == ["a"]

    def test_a_folder_that_is_a_file(self, folder: Path, reopen: Reopen) -> None:
        folder.write_text("not a folder")
        with pytest.raises(SearchUnavailable):
            reopen().search(Query("x"))
        with pytest.raises(StorageUnavailable, match="disken"):
            reopen().rebuild([])


def _write_twice(index: WhooshIndex) -> None:
    for _ in range(2):
        index.apply([story("c", text="moln")], ["a"])


class _Bomb:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


class TestCrashes:
    """A commit is cut at each of its steps; readers see the old state or the new, and writing goes on."""

    @pytest.mark.parametrize("step", range(6))
    def test_a_commit_cut_off_anywhere(
        self, filled: WhooshIndex, reopen: Reopen, step: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = 0

        def cut(original: Callable[..., object]) -> Callable[..., object]:
            def wrapped(*args: object, **kwargs: object) -> object:
                nonlocal calls
                calls += 1
                if calls == step + 1:
                    raise KeyboardInterrupt
                return original(*args, **kwargs)

            return wrapped

        with monkeypatch.context() as patched:
            for name in ("_sum", "write_whole", "_flush"):
                patched.setattr(whoosh_storage, name, cut(getattr(whoosh_storage, name)))
            with pytest.raises(KeyboardInterrupt):
                _write_twice(filled)
        assert found(reopen(), "moln") in (["a"], ["c"])
        again = reopen()
        again.apply([story("d", text="moln")], ["a", "c"])
        assert found(again, "moln") == found(reopen(), "moln") == ["d"]

    def test_a_rebuild_cut_off_leaves_the_old_copy(self, filled: WhooshIndex, folder: Path) -> None:
        def documents() -> object:
            yield story("x", text="moln")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            filled.rebuild(documents())  # type: ignore[arg-type]
        assert found(filled, "moln") == ["a"]
        assert len(list(folder.glob("index-*"))) == 1

    def test_what_is_applied_during_a_rebuild_is_kept(self, filled: WhooshIndex, reopen: Reopen) -> None:
        def documents() -> object:
            yield story("a", text="moln")
            reopen().apply([story("late", text="moln")], ["b"])
            yield story("b", text="skola")

        filled.rebuild(documents())  # type: ignore[arg-type]
        assert set(found(filled, "moln")) == {"a", "late"}
        assert set(filled.fingerprints()) == {"a", "late"}


@pytest.mark.filterwarnings(
    # Whoosh's own half-written files are closed by the collector, which warns while it does.
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
class TestFullDisk:
    @pytest.fixture
    def large(self) -> list[SearchDocument]:
        """Documents that need more room than ``full_disk`` leaves."""
        return [
            story(f"large{number}", text=" ".join(f"ord{number}x{word}" for word in range(400)))
            for number in range(40)
        ]

    def test_apply_says_so_and_changes_nothing(
        self, filled: WhooshIndex, reopen: Reopen, large: list[SearchDocument]
    ) -> None:
        with full_disk(), pytest.raises(StorageUnavailable, match="disken"):
            filled.apply(large, ["a"])
        assert found(filled, "moln") == found(reopen(), "moln") == ["a"]

    def test_writing_works_again_when_there_is_room(
        self, filled: WhooshIndex, large: list[SearchDocument]
    ) -> None:
        with full_disk(), pytest.raises(StorageUnavailable):
            filled.apply(large, ["a"])
        filled.apply([story("c", text="moln")], [])
        assert set(found(filled, "moln")) == {"a", "c"}

    def test_rebuild_says_so_and_leaves_no_copy(
        self, filled: WhooshIndex, folder: Path, large: list[SearchDocument]
    ) -> None:
        with full_disk(), pytest.raises(StorageUnavailable, match="disken"):
            filled.rebuild(large)
        assert found(filled, "moln") == ["a"]
        assert len(list(folder.glob("index-*"))) == 1

    def test_no_file_can_be_made(self, filled: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(whoosh_storage.SignedStorage, "create_file", _no_space)
            with pytest.raises(StorageUnavailable, match="disken"):
                filled.apply([story("c", text="moln")], ["a"])
        filled.apply([story("c", text="moln")], [])
        assert set(found(filled, "moln")) == {"a", "c"}


def _no_space(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow past 32 kB: the system refuses writes as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (32_768, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestLocks:
    def test_a_write_waits_its_turn_and_then_says_so(self, filled: WhooshIndex, folder: Path) -> None:
        with (
            whoosh_storage.locked(folder / "write.lock", 1),
            pytest.raises(SearchUnavailable, match="Vänta en stund"),
        ):
            filled.apply([story("c")], [])

    def test_reading_waits_for_nobody(self, filled: WhooshIndex, folder: Path) -> None:
        with (
            whoosh_storage.locked(folder / "write.lock", 1),
            whoosh_storage.locked(folder / "rebuild.lock", 1),
        ):
            assert found(filled, "moln") == ["a"]

    def test_one_rebuild_at_a_time(self, filled: WhooshIndex, folder: Path) -> None:
        with (
            whoosh_storage.locked(folder / "rebuild.lock", 1),
            pytest.raises(SearchUnavailable, match="Vänta en stund"),
        ):
            filled.rebuild([])


def test_an_index_made_by_another_analysis_answers_until_it_is_rebuilt(
    tmp_path: Path, lemma_folder: Path
) -> None:
    lists = [WordLists()]

    def opened() -> WhooshIndex:
        return WhooshIndex(tmp_path / "i", lemma_folder=lemma_folder, word_lists=lambda: lists[0])

    opened().rebuild([story("a", "Fordonsregistrering")])
    assert opened().fingerprints() == {"a": "a-1"}
    lists[0] = WordLists(compounds={"fordonsregistrering": ()})
    changed = opened()
    with pytest.raises(SearchUnavailable, match="kb search verify"):
        changed.fingerprints()
    assert found(changed, "registrering") == ["a"]
    changed.rebuild([story("a", "Fordonsregistrering")])
    assert changed.fingerprints() == {"a": "a-1"}
    assert found(changed, "registrering") == []
