"""Words for readers that lie below the web, where nothing knows the language of the page."""

from __future__ import annotations


def translatable(text: str) -> str:
    """The text as it is: a mark by which ``make messages`` finds a sentence for the catalogue.

    Needed only for a sentence in a constant. The message of a ``DomainError`` and the labels of
    ``kb.domain.vocabulary`` are found without it.
    """
    return text
