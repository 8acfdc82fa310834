"""Who asks: the session whose token the cookie carries, looked up once in each request (S-18, S-20)."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response, current_app, has_request_context, request
from werkzeug import Response as AnyResponse

from kb.config import Settings
from kb.domain.permissions import Permission, permits
from kb.domain.predicates import Actor
from kb.services import sessions
from kb.services.sessions import SignedIn
from kb.web.access import ROUTES, Access, Row
from kb.web.cookies import SESSION, SESSION_WITHOUT_TLS

_ROWS = "kb_access"
_FOUND = "kb.signed_in"
_OF_SOMEONE = (Access.ACCOUNT, Access.PERMITTED)
_NEVER_KEPT = frozenset({"auth", "sharing", "federation"})
"""Pages of signing in: links that work once, and what someone typed, stand in them."""


def current() -> SignedIn | None:
    """Who is signed in. The database is asked the first time, and only if the browser has the cookie."""
    if _FOUND not in request.environ:
        token = request.cookies.get(cookie_name(), "")
        request.environ[_FOUND] = sessions.find(token, request.remote_addr or "") if token else None
    found: SignedIn | None = request.environ[_FOUND]
    return found


def signed_in() -> SignedIn:
    """Who is signed in, on a page that is only for those who are."""
    found = current()
    if found is None:
        raise LookupError("nobody is signed in: the page has no row ACCOUNT or PERMITTED in kb/web/access.py")
    return found


def changed(token: str = "") -> None:
    """What this request has made of the session holds for the page that answers it: a new token, or none."""
    request.environ[_FOUND] = sessions.find(token, request.remote_addr or "") if token else None


def actor() -> Actor:
    """Who acts, for services; a reader if nobody is signed in."""
    found = current()
    return found.actor if found else Actor(address=request.remote_addr or "")


def may(permission: str) -> bool:
    """Whether whoever asks has a permission that is not about any one thing; for templates."""
    return permits(Permission(permission), actor())


def seconds_left(found: SignedIn) -> int:
    """How long the session lives if nothing more is asked for."""
    return _seconds_to(found.idle_until)


def seconds_to_end(found: SignedIn) -> int:
    """How long it lives whatever is asked for."""
    return _seconds_to(found.ends_at)


def row_of_page() -> Row | None:
    """The row of access of this request's page; None for one that nobody has given a row."""
    rows: dict[str, Row] = current_app.extensions[_ROWS]
    return rows.get(request.endpoint or "")


def is_page_of_someone() -> bool:
    """Whether this page is only for those who are signed in; outside a request there is no page."""
    row = row_of_page() if has_request_context() else None
    return row is not None and row.access in _OF_SOMEONE


def allow(app: Flask, endpoint: str, row: Row) -> None:
    """Give a page that is no part of the product its row: for tests with routes of their own."""
    app.extensions[_ROWS][endpoint] = row


def cookie_name() -> str:
    """With ``__Host-`` browsers see to it that the cookie is ours alone; they take that only over TLS."""
    settings: Settings = current_app.config["KB"]
    return SESSION if settings.has_tls else SESSION_WITHOUT_TLS


def give_cookie(response: AnyResponse, token: str) -> None:
    """Sign this browser in: the cookie lives until the browser is closed, if the session does."""
    settings: Settings = current_app.config["KB"]
    response.set_cookie(
        cookie_name(), token, secure=settings.has_tls, httponly=True, samesite="Lax", path="/"
    )


def take_cookie(response: AnyResponse) -> None:
    settings: Settings = current_app.config["KB"]
    response.delete_cookie(cookie_name(), secure=settings.has_tls, httponly=True, samesite="Lax", path="/")


def init_app(app: Flask) -> None:
    app.extensions[_ROWS] = dict(ROUTES)
    app.jinja_env.globals.update(
        signed_in=current, may=may, seconds_left=seconds_left, seconds_to_end=seconds_to_end
    )
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """What is made for someone is kept nowhere, and no cache takes one person's page for another's (S-45)."""
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    is_secret = is_page_of_someone() or request.blueprint in _NEVER_KEPT
    if is_secret or request.environ.get(_FOUND) is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _seconds_to(moment: datetime) -> int:
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
