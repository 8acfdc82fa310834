"""A site with the seed stories: real database, real index, one for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.config import Settings, resource
from kb.db import db
from kb.search import sync
from kb.services import migrating, seeding


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("site")
    app = create_app(
        Settings(
            environment="test",
            instance=folder,
            database_url=f"sqlite:///{folder / 'site.sqlite'}",
            base_url="https://erfarenhetsbanken.example",
        )
    )
    with app.app_context():
        migrating.upgrade(db.engine)
        seeding.load(resource("seed"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()
