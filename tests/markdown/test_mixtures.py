"""Fragments of attacks, cut and glued at random, before the same judges (T5)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.domain.errors import ContentRefused
from kb.markdown import render, sanitize
from tests.shared import shared_path

GLUE = ["", "\n", "\n\n", " ", '"', "'", "<", ">", "&", "[", "](", ")", "`", "| ", "# ", "> ", "    ", "\\"]


@cache
def fragments() -> list[str]:
    with shared_path("evals/xss/dev.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["payload"].replace("\0", "") for line in lines]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_mixtures(
    strict: Callable[[str], list[str]], decorated: Callable[[str], list[str]], seed: int
) -> None:
    dice = random.Random(seed)
    pieces = []
    for fragment in dice.choices(fragments(), k=dice.randint(2, 6)):
        start, end = sorted(dice.choices(range(len(fragment) + 1), k=2))
        pieces += [dice.choice([fragment, fragment[start:end]]), dice.choice(GLUE)]
    text = "".join(pieces)
    try:
        html = sanitize(text)
        assert strict(html) == []
        assert sanitize(html) == html
        assert decorated(str(render(text))) == []
    except ContentRefused:
        # Mixed HTML may be nested too deep for HTML from elsewhere; as Markdown it is text and short.
        assert decorated(str(render(text))) == []
