"""Text from a user becomes HTML here and nowhere else (DESIGN.md, invariant 6; ADR 4).

``render`` goes source -> tokens (markdown-it, no raw HTML, limits) -> HTML -> bleach -> nh3 -> decoration.
Everything that a user wrote passes both sanitisers; what is added afterwards are fixed values of ours.
"""

from __future__ import annotations

from markdown_it.token import Token
from markupsafe import Markup

from kb.markdown import limits
from kb.markdown.cleaning import clean
from kb.markdown.decoration import decorate
from kb.markdown.headings import Heading, headings
from kb.markdown.parsing import parse, to_html
from kb.markdown.plain_text import blocks
from kb.markdown.policy import SANITIZER_VERSION

__all__ = ["SANITIZER_VERSION", "Heading", "outline", "plain", "render", "sanitize"]


def render(text: str, *, place: str = "", picture_key: str = "") -> Markup:
    """Story Markdown as HTML that is safe in the content of a page.

    ``place`` names the part of a page in Swedish ("Lärdom 2") where several texts share one page: it keeps
    heading ids and the names of tables apart. ``picture_key`` is the secret of the link by which someone
    reads a draft: its pictures are asked for with it. Raises ``ContentRefused`` when a limit is broken.
    """
    tokens, html = _read(text)
    # The one place that makes Markup: clean() has passed both sanitisers, decorate() adds fixed values only.
    return Markup(decorate(clean(html), tokens, place, picture_key))  # noqa: S704


def sanitize(html: str) -> str:
    """HTML from elsewhere, reduced to the same policy; idempotent, and without ids or other decoration.

    Raises ``ContentRefused`` for what no document contains (NUL, lone surrogates, absurd size or nesting).
    """
    limits.check_html(html)
    return clean(html)


def plain(text: str) -> str:
    """The words of a Markdown text, for search, snippets and readability.

    Blocks are separated by a newline, the cells of a table row by a tab (which occurs nowhere else). Link
    texts, alternative texts and code are kept, URLs are dropped. Raises ``ContentRefused`` like ``render``.
    """
    tokens, _ = _read(text)
    return "\n".join(blocks(tokens))


def outline(text: str, *, place: str = "") -> tuple[Heading, ...]:
    """The headings of a Markdown text, with the levels and ids that ``render`` gives them."""
    tokens, _ = _read(text)
    return headings(tokens, place)


def _read(text: str) -> tuple[list[Token], str]:
    """Tokens and HTML, within all limits: what one function refuses, all refuse."""
    tokens = parse(text)
    html = to_html(tokens)
    limits.check_rendered(html)
    return tokens, html
