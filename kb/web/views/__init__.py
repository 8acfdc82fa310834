"""One file per family of pages. A view is a sentence: load, present."""

from __future__ import annotations

from flask import Blueprint

from kb.web.views import (
    components,
    doors,
    federation,
    health,
    home,
    lessons,
    organisations,
    pages,
    search,
    stories,
    subjects,
    suggestions,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    search.blueprint,
    suggestions.blueprint,
    lessons.blueprint,
    stories.blueprint,
    organisations.blueprint,
    subjects.blueprint,
    pages.blueprint,
    doors.blueprint,
    federation.blueprint,
    health.blueprint,
)

DEVELOPMENT_BLUEPRINTS: tuple[Blueprint, ...] = (components.blueprint,)
"""Not there in production: their addresses are not found."""
