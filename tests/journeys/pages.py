"""Every kind of page that the site has, in each state that looks different."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.journeys.browser import settle
from tests.journeys.server import Answer, Site, ask
from tests.journeys.stocking import Stock


@dataclass(frozen=True)
class Kind:
    """A page to look at: what answers there, and how it is asked for."""

    name: str
    path: str
    status: int = 200
    method: str = "GET"
    search_broken: bool = False

    @contextmanager
    def circumstances(self, site: Site) -> Iterator[None]:
        with site.broken_search() if self.search_broken else nullcontext():
            yield

    def open(self, page: Page, site: Site) -> None:
        """Bring the page up in the browser and wait until it stands still."""
        with self.circumstances(site):
            if self.method == "GET":
                response = page.goto(self.path)
            else:
                page.goto("/om")
                with page.expect_navigation() as navigation:
                    page.evaluate(_POST, self.path)
                response = navigation.value
        assert response is not None
        assert response.status == self.status, f"{self.name}: {response.status} in place of {self.status}"
        settle(page)

    def fetch(self, site: Site) -> Answer:
        with self.circumstances(site):
            answer = ask(site.url, self.path, self.method)
        assert answer.status == self.status, f"{self.name}: {answer.status} in place of {self.status}"
        return answer


_POST = """path => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  document.body.append(form);
  form.submit();
}"""


def search(**arguments: str) -> str:
    return "/sok?" + urlencode(arguments)


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
        Kind("organisation-succeeded", "/myndigheter/rikspolisstyrelsen"),
        Kind("about", "/om"),
        Kind("components", "/komponenter"),
        Kind("not-found", "/finns-inte", status=404),
        Kind("gone", stock.withdrawn_story, status=410),
        Kind("not-allowed", "/om", status=405, method="POST"),
        Kind("search-unavailable", search(q="journalsystem"), status=503, search_broken=True),
    ]
