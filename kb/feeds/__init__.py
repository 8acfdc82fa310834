"""What machines read: feeds, the site map, and the files that say what the site is and can.

Each has one address, without a language prefix. ``init_app`` puts them into an application.
"""

from __future__ import annotations

import re

from flask import Flask

from kb.feeds import atom, discovery
from kb.feeds.blueprint import blueprint

__all__ = ["atom", "discovery", "init_app"]

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold in any form."""
    return _NOT_IN_XML.sub("", text)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["xml_text"] = xml_text
    app.register_blueprint(blueprint)
