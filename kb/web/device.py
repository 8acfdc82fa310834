"""What a browser is called in the list of one's own sessions: "Firefox på Windows", and no more than that."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("FxiOS", "Firefox"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chrome OS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system, if the browser says them; of a word that several carry the first row holds."""
    browser = _first(_BROWSERS, user_agent) or "Okänd webbläsare"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} på {system}" if system else browser


def _first(words: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in words if sign in text), "")
