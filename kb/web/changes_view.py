"""What differs between two versions of a story, as a page shows it: a part for each that has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from kb.domain.facts import Fact
from kb.domain.published import LessonView, PublishedStory
from kb.domain.vocabulary import FactName, FactState
from kb.domain.word_diff import Change, ChangeKind, word_diff
from kb.services.versions import VersionPair
from kb.web import formatting
from kb.web.labels import label, language_name, organisation_label

GAP = " […] "
_SHOWN_OF_SAME = 240
"""Characters on each side of a change; what is the same beyond them is left out."""

_Parts = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """``is_long``: a text of several lines, not a value."""

    heading: str
    pieces: tuple[Change, ...]
    is_long: bool


def changed_parts(pair: VersionPair) -> tuple[ChangedPart, ...]:
    """The parts that differ, in the order of the story's page."""
    before, after = dict(_parts(pair.before)), dict(_parts(pair.after))
    return tuple(
        _part(heading, was, becomes) for heading, was, becomes in _beside(before, after) if was != becomes
    )


def _beside(before: _Parts, after: _Parts) -> Iterator[tuple[str, str, str]]:
    """What both have in the order of the newer; what is gone stands where it stood."""
    gone: dict[str, list[str]] = {}
    last = ""
    for key in before:
        if key in after:
            last = key
        else:
            gone.setdefault(last, []).append(key)
    for key in ("", *after):
        if key:
            heading, text = after[key]
            yield heading, before.get(key, ("", ""))[1], text
        for lost in gone.get(key, ()):
            yield before[lost][0], before[lost][1], ""


def _part(heading: str, before: str, after: str) -> ChangedPart:
    is_long = "\n" in before or "\n" in after or len(before) + len(after) > 2 * _SHOWN_OF_SAME
    return ChangedPart(heading, tuple(_shortened(word_diff(before, after))), is_long)


def _shortened(pieces: tuple[Change, ...]) -> Iterator[Change]:
    for number, piece in enumerate(pieces):
        is_first, is_last = number == 0, number == len(pieces) - 1
        if piece.kind is not ChangeKind.SAME:
            yield piece
            continue
        head = "" if is_first else piece.text[:_SHOWN_OF_SAME].rpartition(" ")[0]
        tail = "" if is_last else piece.text[-_SHOWN_OF_SAME:].partition(" ")[2]
        is_short = len(piece.text) <= len(head) + len(tail) + 2 * _SHOWN_OF_SAME
        yield piece if is_short else Change(piece.kind, f"{head}{GAP}{tail}")


def _parts(story: PublishedStory) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "title", (_("Rubrik"), story.title)
    yield "summary", (_("Sammanfattning"), story.summary)
    yield "kind", (_("Slag"), label(story.kind))
    yield "outcomes", (_("Hur det gick"), _list(label(outcome) for outcome in story.outcomes))
    yield "organisation", (_("Organisation"), organisation_label(story))
    yield "partners", (_("Medverkande"), _list(partner.name for partner in story.partners))
    yield "language", (_("Språk"), language_name(story.language))
    for code, heading in _vocabularies():
        yield f"term.{code}", (heading, _list(label(term) for term in story.terms_of(code)))
    for name in FactName:
        yield f"fact.{name}", (label(name), _fact(story.facts.get(name)))
    yield "body", (_("Text"), story.body)
    for lesson in story.lessons:
        yield f"lesson.{lesson.anchor}", (_("Lärdom: %(lesson)s", lesson=lesson.heading), _lesson(lesson))
    yield "benefits", (_("Nyttor"), _lines(_benefits(story)))
    yield "contact", (_("Kontakt"), story.contact_role)
    yield "sources", (_("Källor"), _lines(_sources(story)))


def _vocabularies() -> tuple[tuple[str, str], ...]:
    return (
        ("domain", _("Område")),
        ("investment_type", _("Typ")),
        ("phase", _("Fas")),
        ("technology", _("Teknik")),
        ("procurement", _("Upphandling")),
        ("sourcing", _("Leverantör")),
        ("delivery_model", _("Arbetsform")),
        ("perspective", _("Perspektiv")),
    )


def _fact(fact: Fact | None) -> str:
    if fact is None:
        return ""
    value = formatting.fact(fact)
    if fact.has_value and fact.state in (FactState.ESTIMATED, FactState.EXPECTED):
        value = f"{value} ({label(fact.state)})"
    year = _("Uppgift från %(year)s.", year=fact.year) if fact.has_value and fact.year else ""
    return _lines(each for each in (value, fact.note, year) if each)


def _lesson(lesson: LessonView) -> str:
    told = (
        (_("Läget:"), lesson.situation),
        (_("Det som hände:"), lesson.what_happened),
        (_("Varför:"), lesson.why),
        (_("Råd:"), lesson.advice),
        (_("Gäller när:"), lesson.applies_when),
        (_("Gäller inte när:"), lesson.does_not_apply_when),
        (_("Ämnen:"), _list(label(term) for term in lesson.terms)),
    )
    return _lines(f"{heading} {text}" for heading, text in told if text)


def _benefits(story: PublishedStory) -> Iterator[str]:
    for benefit in story.benefits:
        yield f"{label(benefit.stage)}: {label(benefit.type)}. {benefit.description} {benefit.note}".rstrip()


def _sources(story: PublishedStory) -> Iterator[str]:
    for source in story.sources:
        day = formatting.isodate(source.accessed) if source.accessed else ""
        yield ", ".join(each for each in (source.title, source.publisher, source.url, day) if each)


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
