"""The words of a text, as search, snippets and readability read them."""

from __future__ import annotations

from kb.markdown import SANITIZER_VERSION, plain, sanitize


def test_blocks_are_lines_without_markup() -> None:
    text = (
        "# Läget *nu*\n\nFörsta **stycket**\nfortsätter ~~här~~.\n\nAndra\\\nraden &amp; `kod <b>`\n\n"
        "- ett\n- två\n  - tre\n\n> citat\n\n---\n"
    )
    assert plain(text) == (
        "Läget nu\nFörsta stycket fortsätter här.\nAndra\nraden & kod <b>\nett\ntvå\ntre\ncitat"
    )


def test_link_texts_stay_and_addresses_go() -> None:
    text = 'Se [rapporten](https://esv.se/r "titel"), <https://digg.se/x> och [a][b].\n\n[b]: https://c.se'
    assert plain(text) == "Se rapporten,  och a."


def test_alternative_texts_and_raw_html_stay() -> None:
    assert plain(
        "![Ett *flöde*](/bilder/01JD0000000000000000000000.png) ![annan](https://e.se/x.png) <b>x</b>"
    ) == ("Ett flöde annan <b>x</b>")


def test_a_tab_is_the_edge_of_a_cell_and_nothing_else() -> None:
    assert plain("a\tb\n\n| Fas | År |\n|---|--:|\n| Test\tett | |\n| | |\n\n```\nx\ty\n```\n") == (
        "a b\nFas\tÅr\nTest ett\t\nx   y"
    )


def test_nothing_gives_nothing() -> None:
    assert plain("") == plain(" \n\n") == plain("[a]: https://x.se") == sanitize("") == ""


def test_the_version_names_every_library() -> None:
    for name in ("markdown-it-py", "bleach6.4.0", "nh3"):
        assert name in SANITIZER_VERSION
