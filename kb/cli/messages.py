"""``kb messages``: what readers have sent, for the secretariat."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from kb.cli.app import application
from kb.domain.clock import SWEDEN
from kb.domain.vocabulary import LABELS, MessageKind
from kb.services import reader_inbox
from kb.services.reader_inbox import MessageRow, VoteRow

_LABELS = {
    "message": "Meddelande",
    "proposal": "Ska stå",
    "source": "Källa",
    "purpose": "Behövs till",
    "page": "Sida",
    "assistive_technology": "Hjälpmedel",
    "email": "E-post",
}
_LINE = 70


@click.group()
def messages() -> None:
    """Läs det som läsare har skickat: rättelser, önskemål, synpunkter, frågor och röster."""


@messages.command("list")
@click.option("--kind", type=click.Choice([kind.value for kind in MessageKind]), help="Bara ett slag.")
@click.option("--json", "as_json", is_flag=True, help="Allt, som JSON.")
def list_(kind: str | None, as_json: bool) -> None:
    """Visa meddelandena, det nyaste först: nummer, tid, slag och början av texten."""
    with application():
        rows = reader_inbox.messages(MessageKind(kind) if kind else None)
    if as_json:
        _print_json([_as_json(row) for row in rows])
        return
    if not rows:
        click.echo("Inget meddelande har kommit.")
    for row in rows:
        text = " ".join(row.texts["message"].split())
        shown = text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"
        click.echo(f"{row.reference}  {_time(row)}  {LABELS[row.kind]}: {shown}")


@messages.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Som JSON.")
def show(number: str, as_json: bool) -> None:
    """Visa hela det meddelande som har numret NUMBER, som på läsarens kvitto, eller id."""
    with application():
        row = reader_inbox.message(number)
    if as_json:
        _print_json(_as_json(row))
        return
    click.echo(f"{LABELS[row.kind]} {row.reference}")
    click.echo(f"Id: {row.id}\nMottaget: {_time(row)}\nLäge: {LABELS[row.state]}\nSpråk: {row.language}")
    if row.story is not None:
        click.echo(f"Gäller: {row.story}, version {row.version} (/erfarenheter/{row.entry_id})")
    for name, text in row.texts.items():
        if text:
            click.echo(f"\n{_LABELS[name]}:\n{text}")


@messages.command()
@click.option("--json", "as_json", is_flag=True, help="Som JSON.")
def votes(as_json: bool) -> None:
    """Visa hur läsare har svarat på om erfarenheterna hjälpte, och varför."""
    with application():
        rows = reader_inbox.votes()
    if as_json:
        _print_json([asdict(row) for row in rows])
        return
    if not rows:
        click.echo("Ingen har svarat.")
    for row in rows:
        click.echo("\n".join(_vote_lines(row)))


def _vote_lines(row: VoteRow) -> list[str]:
    head = f"Ja {row.yes}, nej {row.no}  {row.story} (/erfarenheter/{row.entry_id})"
    return [head, *(f"    {'Ja' if yes else 'Nej'}: {' '.join(why.split())}" for yes, why in row.reasons)]


def _time(row: MessageRow) -> str:
    return f"{row.received_at.astimezone(SWEDEN):%Y-%m-%d %H:%M}"


def _as_json(row: MessageRow) -> dict[str, object]:
    return {**asdict(row), "received_at": row.received_at.isoformat(), "reference": row.reference}


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
