"""Two providers for all tests of a worker; well-behaved again at the beginning of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from kb.db import db, writing
from tests import factories
from tests.federation import provider as providers
from tests.federation.provider import Manners, Provider
from tests.federation.walking import ORGANISATION, ORGANISATIONS, Walk, table, write
from tests.installation import running

NewWalk = Callable[..., Walk]


@pytest.fixture(scope="session")
def _first() -> Iterator[Provider]:
    with providers.running() as made:
        yield made


@pytest.fixture(scope="session")
def _second() -> Iterator[Provider]:
    with providers.running() as made:
        yield made


def _fresh(one: Provider) -> Provider:
    one.manners = Manners()
    one.manners.person[ORGANISATION] = "2021005612"
    one.asked.clear()
    one.sent.clear()
    return one


@pytest.fixture
def provider(_first: Provider) -> Provider:
    return _fresh(_first)


@pytest.fixture
def other(_second: Provider) -> Provider:
    """Another provider, with another issuer."""
    return _fresh(_second)


@pytest.fixture
def site(instance: Path, provider: Provider, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """The application, in its context, with the providers that the tables say."""
    with ExitStack() as stack:

        def make(*tables: str) -> Flask:
            file = write(tmp_path, *(tables or (table(provider, extra=ORGANISATIONS),)))
            app = stack.enter_context(running(instance, oidc_file=file))
            with writing(db.session):
                factories.organisation("Skogsstyrelsen")
            return app

        yield make


@pytest.fixture
def walk(site: Callable[..., Flask]) -> NewWalk:
    """A browser at a site of its own; takes the tables of the file of providers."""

    def make(*tables: str) -> Walk:
        app = site(*tables)
        return Walk(app, app.test_client())

    return make
