"""Every kind of page that the site has, in each state that looks different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Response
from selectolax.lexbor import LexborHTMLParser

from tests.journeys.browser import settle
from tests.journeys.server import Answer, Site, ask
from tests.journeys.stocking import Stock

LANGUAGES = ("sv", "en")
ENGLISH_LATER = (LANGUAGES[0], *(pytest.param(other, marks=pytest.mark.soak) for other in LANGUAGES[1:]))
"""For what takes a minute and more: the pages are the same in both but for the length of their words."""


@dataclass(frozen=True)
class Kind:
    """A page to look at: what answers there, and how it is asked for.

    ``form`` is what to write in the form of the page before it is sent (the page is then what answers);
    ``failure`` names a page of ``stocking.failures``, which the site itself cannot be brought to show.
    """

    name: str
    path: str
    status: int = 200
    method: str = "GET"
    search_broken: bool = False
    form: Mapping[str, str] | None = None
    failure: str = ""
    language: str = "sv"

    def in_language(self, language: str) -> Kind:
        """The same page under the prefix of another language."""
        if language == self.language:
            return self
        return replace(
            self, name=f"{self.name}-{language}", path=f"/{language}{self.path}", language=language
        )

    @contextmanager
    def circumstances(self, site: Site) -> Iterator[None]:
        with site.broken_search() if self.search_broken else nullcontext():
            yield

    def open(self, page: Page, site: Site) -> None:
        """Bring the page up in the browser and wait until it stands still."""
        with self.circumstances(site):
            response = self._answer(page, site)
        assert response is not None
        assert response.status == self.status, f"{self.name}: {response.status} in place of {self.status}"
        settle(page)

    def _answer(self, page: Page, site: Site) -> Response | None:
        if self.failure:
            body = self._failed(site)
            page.route(
                f"**{self.path}",
                lambda route: route.fulfill(status=self.status, body=body, content_type="text/html"),
                times=1,
            )
        if self.method == "GET" and self.form is None:
            return page.goto(self.path)
        page.goto(self.path if self.form is not None else f"{self._prefix}/om")
        with page.expect_navigation() as navigation:
            if self.form is None:
                page.evaluate(_POST, self.path)
            else:
                for name, value in self.form.items():
                    page.locator(f"{FORM} [name='{name}']").fill(value)
                page.evaluate(_SEND, FORM)
        return navigation.value

    def fetch(self, site: Site) -> Answer:
        if self.failure:
            return Answer(self.status, [("Content-Type", "text/html; charset=utf-8")], self._failed(site))
        with self.circumstances(site):
            if self.form is None:
                answer = ask(site.url, self.path, self.method)
            else:
                answer = ask(site.url, self.path, "POST", form=self._filled(ask(site.url, self.path)))
        assert answer.status == self.status, f"{self.name}: {answer.status} in place of {self.status}"
        return answer

    @property
    def _prefix(self) -> str:
        return "" if self.language == "sv" else f"/{self.language}"

    def _failed(self, site: Site) -> bytes:
        return (Path(site.instance) / "failures" / f"{self.failure}-{self.language}.html").read_bytes()

    def _filled(self, empty: Answer) -> dict[str, str]:
        hidden = LexborHTMLParser(empty.body.decode()).css(f"{FORM} input[type=hidden]")
        kept = {node.attributes["name"] or "": node.attributes.get("value") or "" for node in hidden}
        return kept | dict(self.form or {})


FORM = "main form[method=post]"

_SEND = """form => document.querySelector(form).requestSubmit()"""

_POST = """path => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  document.body.append(form);
  form.submit();
}"""


def search(**arguments: str) -> str:
    return "/sok?" + urlencode(arguments)


def lessons(**arguments: str) -> str:
    return "/lardomar?" + urlencode(arguments)


def every_kind(stock: Stock) -> list[Kind]:
    """The pages that accessibility, HTML and layout are judged on."""
    return [
        Kind("home", "/"),
        Kind("results", search(q="journalsystem", slag="lesson_learned", fran="2010")),
        Kind("results-all", "/sok"),
        Kind("results-second-page", search(sida="2")),
        Kind("results-corrected", search(q="uphandling")),
        Kind("results-organisation", search(q="SCB")),
        Kind("results-none", search(q='"ordet finns inte"', slag="good_example", utfall="stopped")),
        Kind("results-notice", search(q="system", fran="abc")),
        Kind("results-one-long-word", search(q=stock.long_word)),
        Kind("results-none-long-word", search(q="ö" * 120)),
        Kind("results-refused", search(q="x" * 1001), status=400),
        Kind("story", stock.revised_story),
        Kind("story-long", stock.long_story),
        Kind("story-english", stock.english_story),
        Kind("story-anonymous", stock.anonymous_story),
        Kind("version-superseded", stock.superseded_version),
        Kind("version-current", stock.long_version),
        Kind("organisations", "/myndigheter"),
        Kind("organisation", "/myndigheter/region-stockholm"),
        Kind("organisation-silent", "/myndigheter/statistiska-centralbyran"),
        Kind("organisation-long-name", stock.long_organisation),
        Kind("organisation-succeeded", "/myndigheter/rikspolisstyrelsen"),
        Kind("organisations-found", "/myndigheter?q=kommun"),
        Kind("organisations-letter", "/myndigheter?bokstav=S"),
        Kind("organisations-none", "/myndigheter?q=xyzzy"),
        Kind("subjects", "/amnen"),
        Kind("vocabulary", "/amnen/verksamhetsomrade"),
        Kind("vocabulary-working-list", "/amnen/analysperspektiv"),
        Kind("subject", "/amnen/fas/inforande"),
        Kind("subject-second-page", "/amnen/fas/inforande?sida=2"),
        Kind("subject-none", "/amnen/verksamhetsomrade/miljoskydd"),
        Kind("subjects", "/amnen"),
        Kind("vocabulary", "/amnen/fas"),
        Kind("vocabulary-worked-at", "/amnen/analysperspektiv"),
        Kind("subject-many", "/amnen/fas/inforande"),
        Kind("subject-few", "/amnen/verksamhetsomrade/migration"),
        Kind("subject-silent", "/amnen/typ-av-investering/sakerhet"),
        Kind("lessons", "/lardomar"),
        Kind("lessons-found", lessons(q="leverantören", fas="procurement")),
        Kind("lessons-none", lessons(q="ö" * 120, perspektiv="risk")),
        Kind("lessons-refused", lessons(q="x" * 1001), status=400),
        Kind("about", "/om"),
        Kind("privacy", "/sa-hanterar-vi-uppgifter"),
        Kind("cookies", "/om-kakor"),
        Kind("accessibility-statement", "/tillganglighetsredogorelse"),
        Kind("site-map", "/webbkarta"),
        Kind("vote", f"{stock.long_story}/hjalpte"),
        Kind("vote-without-answer", f"{stock.long_story}/hjalpte", status=422, form={}),
        Kind("vote-thanks", stock.thanks_for_vote),
        Kind("correction", f"{stock.long_story}/ratta"),
        Kind("correction-of-english", f"{stock.english_story}/ratta"),
        Kind("correction-wrong", f"{stock.long_story}/ratta", status=422, form={"email": "x" * 300}),
        Kind("request", "/efterlys?q=rymdhiss"),
        Kind("request-long-word", "/efterlys?" + urlencode({"q": "ö" * 120})),
        Kind("feedback", "/synpunkter"),
        Kind("feedback-forged", "/synpunkter", status=400, method="POST"),
        Kind("contact", "/kontakt"),
        Kind("contact-wrong", "/kontakt", status=422, form={"message": "ö" * 4001, "email": "inte så"}),
        Kind("accessibility-report", "/tillganglighetsredogorelse/anmal"),
        Kind("receipt", stock.receipt),
        Kind("components", "/komponenter"),
        Kind("not-found", "/finns-inte", status=404),
        Kind("gone", stock.withdrawn_story, status=410),
        Kind("not-allowed", "/om", status=405, method="POST"),
        Kind("search-unavailable", search(q="journalsystem"), status=503, search_broken=True),
        Kind("failed", "/prov/krasch", status=500, failure="krasch"),
        Kind("too-many", "/prov/kod-429", status=429, failure="kod-429"),
        Kind("storage-unavailable", "/prov/databas", status=503, failure="databas"),
    ]


def every_kind_in(language: str, stock: Stock) -> list[Kind]:
    """The same pages in a language of the interface; the parts catalogue is only one of them by its text."""
    return [kind.in_language(language) for kind in every_kind(stock)]


def empty_kinds(language: str) -> list[Kind]:
    """Pages of a site that nobody has put anything in."""
    kinds = [
        Kind("empty-home", "/"),
        Kind("empty-results", "/sok"),
        Kind("empty-organisations", "/myndigheter"),
        Kind("empty-lessons", "/lardomar"),
        Kind("empty-subjects", "/amnen"),
        Kind("empty-statement", "/tillganglighetsredogorelse"),
        Kind("empty-privacy", "/sa-hanterar-vi-uppgifter"),
        Kind("empty-about", "/om"),
        Kind("empty-site-map", "/webbkarta"),
    ]
    return [kind.in_language(language) for kind in kinds]
