"""Style sheets, scripts, fonts and drawings: named by what they hold, so that a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import structlog
from flask import Flask, Response, current_app, request, url_for

log = structlog.get_logger(__name__)

HASH_ARGUMENT = "v"
KEEP_FOR_A_YEAR = "public, max-age=31536000, immutable"
KEEP_FOR_A_MONTH = "public, max-age=2592000"
ASK_EACH_TIME = "public, no-cache"

_VENDORED = "/static/vendor/"
"""Other people's files, which change with their version only; a style sheet names them without a hash."""


def asset(path: str) -> str:
    """The address of a file under ``static/``, with the hash of its content if the file is there."""
    file = Path(current_app.static_folder or "") / path
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        log.warning("asset_missing", path=path)
        return url_for("static", filename=path)
    return f"{url_for('static', filename=path)}?{HASH_ARGUMENT}={content_hash(file, changed)}"


@lru_cache(maxsize=512)
def content_hash(file: Path, changed: int) -> str:  # noqa: ARG001  a part of the key of the cache
    """The first twelve digits of the file's SHA-256, read once for each time it was ``changed``."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.after_request(_cache_static)


def _cache_static(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = _how_long()
    return response


def _how_long() -> str:
    named = request.args.get(HASH_ARGUMENT)
    path = str((request.view_args or {}).get("filename", ""))
    if named and asset(path).endswith(f"{HASH_ARGUMENT}={named}"):
        return KEEP_FOR_A_YEAR
    return KEEP_FOR_A_MONTH if request.path.startswith(_VENDORED) else ASK_EACH_TIME
