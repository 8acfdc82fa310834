"""What HTML may be: one list of tags, attributes and URLs that both sanitisers are given."""

from __future__ import annotations

import html
import re
from importlib.metadata import version
from typing import Final

from kb.domain import pictures

_TAG_NAMES: Final = (
    "p br hr h2 h3 h4 h5 h6 em strong s del ins sub sup code pre kbd blockquote ul ol li dl dt dd a img "
    "table caption thead tbody tr th td abbr span div"
)
TAGS: Final = frozenset(_TAG_NAMES.split())
VOID_TAGS: Final = frozenset({"br", "hr", "img"})
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title", "width", "height"}),
    "abbr": frozenset({"title"}),
    "th": frozenset({"scope"}),
    "ol": frozenset({"start"}),
    "code": frozenset({"class"}),
}
ATTRIBUTES_OF_ALL: Final = frozenset({"lang"})
SCHEMES: Final = frozenset({"https", "http", "mailto", "tel"})

#: Part of the key of cached HTML: a change of policy, decoration or library makes a new name.
POLICY: Final = "2"
SANITIZER_VERSION: Final = "-".join(
    [POLICY, *(f"{name}{version(name)}" for name in ("markdown-it-py", "bleach", "nh3"))]
)

_CODE_CLASS = re.compile(r"language-[A-Za-z0-9_+-]{1,30}", re.ASCII)
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_SCOPE = re.compile(r"row|col|rowgroup|colgroup")
_VALUES: Final = {
    "class": _CODE_CLASS,
    "lang": _LANG,
    "scope": _SCOPE,
    # Only pictures that this service itself keeps.
    "src": pictures.ADDRESS,
    "start": _NUMBER,
    "width": _NUMBER,
    "height": _NUMBER,
}

_C0_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_REMOVED_BY_BROWSERS = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):", re.ASCII)
_HIDDEN = re.compile("[\x00-\x1f\\\\\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
#: A character number that no character has; int() and therefore bleach and html.unescape fail on long ones.
_ABSURD_REFERENCE = re.compile(r"&#(?:[0-9]{8}|[xX][0-9A-Fa-f]{7})", re.ASCII)


def url_allowed(url: str) -> bool:
    """Whether a link may lead to this URL (entities already resolved), read as a browser reads it.

    Replaces the check of bleach, which takes ``javascript:1`` for a host and a port.
    """
    url = url.strip(_C0_AND_SPACE).translate(_REMOVED_BY_BROWSERS)
    if _HIDDEN.search(url):
        return False
    if scheme := _SCHEME.match(url):
        return scheme[1].lower() in SCHEMES
    first_segment = re.split(r"[/?#]", url, maxsplit=1)[0]
    return not url.startswith("//") and ":" not in first_segment


def attribute_allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay, its entities already resolved."""
    if name not in ATTRIBUTES.get(tag, frozenset()) | ATTRIBUTES_OF_ALL:
        return False
    if name == "href":
        return url_allowed(value)
    pattern = _VALUES.get(name)
    return pattern is None or bool(pattern.fullmatch(value))


def raw_attribute_allowed(tag: str, name: str, value: str) -> bool:
    """The same for a value as it stands in the source, which is how bleach shows it."""
    if _ABSURD_REFERENCE.search(value):
        return False
    return attribute_allowed(tag, name, html.unescape(value))
