"""Markdown to tokens (within the limits) and tokens to HTML that no sanitiser has seen yet."""

from __future__ import annotations

import html
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.markdown import limits
from kb.markdown.plain_text import inline_text

_DEEPEST_HEADING = 6


def _counted_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """markdown-it's table rule, with columns and cells counted before they are made."""
    if not table(state, start, end, silent=True):
        return False
    if silent:
        return True
    delimiters = state.src[state.bMarks[start + 1] + state.tShift[start + 1] : state.eMarks[start + 1]]
    columns = sum(1 for cell in delimiters.split("|") if cell.strip())
    limits.check_columns(columns)
    cells = int(state.env.get("cells", 0))
    rows_left = (limits.CELLS - cells) // columns
    # One row more than allowed is read, so that the check below sees it; the rest is never made.
    table(state, start, min(end, start + 2 + rows_left), silent=False)
    cells += (state.line - start - 1) * columns
    limits.check_cells(cells)
    state.env["cells"] = cells
    return True


def _text(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Quotation marks need no escape in text, and each escape costs bleach as much as an element."""
    return html.escape(tokens[index].content, quote=False)


def _parser() -> MarkdownIt:
    # Deeper than the limit, as markdown-it silently drops what is deeper than this.
    options = {"html": False, "linkify": False, "xhtmlOut": False, "maxNesting": limits.NESTING + 2}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.block.ruler.at("table", _counted_table, {"alt": ["paragraph", "reference"]})
    parser.add_render_rule("text", _text)
    return parser


_PARSER = _parser()


def parse(text: str) -> list[Token]:
    """The tokens of a Markdown text; raises ``ContentRefused`` when a limit is broken.

    Headings are one level down (the page has the h1); headings and links without words are dropped.
    """
    limits.check_source(text)
    tokens = _PARSER.parse(text)
    limits.check_nesting(tokens)
    kept: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            token.children = _without_empty_links(token.children or [])
        elif token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, _DEEPEST_HEADING)}"
        kept.append(token)
        if token.type == "heading_close" and not inline_text(kept[-2].children or []):
            del kept[-3:]
    return kept


def to_html(tokens: Sequence[Token]) -> str:
    """HTML of the tokens, before any sanitiser."""
    rendered: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return rendered


def _without_empty_links(children: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    opened = 0
    for child in children:
        if child.type == "link_open":
            opened = len(kept)
        if child.type == "link_close" and not inline_text(kept[opened:]):
            del kept[opened]
            continue
        kept.append(child)
    return kept
