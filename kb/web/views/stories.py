"""The page of a story: the version that holds, and every version by its own address."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.services import mine, readings, stories, versions
from kb.web import auth, story_page, version_choice
from kb.web.changes_view import changed_parts
from kb.web.readers import is_opened_by_someone
from kb.web.template_helpers import story_url, version_url

blueprint = Blueprint("stories", __name__, url_prefix="/erfarenheter")


@blueprint.get("")
def browse() -> Response:
    """The list of stories is the search page without a query."""
    return redirect(url_for("search.show"))


@blueprint.get("/<entry_id:entry_id>")
def show_by_id(entry_id: str) -> Response:
    return redirect(story_url(stories.read(entry_id, today())), 301)


@blueprint.get("/<entry_id:entry_id>/<slug:slug>")
def show(entry_id: str, slug: str) -> str | Response:
    story = stories.read(entry_id, today())
    if slug != story.slug:
        return redirect(story_url(story), 301)
    found = stories.similar(entry_id, today())
    if is_opened_by_someone():
        readings.count(entry_id, today(), auth.actor())
    return render_template(
        "stories/show.html",
        **story_page.context(story, stories.versions(entry_id), similar=found),
        may_revise=mine.may_revise(entry_id, auth.actor()),
    )


@blueprint.get("/<entry_id:entry_id>/<slug:slug>/version/<int(max=99999):version>")
def version(entry_id: str, slug: str, version: int) -> str | Response:
    view = stories.read_version(entry_id, version, today())
    if slug != view.story.slug:
        return redirect(version_url(view.story), 301)
    notice = None if view.is_current else story_page.superseded(view.story, view.current_version)
    return render_template(
        "stories/show.html", **story_page.context(view.story, stories.versions(entry_id), notice=notice)
    )


@blueprint.get("/<entry_id:entry_id>/<slug:slug>/andringar")
def changes(entry_id: str, slug: str) -> str | Response:
    """What differs between two versions that have been published."""
    story = stories.read(entry_id, today())
    if slug != story.slug:
        here = url_for("stories.changes", entry_id=entry_id, slug=story.slug)
        query = request.query_string.decode("ascii", "replace")
        return redirect(f"{here}?{query}" if query else here, 301)
    choice = version_choice.chosen([row.version for row in stories.versions(entry_id)])
    pair = versions.published_pair(entry_id, choice.before, choice.after, today()) if choice else None
    return render_template(
        "stories/changes.html",
        story=story,
        choice=choice,
        parts=changed_parts(pair) if pair else (),
    )
