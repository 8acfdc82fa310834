"""The words of letters, from their templates; given to the worker, which sends them."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import force_locale
from jinja2 import TemplateError

from kb.config import Settings
from kb.domain.letters import LetterKind
from kb.domain.vocabulary import Role, SiteField
from kb.services import site_information
from kb.services.posting import Taken, Text, Unwritable

_SOURCE = "sv"

WITH_LINK = frozenset({LetterKind.INVITATION, LetterKind.RESET, LetterKind.EMAIL_CHANGE})
WITH_ROLE = frozenset({LetterKind.INVITATION, LetterKind.ROLE_CHANGED})
ABOUT_ENTRY = frozenset({LetterKind.SUBMITTED})


def render(letter: Taken, link: str) -> Text:
    """The letter in its language. Addresses in it come from the settings alone (S-14).

    Raises ``Unwritable`` for a template that fails or lacks a value.
    """
    settings: Settings = current_app.config["KB"]
    urls = current_app.url_map.bind("")
    prefix = "" if letter.language == _SOURCE else f"/{letter.language}"
    authority = site_information.read().text(SiteField.AUTHORITY, letter.language)
    try:
        with force_locale(letter.language):
            text = render_template(
                f"emails/{letter.kind.value}.txt",
                link=_needed(link) if letter.kind in WITH_LINK else "",
                role=Role(letter.values["role"]) if letter.kind in WITH_ROLE else None,
                until=letter.not_after,
                authority=authority.text if authority else "",
                case_number=letter.values["case_number"] if letter.kind in ABOUT_ENTRY else "",
                entry_id=letter.values["entry_id"] if letter.kind in ABOUT_ENTRY else "",
                address_of=lambda endpoint, **parts: (
                    f"{settings.base_url}{prefix}{urls.build(endpoint, parts)}"
                ),
            )
    except (TemplateError, LookupError, ValueError) as error:
        raise Unwritable from error
    subject, _, body = text.strip().partition("\n")
    return Text(subject.strip(), body.strip() + "\n")


def _needed(link: str) -> str:
    if not link:
        raise ValueError("a letter that needs a link has none")
    return link
