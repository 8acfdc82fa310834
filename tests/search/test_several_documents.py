"""An entry may have several documents: they come and go together, in one commit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kb.search.index import Facet, Query, SearchDocument, SearchIndex, fingerprint_of
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import fill, found, story


def lesson(entry_id: str, anchor: str, title: str, text: str = "") -> SearchDocument:
    return replace(
        story(entry_id, title, lessons=text), anchor=anchor, fingerprint=f"{entry_id}-{anchor}-{title}"
    )


def anchors(index: SearchIndex, text: str = "") -> list[tuple[str, str]]:
    return [(hit.entry_id, hit.anchor) for hit in index.search(Query(text)).hits]


def test_each_is_a_hit_of_its_own(index: SearchIndex) -> None:
    fill(index, [lesson("a", "krav", "Läs kraven"), lesson("a", "prov", "Öva ofta"), story("b", "Kravlista")])
    assert sorted(anchors(index)) == [("a", "krav"), ("a", "prov"), ("b", "")]
    assert anchors(index, "öva") == [("a", "prov")]


def test_a_hit_without_snippets_says_which_it_is(index: SearchIndex) -> None:
    fill(index, [lesson("a", "krav", "Läs kraven")])
    [hit] = index.search(Query("krav", with_snippets=False)).hits
    assert hit.anchor == "krav"


def test_what_is_put_takes_the_place_of_all_that_the_entry_had(index: SearchIndex) -> None:
    fill(
        index,
        [lesson("a", "krav", "Läs kraven"), lesson("a", "prov", "Öva ofta"), lesson("b", "tid", "Vänta")],
    )
    index.apply([lesson("a", "krav", "Läs kraven högt")], [])
    assert sorted(anchors(index)) == [("a", "krav"), ("b", "tid")]
    assert anchors(index, "högt") == [("a", "krav")]


def test_an_entry_is_taken_away_with_all_that_it_has(index: SearchIndex) -> None:
    fill(
        index,
        [lesson("a", "krav", "Läs kraven"), lesson("a", "prov", "Öva ofta"), lesson("b", "tid", "Vänta")],
    )
    index.apply([], ["a"])
    assert anchors(index) == [("b", "tid")]


def test_the_same_document_given_twice_is_there_once(index: SearchIndex) -> None:
    fill(index, [lesson("a", "krav", "Läs kraven"), lesson("a", "krav", "Läs kraven högt")])
    assert anchors(index) == [("a", "krav")]
    assert anchors(index, "högt") == [("a", "krav")]


def test_the_fingerprint_of_an_entry_is_that_of_all_its_documents(index: SearchIndex) -> None:
    both = [lesson("a", "krav", "Läs kraven"), lesson("a", "prov", "Öva ofta")]
    fill(index, both)
    assert index.fingerprints() == {"a": fingerprint_of(reversed(both))}
    index.apply(both[:1], [])
    assert index.fingerprints() == {"a": both[0].fingerprint}


def test_what_is_applied_during_a_rebuild_is_carried_over(tmp_path: Path, lemma_folder: Path) -> None:
    index = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    first = [lesson("a", "krav", "Läs kraven"), lesson("a", "prov", "Öva ofta")]
    index.rebuild(first)

    def slowly() -> list[SearchDocument]:
        index.apply([lesson("a", "krav", "Läs kraven högt")], [])
        return first

    index.rebuild(document for _ in range(1) for document in slowly())
    assert anchors(index) == [("a", "krav")]


def test_all_of_a_lesson_is_lesson(index: SearchIndex) -> None:
    """``lärdom:`` finds a lesson by its heading, and a story by its lessons only."""
    fill(index, [lesson("a", "krav", "Läs avtalet", "Kraven var otydliga."), story("b", "Läs avtalet")])
    assert found(index, "lärdom:avtalet") == found(index, "lärdom:krav") == ["a"]


def test_the_perspective_may_be_typed(index: SearchIndex) -> None:
    one = replace(
        lesson("a", "krav", "Läs avtalet"),
        facets={Facet.PERSPECTIVE: ("risk",)},
        labels={Facet.PERSPECTIVE: ("Risk och uppdelning",)},
    )
    fill(index, [one, lesson("b", "krav", "Läs avtalet")])
    assert found(index, "perspektiv:risk") == found(index, 'perspektiv:"risk och uppdelning"') == ["a"]


def test_only_the_facets_that_are_asked_for_are_counted(index: SearchIndex) -> None:
    fill(index, [replace(lesson("a", "krav", "Läs"), facets={Facet.PHASE: ("idea",), Facet.KIND: ("x",)})])
    assert index.search(Query(facets=(Facet.PHASE,))).facets == {Facet.PHASE: (("idea", 1),)}


def test_an_index_beside_another_has_its_own_files_and_the_same_analysis(
    tmp_path: Path, lemma_folder: Path
) -> None:
    stories = WhooshIndex(tmp_path / "index", lemma_folder=lemma_folder)
    lessons = stories.beside("lessons")
    assert not (tmp_path / "index").exists(), "making an index touches nothing"
    stories.rebuild([story("a", "Läs kraven")])
    lessons.rebuild([lesson("a", "krav", "Läs avtalen")])
    stories.rebuild([story("a", "Läs kraven")])
    assert (found(stories, "krav"), anchors(lessons, "avtal")) == (["a"], [("a", "krav")])
    assert (tmp_path / "index" / "lessons" / "current").exists()
    assert not (tmp_path / "index" / "lessons" / "lemmas").exists(), "the dictionaries are there once"
