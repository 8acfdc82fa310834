"""A space typed for a hyphen: *e tjänst* is read as *e-tjänst* where some story has that word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kb.search.query_language import Clause, ParsedQuery, Words
from kb.search.swedish.tokens import Word


def hyphenated(query: ParsedQuery, is_known: Callable[[str], bool]) -> ParsedQuery:
    """The query with each letter that stands alone joined to the word after it where that is a known word."""
    groups: list[tuple[Clause, ...]] = []
    for group in query.groups:
        letter, word = _plain(groups[-1] if groups else ()), _plain(group)
        if letter is not None and word is not None and len(letter.text) == 1:
            text = f"{letter.text}-{word.text}"
            if query.text[letter.end : word.start].isspace() and is_known(text):
                groups[-1] = (Words((Word(text, letter.start, word.end),)),)
                continue
        groups.append(group)
    return replace(query, groups=tuple(groups))


def _plain(group: tuple[Clause, ...]) -> Word | None:
    """The word of a group that is one word without quotation marks."""
    if len(group) == 1 and isinstance(group[0], Words) and not group[0].phrase:
        return group[0].words[0]
    return None
