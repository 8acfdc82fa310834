"""The attack corpus and its judge, from the shared evaluation data."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.markdown import judges
from tests.shared import shared_path


@pytest.fixture(scope="session")
def corpus() -> list[dict[str, str]]:
    with shared_path("evals/xss/dev.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def strict() -> Callable[[str], list[str]]:
    """The oracle with its own policy: for what the sanitisers give out."""
    return judges.oracle().violations


@pytest.fixture(scope="session")
def decorated() -> Callable[[str], list[str]]:
    """The oracle widened by exactly what the decoration adds: for what ``render`` gives out."""
    return judges.decorated_violations
