"""Every word has its own label, also where two enums share a value."""

from __future__ import annotations

from enum import StrEnum

import pytest

from kb.domain import vocabulary
from kb.domain.vocabulary import LABELS, BenefitStage, CostClass, FactState, ImageFormat, Outcome

UNLABELLED = {ImageFormat}
"""Words that no reader sees."""


@pytest.mark.parametrize(
    ("word", "label"),
    [
        (Outcome.UNKNOWN, "Utfall okänt"),
        (FactState.UNKNOWN, "uppgift saknas"),
        (CostClass.UNKNOWN, "Kostnad okänd"),
        (FactState.EXPECTED, "väntad"),
        (BenefitStage.EXPECTED, "Väntad nytta"),
    ],
)
def test_words_with_the_same_value_keep_their_own_labels(word: StrEnum, label: str) -> None:
    assert LABELS[word] == label


def test_every_word_that_readers_see_has_a_label() -> None:
    enums = {
        found
        for found in vars(vocabulary).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
    }
    words = [word for enum in enums - UNLABELLED for word in enum]
    assert [word for word in words if word not in LABELS] == []
    assert len(LABELS) == len(words)
