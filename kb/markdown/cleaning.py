"""Two sanitisers over one policy: bleach first, then nh3 with another parser as the judge (ADR 4)."""

from __future__ import annotations

import hashlib
import html
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import nh3
import structlog
from bleach.sanitizer import Cleaner

from kb.markdown.policy import (
    ATTRIBUTES,
    ATTRIBUTES_OF_ALL,
    SCHEMES,
    TAGS,
    attribute_allowed,
    raw_attribute_allowed,
)

_log = structlog.get_logger(__name__)
_PRE = re.compile(r"(<pre[^>]*>)\n")


def clean(fragment: str) -> str:
    """An HTML fragment inside the policy, whatever it was before."""
    first = _keep_first_newline(_bleach().clean(fragment))
    second = _keep_first_newline(_NH3.clean(first))
    if first == second or structure(first) == structure(second):
        return first
    _log.warning(
        "sanitisers_differ", sha256=hashlib.sha256(fragment.encode()).hexdigest(), characters=len(fragment)
    )
    return second


def structure(fragment: str) -> list[object]:
    """The tags and sorted attributes of a fragment, in order: what must be equal for two judges to agree."""
    reader = _Structure()
    reader.feed(fragment)
    reader.close()
    return reader.parts


def _keep_first_newline(cleaned: str) -> str:
    """A parser eats the first newline in ``pre``, so one that is text must be written twice."""
    return _PRE.sub("\\1\n\n", cleaned)


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(tag)


def _no_image_without_source(source: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """A filter of bleach's token stream: an image whose address was refused becomes its alternative text."""
    for token in source:
        if token["type"] == "EmptyTag" and token["name"] == "img" and (None, "src") not in token["data"]:
            alt = html.unescape(token["data"].get((None, "alt"), ""))
            yield {"type": "Characters", "data": alt}
        else:
            yield token


_NH3 = nh3.Cleaner(
    tags=set(TAGS),
    # Nothing is dropped with its content: bleach ran first and has kept the words, as is its way.
    clean_content_tags=set(),
    attributes={**{tag: set(names) for tag, names in ATTRIBUTES.items()}, "*": set(ATTRIBUTES_OF_ALL)},
    attribute_filter=lambda tag, name, value: value if attribute_allowed(tag, name, value) else None,
    strip_comments=True,
    link_rel=None,
    url_schemes=set(SCHEMES),
)
_local = threading.local()


def _bleach() -> Cleaner:
    """A cleaner of this thread: bleach's parser has state and may not be shared."""
    if not hasattr(_local, "cleaner"):
        _local.cleaner = Cleaner(
            tags=TAGS,
            attributes=raw_attribute_allowed,
            protocols=SCHEMES,
            strip=True,
            strip_comments=True,
            filters=[_no_image_without_source],  # type: ignore[list-item]  # any iterable of tokens will do
        )
    cleaner: Cleaner = _local.cleaner
    return cleaner
