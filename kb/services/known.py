"""What a story may refer to, and what of it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from kb import markdown
from kb.db import db
from kb.domain.draft_fields import Fields, Items
from kb.domain.draft_reading import Reader
from kb.domain.errors import ContentRefused, Invalid
from kb.domain.story_content import StoryContent
from kb.models import Organisation, Term, Vocabulary
from kb.services import organisation_choice

LESSON_VOCABULARIES = ("phase", "perspective")
BENEFIT_VOCABULARY = "benefit_type"


@dataclass(frozen=True, slots=True)
class Known:
    """What a story may refer to: organisations by address, terms by vocabulary and code.

    ``names`` are all that organisations are called, in lower case: names, short names, aliases, addresses.
    """

    organisations: dict[str, Organisation]
    terms: dict[tuple[str, str], Term]
    names: dict[str, Organisation] = field(default_factory=dict)

    def organisation(self, called: str) -> Organisation | None:
        """The organisation that has this address or, else, is called so."""
        return self.organisations.get(called) or self.names.get(" ".join(called.split()).casefold())


def all_known() -> Known:
    """Everything in the database that a story may refer to."""
    by_id = {row.id: row for row in db.session.scalars(select(Organisation))}
    terms = db.session.execute(select(Vocabulary.code, Term).join(Term.vocabulary))
    return Known(
        {row.slug: row for row in by_id.values()},
        {(vocabulary, term.code): term for vocabulary, term in terms},
        {name: by_id[each] for name, each in organisation_choice.ids_by_name().items()},
    )


def check_known(content: StoryContent, known: Known, fields: Fields | None = None) -> tuple[Invalid, ...]:
    """What only the database and the renderer can refuse, by field.

    ``fields`` are those of the draft that the content came from, where its benefits have their own keys.
    """
    found = list(_unknown(content, known, fields))
    try:
        markdown.plain(content.body)
    except ContentRefused as error:
        found.append(error.at("body"))
    return tuple(found)


def codes_of(content: StoryContent) -> Iterator[tuple[str, str]]:
    for vocabulary, codes in content.terms.items():
        for code in dict.fromkeys(codes):
            yield vocabulary, code


def _unknown(content: StoryContent, known: Known, fields: Fields | None) -> Iterator[Invalid]:
    for vocabulary, code in codes_of(content):
        if (vocabulary, code) not in known.terms:
            yield _no_term(f"term.{vocabulary}", code)
    for lesson in content.lessons:
        for vocabulary in LESSON_VOCABULARIES:
            for code in getattr(lesson, vocabulary):
                if (vocabulary, code) not in known.terms:
                    yield _no_term(f"lesson.{lesson.key}.{vocabulary}", code)
    keys = Reader(fields).keys(Items.BENEFIT) if fields is not None else ()
    for number, benefit in enumerate(content.benefits):
        if (BENEFIT_VOCABULARY, benefit.type) not in known.terms:
            yield _no_term(f"benefit.{keys[number] if keys else number + 1}.type", benefit.type)
    for called in content.partners:
        if known.organisation(called) is None:
            yield Invalid(
                "Det finns ingen organisation som heter ”%(name)s”. Skriv namnet som det står i listan.",
                field="partners",
                name=called[:100],
            )


def _no_term(name: str, code: str) -> Invalid:
    return Invalid("Valet ”%(code)s” finns inte längre. Välj ett annat.", field=name, code=code)
