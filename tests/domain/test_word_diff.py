"""The diff of two texts, word by word."""

from __future__ import annotations

import random
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.word_diff import Change, ChangeKind, word_diff

SAME, REMOVED, ADDED = ChangeKind.SAME, ChangeKind.REMOVED, ChangeKind.ADDED

_LIKE_TEXT = st.lists(
    st.sampled_from(["system", "kostade", "12,5", "Mkr", ".", " ", "\n\n", "e\u0301", "👩‍💻", "och"])
).map("".join)


def before(changes: tuple[Change, ...]) -> str:
    return "".join(change.text for change in changes if change.kind is not ADDED)


def after(changes: tuple[Change, ...]) -> str:
    return "".join(change.text for change in changes if change.kind is not REMOVED)


@given(st.text() | _LIKE_TEXT, st.text() | _LIKE_TEXT)
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    changes = word_diff(old, new)

    assert before(changes) == old
    assert after(changes) == new
    assert all(change.text for change in changes)
    assert all(one.kind is not two.kind for one, two in pairwise(changes))


@given(st.text() | _LIKE_TEXT)
def test_the_same_text_has_no_changes(text: str) -> None:
    assert word_diff(text, text) == ((Change(SAME, text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "nytt", [(ADDED, "nytt")]),
        ("gammalt", "", [(REMOVED, "gammalt")]),
        (
            "Systemet kostade 12,5 Mkr.",
            "Systemet kostade 14,5 Mkr.",
            [(SAME, "Systemet kostade "), (REMOVED, "12,5"), (ADDED, "14,5"), (SAME, " Mkr.")],
        ),
        (
            "Vi valde fel väg.",
            "Vi gick rätt väg.",
            [(SAME, "Vi "), (REMOVED, "valde fel"), (ADDED, "gick rätt"), (SAME, " väg.")],
        ),
        ("ide\u0301 ett", "ide ett", [(REMOVED, "ide\u0301"), (ADDED, "ide"), (SAME, " ett")]),
        (
            "a b a b a",
            "a b c a b a",
            [(SAME, "a b "), (ADDED, "c "), (SAME, "a b a")],
        ),
    ],
)
def test_what_changed_is_whole_words(old: str, new: str, changes: list[tuple[ChangeKind, str]]) -> None:
    assert [(change.kind, change.text) for change in word_diff(old, new)] == changes


def test_a_long_text_with_few_changes_keeps_what_is_the_same() -> None:
    words = [f"ord{number % 900}" for number in range(16_000)]
    changed = list(words)
    for at in (10, 5_000, 15_000):
        changed[at] = "ändrat"

    changes = word_diff(" ".join(words), " ".join(changed))

    assert sum(change.kind is ADDED for change in changes) == 3
    assert sum(len(change.text) for change in changes if change.kind is SAME) > 90_000


@pytest.mark.parametrize("words", [2, 60, 30_000])
def test_a_hundred_kilobytes_take_seconds_at_most(words: int) -> None:
    """Texts of few words have nothing that holds them together, texts of many have too much."""
    chance = random.Random(6)
    old, new = (" ".join(str(chance.randrange(words)) for _ in range(50_000))[:100_000] for _ in range(2))

    start = process_time()
    changes = word_diff(old, new)

    assert process_time() - start < 5
    assert (before(changes), after(changes)) == (old, new)
