"""What stands before every page: the row of ``kb/web/access.py`` is obeyed, and no row means no page (S-26).

Whoever lacks a log-in, a second factor or a fresh proof of who they are is asked for it and comes back; what
they had typed comes along (S-15, S-19). What someone may not see is answered as what is not there (S-27).
"""

from __future__ import annotations

from flask import Flask, abort, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.permissions import permits
from kb.services import audit
from kb.services.sessions import SignedIn
from kb.web import auth, kept_forms, proving
from kb.web.access import Access, Row
from kb.web.local_path import local_path

_NOTHING_TO_COME_BACK_TO = frozenset({"auth.log_out", "auth.stay", "auth.confirm"})


def init_app(app: Flask) -> None:
    app.before_request(_obey)
    proving.init_app(app)


def _obey() -> Response | None:
    if request.endpoint is None:
        return None  # there is no such page: the router says so
    row = auth.row_of_page()
    if row is None:
        abort(404)
    if not auth.is_page_of_someone():
        return None
    found = auth.current()
    if _is_script() and (found is None or (found.needs_second_factor and not row.half_way)):
        return _tell_script()
    if found is None:
        return _to_log_in()
    if (asked := _second_factor(row, found)) is not None:
        return asked
    _refuse_unless_permitted(row, found)
    return _recent(row, found)


def _is_script() -> bool:
    """Whether a script of a page of ours asks, which shows no page that it is led to."""
    return request.headers.get("Accept", "") == "application/json"


def _tell_script() -> Response:
    """Nobody is signed in, or a second factor is missing: the script asks the person to sign in."""
    return make_response({"message": _("Du har blivit utloggad. Logga in för att spara.")}, 401)


def _to_log_in() -> Response:
    if request.endpoint in _NOTHING_TO_COME_BACK_TO:
        return redirect(url_for("auth.log_in"), 303)
    if request.method == "POST":
        return proving.ask_to_log_in(kept_forms.of_request())
    return redirect(url_for("auth.log_in", till=_asked_for()), 302)


def _asked_for() -> str:
    query = request.query_string.decode("ascii", "replace")
    return local_path(f"{request.root_path}{request.path}" + (f"?{query}" if query else ""))


def _second_factor(row: Row, found: SignedIn) -> Response | None:
    if row.half_way or not found.needs_second_factor:
        return None
    if request.method == "POST":
        return proving.ask_for_second_factor_first(kept_forms.of_request())
    return redirect(proving.second_factor_address(found, _asked_for()), 302)


def _refuse_unless_permitted(row: Row, found: SignedIn) -> None:
    if row.access is not Access.PERMITTED or row.permission is None or permits(row.permission, found.actor):
        return
    audit.record(
        AuditAction.ACCESS_REFUSED,
        found.actor,
        subject=(SubjectKind.ROUTE, request.endpoint or ""),
        permission=row.permission.value,
    )
    abort(404)


def _recent(row: Row, found: SignedIn) -> Response | None:
    if request.method != "POST" or not row.recently or found.is_recent:
        return None
    return proving.ask_to_confirm(kept_forms.of_request())
