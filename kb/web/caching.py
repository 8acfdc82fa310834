"""What has not changed is not sent again, and what is sent is packed: ETag, 304 and compression (ADR 9).

A page's tag is that of its bytes without the parts that differ each time and mean nothing to a reader,
such as the token of a form: those are named by ``varying``. The tag is therefore a weak one.
"""

from __future__ import annotations

import hashlib

from flask import Flask, Response, g, request
from flask_compress import Compress

_TAG_LENGTH = 20
_PACKED = ["zstd", "br", "gzip"]


def varying(text: str) -> str:
    """The same text; the tag of this response does not depend on it."""
    g.setdefault("kb_varying", []).append(text)
    return text


def init_app(app: Flask) -> None:
    app.config.update(
        COMPRESS_REGISTER=False, COMPRESS_ALGORITHM=_PACKED, COMPRESS_ALGORITHM_STREAMING=_PACKED
    )
    packing = Compress()
    packing.init_app(app)

    def finish(response: Response) -> Response:
        _tag(response)
        # What may not be kept is made for someone: packed, its length would tell of its tokens (ADR 13).
        if response.cache_control.no_store:
            return response
        # A part of a file (206) must stay the bytes that its Content-Range names.
        if response.status_code != 200 or response.mimetype not in packing.compress_mimetypes_set:
            return response
        if response.is_streamed:  # read here, for Flask-Compress leaves the file of a stream open
            response.direct_passthrough = False
            response.make_sequence()
        return packing.after_request(response)

    app.after_request(finish)


def _tag(response: Response) -> None:
    may_be_kept = not response.cache_control.no_store
    is_page = response.status_code == 200 and request.method in ("GET", "HEAD") and not response.is_streamed
    if not (is_page and may_be_kept) or "ETag" in response.headers:
        return
    content = response.get_data()
    for text in g.get("kb_varying", ()):
        content = content.replace(text.encode(), b"")
    response.set_etag(hashlib.sha256(content).hexdigest()[:_TAG_LENGTH], weak=True)
    response.make_conditional(request)
