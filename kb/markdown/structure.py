"""What a Markdown text is made of, for advice to its writer: prose, headings, links and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from kb.markdown.parsing import parse
from kb.markdown.plain_text import inline_text


@dataclass(frozen=True, slots=True)
class Structure:
    """``prose`` has no headings, tables, code or addresses. ``headings`` are levels as rendered (2 is the
    highest) with words, ``links`` words with address, ``pictures`` alternative text with address.
    ``sections`` are headings with the prose up to the next heading.
    """

    prose: str
    headings: tuple[tuple[int, str], ...]
    links: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, str], ...] = ()


def structure(text: str) -> Structure:
    """The parts of a text. Raises ``ContentRefused`` like ``kb.markdown.render``."""
    tokens = parse(text)
    sections: list[tuple[str, list[str]]] = [("", [])]
    headings: list[tuple[int, str]] = []
    links: list[tuple[str, str]] = []
    pictures: list[tuple[str, str]] = []
    in_table, level = False, 0
    for token in tokens:
        if token.type in {"table_open", "table_close"}:
            in_table = token.type == "table_open"
        elif token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1]) if token.type == "heading_open" else 0
        elif token.type == "inline":
            children = token.children or []
            links += _links(children)
            pictures += [
                (child.content, str(child.attrGet("src"))) for child in children if child.type == "image"
            ]
            words = inline_text([child for child in children if child.type != "code_inline"], bare_urls=False)
            if level:
                headings.append((level, words))
                sections.append((words, []))
            elif not in_table and words:
                sections[-1][1].append(words)
    told = tuple((heading, "\n".join(blocks)) for heading, blocks in sections)
    prose = "\n".join(words for _heading, words in told if words)
    return Structure(prose, tuple(headings), tuple(links), tuple(pictures), told)


def _links(children: Sequence[Token]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    opened, address = 0, ""
    for place, child in enumerate(children):
        if child.type == "link_open":
            opened, address = place, str(child.attrGet("href") or "")
        elif child.type == "link_close":
            found.append((inline_text(children[opened + 1 : place]), address))
    return found
