"""What a request may look like before any view sees it (S-31)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from kb.domain.pictures import UPLOAD_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY_BYTES = 1_000_000
WRITING_BODY_BYTES = 4_000_000
"""Of a form of writing: a million bytes of text, sent as %-codes, are read and shown again."""
LARGER_BODY_BYTES = {
    "images.add": UPLOAD_BYTES + 100_000,
    "contribute.section": WRITING_BODY_BYTES,
    "contribute.item": WRITING_BODY_BYTES,
}
"""Of the pages that take a file, with the rest of its form, or a long text. No other reads as much."""
ADDRESS_CHARACTERS = 16_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class EntryIdConverter(BaseConverter):
    """The id of a story. Anything that cannot be one is not found, without asking the database."""

    regex = "[0-9A-Za-z]{1,36}"


class SlugConverter(BaseConverter):
    """The readable last part of an address; what it must be is for the view to say."""

    regex = "[^/]{1,200}"
    part_isolating = True


class AsciiQueryString:
    """WSGI middleware: raw bytes in a query string become %-codes, as every browser sends them.

    Werkzeug decodes the raw string as strict UTF-8 and would raise on the first reading of ``request.args``.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raw = environ.get("QUERY_STRING", "")
        if not raw.isascii():
            environ["QUERY_STRING"] = quote(raw.encode("latin-1"), safe=_ASCII)
        return self.application(environ, start_response)


def init_app(app: Flask, trusted_proxies: int) -> None:
    """Set the limits. Addresses of clients are read from ``trusted_proxies`` proxies and no more."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_BYTES
    app.config["MAX_FORM_PARTS"] = 500
    app.url_map.converters["entry_id"] = EntryIdConverter
    app.url_map.converters["slug"] = SlugConverter
    # A redirect by the router itself would be built from the Host header.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.before_request(_refuse)
    app.wsgi_app = AsciiQueryString(app.wsgi_app)  # type: ignore[method-assign]
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=0
        )


def _refuse() -> None:
    limit = LARGER_BODY_BYTES.get(request.endpoint or "", BODY_BYTES)
    request.max_content_length = limit
    if limit == WRITING_BODY_BYTES:
        request.max_form_memory_size = limit
    if (request.content_length or 0) > limit:
        abort(413)
    if len(request.path) + len(request.query_string) > ADDRESS_CHARACTERS:
        abort(414)
    if _CONTROL.search(request.path):
        abort(404)
