"""``kb serve``: the production command, gunicorn with this product's settings."""

from __future__ import annotations

import socket
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http import wsgi

from kb import config, create_app, mail
from kb.cli.app import application
from kb.cli.arbiter import ArbiterWithWorker
from kb.config import ConfigurationError, Settings
from kb.db import SERVER_THREADS, db
from kb.domain.errors import DomainError
from kb.search import maintenance, sync
from kb.services import demo_accounts, migrating


class _Server(BaseApplication):  # type: ignore[misc]
    """Each worker makes its own application after the fork: no thread or connection is shared."""

    def __init__(self, options: dict[str, Any], arbiter: type[Arbiter]) -> None:
        self.options, self.arbiter = options, arbiter
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        wsgi.SERVER = "kb"  # S-40: the Server header names no software that has advisories
        return create_app()

    def run(self) -> None:
        self.arbiter(self).run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port att lyssna på."
)
@click.option("--workers", type=click.IntRange(1, 64), help="Antal processer. Standard är KB_WORKERS.")
@click.option("--no-worker", is_flag=True, help="Starta inte kb worker: den körs för sig.")
def serve(host: str, port: int, workers: int | None, no_worker: bool) -> None:
    """Kör webbplatsen och det som görs i bakgrunden (kb worker). Kontrollerar först databasens version och
    att sökindexet stämmer.
    """
    settings = config.load()
    settings.check_for_serving()
    mail.mailer_of(settings)  # settings that cannot be used stop the start, in words
    _check_port(host, port)
    _prepare(settings)
    click.echo(f"Erfarenhetsbanken svarar på http://{host}:{port} (avsluta med Ctrl+C)")
    options = _options(settings, f"{host}:{port}", workers or settings.workers)
    _Server(options, Arbiter if no_worker else ArbiterWithWorker).run()


def _check_port(host: str, port: int) -> None:
    """Say in words, before anything is started, that the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"Det går inte att lyssna på {host}:{port} ({error.strerror}). "
                "Välj en annan port med --port, eller stoppa det som använder den."
            ) from error


def _prepare(settings: Settings) -> None:
    with application():
        version = migrating.current(db.engine)
        if version != migrating.newest():
            raise ConfigurationError(
                f"Databasen har version {version or 'ingen'}, men koden väntar sig {migrating.newest()}. "
                "Kör kb db upgrade."
            )
        if settings.is_production and demo_accounts.are_open():
            raise ConfigurationError(
                "Databasen har demonstrationskonton som går att logga in med. Stäng av dem med "
                "kb users disable, eller börja med en ny databas."
            )
        try:
            found = maintenance.verify(sync.of(db.engine), repair=True)
        except DomainError as error:
            click.echo(f"Varning: sökindexet kunde inte kontrolleras. {error}", err=True)
        else:
            if not found.in_step:
                click.echo("Sökindexet stämde inte med databasen och är rättat.", err=True)


def _options(settings: Settings, bind: str, workers: int) -> dict[str, Any]:
    return {
        "bind": bind,
        "workers": workers,
        "worker_class": "gthread",
        # More than can compute at once: a request that needs little must not queue behind those that wait
        # for their turn to search (S-32).
        "threads": SERVER_THREADS,
        "timeout": 30,
        "graceful_timeout": 10,
        "max_requests": 10_000,
        "max_requests_jitter": 1_000,
        # Without a limit here (gunicorn stops at 1 MB) the site itself refuses, in its own words and headers.
        "limit_request_line": 0,
        "limit_request_fields": 50,
        "loglevel": settings.log_level.lower(),
        "accesslog": None,
        "control_socket_disable": True,
        "proc_name": "erfarenhetsbanken",
        "forwarded_allow_ips": "127.0.0.1" if settings.trusted_proxies else "",
    }
