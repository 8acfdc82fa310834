"""Tokens to words, without markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def inline_text(children: Sequence[Token], *, bare_urls: bool = True) -> str:
    """The words of a run of inline tokens: text, code, link texts, alternative texts.

    ``bare_urls`` keeps the text of ``<https://…>``, which is a URL and nothing else.
    """
    pieces: list[str] = []
    in_bare_url = False
    for child in children:
        if child.markup == "autolink":
            in_bare_url = child.nesting == 1
        elif child.type == "image":
            pieces.append(inline_text(child.children or []))
        elif bare_urls or not in_bare_url:
            pieces.append(_BREAKS.get(child.type, child.content))
    return "".join(pieces).strip()


def blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """The words of each block, in order; a table row is one block with a tab between its cells."""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            if any(row):
                yield "\t".join(row)
            row = None
        elif token.type == "inline":
            text = inline_text(token.children or [], bare_urls=False).replace("\t", " ")
            if row is not None:
                row.append(text)
            elif text:
                yield text
        elif token.type in {"fence", "code_block"} and token.content.strip():
            yield token.content.rstrip().expandtabs(4)
