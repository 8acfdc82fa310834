"""Where browsers report what the Content-Security-Policy stopped (S-21): a line in the log, and nothing kept.

Anyone can send anything here, so a line is short, of fixed form, and holds neither a query nor the path of a
page that not everybody may see: such an address can be a secret in itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from kb.domain.errors import TooManyAttempts
from kb.services import rate_limits
from kb.services.rate_limits import Limit, Place
from kb.web import form_guard
from kb.web.access import ROUTES, Access
from kb.web.security_headers import REPORTS_PATH

log = structlog.get_logger(__name__)

blueprint = Blueprint("reports", __name__)

BODY_BYTES = 10_000
MOST_LINES = 5
LIMIT = Limit(30, 60)
_WORD_MAX, _ADDRESS_MAX = 40, 200
_TYPES = frozenset({"application/csp-report", "application/reports+json"})
_ODD = re.compile(r"[^\w.:/\[\]-]")
_LANGUAGE = re.compile(r"^/en(?=/|$)")


@dataclass(frozen=True, slots=True)
class Violation:
    """What was stopped, from where it was to come, and on which page."""

    directive: str
    blocked: str
    page: str
    path: str


@blueprint.post(REPORTS_PATH)
def policy() -> Response:
    """Always 204: who sends what cannot be read learns nothing of it."""
    if request.mimetype in _TYPES and _is_counted():
        for violation in _read(request.stream.read(BODY_BYTES + 1)):
            log.warning(
                "policy_violation",
                directive=violation.directive,
                blocked=violation.blocked,
                page=violation.page,
                path=violation.path,
            )
    return Response(status=204, headers={"Cache-Control": "no-store"})


def _is_counted() -> bool:
    try:
        rate_limits.count_if_free(
            "policy-report", Place(request.remote_addr or "", form_guard.secret()), LIMIT
        )
    except TooManyAttempts:
        return False
    return True


def _read(body: bytes) -> list[Violation]:
    if len(body) > BODY_BYTES:
        return []
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return []
    return [_violation(each) for each in _bodies(found)][:MOST_LINES]


def _bodies(found: Any) -> Iterator[dict[str, Any]]:
    """The older form is one object, the newer a list of reports of every kind."""
    if isinstance(found, dict) and isinstance(found.get("csp-report"), dict):
        yield found["csp-report"]
    for each in found if isinstance(found, list) else ():
        if (
            isinstance(each, dict)
            and each.get("type") == "csp-violation"
            and isinstance(each.get("body"), dict)
        ):
            yield each["body"]


def _violation(body: dict[str, Any]) -> Violation:
    page, path = _page(_text(body, "document-uri", "documentURL"))
    return Violation(
        directive=_plain(_text(body, "effective-directive", "effectiveDirective"), _WORD_MAX),
        blocked=_plain(_origin(_text(body, "blocked-uri", "blockedURL")), _ADDRESS_MAX),
        page=page,
        path=path,
    )


def _text(body: dict[str, Any], *names: str) -> str:
    return next((body[name] for name in names if isinstance(body.get(name), str)), "")


def _plain(text: str, most: int) -> str:
    return _ODD.sub("", text)[:most]


def _origin(address: str) -> str:
    """Scheme, host and port; the word itself where it is none (*inline*, *eval*, *data*)."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}" if parts.scheme else parts.path


def _page(address: str) -> tuple[str, str]:
    """The name of the page that an address is of, and its path if it is one that anyone may see."""
    try:
        path = _LANGUAGE.sub("", urlsplit(address).path) or "/"
        endpoint, _values = current_app.url_map.bind("").match(path)
    except (ValueError, HTTPException):
        return "", ""
    row = ROUTES.get(endpoint)
    return endpoint, _plain(path, _ADDRESS_MAX) if row and row.access is Access.OPEN else ""
