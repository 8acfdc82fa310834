"""What someone had typed when a log-in came between: it goes along, signed, and is shown again (S-19).

Nothing is sent by itself: the form comes back with all that was typed and a new token, and the person sends
it. Passwords and codes are never kept.
"""

from __future__ import annotations

import contextvars
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlencode

from flask import current_app, request
from itsdangerous import BadData
from werkzeug import Response
from werkzeug.http import dump_cookie

from kb.web import auth, form_guard
from kb.web.languages import outer_root
from kb.web.local_path import local_path
from kb.web.origins import is_from_here

FIELD = "behallet"
"""The hidden field of a log-in form that carries what was typed elsewhere."""

_PURPOSE = "kept-form"
_LASTS_SECONDS = 24 * 3_600
_FIELDS_MAX = 300
_CARRIED_MAX = 900_000
"""Characters: with it a log-in form is still not larger than anything sent to the site may be."""
_NEVER_KEPT = re.compile(r"passw|losenord|code|kod", re.IGNORECASE)
_OF_THE_GUARD = (form_guard.FIELD, form_guard.TRAP, FIELD)
_NOT_PASSED_ON = re.compile(r"HTTP_(COOKIE|ACCEPT_ENCODING|IF_.*|RANGE|TRANSFER_ENCODING)")
_PASSED_ON = re.compile(r"HTTP_|SERVER_|REMOTE_ADDR|wsgi\.(version|url_scheme|errors|multi|run_once)")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where the form is sent, with the query, and its fields in order."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[str]:
        """What a person may want back when the form itself cannot be shown."""
        return [value for name, value in self.fields if value.strip() and not name.startswith("tillbaka")]


def of_request() -> KeptForm | None:
    """The form that this request sends, if a page of ours sent it and it is not too large to keep."""
    if request.method != "POST" or not is_from_here() or request.files:
        return None
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _OF_THE_GUARD and not _NEVER_KEPT.search(name)
    )
    query = request.query_string.decode("ascii", "replace")
    address = local_path(f"{request.root_path}{request.path}" + (f"?{query}" if query else ""))
    if not address or len(fields) > _FIELDS_MAX:
        return None
    kept = KeptForm(address, fields)
    return kept if len(dumps(kept)) <= _CARRIED_MAX else None


def dumps(kept: KeptForm | None) -> str:
    """As the value of ``FIELD``; nothing for nothing."""
    if kept is None:
        return ""
    return str(form_guard.references(_PURPOSE).dumps([kept.address, *map(list, kept.fields)]))


def sent_along() -> KeptForm | None:
    """What this request carries in ``FIELD``, if we signed it within a day."""
    try:
        address, *fields = form_guard.references(_PURPOSE).loads(
            request.form.get(FIELD, ""), max_age=_LASTS_SECONDS
        )
    except BadData:
        return None
    return KeptForm(str(address), tuple((str(name), str(value)) for name, value in fields))


def shown_again(kept: KeptForm, token: str) -> Response:
    """The page that answers the form with all that was typed; ``token`` is of the session it is shown in.

    It is the answer of the form's own page to a form whose token is not believed: nothing is carried out.
    """
    environ = _environ(request.environ, kept, token)
    # In a context of its own: nothing of this request, such as who it found signed in, is taken along.
    return contextvars.Context().run(Response.from_app, current_app.wsgi_app, environ, buffered=True)


def _environ(outer: Mapping[str, object], kept: KeptForm, token: str) -> dict[str, object]:
    path, _, query = kept.address.partition("?")
    body = urlencode(kept.fields).encode()
    environ = {
        name: value
        for name, value in outer.items()
        if _PASSED_ON.match(name) and not _NOT_PASSED_ON.fullmatch(name)
    }
    return {
        **environ,
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": outer_root(),
        "PATH_INFO": unquote_to_bytes(path.removeprefix(outer_root())).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_COOKIE": dump_cookie(auth.cookie_name(), token, path=None),
        form_guard.SHOWN_AGAIN: True,
    }
