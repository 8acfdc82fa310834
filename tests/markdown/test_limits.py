"""Each limit at its boundary: what is allowed is rendered, one more is refused with a sentence that helps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.domain.errors import ContentRefused
from kb.markdown import outline, plain, render, sanitize


def table(columns: int, rows: int) -> str:
    """A table of ``rows`` rows with its header, most cells left for the parser to fill in."""
    return "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|x\n" * (rows - 1) + "\n"


def nested_quotes(levels: int) -> str:
    return "> " * levels + "ord"


def nested_lists(levels: int) -> str:
    return "".join("  " * level + "- ord\n" for level in range(levels))


WITHIN_AND_BEYOND: list[tuple[str, str, str]] = [
    ("a" * 100_000, "a" * 100_001, "100 kB"),
    ("å" * 50_000, "å" * 50_001, "100 kB"),
    ("a\n" * 5_200, "a\n" * 5_201, "5200 rader"),
    ("[" * 5_000, "[" * 5_001, "5000 hakparenteser"),
    ("> " * 30 + "a\n" * 2_000, "> " * 30 + "a\r" * 2_001, "för sin längd"),
    (">\n" * 2_000 + "> ord", "> " * 51 + "ord", "50 nivåer"),
    (table(30, 3), table(31, 3), "30 kolumner"),
    (table(25, 200), table(25, 201), "5000 celler"),
    (table(25, 100) * 2, table(25, 100) * 2 + table(1, 1), "5000 celler"),
    (nested_quotes(49), nested_quotes(50), "50 nivåer"),
    (nested_lists(24), nested_lists(25), "50 nivåer"),
    ("*a* " * 10_998, "*a* " * 10_999 + "\n\nb", "Korta den"),
    ("<" * 21_900, "<" * 22_001, "Korta den"),
]


@pytest.mark.parametrize(("within", "beyond", "words"), WITHIN_AND_BEYOND)
def test_boundary(within: str, beyond: str, words: str) -> None:
    assert render(within)
    assert plain(within)
    with pytest.raises(ContentRefused, match=words) as refused:
        render(beyond)
    assert refused.value.field == "body"


@pytest.mark.parametrize("beyond", [beyond for _, beyond, _ in WITHIN_AND_BEYOND])
@pytest.mark.parametrize("function", [plain, outline])
def test_what_cannot_be_rendered_is_never_saved(function: Callable[[str], object], beyond: str) -> None:
    with pytest.raises(ContentRefused):
        function(beyond)


def test_a_wide_table_that_is_none_is_text() -> None:
    assert "|" in render("|a" * 40 + "|\n" + "|-" * 39 + "|\n")


@pytest.mark.parametrize("function", [render, plain, outline, sanitize])
@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_characters_that_no_text_has(function: Callable[[str], object], text: str) -> None:
    with pytest.raises(ContentRefused, match="oformaterad text"):
        function(text)


def test_rendered_size() -> None:
    """100 kB of source cannot make 1 MB today; the limit stands for what HTML from elsewhere may be."""
    assert sanitize("a" * 1_000_000)
    with pytest.raises(ContentRefused, match="Korta den"):
        sanitize("a" * 1_000_001)


@pytest.mark.parametrize(
    ("within", "beyond", "words"),
    [
        ("<br>" * 15_000, "<br>" * 15_001, "Korta den"),
        ("<div>" * 200, "<div>" * 201, "Gör den plattare"),
        ("<DIV></div>" * 500, "<div></b>" * 201, "Gör den plattare"),
        ("<div><table><td></table></div>" * 300, "<div><table><td></div>" * 201, "Gör den plattare"),
        ("<p>" * 500, "<p><span>" * 201, "Gör den plattare"),
        (
            "<a " + " ".join(f"a{n}" for n in range(140)) + ">x</a>",
            "<a " + "/".join(f"a{n}" for n in range(160)) + ">x</a>",
            "attribut",
        ),
        (
            f'<a title="{"ett ord till " * 500}" href="/x">x</a>',
            "<a " + "".join(f'a{n}="v>"' for n in range(160)) + ">x</a>",
            "attribut",
        ),
    ],
)
def test_boundary_of_html_from_elsewhere(within: str, beyond: str, words: str) -> None:
    sanitize(within)
    with pytest.raises(ContentRefused, match=words):
        sanitize(beyond)
