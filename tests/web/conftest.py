"""One site for all tests that only read, and one where everything fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import broken
from tests.web.site import Site, close, seeded


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = seeded(tmp_path_factory.mktemp("site"))
    yield made
    close(made.app)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.app.test_client()


@pytest.fixture(scope="session")
def broken_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = broken.failing_app(tmp_path_factory.mktemp("broken"))
    yield app
    close(app)
