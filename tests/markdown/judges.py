"""Judges that share no code with the pipeline: the oracle (lexbor), html5lib, and a clock."""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from kb.domain.errors import ContentRefused
from tests.shared import shared_path

_DECORATION = {
    # Why each is allowed: fixed values that we add after both sanitisers, checked one by one below.
    "a": {"class", "rel"},  # the mark of an external link
    "img": {"loading"},
    "h2": {"id"},  # the target of a table of contents
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "div": {"class", "role", "tabindex", "aria-label"},  # the scroll region around a table
    "span": {"class"},  # "(extern webbplats)", heard and not seen
    "th": {"class"},  # alignment, as style is never allowed
    "td": {"class"},
}
_HEADING = {name: re.compile(r"avsnitt-([a-z0-9]+-)*-?([a-z0-9]+-)*[a-z0-9]+") for name in ("id",)}
_FIXED: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {"class": re.compile("external"), "rel": re.compile("noopener noreferrer nofollow ugc")},
    "img": {"loading": re.compile("lazy"), "src": re.compile("/bilder/[A-Z0-9]{26}[.](png|jpg|webp)")},
    **{f"h{level}": _HEADING for level in range(2, 7)},
    "div": {
        "class": re.compile("table-scroll"),
        "role": re.compile("region"),
        "tabindex": re.compile("0"),
        "aria-label": re.compile(r"Tabell \d+"),
    },
    "span": {"class": re.compile("visually-hidden")},
    "th": {"class": re.compile("align-(right|center)"), "scope": re.compile("col")},
    "td": {"class": re.compile("align-(right|center)")},
}


@cache
def oracle() -> ModuleType:
    path = shared_path("evals/xss/oracle.py")
    spec = importlib.util.spec_from_file_location("xss_oracle", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def decorated_violations(html: str) -> list[str]:
    judge = oracle()
    widened = {tag: set(names) for tag, names in judge.ATTRIBUTES.items()}
    for tag, names in _DECORATION.items():
        widened.setdefault(tag, set()).update(names)
    bad = list(judge.violations(html, replace(judge.Policy(), attributes=widened)))
    ids: list[str] = []
    for node in nodes(html):
        for name, value in node.attributes.items():
            pattern = _FIXED.get(node.tag or "", {}).get(name)
            if pattern and not pattern.fullmatch(value or ""):
                bad.append(f"{node.tag}@{name} is {value!r}")
            if name == "id":
                ids.append(value or "")
    if len(ids) != len(set(ids)):
        bad.append(f"ids are not unique: {ids}")
    return bad


def nodes(html: str) -> list[LexborNode]:
    """The elements of a fragment, as lexbor reads it."""
    body = LexborHTMLParser(f"<!doctype html><title>t</title><body>{html}").body
    assert body is not None
    return [node for node in body.traverse(include_text=False) if node.tag != "body"]


def words(html: str) -> str:
    """The text of a fragment, alternative texts of images included, white space collapsed."""
    body = LexborHTMLParser(f"<!doctype html><title>t</title><body>{html}").body
    assert body is not None
    pieces = [
        (node.attributes.get("alt") or "") if node.tag == "img" else (node.text_content or "")
        for node in body.traverse(include_text=True)
        if node.tag in {"img", "-text"}
    ]
    return " ".join("".join(pieces).split())


def html5lib_shape(html: str, *, scripting: bool) -> tuple[list[Any], str]:
    """Elements with attributes, and the fragment written anew, as html5lib reads it."""
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parseFragment(html, scripting=scripting)
    shape = [(e.tag, sorted(e.attrib.items())) for e in root.iter() if e is not root]
    return shape, html5lib.serialize(root, omit_optional_tags=False, quote_attr_values="always")


def ends_in_time(work: Callable[[str], object], text: str, seconds: float = 2.0) -> str:
    """'done' or the refusal's sentence; fails when it took more CPU time than allowed.

    A second attempt is allowed, as CPU time grows on a machine whose cores are shared.
    """
    for _attempt in range(2):
        started = time.process_time()
        try:
            work(text)
            outcome = "done"
        except ContentRefused as error:
            outcome = str(error)
        spent = time.process_time() - started
        if spent < seconds:
            return outcome
    pytest.fail(f"{spent:.1f} s of CPU for {len(text)} characters: {outcome}")
