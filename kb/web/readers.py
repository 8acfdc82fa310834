"""Whether a request is a person who opens a page, as far as it says so itself. Nothing of it is kept."""

from __future__ import annotations

import re

from flask import request

_MACHINE = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|scrap|fetch|preview|monitor|check|headless|lighthouse|archiv|feed"
    r"|facebookexternalhit|whatsapp|curl|wget|python|java/|okhttp|go-http|libwww|perl|ruby|node|axios|http",
    re.IGNORECASE,
)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which a browser says that it fetches a page that nobody has asked for yet."""


def is_opened_by_someone() -> bool:
    """Not a ``HEAD``, a page fetched ahead or by a part of a page, or a machine that says so."""
    if request.method != "GET":
        return False
    said = " ".join(request.headers.get(name, "") for name in _AHEAD)
    if "prefetch" in said or "prerender" in said or "preview" in said:
        return False
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return False
    agent = request.headers.get("User-Agent", "")
    return bool(agent) and _MACHINE.search(agent) is None
