"""What a page says to machines in schema.org's words: JSON-LD, one list of things a page (O-06).

Templates write it through ``tojson``, so a text cannot end the element that it stands in (invariant 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from kb.domain.published import OrganisationRef, PublishedStory
from kb.domain.site_information import SiteInformation
from kb.domain.vocabulary import Licence, OrganisationType, SiteField
from kb.web.languages import page_language
from kb.web.template_helpers import SITE_NAME, absolute, organisation_url, story_url

Thing = dict[str, Any]

LICENCE_URLS = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
}
_TYPES = {
    OrganisationType.UNIVERSITY: "CollegeOrUniversity",
    OrganisationType.COLLABORATION: "Organization",
}


def site(information: SiteInformation) -> Thing:
    """The site and how to search it."""
    address = absolute(url_for("search.show"))
    return _thing(
        "WebSite",
        name=SITE_NAME,
        url=absolute(url_for("home.show")),
        inLanguage=page_language(),
        publisher=_publisher(information),
        potentialAction={
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{address}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    )


def article(story: PublishedStory, information: SiteInformation) -> Thing:
    """A story. Its author is who tells it: the editors for a summary, else the organisation."""
    licence = information.licence
    return _thing(
        "Article",
        headline=story.title,
        description=story.summary,
        url=absolute(story_url(story)),
        inLanguage=story.language,
        datePublished=story.first_published_on.isoformat(),
        dateModified=story.published_on.isoformat(),
        version=str(story.version),
        isAccessibleForFree=True,
        license=LICENCE_URLS[licence] if licence else None,
        author=_author(story),
        publisher=_publisher(information),
        about=[organisation(story.organisation)] if story.organisation else None,
        keywords=[term.label for term in story.terms],
        isBasedOn=[source.url for source in story.sources],
    )


def organisation(of: OrganisationRef) -> Thing:
    return _nested(
        _TYPES.get(of.type, "GovernmentOrganization"),
        name=of.name,
        alternateName=of.short_name or None,
        url=absolute(organisation_url(of)),
    )


def whole(thing: Thing) -> Thing:
    """A thing that stands on its own."""
    return {"@context": "https://schema.org", **thing}


def breadcrumbs(way: Sequence[tuple[str, str]]) -> Thing:
    """The way to a page: names and paths, from the first page down, the page itself last."""
    return _thing(
        "BreadcrumbList",
        itemListElement=[
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(way, start=1)
        ],
    )


def _author(story: PublishedStory) -> Thing:
    if story.editorial:
        return _nested("Organization", name=SITE_NAME)
    if story.organisation is not None:
        return organisation(story.organisation)
    return _nested("Organization", name=story.organisation_label)


def _publisher(information: SiteInformation) -> Thing | None:
    authority = information.text(SiteField.AUTHORITY)
    return _nested("GovernmentOrganization", name=authority.text) if authority else None


def _thing(kind: str, **values: object) -> Thing:
    return whole(_nested(kind, **values))


def _nested(kind: str, **values: object) -> Thing:
    """What is empty is left out: a missing value is missing (invariant 9)."""
    return {"@type": kind, **{name: value for name, value in values.items() if value not in (None, "", [])}}
