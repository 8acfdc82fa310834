"""``kb users``: people with an account. The first administrator is invited here."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.cli.app import application
from kb.domain import clock
from kb.domain.people import STATE_LABELS
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import LABELS, Role
from kb.services import (
    demo_accounts,
    links,
    my_data,
    organisation_choice,
    people,
    people_list,
    second_factor,
    site_settings,
)
from kb.services.people_list import Person

_ROLE = click.Choice([role.value for role in Role])
_NEVER = "aldrig"


@click.group()
def users() -> None:
    """Personer med konto: bjud in, ge roll och myndigheter, stäng av, visa."""


@users.command()
@click.argument("email", metavar="E-POST")
@click.option("--name", required=True, help="För- och efternamn.")
@click.option("--role", type=_ROLE, required=True, help="Vad personen får göra.")
@click.option("--organisation", "slugs", multiple=True, metavar="SLUG", help="Kan anges flera gånger.")
@click.option("--language", type=click.Choice(people.LANGUAGES), default="sv", help="Språk för brev.")
def invite(email: str, name: str, role: str, slugs: Sequence[str], language: str) -> None:
    """Bjud in någon. Personen väljer själv lösenord med länken som skrivs ut här och skickas med e-post.

    Länken visas en gång. Den går att använda en gång och gäller i 60 minuter.
    """
    with application():
        chosen = organisation_choice.ids_of(slugs)
        _user_id, link_id = people.invite(email, name, Role(role), chosen, SYSTEM, language=language)
        address = links.address_of(link_id)
    _print_link(email, address)


@users.command("invite-again")
@click.argument("email", metavar="E-POST")
def invite_again(email: str) -> None:
    """Gör en ny länk till någon som inte har tagit emot sin inbjudan. Den förra slutar gälla."""
    with application():
        address = links.address_of(people.invite_again(people.by_email(email, SYSTEM).id, SYSTEM))
    _print_link(email, address)


@users.command("role")
@click.argument("email", metavar="E-POST")
@click.argument("role", type=_ROLE, metavar="ROLL")
def change_role(email: str, role: str) -> None:
    """Ge någon en annan roll: contributor, moderator eller admin. Personen loggas ut överallt."""
    with application():
        people.change_role(people.by_email(email, SYSTEM).id, Role(role), SYSTEM)
    click.echo(f"{email} är nu {LABELS[Role(role)].lower()}.")


@users.command("organisations")
@click.argument("email", metavar="E-POST")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
def set_organisations(email: str, slugs: Sequence[str]) -> None:
    """Ange vilka myndigheter någon skriver för. De som inte nämns tas bort."""
    with application():
        people.set_organisations(people.by_email(email, SYSTEM).id, organisation_choice.ids_of(slugs), SYSTEM)
    click.echo(f"{email} skriver för: {', '.join(slugs) or 'ingen'}.")


@users.command()
@click.argument("email", metavar="E-POST")
def disable(email: str) -> None:
    """Stäng av ett konto. Personen loggas ut överallt genast. Inget den har skrivit försvinner."""
    with application():
        people.disable(people.by_email(email, SYSTEM).id, SYSTEM)
    click.echo(f"{email} är avstängd.")


@users.command()
@click.argument("email", metavar="E-POST")
def enable(email: str) -> None:
    """Öppna ett konto som har varit avstängt."""
    with application():
        people.enable(people.by_email(email, SYSTEM).id, SYSTEM)
    click.echo(f"{email} kan logga in igen.")


@users.command()
@click.argument("email", metavar="E-POST")
@click.option("--yes", is_flag=True, help="Fråga inte.")
def erase(email: str, yes: bool) -> None:
    """Ta bort namn, e-postadress och allt annat som pekar ut personen. Går inte att ångra.

    Det personen har skrivit blir kvar utan namn.
    """
    with application():
        user = people.by_email(email, SYSTEM)
        if not yes:
            click.confirm(f"Ta bort {user.name} <{user.email}>? Det går inte att ångra.", abort=True)
        my_data.erase(user.id, SYSTEM)
    click.echo("Personens uppgifter är borttagna.")


@users.command("remove-second-factor")
@click.argument("email", metavar="E-POST")
def remove_second_factor(email: str) -> None:
    """Ta bort tvåstegsinloggningen för någon som har tappat sin telefon och sina reservkoder.

    Kontrollera först att det verkligen är personen som ber om det. Den loggas ut överallt och sätter upp
    tvåstegsinloggning på nytt vid nästa inloggning.
    """
    with application():
        second_factor.remove(people.by_email(email, SYSTEM).id, SYSTEM)
    click.echo(f"{email} har ingen tvåstegsinloggning längre.")


@users.command()
def demo() -> None:
    """Visa demonstrationskontona och hur man loggar in med dem. Finns inte i produktion."""
    with application():
        found = demo_accounts.listed()
        base_url = site_settings.current().base_url
    if not found:
        click.echo("Det finns inga demonstrationskonton. Kör kb seed --demo utanför produktion.")
        return
    click.echo(f"Logga in på {base_url}/logga-in med något av demonstrationskontona:")
    for each in found:
        account = each.account
        click.echo(f"  {LABELS[account.role]:<15} {account.email:<28} lösenord {each.password}")
    for each in found:
        if each.setup_key:
            click.echo(f"  Kod för {each.account.email}: make code KONTO={each.account.email}")
            click.echo(f"    eller lägg in nyckeln {each.setup_key} i en app för tvåstegsinloggning")


@users.command()
@click.argument("email", metavar="E-POST")
def code(email: str) -> None:
    """Visa tvåstegskoden just nu för ett demonstrationskonto. Varje kod går att använda en gång."""
    with application():
        shown, seconds = demo_accounts.code(email)
    click.echo(shown)
    click.echo(f"Gäller i {seconds} sekunder till, och går att använda en gång.", err=True)


@users.command("list")
def show_list() -> None:
    """Visa alla konton: namn, e-post, roll, myndigheter, tvåstegsinloggning, senast här, läge."""
    with application():
        page = people_list.index(SYSTEM)
        rows = list(page.rows)
        for number in range(2, page.pages + 1):
            rows += people_list.index(SYSTEM, page=number).rows
    if not rows:
        click.echo("Det finns inga konton. Bjud in den första administratören med kb users invite.")
    for person in rows:
        click.echo("\t".join(_columns(person)))


def _columns(person: Person) -> tuple[str, ...]:
    seen = person.last_seen_at
    return (
        person.name,
        person.email,
        LABELS[person.role],
        ", ".join(one.slug for one in person.organisations) or "–",
        "tvåsteg: ja" if person.second_factor else "tvåsteg: nej",
        f"senast: {clock.swedish_date(seen) if seen else _NEVER}",
        STATE_LABELS[person.state],
    )


def _print_link(email: str, address: str) -> None:
    click.echo(f"{email} är inbjuden. Länken gäller i 60 minuter och går att använda en gång:")
    click.echo(address)
