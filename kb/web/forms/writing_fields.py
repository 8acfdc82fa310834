"""What each section of a draft asks for, in words: labels, hints and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.domain.draft_content import must_haves
from kb.domain.draft_fields import PARTS, Items, Section
from kb.domain.published import TermRef
from kb.domain.vocabulary import (
    COUNT_FACTS,
    DATE_FACTS,
    MONEY_FACTS,
    BenefitStage,
    EntryKind,
    EntrySize,
    FactName,
    FactState,
    Outcome,
)
from kb.web.forms.writing import Control, DraftField, Group, Text
from kb.web.labels import label

Terms = Mapping[str, tuple[TermRef, ...]]
"""The code of a vocabulary → its terms in order."""

_MONEY_HINT = _("Till exempel 12,5 Mkr, 850 tkr, 10–15 Mkr eller minst 5 Mkr.")
_DATE_HINT = _("Till exempel 2017, 2017-03, mars 2017 eller 2014–2015.")
_COUNT_HINT = _("Till exempel 13 000, 10–20 eller minst 100.")

_FACTS: Mapping[Section, tuple[tuple[FactName, ...], LazyString]] = {
    Section.COST: (MONEY_FACTS, _MONEY_HINT),
    Section.TIME: (DATE_FACTS, _DATE_HINT),
    Section.SCOPE: (COUNT_FACTS, _COUNT_HINT),
}
_TERMS: Mapping[str, tuple[LazyString, LazyString | None]] = {
    "domain": (_("Verksamhetsområde"), _("Vad handlar verksamheten om?")),
    "investment_type": (_("Typ av investering"), None),
    "phase": (_("Fas"), _("Vilka delar av arbetet berättar du om?")),
    "technology": (_("Teknik"), None),
    "procurement": (_("Upphandlingsform"), None),
    "delivery_model": (_("Arbetsform"), None),
    "sourcing": (_("Leverantörsupplägg"), None),
    "perspective": (_("Perspektiv"), None),
}
_IN_LISTS = frozenset({"domain", "investment_type", "technology"})
"""Vocabularies so long that one chooses from a list: fewer keys than boxes to tick."""

_CALLED_OPTIONAL = frozenset({"outcomes", "term.domain", "term.investment_type", "term.phase"})
"""What some sizes need and others do not."""

_PARTS: Mapping[Items, Mapping[str, tuple[LazyString, LazyString | None]]] = {
    Items.LESSON: {
        "situation": (_("Läge"), _("När uppstod det? Vad höll ni på med?")),
        "what_happened": (_("Vad hände? (frivilligt)"), None),
        "why": (_("Varför? (frivilligt)"), _("Den orsak som ni själva ser.")),
        "advice": (_("Råd"), _("Vad ska andra göra? Börja med ett verb: Fråga, mät, vänta.")),
        "applies_when": (_("När gäller rådet? (frivilligt)"), None),
        "does_not_apply_when": (_("När gäller det inte? (frivilligt)"), None),
        "phase": (_("Fas (frivilligt)"), None),
        "perspective": (_("Perspektiv (frivilligt)"), None),
    },
    Items.BENEFIT: {
        "stage": (_("Väntad eller uppnådd?"), None),
        "type": (_("Typ av nytta"), None),
        "description": (_("Vilken nytta?"), _("Gärna med en siffra: vad det var före och efter.")),
        "note": (_("Hur vet ni det? (frivilligt)"), None),
    },
    Items.SOURCE: {
        "title": (_("Källans namn"), _("Till exempel rapportens titel.")),
        "publisher": (_("Utgivare (frivilligt)"), None),
        "url": (_("Länk"), _("Hela adressen, från https://")),
        "accessed": (_("Dag då du läste den (frivilligt)"), _("Till exempel 2026-11-23.")),
    },
}
_SHORT_OF_A_TIP = ("situation", "advice", "what_happened", "applies_when")
"""The parts of a lesson that a tip asks for: it shall take five minutes."""

_ABOUT: Mapping[str, tuple[LazyString, LazyString | None]] = {
    "title": (_("Rubrik"), _("Säg vad ni lärde er, med högst 120 tecken.")),
    "summary": (_("Sammanfattning"), _("Börja med slutsatsen. Högst 400 tecken.")),
    "kind": (_("Slag"), _("Ett gott exempel kan ha blivit dyrare, och en lärdom kan ha lyckats.")),
    "outcomes": (_("Hur gick det?"), _("Välj ett eller flera.")),
    "partners": (_("Andra som var med (frivilligt)"), _("En på varje rad: namn eller förkortning.")),
    "body": (_("Text"), _("Nämn roller i stället för personer.")),
    "contact_role": (
        _("Kontakt som en roll"),
        _("Till exempel: chef för digital utveckling. Skriv inget namn."),
    ),
    "open_to_contact": (_("Den rollen får kontaktas för samtal"), None),
    "anonymised": (
        _("Visa inte vilken myndighet det gäller"),
        _("Läsarna ser då bara vilken typ av organisation det är och hur stor den är."),
    ),
    "note_to_reviewer": (_("Något att säga till den som granskar? (frivilligt)"), _("Det publiceras inte.")),
}
_FACT_PARTS: Mapping[str, LazyString] = {
    "state": _("Vad vet du?"),
    "value": _("Värde"),
    "note": _("Förklaring (frivilligt)"),
    "publish_from": _("Publicera tidigast (frivilligt)"),
}


def groups_of(section: Section, terms: Terms, size: EntrySize = EntrySize.IN_DEPTH) -> tuple[Group, ...]:
    """The fields of a section without items of its own; what the size does not need is called optional."""
    if section in _FACTS:
        names, hint = _FACTS[section]
        return (*_scope(section, terms), *(_fact(name, hint) for name in names))
    needed = must_haves(size)
    fields = _plain(section, terms)
    return (Group(tuple(one if one.name in needed else _optional(one) for one in fields)),)


def _optional(one: DraftField) -> DraftField:
    if one.name not in _CALLED_OPTIONAL:
        return one
    return replace(one, label=_("%(label)s (frivilligt)", label=one.label))


def _scope(section: Section, terms: Terms) -> tuple[Group, ...]:
    chosen = ("technology", "procurement", "delivery_model", "sourcing", "perspective")
    return (Group(tuple(_term(code, terms) for code in chosen)),) if section is Section.SCOPE else ()


def _plain(section: Section, terms: Terms) -> tuple[DraftField, ...]:
    if section is Section.CONTEXT:
        known = tuple(_term(code, terms) for code in ("domain", "investment_type", "phase"))
        return (*known, _own("partners", Control.LINES, rows=3))
    if section is Section.TEXT:
        return (_own("body", Control.EDITOR, rows=18),)
    if section is Section.CONTACT:
        return (
            _own("contact_role"),
            _own("open_to_contact", Control.TICK),
            _own("anonymised", Control.TICK),
            _own("note_to_reviewer", Control.LINES, rows=4),
        )
    return (
        _own("title"),
        _own("summary", Control.LINES, rows=4),
        _own("kind", Control.RADIO, choices=_words(EntryKind)),
        _own("outcomes", Control.CHECKS, choices=_words(Outcome)),
    )


def item_groups(items: Items, key: str, terms: Terms, *, short: bool = False) -> tuple[Group, ...]:
    """The fields of one lesson, benefit or source; ``short``: those that a tip asks for."""
    parts = _SHORT_OF_A_TIP if short else PARTS[items]
    return (Group(tuple(_part(items, key, part, terms) for part in parts)),)


def label_of(name: str) -> str:
    """What a field is called where it stands alone, for a list of what was written or changed."""
    kind, _dot, rest = name.partition(".")
    if kind == "fact":
        fact, _dot, part = rest.partition(".")
        return f"{label(FactName(fact))}: {str(_FACT_PARTS[part]).lower()}"
    if kind == "term":
        return str(_TERMS[rest][0])
    if kind in set(Items):
        return str(_PARTS[Items(kind)][rest.rpartition(".")[2]][0])
    return str(_ABOUT[name][0]) if name in _ABOUT else str(_("Ordning"))


def _own(
    name: str, control: Control = Control.LINE, *, rows: int = 0, choices: tuple[tuple[str, str], ...] = ()
) -> DraftField:
    text, hint = _ABOUT[name]
    return DraftField(name, text, hint, control, rows, choices)


def _term(code: str, terms: Terms) -> DraftField:
    text, hint = _TERMS[code]
    return _of_terms(f"term.{code}", text, hint, terms.get(code, ()), in_lists=code in _IN_LISTS)


def _of_terms(
    name: str, text: Text, hint: Text | None, terms: tuple[TermRef, ...], *, in_lists: bool
) -> DraftField:
    choices = tuple((term.code, label(term)) for term in terms)
    control = Control.SELECTS if in_lists else Control.CHECKS
    return DraftField(name, text, hint, control, choices=choices, any=_("Välj"))


def _fact(name: FactName, hint: Text) -> Group:
    start = f"fact.{name}"
    fields = [
        DraftField(
            f"{start}.state",
            _FACT_PARTS["state"],
            None,
            Control.SELECT,
            choices=_states(),
            any=_("Välj"),
            is_short=True,
        ),
        DraftField(f"{start}.value", _FACT_PARTS["value"], hint, is_short=True),
        DraftField(f"{start}.note", _FACT_PARTS["note"], _("Till exempel vad som ingår.")),
    ]
    if name in MONEY_FACTS:
        day = _("En dag, till exempel 2027-01-31. Fram till dess står det att uppgiften inte uppges.")
        fields.append(DraftField(f"{start}.publish_from", _FACT_PARTS["publish_from"], day, is_short=True))
    return Group(tuple(fields), label(name))


def _part(items: Items, key: str, part: str, terms: Terms) -> DraftField:
    name, (text, hint) = f"{items}.{key}.{part}", _PARTS[items][part]
    if part in ("phase", "perspective"):
        return _of_terms(name, text, hint, terms.get(part, ()), in_lists=True)
    if part == "stage":
        return DraftField(name, text, hint, Control.RADIO, choices=_words(BenefitStage))
    if part == "type":
        choices = tuple((term.code, label(term)) for term in terms.get("benefit_type", ()))
        return DraftField(name, text, hint, Control.SELECT, choices=choices, any=_("Välj"), is_short=True)
    if items is Items.SOURCE:
        return DraftField(name, text, hint, is_short=part == "accessed")
    return DraftField(name, text, hint, Control.LINES, rows=3)


def _words(words: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((word.value, label(word)) for word in words)


def _states() -> tuple[tuple[str, str], ...]:
    return tuple((state.value, label(state)[:1].upper() + label(state)[1:]) for state in FactState)
