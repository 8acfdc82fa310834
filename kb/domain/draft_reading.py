"""What was typed in a draft's fields, read part by part; everything that cannot be read is noted by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from kb.domain import typed
from kb.domain.content import LESSON_FIELD_MAX, is_blank
from kb.domain.draft_fields import ITEMS_MAX, LESSON_TEXTS, LISTS, PARTS, Fields, Items, choices, keys
from kb.domain.errors import Invalid
from kb.domain.facts import Fact
from kb.domain.reader_messages import cleaned
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent
from kb.domain.vocabulary import (
    COUNT_FACTS,
    DATE_FACTS,
    MONEY_FACTS,
    BenefitStage,
    FactName,
    FactState,
)

NOTE_MAX = 300
CONTACT_ROLE_MAX = 120
NOTE_TO_REVIEWER_MAX = 2_000
SOURCE_TITLE_MAX = 200
PUBLISHER_MAX = 120
URL_MAX = 1_000
CHOICES_MAX = 50

_URL = re.compile(r"https?://[^\s<>\"]+")
_WITH_VALUE = (FactState.KNOWN, FactState.ESTIMATED, FactState.EXPECTED)

Word = TypeVar("Word", bound=StrEnum)


@dataclass(slots=True)
class Reader:
    """Reads fields and gathers what is wrong and what is missing, each with the name of its field."""

    fields: Fields
    wrong: list[Invalid] = field(default_factory=list)
    missing: list[Invalid] = field(default_factory=list)

    def line(self, name: str, limit: int) -> str:
        """A text on one line."""
        return self.several_lines(name, limit, " ".join(cleaned(self.fields.get(name, "")).split()))

    def several_lines(self, name: str, limit: int, found: str | None = None) -> str:
        """A text, without what no text has; noted where it has more than ``limit`` characters."""
        text = cleaned(self.fields.get(name, "")) if found is None else found
        if is_blank(text):
            return ""
        if len(text) > limit:
            problem = Invalid(
                "Texten är för lång: %(length)s tecken. Korta den till högst %(limit)s tecken.",
                field=name,
                length=len(text),
                limit=limit,
            )
            self.wrong.append(problem)
        return text

    def is_ticked(self, name: str) -> bool:
        return bool(self.fields.get(name, "").strip())

    def codes(self, name: str) -> tuple[str, ...]:
        found = choices(cleaned(self.fields.get(name, "")))
        if len(found) > CHOICES_MAX:
            self.wrong.append(Invalid("Välj högst %(limit)s.", field=name, limit=CHOICES_MAX))
        return found

    def words(self, name: str, sort: type[Word]) -> tuple[Word, ...]:
        """The choices among the words of an enum."""
        found, known = self.codes(name), {word.value: word for word in sort}
        if any(code not in known for code in found):
            self.wrong.append(Invalid("Välj bland det som finns på sidan.", field=name))
        return tuple(known[code] for code in found if code in known)

    def word(self, name: str, sort: type[Word]) -> Word | None:
        found = self.words(name, sort)
        return found[0] if found else None

    def value(self, name: str, read: Callable[[str], typed.Span]) -> typed.Span:
        """A value as typed; noted, and none, where it cannot be read."""
        try:
            return read(self.fields.get(name, ""))
        except Invalid as error:
            self.wrong.append(error.at(name))
            return None, None

    def day(self, name: str) -> date | None:
        """A day, or none in an empty field."""
        text = self.fields.get(name, "")
        if not text.strip():
            return None
        try:
            return typed.day(text)
        except Invalid as error:
            self.wrong.append(error.at(name))
            return None

    def has(self, *names: str) -> bool:
        return not all(is_blank(self.fields.get(name, "")) for name in names)

    def needs(self, met: object, problem: Invalid) -> None:
        if not met:
            self.missing.append(problem)

    def fact(self, name: FactName) -> Fact | None:
        """A fact; none where nothing of it is filled in, or where it contradicts itself."""
        state_name, value_name, note_name, day_name = (
            f"fact.{name}.{part}" for part in ("state", "value", "note", "publish_from")
        )
        if not self.has(state_name, value_name, note_name, day_name):
            return None
        before = len(self.wrong)
        low, high = self.value(value_name, reader_of(name))
        note = self.line(note_name, NOTE_MAX)
        publish_from = self.day(day_name) if name in MONEY_FACTS else None
        state = self.word(state_name, FactState)
        if len(self.wrong) > before:
            return None
        if state is None:
            problem = Invalid("Välj hur säker uppgiften är, eller att den saknas.", field=state_name)
            self.missing.append(problem)
            return None
        if state in _WITH_VALUE and not self.has(value_name):
            problem = Invalid("Fyll i ett värde, eller välj att uppgiften saknas.", field=value_name)
            self.missing.append(problem)
            return None
        found = Fact(name, state, low, high, note=note, publish_from=publish_from)
        try:
            found.check()
        except Invalid as error:
            self.wrong.append(error.at(value_name))
            return None
        return found

    def keys(self, items: Items) -> tuple[str, ...]:
        """The keys of the items that have something in them."""
        found = tuple(
            key
            for key in keys(items, self.fields)
            if self.has(*(f"{items}.{key}.{part}" for part in PARTS[items]))
        )
        if len(found) > ITEMS_MAX[items]:
            problem = Invalid(
                "Det är för många. Ta bort så att det blir högst %(limit)s.",
                field=LISTS[items],
                limit=ITEMS_MAX[items],
            )
            self.wrong.append(problem)
        return found

    def lesson(self, key: str) -> LessonContent:
        name = f"{Items.LESSON}.{key}"
        texts: dict[str, Any] = {
            part: self.several_lines(f"{name}.{part}", LESSON_FIELD_MAX) for part in LESSON_TEXTS
        }
        says = texts["situation"] or texts["what_happened"] or texts["advice"]
        self.needs(says, Invalid("Skriv ett råd, eller vad som hände.", field=f"{name}.advice"))
        phase, perspective = self.codes(f"{name}.phase"), self.codes(f"{name}.perspective")
        return LessonContent(key, **texts, phase=phase, perspective=perspective)

    def benefit(self, key: str) -> BenefitContent | None:
        name = f"{Items.BENEFIT}.{key}"
        stage = self.word(f"{name}.stage", BenefitStage)
        sort = self.line(f"{name}.type", 60)
        description = self.several_lines(f"{name}.description", LESSON_FIELD_MAX)
        note = self.line(f"{name}.note", NOTE_MAX)
        self.needs(stage, Invalid("Välj om nyttan är väntad eller uppnådd.", field=f"{name}.stage"))
        self.needs(sort, Invalid("Välj vilken sorts nytta det är.", field=f"{name}.type"))
        self.needs(description, Invalid("Beskriv nyttan.", field=f"{name}.description"))
        return BenefitContent(stage, sort, description, note) if stage else None

    def source(self, key: str) -> SourceContent:
        name = f"{Items.SOURCE}.{key}"
        title = self.line(f"{name}.title", SOURCE_TITLE_MAX)
        scheme, mark, rest = self.line(f"{name}.url", URL_MAX).partition("://")
        url = f"{scheme.lower()}{mark}{rest}" if mark else scheme
        self.needs(title, Invalid("Skriv vad källan heter.", field=f"{name}.title"))
        self.needs(url, Invalid("Skriv adressen till källan.", field=f"{name}.url"))
        if url and not is_web_address(url):
            problem = Invalid("Adressen ska börja med https:// eller http://.", field=f"{name}.url")
            self.wrong.append(problem)
        publisher = self.line(f"{name}.publisher", PUBLISHER_MAX)
        return SourceContent(title, url, publisher, self.day(f"{name}.accessed"))


def reader_of(name: FactName) -> Callable[[str], typed.Span]:
    """How the value of a fact is read."""
    if name in MONEY_FACTS:
        return typed.amount
    return typed.month_span if name in DATE_FACTS else typed.count


def writer_of(name: FactName) -> Callable[[int | None, int | None], str]:
    """How the value of a fact is written as text."""
    if name in MONEY_FACTS:
        return typed.amount_text
    return typed.count_text if name in COUNT_FACTS else typed.month_text


def is_web_address(text: str) -> bool:
    """Whether a text is an address with http or https and the name of a host."""
    if not _URL.fullmatch(text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False
