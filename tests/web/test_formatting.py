"""Values as text: Swedish outside a request, and in English on an English page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from kb.domain.facts import Fact
from kb.domain.published import TermRef
from kb.domain.vocabulary import LABELS, FactName, FactState, Outcome
from kb.search.index import Facet
from kb.services.choices import Years
from kb.web import formatting
from kb.web.labels import label, language_name
from kb.web.languages import LANGUAGE
from tests.web.conftest import NewApp


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


@pytest.fixture(scope="module")
def english_app(new_app: NewApp) -> Flask:
    return new_app()


class TestEnglish:
    """The same values on a page under ``/en``."""

    @pytest.fixture(autouse=True)
    def english_page(self, english_app: Flask) -> Iterator[None]:
        with english_app.test_request_context("/", environ_overrides={LANGUAGE: "en"}):
            yield

    @pytest.mark.parametrize(
        ("ksek", "text"),
        [
            (0, "SEK 0"),
            (850, "SEK 850 thousand"),
            (1_000, "SEK 1 million"),
            (12_500, "SEK 12.5 million"),
            (63_000, "SEK 63 million"),
            (999_950, "SEK 1 billion"),
            (5_500_000, "SEK 5.5 billion"),
            (1_234_567_890, "SEK 1,234.57 billion"),
        ],
    )
    def test_money(self, ksek: int, text: str) -> None:
        assert formatting.money(ksek) == text.replace(" ", formatting.NBSP)

    def test_exact_money_and_numbers(self) -> None:
        assert spaced(formatting.money_exact(63_000)) == "SEK 63,000,000"
        assert formatting.number(13_000) == "13,000"

    @pytest.mark.parametrize(
        ("name", "low", "high", "text"),
        [
            (MONEY, 600_000, 700_000, "SEK 600–700 million"),
            (MONEY, 850, 1_200, "SEK 850 thousand – SEK 1.2 million"),
            (MONEY, 0, 1_200, "SEK 0 – SEK 1.2 million"),
            (MONEY, 1_000_000, None, "at least SEK 1 billion"),
            (MONEY, None, 5_000, "at most SEK 5 million"),
            (DATE, 201106, 201106, "June 2011"),
            (DATE, 201701, 201712, "2017"),
            (DATE, 201403, 201406, "March–June 2014"),
            (DATE, 201403, 201506, "March 2014 – June 2015"),
            (DATE, 201106, None, "no earlier than June 2011"),
            (DATE, None, 201112, "no later than December 2011"),
            (COUNT, 13_000, 13_000, "13,000"),
            (COUNT, 5, 10, "5–10"),
            (COUNT, None, 5, "at most 5"),
        ],
    )
    def test_facts(self, name: FactName, low: int | None, high: int | None, text: str) -> None:
        assert spaced(formatting.fact(Fact(name, FactState.KNOWN, low, high))) == text

    def test_what_is_missing(self) -> None:
        assert formatting.fact(None) == "unknown"
        assert formatting.fact(Fact(MONEY, FactState.WITHHELD)) == "not stated"

    @pytest.mark.parametrize(
        ("day", "text"),
        [
            (date(2026, 11, 23), "today"),
            (date(2026, 11, 22), "yesterday"),
            (date(2026, 11, 20), "3 days ago"),
            (date(2026, 11, 16), "a week ago"),
            (date(2026, 5, 23), "6 months ago"),
            (date(2025, 11, 20), "a year ago"),
            (date(2026, 12, 1), "2026-12-01"),
        ],
    )
    def test_ago(self, day: date, text: str) -> None:
        assert spaced(formatting.ago(day, date(2026, 11, 23))) == text

    def test_labels(self) -> None:
        assert label(Outcome.STOPPED) == "Stopped"
        assert label(Facet.PHASE) == "Phase"
        assert label(TermRef("phase", "rollout", "Införande", label_en="Roll-out")) == "Roll-out"
        assert label(TermRef("phase", "new", "Nytt ord")) == "Nytt ord"
        assert label("Skatteverket") == "Skatteverket"
        assert [label(word) for word in LABELS if label(word) != label(word).strip()] == []

    @pytest.mark.parametrize(
        ("years", "text"),
        [
            (Years(2012, 2014), "2012–2014"),
            (Years(2012, 2012), "2012"),
            (Years(None, 2014), "until 2014"),
            (Years(2012, None), "from 2012"),
        ],
    )
    def test_years(self, years: Years, text: str) -> None:
        assert label(years) == text

    def test_languages(self) -> None:
        assert language_name("sv") == "Swedish"
        assert language_name("x-none") == "x-none"


@pytest.mark.parametrize(
    ("years", "text"),
    [(Years(2012, 2014), "2012–2014"), (Years(None, 2014), "till 2014"), (Years(2012, None), "från 2012")],
)
def test_years_are_said_in_swedish(years: Years, text: str) -> None:
    assert label(years) == text


def test_languages_are_said_in_swedish() -> None:
    assert language_name("en") == "engelska"
