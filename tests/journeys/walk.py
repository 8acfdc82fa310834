"""A walk along every link of the site, in both languages, without a browser."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from tests.journeys.server import Answer, Site, ask

VARIANTS_OF_A_SORT = 5
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

    def some_pages(self, of_a_sort: int, *, of_those_with_nothing: int = 3) -> list[str]:
        """The addresses of the pages, but only the first of each sort, and fewer that tell of nothing."""
        met: Counter[tuple[object, ...]] = Counter()
        chosen = []
        for path, html in self.pages().items():
            empty = _tells_of_nothing(path, html)
            sort = (path.startswith("/en/"), empty, *_sort(path))
            met[sort] += 1
            if met[sort] <= (of_those_with_nothing if empty else of_a_sort):
                chosen.append(path)
        return chosen


def is_variant(path: str) -> bool:
    """A page in a state of its choices: searches, filters, forms that know where the reader was."""
    return "?" in path and not path.startswith("/static/")


def walk(site: Site) -> Walk:
    """Every address that is linked or loaded, from the first pages on; of variants only some of each sort.

    Variants that are linked from a variant are asked for too, but their own links are not followed: choices
    would multiply without end.
    """
    found, variants = Walk(), Counter[tuple[str, ...]]()
    waiting: deque[tuple[str, str]] = deque([("/", ""), ("/en/", ""), ("/healthz", ""), (COMPONENTS, "")])
    while waiting:
        path, source = waiting.popleft()
        if path in found.answers:
            continue
        if is_variant(path):
            variants[_sort(path)] += 1
            if variants[_sort(path)] > VARIANTS_OF_A_SORT:
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


def _sort(path: str) -> tuple[str, ...]:
    """What is alike in addresses: the first and the last part, and the names of what is chosen."""
    parts = urlsplit(path)
    steps = parts.path.strip("/").split("/")
    last = steps[-1] if steps[-1] in ("ratta", "feed.atom") else str(len(steps))
    return (
        steps[0],
        steps[1] if steps[0] == "en" and len(steps) > 1 else "",
        last,
        *sorted(parse_qs(parts.query)),
    )


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
