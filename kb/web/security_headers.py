"""The headers that every response carries: pages, errors, static files and the last resort (S-21, S-22).

They are set outside Flask, around the whole application, so no error path can miss them. Scripts come from
our own files only, and none is written into a page: so a page needs no nonce, and a page that has not
changed can be answered with 304 (ADR 9). What the policy stops is reported to ``REPORTS_PATH``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REPORTS_PATH = "/csp-rapport"
_REPORTS = "csp"

_POLICY = (
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("img-src", "'self'"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
    ("object-src", "'none'"),
    ("frame-ancestors", "'none'"),
    ("report-uri", REPORTS_PATH),
    ("report-to", _REPORTS),
)

_UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "serial",
    "usb",
    "xr-spatial-tracking",
)

HEADERS: dict[str, str] = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY),
    "Reporting-Endpoints": f'{_REPORTS}="{REPORTS_PATH}"',
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
}
"""Exactly these, with these values, on every response."""

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Of what someone sent to us and a browser may open by itself: it is shown, and can do nothing at all (S-36).
A response may ask for it in place of the policy of pages, and for no other."""

CACHE_CONTROL = "private, no-cache"
"""Where a response says nothing else: only the reader's own browser may keep it, for its forms carry a token
of their own, and it asks each time whether the page is still the same."""

_NEVER_SENT = frozenset({"server", "x-powered-by"})


class SecurityHeaders:
    """WSGI middleware that sets the headers."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, guarded(headers), exc_info)

        return self.application(environ, start)


def guarded(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The response's own headers with ours in place of any of the same name; see ``FILE_POLICY``."""
    dropped = _NEVER_SENT | {name.lower() for name in HEADERS}
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if not any(name.lower() == "cache-control" for name, _ in kept):
        kept.append(("Cache-Control", CACHE_CONTROL))
    asks = any(name.lower() == "content-security-policy" and value == FILE_POLICY for name, value in headers)
    ours = HEADERS | {"Content-Security-Policy": FILE_POLICY} if asks else HEADERS
    return [*kept, *ours.items()]
