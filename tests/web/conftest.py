"""One site for all tests that only read, one where everything fails, and new ones for the rest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from tests.installation import copied, settings_for
from tests.web import broken
from tests.web import site as sites
from tests.web.site import Site

NewApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def new_app(empty_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewApp]:
    """Makes applications without content; takes changes of the settings."""
    made = []

    def make(**changes: object) -> Flask:
        folder = copied(empty_template, tmp_path_factory.mktemp("app") / "instance")
        made.append(create_app(settings_for(folder, **changes)))
        return made[-1]

    yield make
    for app in made:
        sites.close(app)


@pytest.fixture(scope="session")
def site(new_app: NewApp, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return sites.build(new_app(), tmp_path_factory.mktemp("seed"))


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.app.test_client()


@pytest.fixture(scope="session")
def broken_app(new_app: NewApp) -> Flask:
    return broken.break_everything(new_app())


@pytest.fixture(autouse=True)
def logs_of_this_test() -> None:
    """The log goes to the standard error of the running test, so that a 500 shows its trace."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
