"""What a reader may type in the search box, read in one pass from left to right.

``"fras"``, ``-utan``, ``ord*`` (three letters or more), ``fält:värde`` for the names below, ``år:2015..2020``
and ``OR``. Everything else is text: there are no syntax errors. Only a query over the limits is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.errors import QueryRefused
from kb.search.index import Facet
from kb.search.swedish.tokens import Word, clean, normalise, words

MAX_CHARACTERS = 1000
MAX_TERMS = 64
MIN_PREFIX = 3

_QUOTES = str.maketrans("”“„«»", '"""""')
_SPACE = frozenset("\t\n\r\v\f")


class Section(StrEnum):
    """A part of a story that may be searched alone."""

    TITLE = "title"
    LESSONS = "lessons"


FIELDS: dict[str, Section | Facet] = {
    "titel": Section.TITLE,
    "rubrik": Section.TITLE,
    "lärdom": Section.LESSONS,
    "lardom": Section.LESSONS,
    "lärdomar": Section.LESSONS,
    "lardomar": Section.LESSONS,
    "myndighet": Facet.ORGANISATION,
    "organisation": Facet.ORGANISATION,
    "organisationstyp": Facet.ORGANISATION_TYPE,
    "slag": Facet.KIND,
    "utfall": Facet.OUTCOME,
    "område": Facet.DOMAIN,
    "omrade": Facet.DOMAIN,
    "typ": Facet.INVESTMENT_TYPE,
    "fas": Facet.PHASE,
    "perspektiv": Facet.PERSPECTIVE,
    "kostnad": Facet.COST_CLASS,
}
_YEAR_FIELDS = frozenset({"år", "ar"})
_YEARS = re.compile(r"(?:(\d{4})?(?:\.\.|[-–])(\d{4})?|(\d{4}))\Z")
_FIELD = re.compile(r"([^\W\d_]{2,20}):")


@dataclass(frozen=True, slots=True)
class Words:
    """Written words that each may match; ``required`` when they stood in quotation marks, in that order."""

    words: tuple[Word, ...]
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins so, in lower case."""

    start: str


@dataclass(frozen=True, slots=True)
class InField:
    """A value in a named field. A facet's value is compared as ``value_key`` makes it."""

    field: Section | Facet
    value: str


@dataclass(frozen=True, slots=True)
class Years:
    """Projects that overlap the span; None is open."""

    first: int | None
    last: int | None


Clause = Words | Prefix | InField | Years


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """``groups`` are clauses joined by OR, ``excluded`` must not match; words stand at places in ``text``."""

    text: str
    groups: tuple[tuple[Clause, ...], ...] = ()
    excluded: tuple[Clause, ...] = ()


def value_key(value: str) -> str:
    """A facet's code, label or name as compared with what was typed: lower case letters and digits only."""
    return "".join(word.text for word in words(normalise(value).replace("_", " ").replace("-", " ")))


def parse(text: str) -> ParsedQuery:
    """Read a query. Raises ``QueryRefused`` over the limits, and never anything else."""
    _refuse_what_no_text_has(text)
    return _Parser(clean(text)).parse()


