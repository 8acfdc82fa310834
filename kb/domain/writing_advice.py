"""Advice on what a hurried reader and a screen reader meet: links, headings, pictures (A-22, A-27, A-28)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.domain.pictures import is_like_file_name
from kb.domain.text import translatable as _

_FIRST_LEVEL = 2
"""Of the page's own heading above the text: the first one of the text may be one step below it."""
_SAYS_NOTHING = """
här
läs
läs här
läs mer
läs mer här
mer
mer här
mer info
mer information
klicka
klicka här
länk
länken
denna länk
den här länken
se
se här
se mer
ladda ner
ladda ned
ladda ner här
ladda ned här
hämta
hämta här
sidan
den här sidan
denna sida
webbsida
webbplats
dokument
dokumentet
pdf
here
read more
click here
more
link
this link
"""
_EMPTY_WORDS = frozenset(_SAYS_NOTHING.strip().split("\n"))
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Advice:
    """``message`` is a Swedish template, ``about`` the words of the text that fill its ``%(about)s``."""

    code: str
    message: str
    about: str


def of_links(links: Iterable[tuple[str, str]]) -> Iterator[Advice]:
    """About links whose words do not say where they lead."""
    for words, _address in links:
        bare = words.strip(" .…,:;!?–-»>→").lower()
        if _ADDRESS.fullmatch(words.strip()):
            yield Advice(
                "bare_address",
                _("Länken ”%(about)s” är bara en adress. Skriv vad sidan handlar om."),
                _cut(words),
            )
        elif bare in _EMPTY_WORDS:
            yield Advice(
                "empty_link",
                _("Länken ”%(about)s” säger inte vart den leder. Skriv vad läsaren hittar där."),
                _cut(words),
            )


def of_prose(prose: str, links: Iterable[tuple[str, str]] = ()) -> Iterator[Advice]:
    """About addresses that stand in the text without being links, as the words of ``links`` are."""
    linked = {words for words, _address in links}
    for match in _ADDRESS.finditer(prose):
        if match[0] in linked:
            continue
        yield Advice(
            "bare_address",
            _("Adressen ”%(about)s” står som den är. Gör en länk med ord som säger vad sidan handlar om."),
            _cut(match[0]),
        )


def of_headings(headings: Iterable[tuple[int, str]]) -> Iterator[Advice]:
    """About headings that skip a level, and headings that stand twice."""
    before = _FIRST_LEVEL
    seen: set[tuple[int, str]] = set()
    for level, words in headings:
        if level > before + 1:
            yield Advice(
                "skipped_level",
                _("Rubriken ”%(about)s” hoppar över en nivå. Ta bort ett #-tecken framför den."),
                _cut(words),
            )
        if (level, words) in seen and level == _FIRST_LEVEL:
            yield Advice(
                "same_heading",
                _("Rubriken ”%(about)s” finns två gånger. Ge den ena ett eget namn."),
                _cut(words),
            )
        seen.add((level, words))
        before = level


def of_pictures(pictures: Iterable[tuple[str, str]]) -> Iterator[Advice]:
    """About pictures whose alternative text is the name of a file. None at all means decoration."""
    for alt, _address in pictures:
        if alt and is_like_file_name(alt):
            yield Advice(
                "file_name",
                _("Bilden ”%(about)s” har ett filnamn som beskrivning. Skriv vad bilden visar."),
                _cut(alt),
            )


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
