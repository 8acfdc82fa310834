"""The one blueprint of this door, and what its views share."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from kb.config import Settings

blueprint = Blueprint("feeds", __name__)

PAGES_MAX = 1_000


def base_url() -> str:
    """The address of the site from the settings, without a slash at the end: never the Host header."""
    settings: Settings = current_app.config["KB"]
    return settings.base_url


def absolute(endpoint: str, **values: object) -> str:
    return base_url() + url_for(endpoint, **values)  # type: ignore[arg-type]


def document(template: str, media_type: str, **context: object) -> Response:
    """A rendered template as something other than a page."""
    response = make_response(render_template(template, **context))
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    return response


def page_number() -> int:
    """The page asked for, from 1. Raises ``NotFound`` for what is not a page."""
    raw = request.args.get("sida", "1")
    if not (raw.isascii() and raw.isdecimal() and 1 <= int(raw[:6]) <= PAGES_MAX):
        raise NotFound
    return int(raw)
