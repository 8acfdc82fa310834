"""``kb doctor``: what is wrong with this installation."""

from __future__ import annotations

import sys

import click

from kb import config
from kb.cli.app import application
from kb.services import diagnosis
from kb.services.diagnosis import Verdict

_WORDS = {Verdict.GOOD: "OK      ", Verdict.WARNING: "VARNING ", Verdict.FAULT: "FEL     "}


@click.command()
def doctor() -> None:
    """Säg i klartext vad som är fel med installationen och hur det rättas. Ändrar ingenting.

    Slutkod 1 om något är fel.
    """
    settings = config.load()
    findings = list(diagnosis.before_start(settings))
    if not any(finding.stops for finding in findings):
        with application():
            findings += diagnosis.of_content(settings)
    for finding in findings:
        click.echo(f"{_WORDS[finding.verdict]}{finding.subject}: {finding.detail}")
        if finding.remedy:
            click.echo(f"        → {finding.remedy}")
    if any(finding.verdict is Verdict.FAULT for finding in findings):
        sys.exit(1)