def _refuse_what_no_text_has(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise QueryRefused(
            "Sökfrågan är för lång. Den får ha högst %(limit)s tecken. Korta den och sök igen.",
            field="q",
            limit=MAX_CHARACTERS,
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _SPACE for sign in text):
        raise QueryRefused(
            "Sökfrågan innehåller styrtecken som inte går att söka på. Skriv in orden på nytt.", field="q"
        )


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._read = text.translate(_QUOTES)
        self._at = 0
        self._groups: list[list[Clause]] = []
        self._excluded: list[Clause] = []
        self._join_next = False
        self._terms = 0

    def parse(self) -> ParsedQuery:
        while self._skip_space():
            excluded = self._take_minus()
            if not excluded and self._take_or():
                continue
            clauses = self._clauses()
            if excluded:
                self._excluded += clauses
            else:
                self._add(clauses)
        return ParsedQuery(self._text, tuple(tuple(group) for group in self._groups), tuple(self._excluded))

    def _skip_space(self) -> bool:
        while self._at < len(self._read) and self._read[self._at].isspace():
            self._at += 1
        return self._at < len(self._read)

    def _take_minus(self) -> bool:
        after = self._at + 1
        if self._read[self._at] == "-" and after < len(self._read) and not self._read[after].isspace():
            self._at = after
            return True
        return False

    def _take_or(self) -> bool:
        end = self._at + 2
        stands_alone = self._read[self._at : end] == "OR" and self._read[end : end + 1].isspace()
        if not stands_alone or not self._groups or self._join_next or not self._read[end:].strip():
            return False
        self._at = end
        self._join_next = True
        return True

    def _add(self, clauses: list[Clause]) -> None:
        for clause in clauses:
            if self._join_next:
                self._groups[-1].append(clause)
                self._join_next = False
            else:
                self._groups.append([clause])

    def _clauses(self) -> list[Clause]:
        if self._read[self._at] == '"':
            quoted = self._quoted()
            return [] if quoted is None else self._phrase(*quoted)
        named = _FIELD.match(self._read, self._at)
        if named:
            clause = self._field(normalise(named.group(1)), named.end())
            if clause is not None:
                return [clause]
        return self._plain()

    def _quoted(self) -> tuple[int, int] | None:
        """Where the words between two quotation marks stand; steps over a mark that has no partner."""
        start = self._at + 1
        end = self._read.find('"', start)
        if end < 0:
            self._at = start
            return None
        self._at = end + 1
        return start, end

    def _phrase(self, start: int, end: int) -> list[Clause]:
        found = self._words(start, end)
        return [Words(found, phrase=True)] if found else []

    def _field(self, name: str, start: int) -> Clause | None:
        if name not in FIELDS and name not in _YEAR_FIELDS:
            return None
        before = self._at
        self._at = start
        if self._read[start : start + 1] == '"':
            quoted = self._quoted()
            span = quoted or (start, start)
        else:
            span = (start, self._end_of_chunk())
            self._at = span[1]
        clause = self._named_value(name, self._text[span[0] : span[1]])
        if clause is None:
            self._at = before
        return clause

    def _named_value(self, name: str, value: str) -> Clause | None:
        if name in _YEAR_FIELDS:
            return _years(value)
        if not value_key(value):
            return None
        self._count(1)
        return InField(FIELDS[name], value)

    def _plain(self) -> list[Clause]:
        start, end = self._at, self._end_of_chunk()
        self._at = end
        found = self._words(start, end)
        if len(found) == 1 and self._read[found[0].end : end] == "*" and len(found[0].text) >= MIN_PREFIX:
            return [Prefix(normalise(found[0].text))]
        return [Words((word,)) for word in found]

    def _end_of_chunk(self) -> int:
        end = self._at
        while end < len(self._read) and not self._read[end].isspace() and self._read[end] != '"':
            end += 1
        return end

    def _words(self, start: int, end: int) -> tuple[Word, ...]:
        found = tuple(
            Word(word.text, word.start + start, word.end + start) for word in words(self._text[start:end])
        )
        self._count(len(found))
        return found

    def _count(self, terms: int) -> None:
        self._terms += terms
        if self._terms > MAX_TERMS:
            raise QueryRefused(
                "Sökfrågan har för många ord. Den får ha högst %(limit)s. Ta bort några och sök igen.",
                field="q",
                limit=MAX_TERMS,
            )


def _years(value: str) -> Years | None:
    match = _YEARS.match(value)
    if match is None or not any(match.groups()):
        return None
    first, last, single = (int(year) if year else None for year in match.groups())
    if single is not None:
        return Years(single, single)
    if first is not None and last is not None and first > last:
        return Years(last, first)
    return Years(first, last)
