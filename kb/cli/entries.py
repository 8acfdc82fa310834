"""``kb entries``: stories as files, in and out."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from kb.cli.app import application, progress
from kb.db import db
from kb.domain.clock import swedish_date
from kb.domain.predicates import SYSTEM
from kb.models import now
from kb.search import maintenance, sync
from kb.services import exporting, importing
from kb.services.importing import Plan, PlannedRow, Target
from kb.services.story_sources import SourceFile

_FIRST_YEAR_OF_ZIP = (1980, 1, 1, 0, 0, 0)


@click.group()
def entries() -> None:
    """Erfarenheter som filer: läs in och hämta ut."""


@entries.command("import")
@click.argument(
    "files",
    metavar="FIL...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--dry-run", is_flag=True, help="Kontrollera filerna och visa vad som skulle hända.")
@click.option(
    "--as",
    "target",
    type=click.Choice([target.value for target in Target]),
    default=Target.PUBLISHED.value,
    show_default=True,
    help="Publicera genast, eller lämna till granskning.",
)
def import_(files: tuple[Path, ...], dry_run: bool, target: str) -> None:
    """Läs in erfarenheter ur Markdown med uppgifter överst (.md) eller tabeller (.csv).

    Är något fel läses ingenting in, och varje fel visas med fil och rad. Det som redan finns lämnas i fred,
    så samma fil kan läsas in igen.
    """
    with application():
        maintenance.ensure_readable(sync.of(db.engine))
        with progress("Kontrollerar filer", len(files)) as update:
            planned = importing.plan(_sources(files, update), SYSTEM)
        for line in _lines(planned):
            click.echo(line)
        if planned.wrong:
            click.echo(
                f"Fel: {len(planned.wrong)} av {len(planned.rows)} har fel. Inget är inläst.", err=True
            )
            sys.exit(1)
        if dry_run:
            click.echo(f"{len(planned.new)} skulle läsas in. {len(planned.doubles)} finns redan.")
            return
        with progress("Läser in", len(planned.new)) as update:
            made = importing.run(planned, SYSTEM, Target(target), update)
    said = "publicerade" if target == Target.PUBLISHED else "lämnade till granskning"
    click.echo(f"{len(made)} inlästa och {said}. {len(planned.doubles)} fanns redan.")


@entries.command()
@click.option(
    "--out",
    metavar="MAPP",
    default="erfarenheter",
    show_default=True,
    help="Mapp att skriva till, eller - för en zipfil på standard ut.",
)
def export(out: str) -> None:
    """Hämta ut varje publicerad erfarenhet som en fil, så som läsarna ser den.

    Det som läsarna inte får se följer inte med. Filerna går att läsa in med kb entries import.
    """
    with application(), progress("Hämtar ut", exporting.count()) as update:
        written = _followed(exporting.files(swedish_date(now())), update)
        count = _write_zip(written) if out == "-" else _write_folder(written, Path(out))
    if out != "-":
        click.echo(f"{count} erfarenheter är skrivna till {out}.")


def _sources(files: Iterable[Path], update: Callable[[int], None]) -> Iterator[SourceFile]:
    for path in files:
        yield SourceFile(path.name, path.read_bytes())
        update(1)


def _followed(written: Iterator[tuple[str, str]], update: Callable[[int], None]) -> Iterator[tuple[str, str]]:
    for one in written:
        yield one
        update(1)


def _write_folder(written: Iterator[tuple[str, str]], folder: Path) -> int:
    """A file that has the same name is written over; any other in the folder is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, text in written:
        (folder / name).write_bytes(text.encode())
        count += 1
    return count


def _write_zip(written: Iterator[tuple[str, str]]) -> int:
    count = 0
    with zipfile.ZipFile(sys.stdout.buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in written:
            archive.writestr(zipfile.ZipInfo(name, _FIRST_YEAR_OF_ZIP), text.encode(), zipfile.ZIP_DEFLATED)
            count += 1
    return count


def _lines(planned: Plan) -> Iterator[str]:
    """What is wrong, on a line each; then what is here already."""
    for row in planned.rows:
        for fault in row.faults:
            column = f" {fault.column}:" if fault.column else ""
            yield f"{row.name}:{fault.line}:{column} {fault.problem}"
        if row.is_double_of and not row.faults:
            yield f"{row.name}:{row.line}: finns redan ({_same(row)})"


def _same(row: PlannedRow) -> str:
    return row.is_double_of if row.is_double_of != row.title else "samma titel och innehåll"
