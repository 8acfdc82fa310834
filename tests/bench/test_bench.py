"""The measuring itself: same stories each time, right rows, a table that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.stories import Generator
from tests.bench.timing import row, table


def test_the_same_seed_gives_the_same_stories_and_queries() -> None:
    one, other = Generator(), Generator()
    assert list(one.stories(3)) == list(other.stories(3))
    assert one.queries(5) == other.queries(5)


def test_words_are_as_uneven_as_in_real_text() -> None:
    texts = [story.text.lower() for story in Generator().stories(60)]
    assert sum("ärende" in text for text in texts) > 20
    words = {word for text in texts for word in text.replace(".", "").split()}
    assert len(words) > 2000


def test_a_row_holds_percentiles() -> None:
    assert row("query", 10, "kb", [1.0, 2.0, 3.0]) == {
        "bench": "query",
        "size": 10,
        "system": "kb",
        "p50_ms": 2.0,
        "p95_ms": 2.9,
        "n": 3,
        "unit": "process-CPU ms",
    }


def test_the_table_compares_with_plain_fts5() -> None:
    shown = table([row("query", 10, "kb", [6.0]), row("query", 10, "fts5-sql", [2.0])])
    assert [line.split()[-1] for line in shown.splitlines()[1:]] == ["3.0", "1.0"]


@pytest.mark.soak
def test_a_small_run_writes_every_system(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.bench", "--sizes", "60", "--queries", "4", "--instance", str(tmp_path)],
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    rows = json.loads((tmp_path / "bench" / "latest.json").read_text("utf-8"))
    measured = {(each["bench"], each["system"]) for each in rows}
    systems = ("kb", "whoosh-plain", "fts5-sql", "tantivy")
    assert measured == {(bench, system) for bench in ("query", "full-page") for system in systems} | {
        ("analyse", "kb"),
        ("suggest", "kb"),
        ("similar", "kb"),
        ("http-page", "kb"),
        ("http-lessons", "kb"),
        ("memory", "kb"),
    }
    (memory,) = (each["p50_ms"] for each in rows if each["bench"] == "memory")
    assert memory <= 220
