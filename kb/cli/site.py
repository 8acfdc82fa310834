"""``kb site``: what those who run the site say of it."""

from __future__ import annotations

import sys

import click

from kb.cli.app import application
from kb.domain import clock
from kb.domain.site_information import LANGUAGES, RULES, SWEDISH
from kb.domain.vocabulary import LABELS, SiteField
from kb.services import site_information

_FIELD = click.Choice([field.value for field in SiteField])
_NOTHING = "(finns inte)"
_UNANSWERED = "(inte ifyllt)"


@click.group()
def site() -> None:
    """Uppgifter om den som driver webbplatsen: visa, ange och kontrollera."""


@site.command()
def show() -> None:
    """Visa varje uppgift, med engelska där den skiljer sig från svenska."""
    with application():
        information = site_information.read()
    for field, rule in RULES.items():
        click.echo(f"{field.value} – {LABELS[field]}")
        for language in LANGUAGES if rule.translated else (SWEDISH,):
            value = information.values.get((field, language), _UNANSWERED) or _NOTHING
            for line in value.splitlines():
                click.echo(f"    {language}  {line}" if rule.translated else f"    {line}")


@site.command("set")
@click.argument("field", type=_FIELD, metavar="UPPGIFT")
@click.argument("value", required=False, metavar="VÄRDE")
@click.option("--language", type=click.Choice(LANGUAGES), default=SWEDISH, help="Språk för texten.")
@click.option("--nothing", is_flag=True, help="Svara att det inte finns något.")
def put(field: str, value: str | None, language: str, nothing: bool) -> None:
    """Ange en uppgift. Namnen står i kb site show.

    Är VÄRDE ett bindestreck läses texten från standard in, så att den kan ha flera rader.
    """
    if nothing == (value is not None):
        raise click.UsageError("Ange antingen ett värde eller --nothing.")
    text = sys.stdin.read() if value == "-" else value or ""
    with application():
        site_information.put(SiteField(field), text, language)
    click.echo(f"{LABELS[SiteField(field)]}: sparat.")


@site.command()
def check() -> None:
    """Visa vad som saknas, och vilken sida som väntar på det.

    Slutkod 1 om någon sida väntar.
    """
    with application():
        found = site_information.shortcomings(clock.today())
    for page, fields in found.missing.items():
        click.echo(f"{page.value} väntar på:")
        for field in fields:
            click.echo(f"    {field.value} – {LABELS[field]}")
    if found.contradicts_itself:
        click.echo(
            "conformity och known_faults säger emot varandra: full betyder inga kända brister, "
            "partly och not betyder minst en."
        )
    if found.stale is not None:
        click.echo(
            f"Bedömningen av tillgängligheten är från {found.stale}. Gör om den minst en gång om året."
        )
    if found.untranslated:
        click.echo(f"Saknas på engelska: {', '.join(field.value for field in found.untranslated)}.")
    if found.made_up:
        click.echo(f"Påhittade för demonstration: {', '.join(field.value for field in found.made_up)}.")
    if found.missing:
        sys.exit(1)
    click.echo("Ingen sida väntar på en uppgift.")
