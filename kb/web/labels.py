"""What the code's own words, the terms of vocabularies and the choices of a search are called on a page."""

from __future__ import annotations

from enum import StrEnum

from babel import Locale, UnknownLocaleError

from kb.domain.published import PublishedStory, TermRef
from kb.domain.vocabulary import LABELS
from kb.search.index import Facet
from kb.services.choices import GROUP_LABELS, Name, Years
from kb.web.languages import SOURCE, page_language
from kb.web.languages import gettext as _


def label(value: Name) -> str:
    """The word in the language of the page; a name is the same in every language."""
    match value:
        case Facet():
            return _(GROUP_LABELS[value])
        case StrEnum():
            return _(LABELS[value])
        case TermRef():
            return value.label if page_language() == SOURCE else value.label_en or value.label
        case Years():
            return _span(value)
        case _:
            return value


def _span(years: Years) -> str:
    if years.first is None:
        return _("till %(year)s", year=years.last)
    if years.last is None:
        return _("från %(year)s", year=years.first)
    return str(years.first) if years.first == years.last else f"{years.first}–{years.last}"


def organisation_label(story: PublishedStory) -> str:
    """The organisation's name, or its type and size where the story is anonymised."""
    if story.organisation is not None:
        return story.organisation.name
    words = (story.organisation_type, story.organisation_size)
    return ", ".join(label(word) for word in words if word is not None)


def language_name(code: str) -> str:
    """A language in words: 'engelska', or in English 'Swedish'; one that is not known keeps its code."""
    try:
        return Locale.parse(code, sep="-").get_language_name(page_language()) or code
    except (UnknownLocaleError, ValueError):
        return code
