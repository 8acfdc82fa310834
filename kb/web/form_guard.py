"""What stands between a form that anyone may send and the bank, without a cookie (invariant 7, S-24, ADR 10).

Each form carries a token that we signed: what the form is for, what it is about, when it was made, and a
random id. Sending needs such a token, not too old, from a page of ours. Nothing of it is kept but the id,
which is stored with what was sent: the same form sent twice is stored once.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer

from kb.config import Settings
from kb.web import auth
from kb.web.caching import varying
from kb.web.origins import is_from_here

FIELD = "intyg"
"""The name of the field that carries the token."""
TRAP = "fyll-ej"
"""A field that no person sees: what fills it is a machine (L-32)."""

VALID = timedelta(hours=24)

_STAMP = "%Y%m%dT%H%M%SZ"
_DAY_LENGTH = 8
_KEY_BYTES = 16
_EXTENSION = "kb_form_guard"
SHOWN_AGAIN = "kb.shown_again"
"""Set in the environment of a request that shows a form again after a log-in: it is never taken."""


_UNKNOWN = _("Vi kunde inte känna igen formuläret. Inget är skickat än. Skicka en gång till.")
_SHOWN_AGAIN = _(
    "Det du skrev finns kvar, men det är inte skickat än. Läs igenom det och skicka en gång till."
)


class Refused(Exception):
    """What was sent is not taken; ``sentence`` tells the reader what to do, ``status`` the browser."""

    def __init__(self, sentence: LazyString, status: int) -> None:
        super().__init__(status)
        self.sentence = sentence
        self.status = status


def token(purpose: str, subject: str = "", *, bound: bool | None = None) -> str:
    """A new token for a form. It begins with its day.

    ``bound`` to the session, or not: as the page that the form is sent to demands. If nothing is said it is
    sent to the page that it stands on.
    """
    stamp = datetime.now(UTC).strftime(_STAMP)
    value = ".".join((stamp, purpose, subject, secrets.token_urlsafe(_KEY_BYTES)))
    return _signer(auth.is_page_of_someone() if bound is None else bound).sign(value).decode()


def session_token(purpose: str) -> str:
    """A token for a form that stands on any page and is sent to one for those who are signed in."""
    return token(purpose, bound=True)


def open_token(purpose: str) -> str:
    """A token for a form that may stand on any page and is sent to one that anyone may send to."""
    return token(purpose, bound=False)


def token_in_page(purpose: str, subject: str = "") -> str:
    """A token in a page that a browser may keep: the tag of the page changes with the day of the token."""
    made = token(purpose, subject)
    varying(made[_DAY_LENGTH:])
    return made


def about_version(entry_id: str, version: int) -> str:
    """The subject of a form about a version of a story."""
    return f"{entry_id}-{version}"


def check(purpose: str, subject: str = "", *, given: str | None = None) -> str:
    """The random id of the form that was sent. Raises ``Refused``.

    ``given`` is the token of what is sent by a script, which is no form.
    """
    if request.environ.get(SHOWN_AGAIN):
        raise Refused(_SHOWN_AGAIN, 422)
    if not is_from_here():
        raise Refused(
            _(
                "Vi kunde inte se att formuläret kom från vår webbplats. Inget är skickat än. "
                "Skicka en gång till."
            ),
            400,
        )
    try:
        stamp, for_what, about, key = _parts(request.form.get(FIELD, "") if given is None else given)
    except (BadSignature, ValueError):
        raise Refused(_UNKNOWN, 400) from None
    if (for_what, about) != (purpose, subject):
        raise Refused(_UNKNOWN, 400)
    if datetime.now(UTC) - stamp > VALID:
        raise Refused(
            _("Formuläret hade varit öppet i mer än ett dygn. Inget är skickat än. Skicka en gång till."),
            422,
        )
    return key


def is_trapped() -> bool:
    """Whether the field that no person sees has been filled."""
    return bool(request.form.get(TRAP, "").strip())


def secret() -> str:
    """The newest key of this site."""
    return _keys()[-1]


def references(what: str) -> URLSafeTimedSerializer:
    """Signs what a reader's address may carry, each ``what`` apart from the others."""
    return URLSafeTimedSerializer(_keys(), salt=f"kb.{what}", signer_kwargs={"digest_method": hashlib.sha256})


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        form_token=token_in_page,
        session_token=session_token,
        open_token=open_token,
        about_version=about_version,
        token_field=FIELD,
        trap_field=TRAP,
    )


def _parts(text: str) -> tuple[datetime, str, str, str]:
    signer = _signer(auth.is_page_of_someone())
    stamp, purpose, subject, key = signer.unsign(text).decode().split(".")
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), purpose, subject, key


def _signer(bound: bool) -> Signer:
    found = auth.current() if bound else None
    salt = f"kb.form.{found.session_id}" if found else "kb.form"
    return Signer(_keys(), salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def _keys() -> list[str]:
    """The keys of this site, read once by each process: the newest, which signs, is last."""
    kept: list[str] | None = current_app.extensions.get(_EXTENSION)
    if kept is None:
        settings: Settings = current_app.config["KB"]
        kept = current_app.extensions[_EXTENSION] = list(reversed(settings.signing_keys()))
    return kept
