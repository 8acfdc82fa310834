"""``kb db``: the tables."""

from __future__ import annotations

import click

from kb.cli.app import application
from kb.db import db
from kb.services import migrating


@click.group("db")
def database() -> None:
    """Databasens tabeller: skapa dem eller för dem till rätt version."""


@database.command()
def upgrade() -> None:
    """Gör tabellerna till dem som den här versionen väntar sig. Kan köras flera gånger."""
    with application():
        before = migrating.current(db.engine)
        migrating.upgrade(db.engine)
        after = migrating.current(db.engine)
    if before == after:
        click.echo(f"Databasen har redan version {after}.")
    else:
        click.echo(f"Databasen har nu version {after}.")
