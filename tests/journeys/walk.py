"""A walk along every link of the site, in both languages, without a browser."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from tests.journeys.server import Answer, Site, ask

COMPONENTS = "/komponenter"
"""Shows parts with made-up content, whose links lead nowhere."""


@dataclass
class Walk:
    """What a walk along every link of the site met."""

    answers: dict[str, Answer] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)
    fragments: set[tuple[str, str]] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)

    def pages(self) -> dict[str, str]:
        """The address and the HTML of every page that was found, but of variants of variants."""
        return {
            path: answer.body.decode()
            for path, answer in self.answers.items()
            if answer.status == 200
            and answer.header("content-type").startswith("text/html")
            and not (is_variant(path) and is_variant(self.linked_from[path]))
        }

    def some_pages(self, of_those_alike: int = 3) -> list[str]:
        """The addresses of the pages, but only some of those that tell of nothing: they are all alike."""
        pages = self.pages()
        alike = {"sv": 0, "en": 0}
        chosen = []
        for path, html in pages.items():
            language = "en" if path.startswith("/en/") else "sv"
            if _tells_of_nothing(path, html):
                alike[language] += 1
                if alike[language] > of_those_alike:
                    continue
            chosen.append(path)
        return chosen


def is_variant(path: str) -> bool:
    """A page in a state of its choices: searches, filters, forms that know where the reader was."""
    return "?" in path and not path.startswith("/static/")


def walk(site: Site) -> Walk:
    """Every address that is linked or loaded, from the first pages on.

    Variants that are linked from a variant are asked for too, but their own links are not followed: choices
    would multiply without end.
    """
    found = Walk()
    waiting: deque[tuple[str, str]] = deque([("/", ""), ("/en/", ""), ("/healthz", ""), (COMPONENTS, "")])
    while waiting:
        path, source = waiting.popleft()
        if path in found.answers:
            continue
        answer = ask(site.url, path)
        found.answers[path] = answer
        found.linked_from[path] = source
        if answer.header("location"):
            target = urljoin(site.url + path, answer.header("location"))
            waiting.append((_local(target, site.url), path))
        if path == COMPONENTS or (is_variant(path) and is_variant(source)):
            continue
        if not answer.header("content-type").startswith("text/html"):
            continue
        for address in _addresses(answer.body):
            whole, fragment = urldefrag(urljoin(site.url + path, address))
            if urlsplit(whole).netloc != urlsplit(site.url).netloc:
                found.foreign.add(whole)
                continue
            waiting.append((_local(whole, site.url), path))
            if fragment:
                found.fragments.add((_local(whole, site.url), fragment))
    return found


def _tells_of_nothing(path: str, html: str) -> bool:
    return path.removeprefix("/en").startswith(("/myndigheter/", "/amnen/")) and "/erfarenheter/" not in html


def _local(address: str, site: str) -> str:
    return address.removeprefix(site) or "/"


def _addresses(body: bytes) -> list[str]:
    """Links, and what a page loads; its name for itself and for its other language are links too."""
    tree = LexborHTMLParser(body.decode())
    linked = [node.attributes.get("href") for node in tree.css("[href]")]
    loaded = [node.attributes.get("src") for node in tree.css("[src]")]
    return [address for address in (*linked, *loaded) if address]
