"""What templates may call: addresses, words and values. Nothing here makes ``Markup``."""

from __future__ import annotations

from datetime import date

from flask import Flask, current_app, url_for

from kb.config import Settings
from kb.domain import clock
from kb.domain.published import LessonView, OrganisationRef, PublishedStory
from kb.web import formatting, navigation
from kb.web.labels import label, language_name, organisation_label
from kb.web.site_view import site_view
from kb.web.static_files import asset
from kb.web.year_histogram import by_year

SITE_NAME = "Erfarenhetsbanken"


def ago(value: date) -> str:
    return formatting.ago(value, clock.today())


def story_url(story: PublishedStory) -> str:
    return url_for("stories.show", entry_id=story.entry_id, slug=story.slug)


def version_url(story: PublishedStory) -> str:
    """The permanent address of exactly this version."""
    return url_for("stories.version", entry_id=story.entry_id, slug=story.slug, version=story.version)


def lesson_url(story: PublishedStory, lesson: LessonView) -> str:
    """The lesson's own address: the same in every version of the story."""
    return f"{story_url(story)}#{lesson.anchor}"


def organisation_url(organisation: OrganisationRef) -> str:
    return url_for("organisations.show", slug=organisation.slug)


def absolute(path: str) -> str:
    """A path of ours as a whole address, from the settings and never from the Host header."""
    settings: Settings = current_app.config["KB"]
    return f"{settings.base_url}{path}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        site_name=SITE_NAME,
        asset=asset,
        main_navigation=navigation.MAIN,
        footer_navigation=navigation.FOOTER,
        site_view=site_view,
    )
    app.jinja_env.filters.update(
        absolute=absolute,
        ago=ago,
        by_year=by_year,
        fact=formatting.fact,
        isodate=formatting.isodate,
        label=label,
        language_name=language_name,
        lesson_url=lesson_url,
        moment=formatting.moment,
        money=formatting.money,
        money_exact=formatting.money_exact,
        number=formatting.number,
        organisation_label=organisation_label,
        organisation_url=organisation_url,
        story_url=story_url,
        version_url=version_url,
    )
