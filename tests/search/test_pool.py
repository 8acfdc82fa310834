"""Postings that do not fit in memory are sorted on disk, whole and in order, and nothing is left there."""

from __future__ import annotations

import random
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from kb.search.whoosh_pool import BatchedPool


def test_what_comes_out_is_what_went_in_sorted(tmp_path: Path) -> None:
    pool = BatchedPool(FileStorage(str(tmp_path)), None, limitmb=1)
    items = [("text", f"ord{number % 977}".encode(), number, 1.5, b"x" * 20) for number in range(30_000)]
    random.Random(1).shuffle(items)
    for item in items:
        pool.add(item)
    assert len(pool.runs) > 2
    assert list(pool.iter_postings()) == sorted(items)
    assert list(tmp_path.iterdir()) == []
