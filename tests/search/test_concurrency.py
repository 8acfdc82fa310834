"""Several processes and threads at once: nobody sees half a commit, nobody gets an error."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from kb.search import whoosh_storage
from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import ids, story

_PROCESSES = multiprocessing.get_context("spawn")


def _pair(number: int) -> list[Any]:
    """Two stories that are always written together."""
    return [story("a", text=f"moln varv{number}"), story("b", text=f"moln varv{number}")]


def _read(folder: Path, lemmas: Path, ready: Any, stop: Any, answers: Any) -> None:
    index = WhooshIndex(folder, lemma_folder=lemmas)
    seen = 0
    try:
        while not stop.is_set():
            results = index.search(Query("moln", facets=()))
            texts = {hit.snippets[0] for hit in results.hits}
            if sorted(ids(results)) != ["a", "b"] or len(texts) != 1:
                answers.put(f"saw {results}")
                return
            seen += 1
            if seen == 1:
                ready.release()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
        answers.put(repr(error))
        return
    answers.put(seen)


def _write(folder: Path, lemmas: Path, word: str, answers: Any) -> None:
    index = WhooshIndex(folder, lemma_folder=lemmas, lock_seconds=30)
    try:
        for number in range(8):
            index.apply([story(f"{word}{number}", text=word)], [])
        answers.put("done")
    except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
        answers.put(repr(error))


@pytest.fixture
def index(tmp_path: Path, lemma_folder: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder, lock_seconds=30)
    made.rebuild(_pair(0))
    return made


def _answers(queue: Any, number: int) -> list[Any]:
    try:
        return [queue.get(timeout=60) for _ in range(number)]
    except Empty:
        return ["no answer"]


@pytest.mark.parametrize("rebuilding", [False, True])
def test_two_readers_while_one_writes(
    index: WhooshIndex, tmp_path: Path, lemma_folder: Path, rebuilding: bool
) -> None:
    ready, stop, answers = _PROCESSES.Semaphore(0), _PROCESSES.Event(), _PROCESSES.Queue()
    arguments = (tmp_path / "index", lemma_folder, ready, stop, answers)
    readers = [_PROCESSES.Process(target=_read, args=arguments) for _ in range(2)]
    for reader in readers:
        reader.start()
    assert all(ready.acquire(timeout=30) for _ in readers)
    for number in range(1, 20):
        if rebuilding:
            index.rebuild(_pair(number))
        else:
            index.apply(_pair(number), [])
    stop.set()
    found = _answers(answers, 2)
    for reader in readers:
        reader.join(30)
    assert all(isinstance(seen, int) and seen > 1 for seen in found), found


def test_two_writers_take_turns(index: WhooshIndex, tmp_path: Path, lemma_folder: Path) -> None:
    answers = _PROCESSES.Queue()
    writers = [
        _PROCESSES.Process(target=_write, args=(tmp_path / "index", lemma_folder, word, answers))
        for word in ("alfa", "beta")
    ]
    for writer in writers:
        writer.start()
    assert _answers(answers, 2) == ["done", "done"]
    for writer in writers:
        writer.join(30)
    assert set(index.fingerprints()) == {"a", "b"} | {f"{w}{n}" for w in ("alfa", "beta") for n in range(8)}


def test_a_generation_replaced_while_it_is_opened_is_looked_up_again(
    index: WhooshIndex, tmp_path: Path, lemma_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = whoosh_storage.latest_generation
    calls = 0

    def overtaken(copy: Path) -> int:
        nonlocal calls
        calls += 1
        number = looked_up(copy)
        if calls == 1:
            for round_ in (1, 2):
                index.apply(_pair(round_), [])
        return number

    monkeypatch.setattr(whoosh_storage, "latest_generation", overtaken)
    reader = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    assert sorted(ids(reader.search(Query("varv2")))) == ["a", "b"]


@pytest.fixture
def threads_take_turns_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_share_one_index(index: WhooshIndex, threads_take_turns_often: None) -> None:
    index.rebuild([*_pair(0), *(story(f"x{number}", text="skola mol molnet") for number in range(300))])
    problems: list[object] = []

    def ask(word: str) -> None:
        try:
            for _ in range(30):
                assert index.search(Query(word)).total == 302
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test names it
            problems.append(error)

    threads = [
        threading.Thread(target=ask, args=(word,)) for word in ("moln", "mol*", '"moln"', "molnet skola")
    ]
    for thread in threads:
        thread.start()
    for number in range(5):
        index.apply(_pair(number), [])
    for thread in threads:
        thread.join(60)
    assert problems == []


def test_an_index_made_before_a_fork_serves_both(index: WhooshIndex) -> None:
    index.search(Query("moln"))
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=lambda: answers.put(sorted(ids(index.search(Query("moln"))))))
    child.start()
    assert answers.get(timeout=30) == sorted(ids(index.search(Query("moln")))) == ["a", "b"]
    child.join(30)
