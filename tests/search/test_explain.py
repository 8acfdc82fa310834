"""The explanation of a hit adds up to its score, and says where it comes from."""

from __future__ import annotations

import pytest

from kb.cli import explanation
from kb.search.index import NullIndex, Query, SearchIndex, SearchUnavailable
from kb.search.reasons import ReasonKind
from tests.search.conftest import fill, story
from tests.search.test_reasons import index as with_lists  # noqa: F401 - a fixture

STORIES = [
    story("a", "Fordonsregistrering", "Registrering av fordon på nätet.", lessons="Börja med registrering."),
    story("b", "Byte av plattform", "En plattform byttes."),
    story("c", "Annat", "Något om en upphandling."),
]


@pytest.mark.parametrize(
    "text", ["registrering", "byte av plattform", "plattformsbyte", "uphandling", "fordon nätet"]
)
def test_the_parts_add_up_to_the_score(index: SearchIndex, text: str) -> None:
    hit = fill(index, STORIES).search(Query(text)).hits[0]
    explained = index.explain(text, hit.entry_id)
    counted = sum(source.score for word in explained.words for source in word.sources if source.counted)
    assert explained.story is not None
    assert explained.story.rank == 1
    assert counted + explained.story.nearness == pytest.approx(hit.score)


def test_a_score_is_divided_among_the_sections(index: SearchIndex) -> None:
    (word,) = fill(index, STORIES).explain("registrering", "a").words
    (source,) = word.sources
    origins = dict(source.by_origin)
    assert list(origins) == ["title", "lessons", "text"]
    assert sum(origins.values()) == pytest.approx(source.score)
    assert origins["lessons"] == pytest.approx(1.5 * origins["text"])


def test_it_says_how_each_word_was_read(index: SearchIndex) -> None:
    first, second, third = fill(index, STORIES).explain("fordonsregistreringen av uphandling").words
    assert second.is_stop_word
    assert [weight for _, weight in first.terms] == [1.0, 0.5, 0.5]
    assert index.explain("registreringen").words[0].lemma == "registrering"
    assert [source.kind for source in third.sources] == [None, ReasonKind.SPELLING]
    assert [source.stories for source in third.sources] == [0, 1]


def test_words_near_each_other_are_worth_something(index: SearchIndex) -> None:
    fill(
        index,
        [story("near", "x", "byte av plattform"), story("far", "x", "byte " + "och " * 9 + "plattform")],
    )
    near, far = (index.explain("byte plattform", each).story for each in ("near", "far"))
    assert near is not None
    assert far is not None
    assert near.nearness > far.nearness == 0
    assert (near.rank, far.rank) == (1, 2)


def test_a_story_that_is_no_hit_or_not_there(index: SearchIndex) -> None:
    fill(index, STORIES)
    missed = index.explain("registrering", "c").story
    assert missed is not None
    assert missed.rank is None
    assert index.explain("registrering", "finns-inte").story is None


def test_the_text_names_everything(with_lists: SearchIndex) -> None:  # noqa: F811 - the fixture
    text = "\n".join(explanation.lines(with_lists.explain("LOU om uphandling", "lagen"), "lagen"))
    assert "om: stoppord, räknas inte" in text
    assert "  synonym lagen om offentlig upphandling: 1 berättelser; poäng" in text
    assert "  stavning upphandling: " in text
    assert "Berättelsen är träff nummer 1" in text
    assert "Ingen berättelse i indexet har id x." in list(
        explanation.lines(with_lists.explain("lag", "x"), "x")
    )
    assert next(explanation.lines(with_lists.explain("år:2015"), None)).startswith("Frågan har inga ord")


def test_an_index_that_is_being_rebuilt_says_so() -> None:
    with pytest.raises(SearchUnavailable):
        NullIndex().explain("lag")
