"""Values as Swedish text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.domain.facts import Fact
from kb.domain.vocabulary import FactName, FactState
from kb.web import formatting


def spaced(text: str) -> str:
    """With ordinary spaces, so that the tables below can be read."""
    return text.replace(formatting.NBSP, " ")


@pytest.mark.parametrize(
    ("ksek", "text"),
    [
        (0, "0 kr"),
        (1, "1 tkr"),
        (850, "850 tkr"),
        (999, "999 tkr"),
        (1_000, "1 Mkr"),
        (12_500, "12,5 Mkr"),
        (63_000, "63 Mkr"),
        (63_450, "63,5 Mkr"),
        (107_500, "107,5 Mkr"),
        (999_949, "999,9 Mkr"),
        (999_950, "1 Mdkr"),
        (1_250_000, "1,25 Mdkr"),
        (5_500_000, "5,5 Mdkr"),
        (1_234_567_890, "1 234,57 Mdkr"),
    ],
)
def test_money_is_written_in_the_unit_that_reads_best(ksek: int, text: str) -> None:
    assert spaced(formatting.money(ksek)) == text


def test_exact_money_is_whole_kronor() -> None:
    assert formatting.money_exact(63_000) == "63\u00a0000\u00a0000\u00a0kronor"


def test_no_value_can_be_broken_over_two_lines() -> None:
    assert " " not in formatting.money(12_500)
    assert " " not in formatting.number(1_234_567)
    assert " " not in formatting.month(201106)


MONEY = FactName.OUTCOME_COST
DATE = FactName.ACTUAL_END
COUNT = FactName.USERS_AFFECTED


@pytest.mark.parametrize(
    ("name", "low", "high", "text"),
    [
        (MONEY, 63_000, 63_000, "63 Mkr"),
        (MONEY, 600_000, 700_000, "600–700 Mkr"),
        (MONEY, 850, 1_200, "850 tkr – 1,2 Mkr"),
        (MONEY, 63_001, 63_002, "63 Mkr"),
        (MONEY, 1_000_000, None, "minst 1 Mdkr"),
        (MONEY, None, 5_000, "högst 5 Mkr"),
        (MONEY, 0, 0, "0 kr"),
        (DATE, 201106, 201106, "juni 2011"),
        (DATE, 201701, 201712, "2017"),
        (DATE, 201401, 201512, "2014–2015"),
        (DATE, 201403, 201406, "mars–juni 2014"),
        (DATE, 201403, 201506, "mars 2014 – juni 2015"),
        (DATE, 201106, None, "tidigast juni 2011"),
        (DATE, None, 201112, "senast december 2011"),
        (COUNT, 13_000, 13_000, "13 000"),
        (COUNT, 5, 10, "5–10"),
        (COUNT, 5, None, "minst 5"),
    ],
)
def test_a_fact_says_its_value_and_its_open_ends(
    name: FactName, low: int | None, high: int | None, text: str
) -> None:
    assert spaced(formatting.fact(Fact(name, FactState.KNOWN, low, high))) == text


def test_a_missing_value_is_missing_and_never_0() -> None:
    assert formatting.fact(None) == "uppgift saknas"
    assert formatting.fact(Fact(MONEY, FactState.UNKNOWN)) == "uppgift saknas"
    assert formatting.fact(Fact(MONEY, FactState.WITHHELD)) == "uppges inte"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "i dag"),
        (date(2026, 11, 22), "i går"),
        (date(2026, 11, 20), "för 3 dagar sedan"),
        (date(2026, 11, 16), "för en vecka sedan"),
        (date(2026, 11, 1), "för 3 veckor sedan"),
        (date(2026, 10, 20), "för en månad sedan"),
        (date(2026, 5, 23), "för 6 månader sedan"),
        (date(2025, 11, 20), "för ett år sedan"),
        (date(2020, 11, 20), "för 6 år sedan"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), "för 3 dagar sedan"),
    ],
)
def test_ago_is_said_in_words(day: date, text: str) -> None:
    assert spaced(formatting.ago(day, date(2026, 11, 23))) == text
