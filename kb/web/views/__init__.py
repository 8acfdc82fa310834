"""One file per family of pages. A view is a sentence: load, present."""

from __future__ import annotations

from flask import Blueprint

from kb.web.views import (
    account,
    account_security,  # noqa: F401 - its pages are those of account's blueprint
    administration,
    audit,
    auth,
    components,
    contribute,
    contribute_sections,  # noqa: F401 - its pages are those of contribute's blueprint
    contribute_sending,  # noqa: F401 - and so are these
    doors,
    federation,
    health,
    home,
    images,
    imports,
    lessons,
    letters,
    managed_organisations,
    mine,
    organisations,
    pages,
    people,
    reports,
    search,
    sharing,
    stories,
    subjects,
    suggestions,
    well_known,
    writing,
    writing_help,  # noqa: F401 - its page is one of writing's blueprint
    writing_preview,  # noqa: F401 - its page is one of writing's blueprint
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    contribute.blueprint,
    search.blueprint,
    suggestions.blueprint,
    lessons.blueprint,
    letters.blueprint,
    stories.blueprint,
    organisations.blueprint,
    subjects.blueprint,
    pages.blueprint,
    doors.blueprint,
    auth.blueprint,
    federation.blueprint,
    well_known.blueprint,
    account.blueprint,
    administration.blueprint,
    audit.blueprint,
    people.blueprint,
    managed_organisations.blueprint,
    health.blueprint,
    reports.blueprint,
    mine.blueprint,
    sharing.blueprint,
    writing.blueprint,
    images.blueprint,
    imports.blueprint,
)

DEVELOPMENT_BLUEPRINTS: tuple[Blueprint, ...] = (components.blueprint,)
"""Not there in production: their addresses are not found."""
