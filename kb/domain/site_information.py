"""What those who run the site say of it: which fields there are, what they take, which page waits for them.

A field that is empty has not been answered; one that is answered with nothing (``NOTHING``) has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kb.domain.errors import Invalid
from kb.domain.identity_numbers import has_check_digit
from kb.domain.vocabulary import Conformity, Licence, SiteField, UserSituation

SWEDISH, ENGLISH = LANGUAGES = ("sv", "en")
NOTHING = ""
VALUE_MAX = 10_000
ASSESSMENT_KEEPS = timedelta(days=366)
"""How old an assessment of accessibility may grow: Digg wants it looked at every year."""


class SitePage(StrEnum):
    """The pages that are made of the fields, by their address."""

    STATEMENT = "/tillganglighetsredogorelse"
    PRIVACY = "/sa-hanterar-vi-uppgifter"
    CONTACT = "/kontakt"
    ABOUT = "/om"
    SECURITY = "/.well-known/security.txt"


class Form(StrEnum):
    """What a value looks like."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    EMAIL_OR_LINK = "email_or_link"
    ORGANISATION_NUMBER = "organisation_number"
    DATE = "date"
    CHOICE = "choice"
    FAULTS = "faults"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """``pages`` are those that are incomplete without the field; without any it is optional.

    ``translated`` values have a text in each language; the others say the same in all of them.
    ``may_be_nothing``: to answer that there is none is an answer.
    """

    form: Form
    pages: tuple[SitePage, ...] = ()
    translated: bool = False
    may_be_nothing: bool = False
    words: type[StrEnum] | None = None


_STATEMENT = (SitePage.STATEMENT,)

RULES: Mapping[SiteField, FieldRule] = {
    SiteField.SERVICE_NAME: FieldRule(Form.LINE, _STATEMENT),
    SiteField.AUTHORITY: FieldRule(
        Form.LINE, (SitePage.STATEMENT, SitePage.PRIVACY, SitePage.CONTACT, SitePage.ABOUT)
    ),
    SiteField.ORGANISATION_NUMBER: FieldRule(Form.ORGANISATION_NUMBER, may_be_nothing=True),
    SiteField.EMAIL: FieldRule(Form.EMAIL, (SitePage.CONTACT, SitePage.PRIVACY)),
    SiteField.TELEPHONE: FieldRule(Form.LINE, (SitePage.CONTACT,)),
    SiteField.POSTAL_ADDRESS: FieldRule(Form.TEXT, (SitePage.CONTACT, SitePage.PRIVACY)),
    SiteField.DATA_PROTECTION_OFFICER: FieldRule(Form.LINE, (SitePage.PRIVACY,)),
    SiteField.ANSWERING_TIME: FieldRule(Form.LINE, (SitePage.CONTACT,), translated=True),
    SiteField.MESSAGE_RETENTION: FieldRule(Form.LINE, translated=True, may_be_nothing=True),
    SiteField.LOG_RETENTION: FieldRule(Form.LINE, (SitePage.PRIVACY,), translated=True),
    SiteField.CONFORMITY: FieldRule(Form.CHOICE, _STATEMENT, words=Conformity),
    SiteField.KNOWN_FAULTS: FieldRule(Form.FAULTS, _STATEMENT, translated=True, may_be_nothing=True),
    SiteField.ASSESSMENT_METHOD: FieldRule(Form.TEXT, _STATEMENT, translated=True),
    SiteField.ASSESSED_ON: FieldRule(Form.DATE, _STATEMENT),
    SiteField.UPDATED_ON: FieldRule(Form.DATE, _STATEMENT),
    SiteField.UNREASONABLE_BURDEN: FieldRule(Form.TEXT, _STATEMENT, translated=True, may_be_nothing=True),
    SiteField.OUTSIDE_THE_LAW: FieldRule(Form.TEXT, _STATEMENT, translated=True, may_be_nothing=True),
    SiteField.SECURITY_CONTACT: FieldRule(Form.EMAIL_OR_LINK, (SitePage.SECURITY,)),
    SiteField.LICENCE: FieldRule(Form.CHOICE, (SitePage.ABOUT,), words=Licence),
}

