"""The figures of the first page: what enters them, what does not, and how few are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from kb.db import db
from kb.domain.vocabulary import CostClass, FactName, FactState
from kb.models import FactRow
from kb.services import known_figures
from tests import factories
from tests.factories import TODAY, fact_row


def project(start: int, end: int) -> list[FactRow]:
    return [fact_row(FactName.START, start), fact_row(FactName.ACTUAL_END, end)]


def test_without_stories(app: Flask) -> None:
    found = known_figures.read(TODAY)
    assert (found.costs, found.duration.n, found.duration.range) == (0, 0, None)
    assert (found.duration.first_year, found.duration.stories) == (None, ())


def test_few_are_listed_and_not_counted(app: Flask) -> None:
    for number in range(4):
        factories.published(f"Nummer {number}", facts=project(2010_01, 2011_01))
    found = known_figures.read(TODAY).duration
    assert (found.n, found.range, len(found.stories)) == (4, None, 4)
    assert (found.first_year, found.last_year) == (2010, 2011)


def test_five_have_a_spread_and_are_not_listed(app: Flask) -> None:
    for number in range(5):
        factories.published(f"Nummer {number}", facts=project(2010_01, 2011_01 + number * 100))
    found = known_figures.read(TODAY).duration
    assert found.range is not None
    assert (found.range.low, found.range.median, found.range.high) == (2, 3, 4)
    assert found.stories == ()


def test_a_cost_counts_in_its_class_and_an_unknown_one_in_none(app: Flask) -> None:
    factories.published("Dyr", facts=[fact_row(FactName.OUTCOME_COST, 300_000)])
    factories.published("Billig", facts=[fact_row(FactName.DECIDED_BUDGET, 3_000)])
    factories.published("Okänd", facts=[fact_row(FactName.OUTCOME_COST, None)])
    factories.published("Tyst")
    found = known_figures.read(TODAY)
    assert found.classes == {CostClass.FROM_1M: 1, CostClass.OVER_200M: 1}
    assert found.costs == 2


def test_an_overrun_needs_both_the_first_budget_and_the_outcome(app: Flask) -> None:
    both = [fact_row(FactName.FIRST_BUDGET, 10_000), fact_row(FactName.OUTCOME_COST, 25_000)]
    factories.published("Båda", facts=both)
    factories.published("Beslutad", facts=[fact_row(FactName.DECIDED_BUDGET, 1), *both[:0]])
    found = known_figures.read(TODAY).overrun
    assert [story.title for story in found.stories] == ["Båda"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": FactState.WITHHELD},
        {"publish_from": TODAY + timedelta(days=1)},
    ],
)
def test_what_is_withheld_or_embargoed_is_in_no_figure(app: Flask, hidden: dict[str, object]) -> None:
    """Invariant 8: it enters no statistic."""
    facts = [fact_row(FactName.FIRST_BUDGET, 10_000), fact_row(FactName.OUTCOME_COST, 25_000, **hidden)]
    factories.published("Hemlig", facts=facts)
    found = known_figures.read(TODAY)
    assert found.overrun.n == 0
    assert found.classes == {CostClass.FROM_5M: 1}


def test_an_embargo_that_ends_is_seen_the_same_day(app: Flask) -> None:
    tomorrow = TODAY + timedelta(days=1)
    factories.published("Snart", facts=[fact_row(FactName.OUTCOME_COST, 25_000, publish_from=tomorrow)])
    assert [known_figures.read(day).costs for day in (TODAY, tomorrow)] == [0, 1]


def test_a_decision_is_seen_at_once(app: Flask) -> None:
    entry = factories.published("Ett", facts=[fact_row(FactName.OUTCOME_COST, 25_000)])
    assert known_figures.read(TODAY).classes == {CostClass.FROM_25M: 1}
    factories.new_version(entry, title="Ett", facts=[fact_row(FactName.OUTCOME_COST, 5)])
    assert known_figures.read(TODAY).classes == {CostClass.UNDER_1M: 1}
    factories.withdraw(entry)
    assert known_figures.read(TODAY).costs == 0


def test_what_nothing_has_changed_is_not_read_again(app: Flask) -> None:
    factories.published("Ett", facts=project(2010_01, 2011_01))
    assert statements(TODAY) > statements(TODAY)


def statements(today: date) -> int:
    """How many statements a reading sends that ask for facts of all stories."""
    asked: list[str] = []

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT entry.id, fact.name"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", ask)
    known_figures.read(today)
    event.remove(db.engine, "before_cursor_execute", ask)
    return len(asked)
