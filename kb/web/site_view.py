"""What the operator says of the site, for templates: read when a page asks, once for each request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import g

from kb.domain.site_information import Fault, Passage, SiteInformation, SitePage
from kb.domain.vocabulary import Conformity, Licence, SiteField, UserSituation
from kb.services import site_information
from kb.web.languages import page_language

LICENCE_URLS = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/deed",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/deed",
}


@dataclass(frozen=True, slots=True)
class SiteView:
    """The values in the language of the page, Swedish where English is missing."""

    information: SiteInformation
    language: str

    def text(self, field: str) -> Passage | None:
        return self.information.text(SiteField(field), self.language)

    def day(self, field: str) -> date | None:
        return self.information.day(SiteField(field))

    @property
    def conformity(self) -> Conformity | None:
        return self.information.conformity

    @property
    def licence(self) -> Licence | None:
        return self.information.licence

    @property
    def licence_url(self) -> str:
        return LICENCE_URLS[self.licence] if self.licence else ""

    @property
    def faults(self) -> tuple[tuple[UserSituation, tuple[Fault, ...]], ...]:
        """By situation, in the order in which the situations are listed."""
        return tuple(self._grouped())

    def _grouped(self) -> Iterator[tuple[UserSituation, tuple[Fault, ...]]]:
        order = list(UserSituation)
        faults = sorted(
            self.information.faults(self.language), key=lambda fault: order.index(fault.situation)
        )
        for situation, group in groupby(faults, key=lambda fault: fault.situation):
            yield situation, tuple(group)

    def missing(self, page: SitePage) -> tuple[SiteField, ...]:
        return self.information.missing(page)


def site_view() -> SiteView:
    if "kb_site" not in g:
        g.kb_site = SiteView(site_information.read(), page_language())
    found: SiteView = g.kb_site
    return found