_EMAIL = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+\.[^\s@<>\"',;:().]{2,}")
_LINK = re.compile(r"https://[^\s<>\"']+")
_NUMBER = re.compile(r"\d\d[2-9]\d{3}-\d{4}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the operator's, and the language that it is in: Swedish where English is missing."""

    text: str
    language: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Parted by empty lines; lines within one belong together."""
        return tuple(part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip())

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used in a situation, and why it is so."""

    situation: UserSituation
    what: str
    why: str


def is_stale(assessed: date, today: date) -> bool:
    """Whether the assessment of accessibility is more than a year old (A-01)."""
    return today - assessed > ASSESSMENT_KEEPS


def clean(field: SiteField, value: str, language: str = SWEDISH) -> str:
    """The value as it is kept. Raises ``Invalid`` saying what the field takes; empty means *none*."""
    rule = RULES[field]
    if language != SWEDISH and not rule.translated:
        raise Invalid("Fältet har samma värde på alla språk. Ange det utan språk.", field=field)
    value = "\n".join(line.strip() for line in value.strip().splitlines())
    if not value:
        if not rule.may_be_nothing:
            raise Invalid("Fältet måste ha ett värde.", field=field)
        return NOTHING
    if len(value) > VALUE_MAX:
        raise Invalid(
            "Texten är för lång. Korta den till högst %(limit)s tecken.", field=field, limit=VALUE_MAX
        )
    if _CONTROL.search(value):
        raise Invalid("Ta bort styrtecken ur texten.", field=field)
    if "\n" in value and rule.form not in (Form.TEXT, Form.FAULTS):
        raise Invalid("Skriv på en enda rad.", field=field)
    _check(field, rule, value)
    return value


def _check(field: SiteField, rule: FieldRule, value: str) -> None:
    match rule.form:
        case Form.EMAIL if not _EMAIL.fullmatch(value):
            raise Invalid("Skriv en e-postadress, till exempel namn@exempel.se.", field=field)
        case Form.EMAIL_OR_LINK if not (_EMAIL.fullmatch(value) or _LINK.fullmatch(value)):
            raise Invalid("Skriv en e-postadress eller en adress som börjar med https://.", field=field)
        case Form.ORGANISATION_NUMBER if not (
            _NUMBER.fullmatch(value) and has_check_digit(value.replace("-", ""))
        ):
            raise Invalid("Skriv organisationsnumret som NNNNNN-NNNN och kontrollera siffrorna.", field=field)
        case Form.DATE:
            _day(field, value)
        case Form.CHOICE if rule.words is not None and value not in [word.value for word in rule.words]:
            choices = ", ".join(word.value for word in rule.words)
            raise Invalid("Välj ett av: %(choices)s.", field=field, choices=choices)
        case Form.FAULTS:
            tuple(faults_in(value))


def _day(field: SiteField, value: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Invalid("Skriv datumet som ÅÅÅÅ-MM-DD.", field=field)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Invalid("Det datumet finns inte.", field=field) from None


def faults_in(value: str) -> Iterator[Fault]:
    """One fault a line: ``situation | what | why``. Raises ``Invalid`` for a line that is not one."""
    for line in filter(None, value.splitlines()):
        situation, _, rest = (part.strip() for part in line.partition("|"))
        what, _, why = (part.strip() for part in rest.partition("|"))
        if situation not in [word.value for word in UserSituation] or not what or not why:
            raise Invalid(
                "Skriv en brist per rad som: situation | vad som brister | varför. Situationen är en av: "
                "%(situations)s. Raden är: %(line)s",
                field=SiteField.KNOWN_FAULTS,
                situations=", ".join(UserSituation),
                line=line,
            )
        yield Fault(UserSituation(situation), what, why)


@dataclass(frozen=True, slots=True)
class SiteInformation:
    """The values as they are now, by field and language."""

    values: Mapping[tuple[SiteField, str], str]

    def is_answered(self, field: SiteField, language: str = SWEDISH) -> bool:
        return (field, language) in self.values

    def text(self, field: SiteField, language: str = SWEDISH) -> Passage | None:
        """The text in the language, else in Swedish; None when there is none."""
        for tried in (language, SWEDISH):
            if tried == SWEDISH or RULES[field].translated:
                value = self.values.get((field, tried))
                if value is not None:
                    own = tried if RULES[field].translated else ""
                    return Passage(value, own) if value else None
        return None

    def day(self, field: SiteField) -> date | None:
        passage = self.text(field)
        return _day(field, passage.text) if passage else None

    @property
    def conformity(self) -> Conformity | None:
        passage = self.text(SiteField.CONFORMITY)
        return Conformity(passage.text) if passage else None

    @property
    def licence(self) -> Licence | None:
        passage = self.text(SiteField.LICENCE)
        return Licence(passage.text) if passage else None

    def faults(self, language: str = SWEDISH) -> tuple[Fault, ...]:
        passage = self.text(SiteField.KNOWN_FAULTS, language)
        return tuple(faults_in(passage.text)) if passage else ()

    @property
    def contradicts_itself(self) -> bool:
        """Fully conformant with faults, or less without any: then the word on conformity does not count."""
        answered = self.conformity is not None and self.is_answered(SiteField.KNOWN_FAULTS)
        return answered and (self.conformity is Conformity.FULL) == bool(self.faults())

    def missing(self, page: SitePage) -> tuple[SiteField, ...]:
        """The fields that the page needs and that have not been answered."""
        return tuple(
            field
            for field, rule in RULES.items()
            if page in rule.pages
            and (not self.is_answered(field) or (field is SiteField.CONFORMITY and self.contradicts_itself))
        )

    def untranslated(self) -> tuple[SiteField, ...]:
        """The fields that have a text in Swedish and none in English."""
        return tuple(
            field
            for field, rule in RULES.items()
            if rule.translated and self.text(field) and not self.is_answered(field, ENGLISH)
        )
