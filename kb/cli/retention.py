"""``kb retention``: how long something is kept, by whose decision, and the run that follows it (L-07)."""

from __future__ import annotations

import click

from kb.cli.app import application
from kb.domain import clock
from kb.domain.predicates import SYSTEM
from kb.domain.retention import DAYS_MAX, KINDS, RetentionKind
from kb.services import retention

_KIND = click.Choice([kind.value for kind in RetentionKind])


@click.group(name="retention")
def retention_group() -> None:
    """Gallring: allt sparas tills ni har beslutat något annat."""


@retention_group.command()
def show() -> None:
    """Visa vad som finns, hur länge det sparas och enligt vilket beslut."""
    with application():
        found = retention.show(SYSTEM)
    for row in found:
        text = KINDS[row.kind]
        oldest = f", det äldsta från {clock.swedish_date(row.oldest)}" if row.oldest else ""
        click.echo(f"{row.kind.value} – {text.label}: {row.count} st{oldest}")
        if row.days is None:
            click.echo(f"    Sparas tills vidare. {text.advice}")
        else:
            click.echo(f"    Sparas {row.days} dagar från det att {_clause(text.counted_from)}.")
            decided = f" ({clock.swedish_date(row.decided_at)})" if row.decided_at else ""
            click.echo(f"    Enligt: {row.basis}{decided}")


@retention_group.command("set")
@click.argument("kind", type=_KIND, metavar="SLAG")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), help="Antal dagar.")
@click.option("--keep", is_flag=True, help="Spara tills vidare igen.")
@click.option("--basis", required=True, help="Beslutet, till exempel diarienummer och datum.")
def put(kind: str, days: int | None, keep: bool, basis: str) -> None:
    """Ange hur länge ett slag sparas och enligt vilket beslut. Namnen står i kb retention show."""
    if keep == (days is not None):
        raise click.UsageError("Ange antingen --days eller --keep.")
    with application():
        retention.decide(RetentionKind(kind), days, basis, SYSTEM)
    length = "tills vidare" if days is None else f"{days} dagar"
    click.echo(f"{KINDS[RetentionKind(kind)].label}: sparas {length}.")


@retention_group.command()
@click.option("--dry-run", is_flag=True, help="Räkna bara, ta inte bort något.")
def run(dry_run: bool) -> None:
    """Gallra enligt besluten och skriv en gallringsrapport."""
    with application():
        report = retention.run(SYSTEM, dry_run=dry_run)
    if not report:
        click.echo("Det finns inget beslut om gallring. Allt sparas.")
        return
    click.echo(f"Gallringsrapport {clock.today()}{' (bara räknat)' if dry_run else ''}")
    for line in report:
        click.echo(
            f"    {KINDS[line.kind].label}: {line.count} st från före {clock.swedish_date(line.before)}"
        )
        click.echo(f"        Enligt: {line.basis} ({line.days} dagar)")
    if dry_run:
        click.echo("Ingenting är borttaget. Kör kb retention run för att gallra.")


def _clause(counted_from: str) -> str:
    return counted_from.removeprefix("när ")
