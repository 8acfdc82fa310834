"""The command ``kb``. Exit codes: 0 done, 1 something is wrong (said in words), 2 the call was wrong."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from kb import __version__
from kb.cli.audit import audit_group
from kb.cli.database import database
from kb.cli.doctor import doctor
from kb.cli.entries import entries
from kb.cli.messages import messages
from kb.cli.retention import retention_group
from kb.cli.search import search
from kb.cli.seed import seed
from kb.cli.serve import serve
from kb.cli.site import site
from kb.cli.users import users
from kb.cli.worker import worker
from kb.config import ConfigurationError
from kb.db import is_about_storage
from kb.domain.errors import DomainError, InvalidFields
from kb.services.seed_yaml import SeedError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kb")
def cli() -> None:
    """Erfarenhetsbanken: starta, underhåll och kontrollera installationen."""


for command in (
    *(serve, worker, database, seed, entries, search, site),
    *(messages, doctor, users, audit_group, retention_group),
):
    cli.add_command(command)


def main() -> None:
    """Entry point: an error that we know is one line, and exit code 1."""
    try:
        cli(prog_name="kb")
    except InvalidFields as error:
        _fail(" ".join(str(problem) for problem in error.problems))
    except (ConfigurationError, DomainError, SeedError) as error:
        _fail(str(error))
    except SQLAlchemyError as error:
        if isinstance(error, OperationalError) and is_about_storage(error):
            _fail(
                "Databasen går inte att läsa eller skriva. Kontrollera att disken inte är full eller "
                "skrivskyddad, och kör kb doctor."
            )
        _fail(f"Databasen svarar inte som väntat ({type(error).__name__}). Kör kb doctor för att se varför.")
    except OSError as error:
        where = f"{error.filename} går inte att läsa eller skriva" if error.filename else "Det gick inte"
        _fail(f"{where} ({error.strerror or error}). Kör kb doctor för att se vad som är fel.")


def _fail(message: str) -> None:
    click.echo(f"Fel: {message}", err=True)
    sys.exit(1)
