"""The application for a command, with a progress bar for what takes time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask import Flask

from kb import create_app
from kb.db import db


@contextmanager
def application() -> Iterator[Flask]:
    app = create_app()
    with app.app_context():
        try:
            yield app
        finally:
            # The last connection to go writes SQLite's log back into the file; none may live over a fork.
            db.session.close()
            db.engine.dispose()


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; a plain line there when it is not a terminal."""
    with click.progressbar(length=length, label=label, file=sys.stderr, show_eta=True) as bar:
        yield bar.update
