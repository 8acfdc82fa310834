"""Help beside the text of a draft: what is good, what could be better, what must go (A-40, L-01, L-02).

It is all computed here and nothing leaves the server. It changes nothing and stops nothing: what stops a
story from being sent in is said by ``submissions.check``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.domain import quality, writing_advice
from kb.domain.content import BODY_MAX
from kb.domain.draft_fields import LESSON_TEXTS, Fields, is_name, names_of, sections_of
from kb.domain.errors import ContentRefused
from kb.domain.personal_data import Finding, PersonalKind, excerpt, findings
from kb.domain.plain_language import lix, longest_sentences, longest_words, words
from kb.domain.quality import QualityPoint
from kb.domain.text import translatable as _
from kb.domain.vocabulary import EntrySize
from kb.domain.writing_advice import Advice
from kb.markdown.structure import Structure, structure

WARNINGS_SHOWN = 20
ADVICE_SHOWN = 10
READ_MAX = 200_000
"""Characters of all fields together: more than a story may have, and little enough to be read at once."""
WORDS_FOR_LIX = 30
"""A shorter text has no measure worth telling."""
LIX_WELL, LIX_HEAVY = 45, 50
"""Up to the first is well for an authority's text; above the second it is heavy (A-40)."""

_WRITTEN = frozenset(
    {
        *LESSON_TEXTS,
        *("title", "summary", "body", "contact_role", "note_to_reviewer"),
        *("value", "note", "description", "publisher", "url"),
    }
)
"""The last parts of the names of fields that hold words and no choice."""
_NOTHING = Structure("", (), (), ())
_WARNINGS: Mapping[PersonalKind, tuple[str, str]] = {
    PersonalKind.IDENTITY_NUMBER: (
        _("Personnummer eller samordningsnummer"),
        _("Ta bort numret. Texten kan inte skickas in så länge det står kvar."),
    ),
    PersonalKind.EMAIL: (
        _("E-postadress till en person"),
        _("Ta bort adressen. Ange en roll som kontakt i stället."),
    ),
    PersonalKind.TELEPHONE: (
        _("Telefonnummer"),
        _("Ta bort numret. Ange en roll som kontakt i stället."),
    ),
    PersonalKind.ACCOUNT: (_("Kontonummer"), _("Ta bort numret. Ingen läsare behöver det.")),
    PersonalKind.STREET: (
        _("Gatuadress"),
        _("Ta bort adressen om någon bor där. Orten räcker ofta."),
    ),
    PersonalKind.NAME: (
        _("Namn på en person"),
        _("Nämn rollen i stället, till exempel projektledaren."),
    ),
    PersonalKind.HEALTH: (
        _("Någons hälsa"),
        _("Ta bort det. Uppgifter om hälsa får inte stå vid ett namn."),
    ),
    PersonalKind.PROTECTED: (
        _("Skyddade uppgifter"),
        _("Kontrollera att texten inte avslöjar något som omfattas av sekretess."),
    ),
}
_MAY_NAME = frozenset({PersonalKind.NAME})
"""In a source: who has written a report is said of it."""


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the word for it; Python's own is never meant here
    """``excerpt_masked`` shows where it stands, without what it is. ``is_hard``: it stops the submission."""

    kind: PersonalKind
    label: str
    field: str
    excerpt_masked: str
    advice: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class FieldAdvice:
    """Advice on how the text of a field is written."""

    field: str
    advice: Advice


@dataclass(frozen=True, slots=True)
class Help:
    """``lix`` is None for a text too short to measure. ``warnings`` are the first of ``warnings_total``."""

    points: tuple[QualityPoint, ...]
    lix: int | None
    longest: tuple[str, ...]
    long_words: tuple[str, ...]
    warnings: tuple[Warning, ...]
    warnings_total: int
    advice: tuple[FieldAdvice, ...]

    @property
    def met(self) -> int:
        """How many of the points are met."""
        return sum(point.met for point in self.points)


def together(saved: Fields, typed: Fields) -> dict[str, str]:
    """The fields of a draft with what is typed and perhaps not saved; what is no field is left out."""
    return {**saved, **{name: text for name, text in typed.items() if is_name(name)}}


def help_for(fields: Fields, size: EntrySize) -> Help:
    """Help for what is typed in the fields of a draft of that size; what the size hides is not judged."""
    texts = dict(_texts(fields, size))
    body = _structure(texts.get("body", ""))
    prose = "\n".join([*(text for name, text in texts.items() if _is_prose(name)), body.prose])
    found = sorted(_found(texts), key=lambda one: one[1].kind is not PersonalKind.IDENTITY_NUMBER)
    return Help(
        points=quality.points(fields, size, dict(body.sections)),
        lix=round(lix(prose)) if len(words(prose)) >= WORDS_FOR_LIX else None,
        longest=longest_sentences(prose),
        long_words=longest_words(prose),
        warnings=tuple(
            _warning(name, texts[name], one, beside) for name, one, beside in found[:WARNINGS_SHOWN]
        ),
        warnings_total=len(found),
        advice=tuple(_advice(texts, body))[:ADVICE_SHOWN],
    )


def _texts(fields: Fields, size: EntrySize) -> Iterator[tuple[str, str]]:
    """The fields where someone writes, in the order of the pages."""
    left = READ_MAX
    for section in sections_of(size):
        for name in names_of(section, fields):
            text = fields.get(name, "")[:left]
            if text.strip() and _is_written(name):
                yield name, text
                left -= len(text)


def _is_written(name: str) -> bool:
    """Whether a field holds words and not a choice."""
    return name.rpartition(".")[2] in _WRITTEN


def _is_prose(name: str) -> bool:
    """Whether a field holds sentences for the readers, the Markdown of the body apart."""
    items, _point, rest = name.partition(".")
    return name == "summary" or (items == "lesson" and rest.rpartition(".")[2] in LESSON_TEXTS)


def _structure(body: str) -> Structure:
    """The parts of the text; nothing where it is more than can be shown, which is said when it is checked."""
    if len(body.encode(errors="replace")) > BODY_MAX:
        return _NOTHING
    try:
        return structure(body)
    except ContentRefused:
        return _NOTHING


def _found(texts: Fields) -> Iterator[tuple[str, Finding, tuple[Finding, ...]]]:
    """The name of a field, something found in it, and all that was found in it."""
    for name, text in texts.items():
        found = findings(text)
        for one in found:
            if not (name.startswith("source.") and one.kind in _MAY_NAME):
                yield name, one, found


def _warning(name: str, text: str, one: Finding, found: tuple[Finding, ...]) -> Warning:
    label, advice = _WARNINGS[one.kind]
    is_hard = one.kind is PersonalKind.IDENTITY_NUMBER
    return Warning(one.kind, label, name, excerpt(text, one, found), advice, is_hard)


def _advice(texts: Fields, body: Structure) -> Iterator[FieldAdvice]:
    for advice in (
        *writing_advice.of_headings(body.headings),
        *writing_advice.of_links(body.links),
        *writing_advice.of_prose(body.prose, body.links),
        *writing_advice.of_pictures(body.pictures),
    ):
        yield FieldAdvice("body", advice)
    for name, text in texts.items():
        if _is_prose(name):
            yield from (FieldAdvice(name, advice) for advice in writing_advice.of_prose(text))
