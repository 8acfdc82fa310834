"""Small indexes of made-up stories, with the real analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from kb.search.index import Facet, Query, Results, SearchDocument, SearchIndex
from kb.search.swedish import Analyzer
from kb.search.whoosh_index import WhooshIndex


@pytest.fixture(scope="session")
def lemma_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lemma trie, built once for all tests (1.5 s)."""
    return tmp_path_factory.mktemp("lemmas")


@pytest.fixture(scope="session")
def analyzer(lemma_folder: Path) -> Analyzer:
    return Analyzer(lemma_folder)


IMPLEMENTATIONS: dict[str, Callable[[Path, Path], SearchIndex]] = {
    "whoosh": lambda folder, lemmas: WhooshIndex(folder, lemma_folder=lemmas),
}


@pytest.fixture(params=list(IMPLEMENTATIONS))
def index(request: pytest.FixtureRequest, tmp_path: Path, lemma_folder: Path) -> SearchIndex:
    """An index without documents, of each implementation."""
    made = IMPLEMENTATIONS[request.param](tmp_path / "index", lemma_folder)
    made.rebuild([])
    return made


def story(
    entry_id: str,
    title: str = "",
    text: str = "",
    *,
    summary: str = "",
    lessons: str = "",
    names: str = "",
    keywords: str = "",
    facets: dict[Facet, tuple[str, ...]] | None = None,
    labels: dict[Facet, tuple[str, ...]] | None = None,
    years: tuple[int, ...] = (),
    cost: int | None = None,
    on: date = date(2024, 1, 1),
) -> SearchDocument:
    """A document; the test says only what it is about."""
    return SearchDocument(
        entry_id=entry_id,
        fingerprint=f"{entry_id}-1",
        title=title,
        summary=summary,
        lessons=lessons,
        text=text,
        names=names,
        keywords=keywords,
        facets=facets or {},
        labels=labels or {},
        years=years,
        cost_ksek=cost,
        published_on=on,
    )


def fill(index: SearchIndex, stories: Iterable[SearchDocument]) -> SearchIndex:
    index.rebuild(stories)
    return index


def ids(results: Results) -> list[str]:
    return [hit.entry_id for hit in results.hits]


def found(index: SearchIndex, text: str, **choices: object) -> list[str]:
    return ids(index.search(Query(text, **choices)))  # type: ignore[arg-type]
