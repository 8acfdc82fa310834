"""Named points of what makes a story useful to others, each with advice; none of them stops anyone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.draft_fields import Fields, Items, keys
from kb.domain.plain_language import words
from kb.domain.text import translatable as _
from kb.domain.vocabulary import DATE_FACTS, MONEY_FACTS, EntrySize, FactName, FactState

_TOLD_WORDS = 8
"""So many words are at least something."""
_ADVICE_WORDS = 5
_DO = re.compile(
    r"(?:^|[.!?:;–-]\s+|\n\s*[-*•]?\s*|\b(?:och|eller|men|så|då|sedan|först)\s+)"
    r"(?:ha|var|se|be|ge|gå|ta|gör|säg|lägg|låt|sätt|håll|kom|bygg|byt|börja|sluta|skriv|räkna|mät|testa|prova|pröva"
    r"|fråga|bjud|avsätt|avtala|kräv|ställ|tänk|planera|dela|använd|utse|utgå|undvik|välj|köp|sälj|visa|följ|kolla"
    r"|kontrollera|granska|beställ|involvera|inför|utbilda|lär|lyssna|prata|tala|berätta|förankra|säkra|säkerställ"
    r"|skaffa|stäm|stanna|stoppa|stäng|starta|ställ|vänta|våga|vårda|äg|öva|öppna|översätt|formulera|definiera"
    r"|dokumentera|bestäm|besluta|prioritera|rensa|samla|samordna|samarbeta|skilj|spara|styr|stöd|sök|ta|tillsätt"
    r"|uppskatta|uppdatera|utred|utvärdera|anlita|anpassa|anställ|automatisera|avbryt|avgränsa|avsluta|avveckla"
    r"|behåll|betala|bevara|boka|budgetera|flytta|fördela|förbered|förhandla|förklara|förenkla|gissa|hitta|hoppa"
    r"|hämta|identifiera|informera|investera|jämför|jobba|kartlägg|kombinera|korta|koppla|led|leverera|lös|minska"
    r"|märk|möt|notera|ordna|peka|publicera|pausa|planlägg|red|reda|rita|rätta|sikta|skicka|skjut|skydda|släpp"
    r"|standardisera|synka|teckna|tidsätt|träffa|träna|undersök|upphandla|upprepa|validera|verifiera|ändra|återanvänd)\b"
    r"|\b(?:bör|ska|måste|behöver|skulle)\b",
    re.IGNORECASE,
)
"""Words that tell someone what to do: an imperative at the beginning of a clause, or what should be done."""
_PLANS = (
    ((FactName.FIRST_BUDGET, FactName.DECIDED_BUDGET), FactName.OUTCOME_COST),
    ((FactName.FIRST_END, FactName.DECIDED_END), FactName.ACTUAL_END),
)


class QualityCode(StrEnum):
    FACTS = "facts"
    PLAN = "plan"
    WENT_WRONG = "went_wrong"
    WENT_RIGHT = "went_right"
    WHY = "why"
    ADVICE = "advice"
    WHEN = "when"
    BENEFITS = "benefits"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class QualityPoint:
    """``label`` and ``advice`` are Swedish sentences; the advice is for a point that is not met."""

    code: QualityCode
    label: str
    met: bool
    advice: str


@dataclass(frozen=True, slots=True)
class Told:
    """A draft as it is judged: what was typed, and the prose under each heading of its text."""

    fields: Fields
    sections: Mapping[str, str]

    def lesson_texts(self, part: str) -> list[str]:
        return [self.fields.get(f"lesson.{key}.{part}", "") for key in keys(Items.LESSON, self.fields)]

    def is_answered(self, name: FactName) -> bool:
        """Whether a fact has a value, or someone has said that it cannot have one."""
        state = self.fields.get(f"fact.{name}.state", "")
        return self.has_value(name) or state in {FactState.UNKNOWN, FactState.WITHHELD}

    def has_value(self, name: FactName) -> bool:
        return bool(self.fields.get(f"fact.{name}.value", "").strip())


def _has_facts(told: Told) -> bool:
    return any(map(told.has_value, MONEY_FACTS)) and all(
        map(told.is_answered, MONEY_FACTS[-1:] + DATE_FACTS[:1])
    )


def _has_plan_and_outcome(told: Told) -> bool:
    return any(any(map(told.has_value, plans)) and told.has_value(outcome) for plans, outcome in _PLANS)


def _went_wrong(told: Told) -> bool:
    texts = (told.sections.get("Vad som gick fel", ""), *told.lesson_texts("what_happened"))
    return any(map(_has_words, texts))


def _went_right(told: Told) -> bool:
    return _has_words(told.sections.get("Vad som gick bra", ""))


def _says_why(told: Told) -> bool:
    return any(map(_has_words, told.lesson_texts("why")))


def _can_be_acted_on(told: Told) -> bool:
    advice = [text.strip() for text in told.lesson_texts("advice")]
    return bool(advice) and all(len(words(text)) >= _ADVICE_WORDS and _DO.search(text) for text in advice)


def _says_when(told: Told) -> bool:
    return any(map(str.strip, told.lesson_texts("applies_when")))


def _has_benefits(told: Told) -> bool:
    found = keys(Items.BENEFIT, told.fields)
    stages = {told.fields.get(f"benefit.{key}.stage", "") for key in found}
    return {"expected", "realised"} <= stages


def _has_source(told: Told) -> bool:
    return any(told.fields.get(f"source.{key}.title", "").strip() for key in keys(Items.SOURCE, told.fields))


_ALL = frozenset(EntrySize)
_LARGER = frozenset({EntrySize.STORY, EntrySize.IN_DEPTH})
_LARGEST = frozenset({EntrySize.IN_DEPTH})
_POINTS: tuple[tuple[QualityCode, frozenset[EntrySize], Callable[[Told], bool], str, str], ...] = (
    (
        QualityCode.FACTS,
        _LARGER,
        _has_facts,
        _("Kostnad och tid är ifyllda"),
        _("Fyll i vad det kostade och när det började. Går det inte, välj att uppgiften saknas."),
    ),
    (
        QualityCode.PLAN,
        _LARGER,
        _has_plan_and_outcome,
        _("Utfallet går att jämföra med planen"),
        _("Ange både det ni planerade och hur det blev, i pengar eller i tid."),
    ),
    (
        QualityCode.WENT_WRONG,
        _ALL,
        _went_wrong,
        _("Något som gick fel är berättat"),
        _("Berätta om minst en sak som gick fel. Det är den som andra lär sig mest av."),
    ),
    (
        QualityCode.WENT_RIGHT,
        _LARGER,
        _went_right,
        _("Något som gick bra är berättat"),
        _("Skriv under rubriken Vad som gick bra om minst en sak som andra kan göra efter er."),
    ),
    (
        QualityCode.WHY,
        _LARGER,
        _says_why,
        _("Orsaken är förklarad"),
        _("Skriv i minst en lärdom varför det blev som det blev."),
    ),
    (
        QualityCode.ADVICE,
        _ALL,
        _can_be_acted_on,
        _("Råden går att följa"),
        _("Börja varje råd med ett verb, som Fråga eller Mät, och säg vad läsaren ska göra."),
    ),
    (
        QualityCode.WHEN,
        _LARGEST,
        _says_when,
        _("Det står när råden gäller"),
        _("Skriv i minst en lärdom när rådet gäller, så att läsaren ser om det passar."),
    ),
    (
        QualityCode.BENEFITS,
        _LARGEST,
        _has_benefits,
        _("Nyttor både före och efter är med"),
        _("Ange en nytta som ni väntade er och en som ni har uppnått."),
    ),
    (
        QualityCode.SOURCE,
        _LARGER,
        _has_source,
        _("Minst en källa finns"),
        _("Lägg till en källa, till exempel slutrapporten, så att läsaren kan gå vidare."),
    ),
)


def points(
    fields: Fields, size: EntrySize, sections: Mapping[str, str] | None = None
) -> tuple[QualityPoint, ...]:
    """The points of a draft of that size. ``sections``: heading → prose under it, of its text."""
    told = Told(fields, sections or {})
    return tuple(
        QualityPoint(code, label, met(told), advice)
        for code, sizes, met, label, advice in _POINTS
        if size in sizes
    )


def _has_words(text: str) -> bool:
    return len(words(text)) >= _TOLD_WORDS
