"""The application for a command, with a progress bar for what takes time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask import Flask, current_app

from kb import create_app
from kb.config import Settings


@contextmanager
def application() -> Iterator[Flask]:
    app = create_app()
    with app.app_context():
        yield app


def settings() -> Settings:
    found: Settings = current_app.config["KB"]
    return found


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; a plain line there when it is not a terminal."""
    stream = click.get_text_stream("stderr")
    with click.progressbar(length=length, label=label, file=stream, show_eta=True) as bar:
        yield bar.update
