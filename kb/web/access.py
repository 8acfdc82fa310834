"""Who may ask for which page: every route of the site has a row here.

A route without a row is refused by ``tests/house/test_routes.py``. ``OPEN`` means that anyone may ask,
signed in or not, and that the page shows published stories only. ``DOOR`` means that anyone may also send
something there, past the guard of ``kb/web/form_guard.py``; a route that takes a POST must be one.
"""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    OPEN = "open"
    DOOR = "door"


ROUTES: dict[str, Access] = {
    "home.show": Access.OPEN,
    "search.show": Access.OPEN,
    "suggestions.show": Access.OPEN,
    "lessons.index": Access.OPEN,
    "stories.browse": Access.OPEN,
    "stories.show": Access.OPEN,
    "stories.show_by_id": Access.OPEN,
    "stories.version": Access.OPEN,
    "organisations.index": Access.OPEN,
    "organisations.show": Access.OPEN,
    "subjects.index": Access.OPEN,
    "subjects.vocabulary": Access.OPEN,
    "subjects.show": Access.OPEN,
    "pages.about": Access.OPEN,
    "pages.privacy": Access.OPEN,
    "pages.cookies": Access.OPEN,
    "pages.accessibility": Access.OPEN,
    "pages.accessibility_shorter": Access.OPEN,
    "pages.site_map": Access.OPEN,
    "doors.vote": Access.DOOR,
    "doors.why": Access.DOOR,
    "doors.correction": Access.DOOR,
    "doors.request": Access.DOOR,
    "doors.feedback": Access.DOOR,
    "doors.contact": Access.DOOR,
    "doors.accessibility": Access.DOOR,
    "doors.receipt": Access.OPEN,
    "health.show": Access.OPEN,
    "components.show": Access.OPEN,
    "feeds.newest": Access.OPEN,
    "feeds.organisation": Access.OPEN,
    "feeds.subject": Access.OPEN,
    "feeds.search": Access.OPEN,
    "feeds.sitemap": Access.OPEN,
    "feeds.sitemap_pages": Access.OPEN,
    "feeds.sitemap_stories": Access.OPEN,
    "feeds.robots": Access.OPEN,
    "feeds.opensearch": Access.OPEN,
    "feeds.suggestions": Access.OPEN,
    "feeds.security_txt": Access.OPEN,
    "static": Access.OPEN,
}
