"""Passages: which are chosen, where they are cut, what is marked."""

from __future__ import annotations

from kb.search.index import Pieces
from kb.search.snippets import marked, passages


def marker(word: str) -> str | None:
    return word.lower() if word.lower() in {"moln", "skola"} else None


def joined(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


FILLER = "fyllnad " * 60


def test_the_whole_title_comes_in_pieces() -> None:
    assert marked("Ett moln.", marker) == (("Ett ", False), ("moln", True), (".", False))
    assert marked("", marker) == ()


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    (passage,) = passages([f"{FILLER}vid moln stod {FILLER}"], marker)
    text = joined(passage)
    assert text.startswith("… fyllnad ")
    assert text.endswith(" fyllnad …")
    assert ("moln", True) in passage
    assert len(text) < 240


def test_the_passage_with_the_most_different_words_wins() -> None:
    first, *_ = passages([f"moln moln moln {FILLER} moln och skola {FILLER}"], marker)
    assert {text for text, is_marked in first if is_marked} == {"moln", "skola"}


def test_sections_that_add_nothing_are_left_out() -> None:
    assert len(passages(["Ett moln.", "Ett moln till.", "Inget."], marker)) == 1


def test_two_passages_show_two_words() -> None:
    found = passages(["Ett moln.", "Inget.", "En skola."], marker)
    assert [joined(passage) for passage in found] == ["Ett moln.", "En skola."]


def test_without_a_match_the_first_section_shows_how_it_begins() -> None:
    (passage,) = passages(["", f"Början {FILLER}"], marker)
    assert joined(passage).startswith("Början fyllnad")
    assert joined(passage).endswith("…")
    assert not any(is_marked for _, is_marked in passage)


def test_nothing_gives_nothing() -> None:
    assert passages(["", "  "], marker) == ()


def test_line_breaks_become_spaces() -> None:
    (passage,) = passages(["Ett\n\n  moln\noch\tmer"], marker)
    assert passage == (("Ett ", False), ("moln", True), (" och mer", False))
