"""Why a hit matched where it has not the word as typed: short, without a sentence in any language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonKind(StrEnum):
    """How what was typed met what the story has."""

    COMPOUND = "compound"
    SYNONYM = "synonym"
    SPELLING = "spelling"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Reason:
    """``typed`` is the word of the query; ``words`` what it met, never empty.

    COMPOUND: the parts of the story's word or of the typed one. SYNONYM: one word or phrase. SPELLING: one
    spelling. CONTAINS: one longer word that begins or ends so.
    """

    kind: ReasonKind
    typed: str
    words: tuple[str, ...]
