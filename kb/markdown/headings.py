"""Names for the headings of a text, so that a table of contents and a citation can point at them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from markdown_it.token import Token

from kb.markdown.plain_text import inline_text

_SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is rendered: level 2 to 6, its id in the page, its words."""

    level: int
    id: str
    text: str


def headings(tokens: Sequence[Token], place: str = "") -> tuple[Heading, ...]:
    """All headings in order, each with its own id, which begins with ``avsnitt-`` as no id of a page does."""
    # A slug never has two hyphens in a row, so the ids of two places on a page cannot meet.
    prefix = f"avsnitt-{slug(place)}--" if place else "avsnitt-"
    used: set[str] = set()
    next_number: dict[str, count[int]] = {}
    found: list[Heading] = []
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = " ".join(inline_text(inline.children or []).split())
        base = name = slug(text) or "rubrik"
        while name in used:
            name = f"{base}-{next(next_number.setdefault(base, count(2)))}"
        used.add(name)
        found.append(Heading(int(token.tag[1]), prefix + name, text))
    return tuple(found)


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens: å and ä become a, ö becomes o."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded)[:_SLUG_LENGTH].strip("-")
