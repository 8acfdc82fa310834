"""Where a request was sent from, as far as the browser says: our own pages or somewhere else (S-24).

A page of another site can make a browser send a form, but not lie about where the form stood: browsers set
these headers themselves. Our own origin is that of the settings or of the ``Host`` that was asked: a foreign
page cannot choose the ``Host`` that a browser sends to us.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request

from kb.config import Settings
from kb.web.local_path import local_path

_PORTS = {"http": 80, "https": 443}
_UNSAID = "null"
"""The origin of a form on a page that asks browsers to say to nobody where they come from."""
_FROM_OTHERS = frozenset({"cross-site", "same-site"})


def is_from_here() -> bool:
    """Whether the browser says that a page of ours sent this. A browser that says nothing is not believed."""
    fetch_site = request.headers.get("Sec-Fetch-Site", "")
    if fetch_site in _FROM_OTHERS:
        return False
    said = request.headers.get("Origin") or request.headers.get("Referer")
    if said and said != _UNSAID:
        return is_own(said)
    return fetch_site == "same-origin"


def is_own(address: str) -> bool:
    """Whether an address or an origin is of this site."""
    settings: Settings = current_app.config["KB"]
    own = {origin_of(settings.base_url), origin_of(request.host_url)}
    return origin_of(address) in own - {""}


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, written in one way; nothing for what is no web address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    return f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}"


def path_that_linked_here() -> str:
    """The path of our page that a link was followed from; never its query, which may be a search."""
    referrer = request.referrer or ""
    return local_path(urlsplit(referrer).path) if referrer and is_own(referrer) else ""
