"""The sections of a draft as pages: what each is called, where it is, and which one comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.domain.draft_content import SectionState, content_of, section_states
from kb.domain.draft_fields import Items, Section, section_of
from kb.services.drafts import DraftView

SLUGS: Mapping[Section, str] = {
    Section.ABOUT: "om",
    Section.CONTEXT: "sammanhang",
    Section.COST: "kostnad",
    Section.TIME: "tid",
    Section.SCOPE: "omfattning",
    Section.TEXT: "text",
    Section.LESSONS: "lardomar",
    Section.BENEFITS: "nyttor",
    Section.SOURCES: "kallor",
    Section.CONTACT: "kontakt",
}
OF_SLUG: Mapping[str, Section] = {slug: section for section, slug in SLUGS.items()}
RULE = f"<any({', '.join(SLUGS.values())}):section>"
"""The part of an address that names a section."""

ITEMS: Mapping[Section, Items] = {
    Section.LESSONS: Items.LESSON,
    Section.BENEFITS: Items.BENEFIT,
    Section.SOURCES: Items.SOURCE,
}
"""The sections that hold several of a sort, each on a page of its own."""

HEADINGS: Mapping[Section, LazyString] = {
    Section.ABOUT: _("Det viktigaste"),
    Section.CONTEXT: _("Sammanhang"),
    Section.COST: _("Kostnad"),
    Section.TIME: _("Tid"),
    Section.SCOPE: _("Omfattning och arbetssätt"),
    Section.TEXT: _("Berättelsen"),
    Section.LESSONS: _("Lärdomar"),
    Section.BENEFITS: _("Nyttor"),
    Section.SOURCES: _("Källor"),
    Section.CONTACT: _("Kontakt och granskning"),
}
INTROS: Mapping[Section, LazyString] = {
    Section.ABOUT: _("Börja med slutsatsen. Den som söker läser rubriken och sammanfattningen först."),
    Section.CONTEXT: _("Så hittar den som har samma fråga hit."),
    Section.COST: _(
        "Fyll i det du vet. Saknas en uppgift? Välj det. En uppgift som saknas räknas aldrig som noll."
    ),
    Section.TIME: _("Skriv år och månad, eller bara år. Skriv 2014–2015 om det är ett spann."),
    Section.SCOPE: _("Allt här är frivilligt. Det hjälper den som vill jämföra."),
    Section.TEXT: _("Berätta i den ordning som rubrikerna anger. Hoppa över det du inte vet."),
    Section.LESSONS: _("En lärdom är ett råd med sitt sammanhang: när det gäller, och när det inte gör det."),
    Section.BENEFITS: _("Skriv vad ni väntade er och vad det blev. Skriv också om det inte blev något."),
    Section.SOURCES: _("Länka till rapporter, beslut och annat som vem som helst kan läsa."),
    Section.CONTACT: _("Skriv en roll och en funktion, inte ett namn."),
}

LEFT_OUT = _("Frivillig")
STATES: Mapping[SectionState, LazyString] = {
    SectionState.EMPTY: _("Inte påbörjad"),
    SectionState.STARTED: _("Påbörjad"),
    SectionState.DONE: _("Klar"),
    SectionState.WRONG: _("Något behöver rättas"),
}


def address(entry_id: str, section: Section) -> str:
    return url_for("contribute.section", entry_id=entry_id, section=SLUGS[section])


def item_address(entry_id: str, section: Section, key: str) -> str:
    return url_for("contribute.item", entry_id=entry_id, section=SLUGS[section], key=key)


@dataclass(frozen=True, slots=True)
class Progress:
    """``is_needed``: something has to be written or mended there before the draft can be sent in."""

    section: Section
    state: SectionState
    is_needed: bool

    @property
    def is_ready(self) -> bool:
        return self.state is SectionState.DONE

    @property
    def is_left_out(self) -> bool:
        """Nothing is written, and nothing has to be."""
        return self.state is SectionState.EMPTY and not self.is_needed


def progress(draft: DraftView) -> tuple[Progress, ...]:
    """How far each section of the draft's size has come, in order."""
    problems = content_of(draft.fields, draft.size).problems
    needed = {section_of(problem.field) for problem in problems}
    states = section_states(draft.fields, draft.size)
    return tuple(Progress(section, state, section in needed) for section, state in states.items())


def after(draft: DraftView, section: Section) -> str:
    """Where the writer goes on: a later section that is not ready, an earlier that is needed, the check."""
    found = progress(draft)
    at = [each.section for each in found].index(section)
    ahead = [each for each in found[at + 1 :] if not each.is_ready]
    behind = [each for each in found[:at] if each.is_needed]
    if ahead or behind:
        return address(draft.entry_id, (ahead or behind)[0].section)
    return url_for("contribute.check", entry_id=draft.entry_id)
