"""Patterns that have stopped Markdown parsers and sanitisers: ended within 2 s of CPU, or refused (T7).

The patterns are those of cmark's and markdown-it's pathological tests, made anew here, and the table
amplification and the quadratic corners of bleach that were measured for this product.
"""

from __future__ import annotations

import pytest

from kb.markdown import outline, plain, render, sanitize
from tests.markdown.judges import ends_in_time

MAX = 100_000
MANY_TABLES = ("|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|x\n" * 320 + "\n") * 5
NARROW_TABLES = ("|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "|x\n" * 100 + "\n") * 50


def full(pattern: str) -> str:
    """The pattern, repeated to the full size that is let in."""
    return pattern * (MAX // len(pattern.encode()))


def around(left: str, right: str, middle: str = "a") -> str:
    half = MAX // (len(left) + len(right)) - 1
    return left * half + middle + right * half


MARKDOWN = {
    "nested strong and emphasis": around("*a **a ", " a** a*", "b"),
    "emphasis closed, never opened": full("a_ "),
    "emphasis opened, never closed": full("_a "),
    "strong closed": full("a** "),
    "mismatched delimiters": full("*a_ "),
    "rule of three": "a**b" + "c* " * 33_000,
    "many emphases": full("*a* "),
    "paragraphs with emphasis": full("*a*\n\n"),
    "brackets opened": "[" * 50_000,
    "brackets at the limit": "[" * 5_000,
    "bracket text": full("[a"),
    "images opened": "![" * 4_999,
    "images in links": ("![[]()" * 2_490),
    "nested brackets": around("[", "]"),
    "nested links": "[" * 5_000 + "a" + "](b)" * 5_000,
    "nested images": "![" * 5_000 + "a" + "](/bilder/b)" * 5_000,
    "unclosed links A": "[a](<b" * 4_900,
    "unclosed links B": "[a](b" * 4_900,
    "link titles": '[a](b "' * 4_900,
    "links": "[a](b)" * 4_900,
    "references": "".join(f"[{n}]: /u{n}\n" for n in range(4_900)),
    "one reference, many uses": "[a]: u\n\n" + "[a]" * 4_900,
    "references to references": "".join(f"[a{n}]: a{n + 1}\n" for n in range(2_400)) + "[a0]" * 2_400,
    "long label": "[" + "a" * 90_000 + "]",
    "backslashes in a label": "[" + "\\" * 90_000 + "]: /x",
    "backticks": "".join("e" + "`" * n for n in range(440)),
    "backticks alternating": full("`a``b"),
    "one unclosed backtick run": "`" * MAX,
    "quotations": ">" * MAX,
    "quotations with spaces": full("> "),
    "quotations, lazy": "> " * 49 + "a\n" + full("a\n")[:90_000],
    "quotations, lazy, at the limit": "> " * 49 + "a\n" * 5_190,
    "quotations, lazy, within the limit": "> " * 49 + "a\n" * 1_200,
    "quotations, lazy, flatter": "> " * 11 + "a\n" * 5_190,
    "quotations, lazy, too deep": "> " * 400 + "a\n" * 5_190,
    "lists, lazy, at the limit": "- " * 24 + "a\n" * 5_190,
    "lists and quotations, lazy": "- > " * 16 + "a\n" * 5_190,
    "quotations, each line": ("> " * 5 + "a\n") * 5_190,
    "lists with gaps": "- a\n\n  b\n" * 2_600,
    "almost tables at the limit": "a|b\n" * 5_190,
    "definitions at the limit": "[a]:\n" * 5_190,
    "lists in lists": full("- "),
    "lists in steps": "".join("  " * n + "- a\n" for n in range(300)),
    "many list items": full("- a\n"),
    "ordered lists": full("1. a\n"),
    "headings": full("# a\n"),
    "one huge heading": "# " + "a " * 49_000,
    "a heading of marks": "#" * MAX,
    "the same headings": "# samma\n" * 3_900,
    "setext": full("a\n-\n"),
    "rules": full("***\n"),
    "table, wide": "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|x\n" * 5_190,
    "table, long": "|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "|x\n" * 5_190,
    "tables, many wide": MANY_TABLES,
    "tables, many narrow": NARROW_TABLES,
    "tables in quotations": "".join("> " + line + "\n" for line in NARROW_TABLES.split("\n"))[:30_000],
    "table of one column at the limit": "|a|\n|-|\n" + "|*x*|\n" * 2_700,
    "almost tables": full("a|b\n"),
    "table of escaped bars": "|a|\n|-|\n|" + "\\|" * 40_000,
    "entities": full("&amp;"),
    "entities, long": full("&CounterClockwiseContourIntegral;"),
    "entities, unfinished": full("&a"),
    "ampersands": "&" * MAX,
    "an absurd character number": "&#" + "1" * 99_000 + ";",
    "less-than": "<" * 50_000,
    "less-than at the limit": "<" * 21_900,
    "declarations": full("a <!A "),
    "processing instructions": full("a <?"),
    "cdata": full("a <![CDATA["),
    "comments": full("a <!-- "),
    "autolinks": full("<https://a.se>"),
    "long autolink": "<https://" + "a" * 90_000 + ">",
    "fences": full("```\n"),
    "fences, unclosed": full("~~~a\n"),
    "strikethrough": full("~~a~~"),
    "strikethrough, opened": full("~~a"),
    "tildes": "~" * MAX,
    "hard breaks": full("a\\\n"),
    "hard breaks at the limit": "a\\\n" * 5_190,
    "quotation marks": '"' * MAX,
    "long line": "a" * MAX,
    "long word of letters with marks": "a\u0301" * 33_000,
    "spaces": "a" + " " * 99_000 + "b",
    "tabs": "\t" * MAX,
    "newlines": "\n" * MAX,
    "carriage returns": "\r" * MAX,
    "bidi controls": full("\u202e"),
    "zalgo": "e" + "\u0300" * 49_000,
}
HTML = {
    "div": "<div>" * 14_000,
    "tables hide the end of div": ("<div><table><td></div>" * 190 + "</table>" * 190) * 15,
    "div in div within the limit": ("<div>" * 199 + "</div>" * 199) * 37,
    "bold": "<b>" * 20_000,
    "anchors": "<a>" * 20_000,
    "anchors and paragraphs": "<a><p>" * 11_000,
    "adoption": "<s><p></s>" * 4_990,
    "tables": "<table>" * 20_000,
    "fostered text": "<table>" + "x<b>" * 20_000,
    "cells": "<table>" + "<td>" * 14_900,
    "list items": "<li>" * 14_900,
    "paragraphs with emphasis": "<p><em>a</em></p>" * 3_740,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(20_000)) + ">",
    "attributes without spaces": "<a " + "".join(f'a{n}=">"' for n in range(20_000)) + ">",
    "attributes on many": ("<a " + " ".join(f"a{n}" for n in range(140)) + "></a>") * 1_000,
    "comments": "<!--" * 14_900,
    "entities": "&lt;" * 14_900,
    "character number": "&#" + "1" * 99_000,
    "character number in an attribute": '<a title="&#' + "1" * 90_000 + ';">',
    "svg": "<svg><b>" * 11_000,
    "select": "<select><option>" * 11_000,
    "template": "<template>" * 20_000,
    "frameset": "<frameset>" * 20_000,
    "end tags": "</p>" * 14_900,
    "unclosed quotation marks": "<a '" * 12_000 + "<b \"'" * 2_900,
    "a tag that never ends": "<a " + "x" * 900_000,
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_ends_in_time(name: str) -> None:
    outcome = ends_in_time(render, MARKDOWN[name])
    assert outcome == "done" or outcome.endswith(".")


@pytest.mark.parametrize("name", MARKDOWN)
def test_words_end_in_time(name: str) -> None:
    ends_in_time(plain, MARKDOWN[name])


@pytest.mark.parametrize("name", [name for name in MARKDOWN if "heading" in name or name == "setext"])
def test_outline_ends_in_time(name: str) -> None:
    ends_in_time(outline, MARKDOWN[name])


@pytest.mark.parametrize("name", HTML)
def test_html_ends_in_time(name: str) -> None:
    ends_in_time(sanitize, HTML[name])


@pytest.mark.parametrize("text", [MANY_TABLES, NARROW_TABLES, MARKDOWN["table, long"]])
def test_table_amplification_is_refused(text: str) -> None:
    assert "bifoga" in ends_in_time(render, text, seconds=0.5)
