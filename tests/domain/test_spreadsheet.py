"""What a spreadsheet would run as a formula is kept as text (S-04)."""

from __future__ import annotations

import csv
import io

import pytest

from kb.domain.spreadsheet import BOM, lines, neutralised


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\n=1",
        "\u00a0=1",
        "\uff1d1",
        "\uff201",
    ],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Åsa", "1 = 1", "a-b", "'=1", "2026-11-23", "x\t=1"])
def test_other_text_is_as_it_was(text: str) -> None:
    assert neutralised(text) == text


def test_every_value_is_neutralised_and_comes_back_as_one() -> None:
    rows = [("=1;2", 'sa "hej"'), ("två\r\nrader", "å")]
    text = "".join(lines(("@a", "b"), rows))
    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";")) == [
        ["'@a", "b"],
        ["'=1;2", 'sa "hej"'],
        ["två\r\nrader", "å"],
    ]


def test_rows_are_given_one_at_a_time() -> None:
    given = lines(("a",), ((str(number),) for number in range(3)))
    assert list(given) == [f"{BOM}a\r\n", "0\r\n", "1\r\n", "2\r\n"]
