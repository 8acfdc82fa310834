"""The page that is left when everything else is broken: no template, no database, no Flask (S-40)."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import structlog

from kb.web.languages import LANGUAGE, SOURCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading} – Erfarenhetsbanken</title></head>
<body><main><h1>{heading}</h1><p>{explanation}</p>{reference}
<p><a href="{home}">{to_home}</a></p></main></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str
    explanation: str
    number: str
    to_home: str


_WORDS = {
    SOURCE: _Words(
        "Något gick fel hos oss",
        "Försök igen om en stund. Hör av dig med felnumret om felet är kvar.",
        "Felnummer",
        "Till startsidan",
    ),
    "en": _Words(
        "Something went wrong at our end",
        "Try again in a while. Contact us with the error number if the error remains.",
        "Error number",
        "To the home page",
    ),
}
"""In the code and not in the catalogue: this page is there when nothing else can be read."""


def new_error_id() -> str:
    """Twelve characters that a reader can read out and an operator can search the log for."""
    return secrets.token_hex(6)


def plain_page(
    environ: WSGIEnvironment, error_id: str | None = None, heading: str = "", explanation: str = ""
) -> str:
    """A page made without a template, for when the template is what is broken."""
    language = environ.get(LANGUAGE, SOURCE)
    words = _WORDS[language]
    return _PAGE.format(
        language=language,
        heading=escape(heading or words.heading),
        explanation=escape(explanation or words.explanation),
        reference=f"<p>{words.number}: <code>{escape(error_id)}</code></p>" if error_id else "",
        home=escape(f"{environ.get('SCRIPT_NAME', '')}/"),
        to_home=words.to_home,
    )


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
            page = plain_page(environ, error_id).encode()
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
            # A second start is only allowed with the error, which the server raises if too much was sent.
            start_response("500 Internal Server Error", headers, sys.exc_info() if started else None)
            return [page]
