"""Messages fill their places; a moment belongs to the Swedish day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.domain.clock import swedish_date
from kb.domain.errors import DomainError, Gone, Invalid


def test_values_go_into_the_places_of_a_message() -> None:
    error = Invalid("Högst %(limit)s tecken.", field="title", limit=120)
    assert (str(error), error.message, error.field) == (
        "Högst 120 tecken.",
        "Högst %(limit)s tecken.",
        "title",
    )


def test_a_message_without_values_may_hold_a_percent_sign() -> None:
    assert str(DomainError("Disken är full till 100 %.")) == "Disken är full till 100 %."


def test_what_is_gone_says_when_and_why() -> None:
    gone = Gone("Borta.", withdrawn_on=date(2026, 1, 2), reason="Fel uppgifter.")
    assert (gone.withdrawn_on, gone.reason, str(gone)) == (date(2026, 1, 2), "Fel uppgifter.", "Borta.")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_in_sweden(moment: datetime, day: date) -> None:
    assert swedish_date(moment) == day
