"""Errors as pages: which code each has, and which words (S-40).

The code of an error is looked up here and nowhere else. A reader never sees a trace, a path or SQL; what
was not foreseen gets an id that is also in the log.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext, ngettext
from sqlalchemy.exc import DatabaseError, OperationalError
from werkzeug.exceptions import HTTPException

from kb.domain import clock
from kb.domain import errors as domain
from kb.domain.published import PublishedStory
from kb.services import stories
from kb.web.error_texts import text_for
from kb.web.last_resort import new_error_id, plain_page

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = "60"

CODES: dict[type[domain.DomainError], int] = {
    domain.NotFound: 404,
    domain.Gone: 410,
    domain.NotPermitted: 403,
    domain.SignInFailed: 401,
    domain.QueryRefused: 400,
    domain.Invalid: 422,
    domain.InvalidFields: 422,
    domain.Conflict: 409,
    domain.TooManyAttempts: 429,
    domain.SearchUnavailable: 503,
    domain.StorageUnavailable: 503,
}
"""The nearest class counts: ``QueryRefused`` is an ``Invalid``, but says 400."""

_STORAGE_BROKEN = (OperationalError, DatabaseError)
"""Exactly these classes: their kin (a broken constraint, wrong SQL) are our faults and not the disk's."""


def init_app(app: Flask) -> None:
    app.register_error_handler(domain.DomainError, domain_error)
    app.register_error_handler(domain.Gone, gone)
    app.register_error_handler(domain.SearchUnavailable, search_unavailable)
    app.register_error_handler(DatabaseError, database_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def code_of(error: domain.DomainError) -> int:
    return next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), 500)


def sentence(error: domain.DomainError) -> str:
    """The error's message in the language of the page, and how long to wait where that is known."""
    said = str(gettext(error.message, **error.params))
    if not isinstance(error, domain.TooManyAttempts):
        return said
    minutes = max(1, -(-error.retry_after // 60))
    wait = ngettext("Det går igen om en minut.", "Det går igen om %(num)s minuter.", minutes)
    return f"{said} {wait}"


def retry_after(error: domain.DomainError) -> dict[str, str]:
    """The header that says in how many seconds to come back, if the error is one that passes."""
    if isinstance(error, domain.TooManyAttempts):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": RETRY_AFTER_SECONDS} if isinstance(error, domain.StorageUnavailable) else {}


def domain_error(error: domain.DomainError) -> Response:
    code = code_of(error)
    if code == 500:
        return unexpected(error)
    if code > 500:
        log.error("request_failed", path=request.path, code=code, exc_info=error)
    response = error_page(code, explanation=sentence(error))
    response.headers.update(retry_after(error))
    return response


def gone(error: domain.Gone) -> Response:
    return page_or_plain(410, "stories/gone.html", withdrawn_on=error.withdrawn_on, reason=error.reason)


def search_unavailable(error: domain.SearchUnavailable) -> Response:
    """Searching waits, reading goes on: the newest stories are on the page."""
    log.error("search_unavailable", path=request.path, reason=str(error), cause=repr(error.__cause__))
    return page_or_plain(503, "search/unavailable.html", newest=_newest(), text=request.args.get("q", ""))


def _newest() -> list[PublishedStory]:
    try:
        return stories.newest(10, clock.today())
    except (DatabaseError, domain.DomainError):
        log.exception("newest_unavailable")
        return []


def database_error(error: DatabaseError) -> Response:
    if type(error) not in _STORAGE_BROKEN:
        return unexpected(error)
    log.error("storage_unavailable", path=request.path, exc_info=error)
    return error_page(503)


def http_error(error: HTTPException) -> Response:
    """Werkzeug's own errors in our words; ``Allow``, ``Retry-After`` and their like are kept."""
    if error.response is not None and error.code is None:
        return make_response(error.response)
    response = error_page(error.code or 500)
    kept = (pair for pair in error.get_headers() if pair[0].lower() not in ("content-type", "content-length"))
    response.headers.extend(kept)
    return response


def unexpected(error: Exception) -> Response:
    error_id = new_error_id()
    log.error("unexpected_error", error_id=error_id, method=request.method, path=request.path, exc_info=error)
    return error_page(500, error_id=error_id)


def error_page(code: int, *, explanation: str | None = None, error_id: str | None = None) -> Response:
    text = text_for(code)
    return page_or_plain(
        code,
        "errors/error.html",
        code=code,
        heading=str(text.heading),
        explanation=explanation or str(text.explanation),
        error_id=error_id,
    )


def page_or_plain(status: int, template: str, **context: object) -> Response:
    """The page, or its words without a template where the template cannot be rendered."""
    try:
        response = make_response(render_template(template, **context), status)
    except Exception:
        error_id = str(context.get("error_id") or new_error_id())
        log.exception("error_page_failed", template=template, error_id=error_id)
        text = text_for(status)
        response = make_response(
            plain_page(request.environ, error_id, str(text.heading), str(text.explanation)), status
        )
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response
