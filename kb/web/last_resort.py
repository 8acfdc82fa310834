"""The page that is left when everything else is broken: no template, no database, no Flask (S-40)."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

_PAGE = """<!DOCTYPE html>
<html lang="sv">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading} – Erfarenhetsbanken</title></head>
<body><main><h1>{heading}</h1><p>{explanation}</p>{reference}
<p><a href="/">Till startsidan</a></p></main></body>
</html>
"""


def new_error_id() -> str:
    """Twelve characters that a reader can read out and an operator can search the log for."""
    return secrets.token_hex(6)


def plain_page(heading: str, explanation: str, error_id: str | None = None) -> str:
    """A page made without a template, for when the template is what is broken."""
    reference = f"<p>Felnummer: <code>{escape(error_id)}</code></p>" if error_id else ""
    return _PAGE.format(heading=escape(heading), explanation=escape(explanation), reference=reference)


class LastResort:
    """WSGI middleware that answers when the application itself raises."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = False

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal started
            started = True
            return start_response(status, headers, exc_info)

        try:
            return self.application(environ, start)
        except Exception:
            error_id = new_error_id()
            log.exception("application_failed", error_id=error_id)
            page = plain_page(
                "Något gick fel hos oss",
                "Försök igen om en stund. Hör av dig med felnumret om felet är kvar.",
                error_id,
            ).encode()
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
            # A second start is only allowed with the error, which the server raises if too much was sent.
            start_response("500 Internal Server Error", headers, sys.exc_info() if started else None)
            return [page]
