"""``kb audit``: the log of what has been done, followed, anchored and taken out."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from kb.cli.app import application, progress
from kb.domain.audit_chain import GENESIS, Fault, Head
from kb.domain.predicates import SYSTEM
from kb.models import now
from kb.services import audit, audit_check, audit_log
from kb.services.audit_anchor import Standing
from kb.services.audit_check import Verification

_DAY = click.DateTime(["%Y-%m-%d"])

_FAULTS = {
    Fault.CHANGED: "Rad {seq} är ändrad.",
    Fault.MISSING: "Rad {seq} saknas.",
    Fault.OUT_OF_PLACE: "Rad {seq} står på fel plats.",
    Fault.NOT_CHAINED: "Rad {seq} hänger inte ihop med raden före. Den eller raden före är ändrad.",
    Fault.ORIGIN_CHANGED: "Adressen till rad {seq} är ändrad.",
    Fault.CUT_OFF: "Rad {seq} och de som följde saknas: slutet av loggen är borta.",
    Fault.REWRITTEN: "Rad {seq} är en annan än den som ankaret vittnar om: loggen är omskriven.",
}

_STANDINGS = {
    Standing.MISSING: "Ankaret saknas. Om slutet av loggen är borta syns det inte.",
    Standing.FORGED: "Ankaret är inte skrivet med någon av webbplatsens nycklar.",
}


@click.group(name="audit")
def audit_group() -> None:
    """Loggen över vad som har gjorts: kontrollera, ankra och hämta ut."""


@audit_group.command()
@click.option("--head", "known", metavar="NUMMER:HASH", help="Ett huvud som du har sparat någon annanstans.")
def verify(known: str | None) -> None:
    """Följ kedjan från första raden och håll den mot ankaret.

    Slutkod 1 om något är fel. Då står det vilken rad det gäller.
    """
    head = _head(known) if known is not None else None
    with application(), progress("Kontrollerar loggen", audit.count()) as update:
        found = audit_check.check_and_note(head, update)
    for line in lines(found):
        click.echo(line)
    if not found.whole:
        click.echo("Spara en kopia av datamappen innan du gör något annat, och läs sedan docs/operations.md.")
        sys.exit(1)


@audit_group.command()
@click.option("--renew", is_flag=True, help="Lita på loggen som den är nu, som efter en återställning.")
def anchor(renew: bool) -> None:
    """Visa loggens huvud så att du kan spara det någon annanstans.

    Med --renew skrivs ankaret om. Det står sedan i loggen att det gjordes och vad som stod där förut.
    """
    with application():
        head = audit.renew_anchor() if renew else audit.head()
    if renew:
        click.echo("Ankaret är förnyat.")
    click.echo(f"{head.seq}:{head.hash}")


@audit_group.command()
@click.option("--from", "first", type=_DAY, help="Första dagen, till exempel 2026-11-01.")
@click.option("--to", "last", type=_DAY, help="Sista dagen.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Fil att skriva till.")
def export(first: datetime | None, last: datetime | None, output: Path | None) -> None:
    """Skriv ut loggen som CSV: vem, vad och när. Det står sedan i loggen att den hämtades."""
    wanted = audit_log.Filter(first=first.date() if first else None, last=last.date() if last else None)
    with application():
        text = audit_log.export(wanted, SYSTEM)
        if output is None:
            for line in text:
                click.echo(line, nl=False)
            return
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(text)
    click.echo(f"Loggen är skriven till {output}.")


def lines(found: Verification) -> list[str]:
    """What was found, in words."""
    verdict, standing = found.verdict, found.anchor.standing
    said = [_FAULTS[verdict.fault].format(seq=verdict.seq)] if verdict.fault else []
    if not found.whole and standing is not Standing.BELIEVED:
        said.append(_STANDINGS[standing])
    if verdict.fault is None:
        said.insert(0, f"Loggen är hel ({verdict.rows} rader).")
    else:
        said.append(f"Raderna före är hela ({verdict.rows} rader).")
    return said


def _head(text: str) -> Head:
    seq, _colon, digest = text.partition(":")
    if not seq.isdecimal() or not seq.isascii() or len(digest) != len(GENESIS):
        raise click.BadParameter("Skriv numret, ett kolon och hashen.", param_hint="--head")
    return Head(int(seq), digest, now())
