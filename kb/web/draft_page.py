"""What the page of a story that is not published yet shows: the same as its readers will see, and no more."""

from __future__ import annotations

from kb import markdown
from kb.domain.published import PublishedStory
from kb.web.range_view import range_view


def context(story: PublishedStory, *, picture_key: str = "") -> dict[str, object]:
    """``picture_key`` is the secret of the link by which someone reads it: pictures need it."""
    return {
        "story": story,
        "body": markdown.render(story.body, picture_key=picture_key),
        "outline": markdown.outline(story.body),
        "range": range_view(story.facts),
        "versions": (),
        "similar": (),
        "cite": None,
    }
