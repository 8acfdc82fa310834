"""Whether search could answer now: said without waiting for the searches that are under way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kb.domain.errors import SearchUnavailable
from kb.search.index import NullIndex
from kb.search.whoosh_index import WhooshIndex


def test_an_index_that_cannot_answer_says_so(tmp_path: Path, lemma_folder: Path) -> None:
    index = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    for each in (index, NullIndex()):
        with pytest.raises(SearchUnavailable):
            each.check()
    index.rebuild([])
    index.check()
    (tmp_path / "index" / "current").write_text("nowhere")
    with pytest.raises(SearchUnavailable):
        index.check()


def test_it_waits_for_no_search(tmp_path: Path, lemma_folder: Path) -> None:
    index = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    index.rebuild([])
    index.check()
    asker = threading.Thread(target=index.check)
    with index._turn:
        asker.start()
        asker.join(timeout=5)
        assert not asker.is_alive()
