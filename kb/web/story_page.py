"""What the page of a story shows beside the story itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from kb import markdown
from kb.domain.published import PublishedStory
from kb.services import site_information
from kb.services.stories import SimilarStory, VersionRow
from kb.web import formatting, structured_data
from kb.web.labels import organisation_label
from kb.web.range_view import range_view
from kb.web.template_helpers import SITE_NAME, absolute, organisation_url, story_url, version_url


@dataclass(frozen=True, slots=True)
class CiteView:
    """How to refer to a story: a line of text, which ends with the permanent address of the version read."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class VersionNotice:
    """Said above an older version, with the address of the one that holds now."""

    text: str
    url: str
    link_text: str


@dataclass(frozen=True, slots=True)
class VersionLink:
    version: int
    published_on: date
    is_current: bool
    url: str


def context(
    story: PublishedStory,
    versions: Iterable[VersionRow],
    *,
    similar: tuple[SimilarStory, ...] = (),
    notice: VersionNotice | None = None,
) -> dict[str, object]:
    return {
        "similar": similar,
        "story": story,
        "body": markdown.render(story.body),
        "outline": markdown.outline(story.body),
        "versions": tuple(version_link(story, row) for row in versions),
        "notice": notice,
        "cite": cite(story),
        "range": range_view(story.facts),
        "structured": [
            structured_data.article(story, site_information.read()),
            structured_data.breadcrumbs(_way(story)),
        ],
    }


def _way(story: PublishedStory) -> list[tuple[str, str]]:
    """From the list of all stories, by the organisation if it may be named, to the story."""
    way = [(_("Alla erfarenheter"), url_for("search.show"))]
    if story.organisation is not None:
        way.append((story.organisation.name, organisation_url(story.organisation)))
    return [*way, (story.title, story_url(story))]


def cite(story: PublishedStory) -> CiteView:
    """Who tells it, year, title, version and day; an anonymised story is cited by type of organisation."""
    author = _("%(site)ss redaktion", site=SITE_NAME) if story.editorial else organisation_label(story)
    url = absolute(version_url(story))
    text = _(
        "%(author)s (%(year)s). %(title)s. %(site)s, version %(version)s, %(day)s. %(url)s",
        author=author,
        year=story.published_on.year,
        title=story.title.rstrip("."),
        site=SITE_NAME,
        version=story.version,
        day=formatting.isodate(story.published_on),
        url=url,
    )
    return CiteView(text, url)


def version_link(story: PublishedStory, row: VersionRow) -> VersionLink:
    url = url_for("stories.version", entry_id=story.entry_id, slug=story.slug, version=row.version)
    return VersionLink(row.version, row.published_on, row.is_current, url)


def superseded(story: PublishedStory, current_version: int) -> VersionNotice:
    return VersionNotice(
        text=_(
            "Du läser version %(version)s, som publicerades %(day)s. Den har ersatts av version %(current)s.",
            version=story.version,
            day=formatting.isodate(story.published_on),
            current=current_version,
        ),
        url=story_url(story),
        link_text=_("Läs den version som gäller nu"),
    )
