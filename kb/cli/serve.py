"""``kb serve``: the production command, gunicorn with this product's settings."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from kb import config, create_app
from kb.cli.app import application
from kb.config import ConfigurationError, Settings
from kb.db import db
from kb.domain.errors import DomainError
from kb.search import maintenance, sync
from kb.services import migrating


class _Server(BaseApplication):  # type: ignore[misc]
    """Each worker makes its own application after the fork: no thread or connection is shared."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port att lyssna på."
)
@click.option("--workers", type=click.IntRange(1, 64), help="Antal processer. Standard är KB_WORKERS.")
def serve(host: str, port: int, workers: int | None) -> None:
    """Kör webbplatsen. Kontrollerar först databasens version och att sökindexet stämmer."""
    settings = config.load()
    settings.check_for_serving()
    _prepare()
    click.echo(f"Erfarenhetsbanken svarar på http://{host}:{port} (avsluta med Ctrl+C)")
    _Server(_options(settings, f"{host}:{port}", workers or settings.workers)).run()


def _prepare() -> None:
    with application():
        version = migrating.current(db.engine)
        if version != migrating.newest():
            raise ConfigurationError(
                f"Databasen har version {version or 'ingen'}, men koden väntar sig {migrating.newest()}. "
                "Kör kb db upgrade."
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
        "threads": 4,
        "timeout": 30,
        "graceful_timeout": 10,
        "max_requests": 10_000,
        "max_requests_jitter": 1_000,
        "limit_request_line": 8190,
        "limit_request_fields": 50,
        "loglevel": settings.log_level.lower(),
        "accesslog": None,
        "control_socket_disable": True,
        "proc_name": "erfarenhetsbanken",
        "forwarded_allow_ips": "127.0.0.1" if settings.trusted_proxies else "",
    }
