"""Every kind of page that someone who is signed in can meet: the lists that the tests of all of them read.

A family of pages adds its function to ``FAMILIES``; it gets the site and its people, and may make what its
pages need. A page that several may see has a row for each whose page differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.domain.vocabulary import Role
from kb.models import User
from tests.accounts import make_user, sign_in
from tests.web.site import BASE_URL, Site

CONTRIBUTOR = "contributor"
MODERATOR = "moderator"
ADMIN = "admin"
HALF_WAY = "half_way"
"""An administrator who has no second factor yet."""
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Page:
    """``who`` asks for it; ``data`` is what a POST sends."""

    name: str
    path: str
    status: int = 200
    who: str = ADMIN
    method: str = "GET"
    data: dict[str, str] = field(default_factory=dict)

    def fetch(self, browsers: Browsers) -> TestResponse:
        return browsers.of(self.who).open(
            self.path, method=self.method, data=self.data, headers={"Origin": BASE_URL}, buffered=True
        )


@dataclass(slots=True)
class Browsers:
    """The people of a site, each with a browser that is signed in."""

    site: Site
    people: dict[str, User] = field(default_factory=dict)
    signed_in: dict[str, FlaskClient] = field(default_factory=dict)

    def of(self, who: str) -> FlaskClient:
        if who == NOBODY:
            return self.site.app.test_client()
        if who not in self.signed_in:
            self.signed_in[who] = sign_in(self.site.app, self.people[who])
        return self.signed_in[who]


Family = Callable[[Browsers], list[Page]]


def browsers_of(site: Site) -> Browsers:
    """New people in the site's database."""
    with site.app.app_context():
        people = {
            CONTRIBUTOR: make_user(Role.CONTRIBUTOR, name="Cilla Ceder"),
            MODERATOR: make_user(Role.MODERATOR, name="Milla Modig"),
            ADMIN: make_user(Role.ADMIN, name="Anna Aspelin"),
            HALF_WAY: make_user(Role.ADMIN, name="Hanna Halvorsen", second_factor=False),
        }
    return Browsers(site, people)


FAMILIES: list[Family] = []
"""In the order of the menus. Each family is a function in this file."""


def pages_of(browsers: Browsers) -> list[Page]:
    return [page for family in FAMILIES for page in family(browsers)]
