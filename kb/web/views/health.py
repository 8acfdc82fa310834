"""Whether this process can do its work, for the one who watches it: JSON, 200 or 503."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, jsonify

from kb.services import health

log = structlog.get_logger(__name__)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    state = health.check()
    return _answer(
        200 if state.ok else 503,
        ok=state.ok,
        database=state.database,
        search=state.search,
        search_detail=state.search_detail,
    )


@blueprint.errorhandler(Exception)
def failed(error: Exception) -> Response:
    log.error("health_check_failed", exc_info=error)
    return _answer(503, ok=False)


def _answer(status: int, **state: object) -> Response:
    response = jsonify(state)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
