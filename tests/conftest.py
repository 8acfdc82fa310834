"""Fixtures that any test may ask for: an application with real SQLite and real Whoosh, empty or seeded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.config import resource
from kb.services import seeding
from tests.installation import copied, install, running


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation without content. Only to be copied."""
    folder = tmp_path_factory.mktemp("empty") / "instance"
    install(folder)
    return folder


@pytest.fixture(scope="session")
def seeded_template(empty_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the seed stories. Only to be copied."""
    folder = copied(empty_template, tmp_path_factory.mktemp("seeded") / "instance")
    with running(folder):
        seeding.load(resource("seed"))
    return folder


@pytest.fixture
def instance(empty_template: Path, tmp_path: Path) -> Path:
    """The folder of an installation without content."""
    return copied(empty_template, tmp_path / "instance")


@pytest.fixture
def seeded_instance(seeded_template: Path, tmp_path: Path) -> Path:
    """The folder of an installation with the seed stories."""
    return copied(seeded_template, tmp_path / "instance")


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """An application without content, in its context."""
    with running(instance) as made:
        yield made


@pytest.fixture
def seeded(seeded_instance: Path) -> Iterator[Flask]:
    """An application with the seed stories, in its context, for a test that changes them."""
    with running(seeded_instance) as made:
        yield made


@pytest.fixture(scope="session")
def library_app(seeded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with running(copied(seeded_template, tmp_path_factory.mktemp("library") / "instance")) as made:
        yield made


@pytest.fixture
def library(library_app: Flask) -> Iterator[Flask]:
    """An application with the seed stories, in its context, shared by the tests that only read."""
    with library_app.app_context():
        yield library_app
