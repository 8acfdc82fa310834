"""A page as the tests read it: parsed strictly, with questions that the house asks of every page."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

import html5lib
from selectolax.lexbor import LexborHTMLParser, LexborNode

LOADING = {
    "script": "src",
    "img": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "track": "src",
    "iframe": "src",
    "embed": "src",
    "input": "src",
    "object": "data",
    "link": "href",
    "use": "href",
    "image": "href",
    "form": "action",
}
REFERRING = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "for",
    "form",
    "headers",
    "list",
)
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}


class Html:
    """``faults`` answers with sentences, each about one thing that is wrong and where."""

    def __init__(self, text: str, language: str = "sv") -> None:
        self.text = text
        self.language = language
        self.tree = LexborHTMLParser(text)

    def all(self, selector: str) -> list[LexborNode]:
        return self.tree.css(selector)

    def one(self, selector: str) -> LexborNode:
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        return [words(node) for node in self.all(selector)]

    @property
    def h1(self) -> str:
        return words(self.one("h1"))

    @property
    def title(self) -> str:
        return words(self.one("head > title"))

    def faults(self) -> list[str]:
        return [
            *self._not_html(),
            *self._headings(),
            *self._ids(),
            *self._labels(),
            *self._landmarks(),
            *self._loads_from_elsewhere(),
            *self._inline_code(),
            *self._link_texts(),
        ]

    def _not_html(self) -> list[str]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(self.text)
        return [f"not valid HTML: {code} {data} near {position}" for position, code, data in parser.errors]

    def _headings(self) -> list[str]:
        found = self.texts("h1")
        if len(found) != 1 or not found[0]:
            return [f"a page has one h1 with words; this has {found}"]
        start = self.title.removeprefix("Fel: ").removeprefix("Error: ")
        if start != f"{found[0]} – Erfarenhetsbanken":
            return [
                f"the title is the h1 and the name of the site; it is '{self.title}' and the h1 '{found[0]}'"
            ]
        levels = [int(node.tag[1]) for node in self.all("h1, h2, h3, h4, h5, h6")]
        jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        return [f"a heading of level {b} follows one of level {a}" for a, b in jumps]

    def _ids(self) -> list[str]:
        counted = Counter(node.attributes["id"] for node in self.all("[id]"))
        faults = [f"the id '{name}' is used {count} times" for name, count in counted.items() if count > 1]
        for attribute in REFERRING:
            for node in self.all(f"[{attribute}]"):
                missing = set((node.attributes[attribute] or "").split()) - counted.keys()
                faults += [
                    f"{attribute} of <{node.tag}> points at '{name}', which is not there" for name in missing
                ]
        targets = {urlsplit(node.attributes["href"] or "") for node in self.all("a[href^='#']")}
        return faults + [
            f"a link goes to #{to.fragment}, which is not there"
            for to in targets
            if to.fragment not in counted
        ]

    def _labels(self) -> list[str]:
        labelled = {node.attributes["for"] for node in self.all("label[for]") if words(node)}
        wrapped = {
            node.mem_id
            for label in self.all("label")
            if words(label)
            for node in label.css("input, select, textarea")
        }
        return [
            f"the field '{node.attributes.get('name')}' has no label"
            for node in self.all("input, select, textarea")
            if node.attributes.get("type") not in UNLABELLED_TYPES
            and node.attributes.get("id") not in labelled
            and node.mem_id not in wrapped
            and not node.attributes.get("aria-label")
            and not node.attributes.get("aria-labelledby")
        ]

    def _landmarks(self) -> list[str]:
        faults = []
        if self.one("html").attributes.get("lang") != self.language:
            faults.append(f'the page does not say lang="{self.language}"')
        focusable = self.all("body a[href], body button, body input, body [tabindex]")
        first = focusable[0].attributes.get("href") or "" if focusable else ""
        main = self.all("main")
        if len(main) != 1 or first != f"#{main[0].attributes.get('id')}":
            faults.append("the first stop of the Tab key is not a link to the one <main>")
        elif main[0].attributes.get("tabindex") != "-1":
            faults.append('<main> lacks tabindex="-1", so the skip link does not move the focus')
        faults += [
            f"there are {len(self.all(f'body > {tag}'))} <{tag}> in <body>"
            for tag in ("header", "footer")
            if len(self.all(f"body > {tag}")) != 1
        ]
        names = [
            node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")
            for node in self.all("nav")
        ]
        if None in names or len(set(names)) != len(names):
            faults.append(f"every <nav> has a name of its own; these have {names}")
        if not self.all("[role=search]"):
            faults.append("the page has no search")
        return faults

    def _loads_from_elsewhere(self) -> list[str]:
        return [
            f"<{tag} {attribute}> is asked from another host: {value}"
            for tag, attribute in LOADING.items()
            for node in self.all(f"{tag}[{attribute}]")
            for value in [node.attributes[attribute] or ""]
            if not is_own(value)
            and not (node.tag == "link" and node.attributes.get("rel") in ("canonical", "alternate"))
        ]

    def _inline_code(self) -> list[str]:
        faults = [
            f"an inline script: {node.text()[:40]}"
            for node in self.all("script:not([src]):not([type='application/ld+json'])")
        ]
        for node in self.all("*"):
            faults += [
                f"<{node.tag} {name}> is inline code that the policy stops"
                for name in node.attributes
                if name == "style" or name.startswith("on")
            ]
        return faults

    def _link_texts(self) -> list[str]:
        empty = {"klicka här", "här", "läs mer", "mer", "länk", ""}
        return [
            f"the link to {node.attributes['href']} says '{words(node)}': say where it goes"
            for node in self.all("a[href]")
            if words(node).casefold().strip(" .…»") in empty and not node.attributes.get("aria-label")
        ]


def words(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text()).strip()


def is_own(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and not address.startswith(("//", "\\"))
