"""Figures in Swedish text, and whether a record of facts carries them.

The rules, all of them:

1. A number is digits with a decimal comma or with spaces between thousands, or a word of ``_WORDS``
   (*två* to *tolv*); *en* and *ett* only before *miljon* and *miljard*. Fractions are compared as words.
2. The unit is what follows: tkr, mnkr and mdkr (or spelt out) are money, ``%`` and *procent* are a share.
   *miljoner* and *miljarder* alone scale the number and may be money or a count. In *5,5–11 mdkr*,
   *från 2,5 till 4 miljarder* and *mellan 5 och 7 procent* both numbers have the unit.
3. *december 2017*, *dec 2017* and *2017-12-15* are a month of a year; the year and the day are numbers too.
4. In a record, a bare number in the same sentence as a sum of money may be a sum in the same unit
   (*103 mnkr för migrering, 42 för trafikbrott*), but a year never is. ``cost_sek`` is money.
5. Everything else is a number without a unit, and must occur as a number in the record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

_WORDS = {
    "två": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "åtta": 8,
    "nio": 9,
    "tio": 10,
    "elva": 11,
    "tolv": 12,
}
_FRACTIONS = ("hälften", "tredjedel", "fjärdedel", "femtedel", "dubbelt", "dubblades", "halverades")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(jan(?:uari)?|feb(?:ruari)?|mars?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|"
    r"sep(?:t|tember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER = r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:,\d+)?"
_ABOUT = "(?:omkring |ungefär )?"
_UNITS = {
    r"tkr|tusen kronor": ("money", 10**3),
    r"mnkr|miljon(?:er)? kr(?:onor)?": ("money", 10**6),
    r"mdkr|miljard(?:er)? kr(?:onor)?": ("money", 10**9),
    r"kr|kronor": ("money", 1),
    r"%|procent": ("share", 1),
    r"miljon(?:er)?": ("scaled", 10**6),
    r"miljard(?:er)?": ("scaled", 10**9),
}
_UNIT = "|".join(f"(?:{pattern})" for pattern in _UNITS)
_FIGURE = re.compile(rf"({_NUMBER})(?:\s*[–-]\s*({_NUMBER}))?(?:\s*({_UNIT})(?![a-zåäö]))?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in kronor, percent or nothing; ``kind`` is money, share, scaled, number, month or fraction."""

    kind: str
    value: Decimal | str
    written: str


def figures(text: str) -> Iterator[Figure]:
    """Every figure of a text, in the order of the rules."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").lower()
    for word in re.findall(rf"\b(?:{'|'.join(_FRACTIONS)})\b", text):
        yield Figure("fraction", word, word)
    for match in re.finditer(rf"\b{_MONTH}\s+(\d{{4}})\b", text):
        yield Figure("month", f"{match[2]}-{_MONTHS.index(match[1][:3]) + 1:02}", match[0])
    for match in re.finditer(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b", text):
        yield Figure("month", f"{match[1]}-{match[2]}", match[0])
    text = re.sub(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b", r"\1 och \3 ", text)
    text = re.sub(
        rf"\b(?:från {_ABOUT}({_NUMBER}) till|mellan {_ABOUT}({_NUMBER}) och) {_ABOUT}(?={_NUMBER})",
        lambda span: f"{span[1] or span[2]}–",
        text,
    )
    text = re.sub(r"\b(?:en|ett)(?= (?:miljon|miljard)\b)", "1", text)
    text = re.sub(rf"\b(?:{'|'.join(_WORDS)})\b", lambda word: str(_WORDS[word[0]]), text)
    for match in _FIGURE.finditer(text):
        kind, factor = _unit(match[3])
        for number in filter(None, (match[1], match[2])):
            yield Figure(kind, _decimal(number) * factor, match[0].strip())


def _unit(written: str | None) -> tuple[str, int]:
    if written is None:
        return "number", 1
    return next(unit for pattern, unit in _UNITS.items() if re.fullmatch(pattern, written))


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(" ", "").replace(",", ".")).normalize()


def record_text(record: Mapping[str, object]) -> str:
    """What a record says in words, one statement a line."""
    lessons = record["lessons"]
    assert isinstance(lessons, list)
    parts = [record[name] for name in ("project", "years", "outcome", "what", "cost_note")]
    return "\n".join(str(part) for part in [*parts, *lessons])


class Carried:
    """The figures that a record of facts carries."""

    def __init__(self, record: Mapping[str, object]) -> None:
        self._by_kind: dict[str, set[Decimal | str]] = {}
        for sentence in re.split(r"[.;!?]\s|\n", f"{record_text(record)}\n{record['authority']}"):
            found = list(figures(sentence))
            factors = {_unit(unit)[1] for unit in _money_units(sentence)}
            for figure in found:
                self._add(figure.kind, figure.value)
                if figure.kind == "number" and not _is_year(figure.value):
                    for factor in factors:
                        self._add("money", Decimal(figure.value) * factor)
        if record["cost_sek"] is not None:
            self._add("money", Decimal(str(record["cost_sek"])))

    def _add(self, kind: str, value: Decimal | str) -> None:
        if kind == "scaled":
            self._add("money", value)
            self._add("number", value)
        self._by_kind.setdefault(kind, set()).add(value)

    def has(self, kind: str, value: Decimal | str | int) -> bool:
        if isinstance(value, int):
            value = Decimal(value)
        kinds = ("money", "number") if kind == "scaled" else (kind,)
        return any(value in self._by_kind.get(each, ()) for each in kinds)

    def missing(self, text: str) -> list[str]:
        """The figures of a text, as written, that the record does not carry."""
        return [figure.written for figure in figures(text) if not self.has(figure.kind, figure.value)]

    def missing_facts(self, facts: Mapping[str, Mapping[str, object]]) -> list[str]:
        """The typed values that the record does not carry: money in thousands, years, months and counts."""
        wrong = []
        for name, fact in facts.items():
            for key in ("low", "high", "year"):
                value = fact.get(key)
                if value is None:
                    continue
                if isinstance(value, str):
                    carried = self.has("month", value)
                elif key != "year" and name in {"first_budget", "decided_budget", "outcome_cost"}:
                    carried = self.has("money", int(str(value)) * 1000)
                else:
                    carried = self.has("number", int(str(value)))
                if not carried:
                    wrong.append(f"{name}.{key}: {value}")
        return wrong


def _money_units(sentence: str) -> list[str]:
    written = re.findall(rf"(?<=\d)\s*({_UNIT})(?![a-zåäö])", sentence.lower())
    return [unit for unit in written if _unit(unit)[0] == "money"]


def _is_year(value: Decimal | str) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value() and 1900 <= value <= 2100
