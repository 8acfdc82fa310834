"""The page of a search in its states: hits or none, a page after the last, a query that is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.errors import QueryRefused
from kb.services.choices import Scope, SearchRequest
from kb.services.searching import Found, SearchPage
from kb.web import query_string
from kb.web.errors import code_of, sentence


@dataclass(frozen=True, slots=True)
class SearchView:
    """What is searched, where, and how it is shown."""

    scope: Scope
    endpoint: str
    template: str

    def show(self, search: Callable[[SearchRequest], SearchPage[Found]]) -> str | Response:
        """The page that the address asks for; the last one where it asks for one after that."""
        reading = query_string.read(request.args, self.scope)
        page = search(reading.request)
        if 1 <= page.pages < reading.request.page:
            return redirect(self._urls(reading).with_page(page.pages))
        return self._page(reading, page=page, error=None)

    def refused(self, error: QueryRefused) -> tuple[str, int]:
        """The form again, with what was written and what to do about it."""
        return self._page(
            query_string.read(request.args, self.scope), page=None, error=sentence(error)
        ), code_of(error)

    def _urls(self, reading: query_string.Reading) -> query_string.SearchUrls:
        return query_string.SearchUrls(reading.request, url_for(self.endpoint))

    def _page(
        self, reading: query_string.Reading, *, page: SearchPage[Found] | None, error: str | None
    ) -> str:
        return render_template(
            self.template,
            page=page,
            url=self._urls(reading),
            text=reading.request.text,
            notices=reading.notices,
            error=error,
            sorts=self.scope.sorts,
        )
