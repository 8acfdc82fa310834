"""A site with an address for every way to fail: each raises a real error into the real error handling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from flask import Flask, abort
from sqlalchemy import text

from kb.db import db
from kb.domain import errors
from kb.search import sync
from kb.search.index import NullIndex
from kb.web import auth
from kb.web.access import OPEN

SECRET = "/var/lib/hemligt.sqlite SELECT losenord FROM anvandare"


def crash() -> NoReturn:
    raise RuntimeError(SECRET)


def wrong_sql() -> None:
    db.session.execute(text("SELECT hemligt FROM finns_inte"))


FAILURES: dict[str, tuple[Callable[[], object], int]] = {
    "krasch": (crash, 500),
    "databas": (wrong_sql, 503),
    "saknas": (lambda: _fail(errors.NotFound("Berättelsen finns inte.")), 404),
    "otillatet": (lambda: _fail(errors.NotPermitted("Bara kansliet får se köen.")), 403),
    "ogiltigt": (lambda: _fail(errors.Invalid("Titeln är för lång. Korta den.", field="title")), 422),
    "text": (
        lambda: _fail(errors.ContentRefused("Tabellen har för många %(what)s.", what="<kolumner>")),
        422,
    ),
    "vagrad": (lambda: _fail(errors.QueryRefused("Frågan är för lång. Korta den.")), 400),
    "konflikt": (lambda: _fail(errors.Conflict("Någon annan sparade först.")), 409),
    "lagring": (lambda: _fail(errors.StorageUnavailable("Disken är full.")), 503),
    "okand": (lambda: _fail(errors.DomainError("Något som ingen rad finns för.")), 500),
    **{
        f"kod-{code}": ((lambda code=code: abort(code)), code)
        for code in (400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418)
    },
    **{
        f"kod-{code}": ((lambda code=code: abort(code)), code)
        for code in (421, 422, 423, 424, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505)
    },
}
"""Name in the address, what happens there, and the code that the reader shall get."""


def _fail(error: Exception) -> NoReturn:
    raise error


def break_everything(app: Flask) -> Flask:
    """Give an empty application the failing addresses, and an index that never answers."""
    for name, (fail, _code) in FAILURES.items():
        app.add_url_rule(f"/prov/{name}", f"prov.{name}", lambda fail=fail: str(fail()))
        auth.allow(app, f"prov.{name}", OPEN)
    with app.app_context():
        sync.attach(replace(sync.of(db.engine), stories=NullIndex(), lessons=NullIndex()))
    return app
