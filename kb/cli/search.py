"""``kb search``: the index, and how good its answers are."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kb.cli import explanation
from kb.cli.app import application, progress
from kb.config import resource
from kb.db import db
from kb.domain import clock
from kb.search import evaluation, maintenance, sync
from kb.services import seed_words, story_search, zero_hits
from kb.services.choices import SearchRequest

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def search() -> None:
    """Sökindexet: bygg om, kontrollera, fråga och mät."""


@search.command()
def rebuild() -> None:
    """Bygg om hela indexet. Läsarna ser det gamla tills det nya är klart."""
    with application(), progress("Bygger index", maintenance.count_public(db.session)) as update:
        written = maintenance.rebuild(sync.of(db.engine), update)
        lessons = maintenance.count_lessons(db.session)
    click.echo(f"Indexet är ombyggt med {written} berättelser och {lessons} lärdomar.")


@search.command()
@click.option("--dry-run", is_flag=True, help="Jämför bara, rätta ingenting.")
def verify(dry_run: bool) -> None:
    """Jämför indexet med databasen åt båda hållen och rätta det som skiljer.

    Slutkod 1 om något skiljer och --dry-run är valt.
    """
    with application(), progress("Jämför", maintenance.count_public(db.session)) as update:
        found = maintenance.verify(sync.of(db.engine), repair=not dry_run, progress=update)
        lessons = maintenance.count_lessons(db.session)
    if found.in_step:
        click.echo(f"Indexet stämmer med databasen ({found.checked} berättelser, {lessons} lärdomar).")
        return
    if found.unreadable:
        click.echo(f"Indexet gick inte att läsa. {found.unreadable}")
    else:
        click.echo(
            f"Saknades i indexet: {len(found.missing)}. Gamla: {len(found.stale)}. "
            f"Borde inte finnas där: {len(found.orphaned)}."
        )
    if dry_run:
        click.echo("Kör kb search verify utan --dry-run för att rätta.")
        sys.exit(1)
    click.echo("Indexet är rättat.")


@search.command()
@click.argument("text")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1, 100), help="Sida i resultatet.")
def query(text: str, page: int) -> None:
    """Sök som webbplatsen gör och skriv ut träffarna."""
    with application():
        found = story_search.search(SearchRequest(text=text, page=page), clock.today())
    click.echo(f"{found.total} träffar")
    if found.suggestion is not None:
        click.echo(f"Menade du: {found.suggestion.text}")
    for item in found.found:
        years = f" · {item.story.years[0]}–{item.story.years[-1]}" if item.story.years else ""
        click.echo(f"{item.hit.score:8.3f}  {item.story.title}")
        click.echo(f"          {item.story.organisation_label}{years} · {item.story.entry_id}")


@search.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Antal rader.")
def gaps(limit: int) -> None:
    """Visa vad läsare har sökt efter utan att få någon träff, det vanligaste först."""
    with application():
        found = zero_hits.most_asked(limit)
    if not found:
        click.echo("Ingen sökning har blivit utan träff de senaste 90 dagarna.")
    for gap in found:
        click.echo(f"{gap.count:6}  {gap.text}  ({gap.first_on} – {gap.last_on})")


@search.command()
@click.argument("text")
@click.option("--entry", "entry_id", help="Id för en berättelse: visa också varifrån dess poäng kommer.")
def explain(text: str, entry_id: str | None) -> None:
    """Visa hur en sökfråga läses: grundformer, delar, synonymer och stavningar.

    Med --entry visas vad varje ord ger berättelsen, per del (title, summary, lessons, text, names, keywords).
    """
    with application():
        explained = sync.of(db.engine).stories.explain(text, entry_id)
    click.echo("\n".join(explanation.lines(explained, entry_id)))


@search.command()
@click.option("--docs", required=True, type=_FILE, help="Dokument, JSON Lines, får vara gzip.")
@click.option("--queries", required=True, type=_FILE, help="Frågor, JSON Lines.")
@click.option("--qrels", required=True, type=_FILE, help="Bedömningar, JSON Lines.")
@click.option("--morph", type=_FILE, help="Ordpar, TSV.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Skriv figurerna hit."
)
def evaluate(docs: Path, queries: Path, qrels: Path, morph: Path | None, json_file: Path | None) -> None:
    """Mät sökningen på en bedömd samling, med produktens egen analys och rankning."""
    with progress("Mäter", evaluation.steps(docs, queries)) as update:
        lists = seed_words.read(resource("seed")).as_lists()
        report = evaluation.run(docs, queries, qrels, morph, update, word_lists=lists)
    click.echo(report.table())
    if json_file is not None:
        json_file.write_text(
            json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
