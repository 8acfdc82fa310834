"""``kb seed``: the editorial content."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.app import application, progress
from kb.config import resource
from kb.db import db
from kb.search import maintenance, sync
from kb.services import seeding


@click.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Mapp med vocabularies.yaml, organisations.csv och entries/. Standard är den som följer med.",
)
@click.option("--demo", is_flag=True, help="Gör också en påhittad myndighet och konton att prova med.")
def seed(folder: Path | None, demo: bool) -> None:
    """Läs in ordlistor, myndigheter och redaktionella berättelser.

    Kan köras flera gånger: det som inte har ändrats lämnas i fred. Är någon fil fel sparas ingenting av
    körningen, och felet anges med fil, rad och skäl.
    """
    source = folder or resource("seed")
    with application():
        maintenance.ensure_readable(sync.of(db.engine))
        with progress("Läser in berättelser", seeding.count_entries(source)) as update:
            report = seeding.load(source, update, demo=demo)
    click.echo(
        f"{report.organisations} myndigheter, {report.terms} termer. "
        f"Berättelser: {report.new} nya, {report.changed} ändrade, {report.unchanged} oförändrade, "
        f"{report.withdrawn} tillbakadragna, {report.taken_over} som någon själv skriver på."
    )
