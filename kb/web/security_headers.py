"""The headers that every response carries: pages, errors, static files and the last resort (S-21, S-22).

They are set outside Flask, around the whole application, so no error path can miss them. The nonce is new
for each request and lies in the WSGI environment until the template asks for it. There is no address
for reports of violations yet (S-21 asks for one; it needs a place to store them).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NONCE = "kb.csp_nonce"

_POLICY = (
    ("default-src", "'none'"),
    ("script-src", "'nonce-{nonce}' 'strict-dynamic'"),
    ("style-src", "'self'"),
    ("img-src", "'self'"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
    ("object-src", "'none'"),
    ("frame-ancestors", "'none'"),
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
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
}
"""Exactly these, with these values, on every response; ``{nonce}`` stands for the request's own."""

CACHE_CONTROL = "private, no-cache"
"""Where a response says nothing else: only the reader's own browser may keep it, for it holds a nonce."""

_NEVER_SENT = frozenset({"server", "x-powered-by"})


class SecurityHeaders:
    """WSGI middleware that makes the nonce and sets the headers."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonce = secrets.token_urlsafe(18)
        environ[NONCE] = nonce

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, guarded(headers, nonce), exc_info)

        return self.application(environ, start)


def guarded(headers: list[tuple[str, str]], nonce: str) -> list[tuple[str, str]]:
    """The response's own headers with ours in place of any of the same name."""
    ours = {name: value.replace("{nonce}", nonce) for name, value in HEADERS.items()}
    dropped = _NEVER_SENT | {name.lower() for name in ours}
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if not any(name.lower() == "cache-control" for name, _ in kept):
        kept.append(("Cache-Control", CACHE_CONTROL))
    return [*kept, *ours.items()]
