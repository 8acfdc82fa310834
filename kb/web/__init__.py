"""The pages. ``init_app`` puts them into an application; everything else here is called by it."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined

from kb.config import Settings
from kb.web import (
    administration,
    auth,
    caching,
    errors,
    form_guard,
    gate,
    languages,
    limits,
    search_limit,
    static_files,
    subject_view,
    template_helpers,
)
from kb.web.last_resort import LastResort
from kb.web.no_sessions import NoSessions
from kb.web.security_headers import SecurityHeaders
from kb.web.views import BLUEPRINTS, DEVELOPMENT_BLUEPRINTS


def init_app(app: Flask) -> None:
    """Give the application its pages, their limits, their headers and their errors."""
    settings: Settings = app.config["KB"]
    app.session_interface = NoSessions()
    Babel(
        app,
        default_locale=languages.SOURCE,
        default_timezone="Europe/Stockholm",
        locale_selector=languages.page_language,
    )
    if not settings.is_production:
        # A misspelt name in a template is an error here; in production it is left blank.
        app.jinja_env.undefined = StrictUndefined
    languages.init_app(app)
    caching.init_app(app)  # first, so that it works on a response last
    limits.init_app(app, settings.trusted_proxies)
    auth.init_app(app)
    gate.init_app(app)
    search_limit.init_app(app)
    static_files.init_app(app)
    template_helpers.init_app(app)
    form_guard.init_app(app)
    subject_view.init_app(app)
    administration.init_app(app)
    errors.init_app(app)
    for blueprint in BLUEPRINTS + (() if settings.is_production else DEVELOPMENT_BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.wsgi_app = SecurityHeaders(LastResort(app.wsgi_app))  # type: ignore[method-assign]
