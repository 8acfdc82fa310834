"""Rules for the text of a story: lengths, headings, slugs and the hash that an approval names."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping

from kb.domain.errors import Invalid
from kb.domain.vocabulary import EntrySize

TITLE_MAX = 120
SUMMARY_MAX = 400
BODY_MAX = 100_000
LESSON_FIELD_MAX = 2_000
LESSONS_MAX = 30

SECTIONS = (
    ("Läget",),
    ("Vad vi gjorde", "Vad som gjordes"),
    ("Vad det kostade och tog",),
    ("Vad som gick fel",),
    ("Vad som gick bra",),
    ("Effekter",),
)
"""The fixed order of a story's headings; alternatives are for the teller's own voice and an editor's."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_FOLD = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u", "æ": "a", "ø": "o"})


def slugify(title: str, limit: int = 80) -> str:
    """A part of an address: a–z, 0–9 and hyphens, å ä ö as a a o; 'erfarenhet' if nothing is left."""
    folded = unicodedata.normalize("NFC", title).lower().translate(_FOLD)
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    return slug[:limit].rstrip("-") or "erfarenhet"


def canonical_hash(source: Mapping[str, object]) -> str:
    """SHA-256 (hex) of a revision's text and facts in one canonical form: what an approval is bound to."""
    canonical = json.dumps(source, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(unicodedata.normalize("NFC", canonical).encode()).hexdigest()


def section_rank(heading: str) -> int | None:
    """The place of a heading in the fixed order, None for a heading that is not in it."""
    wanted = heading.strip()
    return next((rank for rank, names in enumerate(SECTIONS) if wanted in names), None)


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: spaces, and characters that only direct others."""
    return all(unicodedata.category(character) in _UNSEEN for character in text)


def check_text(title: str, summary: str, body: str, size: EntrySize = EntrySize.STORY) -> None:
    """Raise ``Invalid`` naming the field whose text is missing or too long."""
    for problem in (*missing_texts(title, summary, body, size), *long_texts(title, summary, body)):
        raise problem


def missing_texts(title: str, summary: str, body: str, size: EntrySize) -> Iterator[Invalid]:
    """What each size must say: a tip needs no more than a title, a summary and its lesson."""
    if is_blank(title):
        yield Invalid("Skriv en titel.", field="title")
    if is_blank(summary):
        yield Invalid("Skriv en sammanfattning som börjar med slutsatsen.", field="summary")
    if size is not EntrySize.TIP and is_blank(body):
        yield Invalid("Texten är tom. Skriv minst ett stycke.", field="body")


def long_texts(title: str, summary: str, body: str) -> Iterator[Invalid]:
    """Texts that are over their limits."""
    if len(title) > TITLE_MAX:
        yield Invalid(
            "Titeln är för lång. Korta den till högst %(limit)s tecken.", field="title", limit=TITLE_MAX
        )
    if len(summary) > SUMMARY_MAX:
        yield Invalid(
            "Sammanfattningen är för lång. Korta den till högst %(limit)s tecken.",
            field="summary",
            limit=SUMMARY_MAX,
        )
    if len(body.encode()) > BODY_MAX:
        yield Invalid("Texten är för lång. Dela upp den eller korta den.", field="body")


def check_headings(headings: list[str]) -> None:
    """Raise ``Invalid`` unless the story's main headings are known ones in the fixed order."""
    last = -1
    for heading in headings:
        rank = section_rank(heading)
        if rank is None:
            known = ", ".join(names[0] for names in SECTIONS)
            raise Invalid(
                "Rubriken ”%(heading)s” finns inte i mallen. Använd någon av: %(known)s.",
                field="body",
                heading=heading,
                known=known,
            )
        if rank <= last:
            raise Invalid(
                "Rubriken ”%(heading)s” kommer i fel ordning. Följ mallens ordning.",
                field="body",
                heading=heading,
            )
        last = rank
