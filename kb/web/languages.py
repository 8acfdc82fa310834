"""The language of a page lies in its address: ``/om`` is Swedish, ``/en/om`` the same page in English.

The middleware moves the prefix into ``SCRIPT_NAME``, so ``request.path`` and the views are the same in both
languages, and ``url_for`` keeps the language by itself. No cookie, no header: the address decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

import flask_babel
from flask import Flask, has_request_context, request
from werkzeug.exceptions import HTTPException

from kb.domain.published import PublishedStory

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOURCE = "sv"
LANGUAGES = {SOURCE: "Svenska", "en": "English"}
"""Each language of the interface and what it calls itself; every one but the source has a prefix."""

LANGUAGE = "kb.language"
"""The key of the WSGI environment; absent where the language is the source's."""

ONE_LANGUAGE = frozenset({"static", "health.show"})
_ONE_LANGUAGE_BLUEPRINTS = frozenset({"feeds", "reports", "well_known"})


def has_one_language(endpoint: str) -> bool:
    """Whether a page is for machines, or a file: it has one address, without a prefix."""
    return endpoint in ONE_LANGUAGE or endpoint.partition(".")[0] in _ONE_LANGUAGE_BLUEPRINTS


class Languages:
    """WSGI middleware that reads the prefix. ``/en`` alone leads to ``/en/``."""

    def __init__(self, application: WSGIApplication, app: Flask) -> None:
        self.application = application
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        root, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        language = path[1:].partition("/")[0]
        if not path.startswith("/") or language not in LANGUAGES or language == SOURCE:
            return self.application(environ, start_response)
        environ[LANGUAGE] = language
        environ["SCRIPT_NAME"] = f"{root}/{language}"
        rest = path[1 + len(language) :]
        if not rest:
            return _to_start(environ, start_response)
        # What has one language is not found here: its path keeps the prefix, which no route has.
        environ["PATH_INFO"] = path if self._has_one_language(rest) else rest
        return self.application(environ, start_response)

    def _has_one_language(self, path: str) -> bool:
        try:
            found = self.app.url_map.bind("").match(path.encode("latin-1").decode("utf-8", "replace"))
        except HTTPException:
            return False
        return has_one_language(found[0])


def _to_start(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING", "")
    address = quote(environ["SCRIPT_NAME"].encode("latin-1")) + "/" + (f"?{query}" if query else "")
    start_response("301 Moved Permanently", [("Location", address), ("Content-Length", "0")])
    return [b""]


def page_language() -> str:
    """The language of the page that is being made; the source's outside a request."""
    return str(request.environ.get(LANGUAGE, SOURCE)) if has_request_context() else SOURCE


def gettext(message: str, **values: object) -> str:
    """The message in the language of the page, with its values in their places."""
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """The same for a message that counts; ``%(num)s`` is the number."""
    return str(flask_babel.ngettext(one, many, num))


def lang_of(words: PublishedStory | str) -> str | None:
    """The ``lang`` of a story's own words, or of a language; None where the page has the same."""
    language = words if isinstance(words, str) else words.language
    return None if language == page_language() else language


def other_language() -> str:
    return next(language for language in LANGUAGES if language != page_language())


def url_in(language: str) -> str:
    """The path and query string of this page in a language."""
    path = request.path
    if request.url_rule is None and page_language() != SOURCE:
        path = path.removeprefix(f"/{page_language()}")
    query = request.query_string.decode("ascii", "replace")
    prefix = "" if language == SOURCE else f"/{language}"
    return quote(f"{outer_root()}{prefix}{path}", safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def other_language_url() -> str:
    """The same page, with the same choices, in the other language."""
    return url_in(other_language())


def outer_root() -> str:
    """Where the site itself is mounted: ``SCRIPT_NAME`` without our prefix."""
    root = request.root_path
    return root if page_language() == SOURCE else root.removesuffix(f"/{page_language()}")


def init_app(app: Flask) -> None:
    """Wire the middleware, and keep the prefix out of addresses that have one language."""
    build = app.url_for

    def url_for(endpoint: str, **values: object) -> str:
        address = build(endpoint, **values)  # type: ignore[arg-type]
        if page_language() == SOURCE or not has_one_language(endpoint):
            return address
        return address.replace(f"{request.root_path}/", f"{outer_root()}/", 1)

    app.url_for = url_for  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        url_for=url_for,
        languages=LANGUAGES,
        page_language=page_language,
        lang_of=lang_of,
        other_language=other_language,
        other_language_url=other_language_url,
        url_in=url_in,
    )
    app.wsgi_app = Languages(app.wsgi_app, app)  # type: ignore[method-assign]
