"""How often one address may search (S-35): counted for all processes before the search begins.

A whole authority may sit behind one address, so the limit is wide: it stops machines, not people.
"""

from __future__ import annotations

from flask import Flask, current_app, request

from kb.config import Settings
from kb.domain.errors import SearchedTooOften, TooManyAttempts
from kb.services import rate_limits
from kb.services.rate_limits import Limit, Place
from kb.web import form_guard

SEARCHES = frozenset({"search.show", "lessons.index", "feeds.search"})
SUGGESTIONS = frozenset({"suggestions.show", "feeds.suggestions"})

SUGGESTIONS_PER_SEARCH = 10
"""A search that is typed asks for some suggestions first. They are counted apart."""

_SECONDS = 60


def init_app(app: Flask) -> None:
    settings: Settings = app.config["KB"]
    if settings.searches_per_minute:
        app.before_request(_count)


def _count() -> None:
    """Raises ``SearchedTooOften`` over the limit of the settings."""
    settings: Settings = current_app.config["KB"]
    if request.endpoint in SEARCHES:
        scope, most = "search", settings.searches_per_minute
    elif request.endpoint in SUGGESTIONS:
        scope, most = "suggestions", settings.searches_per_minute * SUGGESTIONS_PER_SEARCH
    else:
        return
    place = Place(request.remote_addr or "", form_guard.secret())
    try:
        rate_limits.count_if_free(scope, place, Limit(most, _SECONDS))
    except TooManyAttempts as error:
        raise SearchedTooOften(error.retry_after) from error
