"""The score is BM25F, worked out by hand; and the same however the documents lie in segments."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import story


@pytest.fixture
def index(tmp_path: Path, lemma_folder: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    made.rebuild([])
    return made


def scores(index: WhooshIndex, text: str) -> dict[str, float]:
    return {hit.entry_id: hit.score for hit in index.search(Query(text, facets=())).hits}


def bm25f(weight: float, length: float, average: float, documents: int, having: int) -> float:
    k1, b = 0.9, 0.65
    idf = log(1 + (documents - having + 0.5) / (having + 0.5))
    return idf * weight * (k1 + 1) / (weight + k1 * (1 - b + b * length / average))


DOCUMENTS = (
    story("a", title="Moln", text="moln skola"),
    story("b", text="moln vård vård"),
    story("c", text="vård"),
)
# Title weighs 4: a is 4 + 1 + 1 long with moln at 4 + 1; b is 3 long; c is 1 long.
AVERAGE = (6 + 3 + 1) / 3


def test_scores_by_hand(index: WhooshIndex) -> None:
    index.rebuild(DOCUMENTS)
    assert scores(index, "moln") == pytest.approx(
        {"a": bm25f(5, 6, AVERAGE, 3, 2), "b": bm25f(1, 3, AVERAGE, 3, 2)}, rel=1e-6
    )
    assert scores(index, "skola vård") == pytest.approx(
        {
            "a": bm25f(1, 6, AVERAGE, 3, 1),
            "b": bm25f(2, 3, AVERAGE, 3, 2),
            "c": bm25f(1, 1, AVERAGE, 3, 2),
        },
        rel=1e-6,
    )


def test_a_piece_weighs_half_in_the_index_and_in_the_query(index: WhooshIndex) -> None:
    index.rebuild([story("a", text="it-system"), story("b", text="annat ord")])
    whole, piece = bm25f(1, 1, 1.5, 2, 1), bm25f(0.5, 1, 1.5, 2, 1)
    assert scores(index, "system") == pytest.approx({"a": piece}, rel=1e-6)
    assert scores(index, "it-system") == pytest.approx({"a": whole + 0.5 * piece + 0.5 * piece}, rel=1e-6)


MANY = [*DOCUMENTS, *(story(f"x{number}", text="skola " * (number + 1)) for number in range(12))]


def segments(folder: Path) -> int:
    return len(list(folder.rglob("*.seg")))


@pytest.fixture
def together(index: WhooshIndex) -> dict[str, float]:
    index.rebuild(MANY)
    return scores(index, "moln skola vård")


def test_segments_make_no_difference(together: dict[str, float], tmp_path: Path, lemma_folder: Path) -> None:
    apart = WhooshIndex(tmp_path / "apart", lemma_folder=lemma_folder)
    apart.rebuild(MANY[1:])
    apart.apply(MANY[:1], [])
    assert segments(tmp_path / "apart") == 2
    assert scores(apart, "moln skola vård") == pytest.approx(together, rel=1e-6)


def test_merging_makes_no_difference(together: dict[str, float], tmp_path: Path, lemma_folder: Path) -> None:
    merged = WhooshIndex(tmp_path / "merged", lemma_folder=lemma_folder)
    merged.rebuild([])
    for document in MANY:
        merged.apply([document], [])
    assert segments(tmp_path / "merged") <= 3
    assert scores(merged, "moln skola vård") == pytest.approx(together, rel=1e-6)
    assert list(scores(merged, '"moln vård vård"')) == ["b"]


def test_deleted_documents_weigh_until_they_are_merged_away(index: WhooshIndex) -> None:
    """Document counts are Whoosh's: with deletions, idf is that of all documents still in a segment."""
    index.rebuild(DOCUMENTS)
    index.apply([], ["c"])
    assert scores(index, "moln")["b"] == pytest.approx(bm25f(1, 3, AVERAGE, 3, 2), rel=1e-6)


def test_a_word_that_only_a_deleted_story_of_a_segment_has_is_no_obstacle(index: WhooshIndex) -> None:
    """The words of the query are looked for beside each other in every segment, also where one is gone."""
    index.rebuild(
        [
            story("left", text="moln och vård"),
            story("deleted", text="skola"),
            *(story(f"other{number}", text="väg") for number in range(20)),
        ]
    )
    index.apply([story("all", text="moln skola vård")], ["deleted"])
    assert list(scores(index, "moln skola vård")) == ["all", "left"]
