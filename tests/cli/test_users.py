"""``kb users`` and the demo accounts, as an administrator and a newcomer run them (S-15)."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from kb.config import resource
from kb.db import db
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import User
from kb.services import demo_accounts, links, passwords, people, signing_in
from tests.cli.conftest import Run
from tests.installation import kb, running

ANNA = ("anna@skogen.se", "--name", "Anna Ek")
LINK = re.compile(r"https?://\S+/lank/(\S+)")


def emails(folder: Path) -> dict[str, Role]:
    with running(folder):
        return {row.email: row.role for row in db.session.scalars(select(User))}


class TestFirstAdministrator:
    def test_a_fresh_database_has_no_account(self, instance: Path, run_in: Run) -> None:
        """S-15."""
        assert emails(instance) == {}
        done = run_in(instance, "users", "list")
        assert (done.returncode, "kb users invite" in done.stdout) == (0, True)

    def test_seeding_makes_none(self, seeded_instance: Path) -> None:
        """S-15: neither does the content that comes with the product."""
        assert emails(seeded_instance) == {}

    def test_is_invited_and_the_link_is_told_once(self, instance: Path) -> None:
        done = kb(instance, "users", "invite", *ANNA, "--role", "admin")
        assert (done.returncode, done.stderr) == (0, "")
        assert "60 minuter" in done.stdout
        assert "en gång" in done.stdout
        [token] = LINK.findall(done.stdout)
        with running(instance):
            assert links.look(token).role is Role.ADMIN
        assert LINK.findall(kb(instance, "users", "list").stdout) == []


class TestCommands:
    def test_a_life_with_an_account(self, seeded_instance: Path, run_in: Run) -> None:
        def users(*arguments: str) -> str:
            done = run_in(seeded_instance, "users", *arguments)
            assert (done.returncode, done.stderr) == (0, ""), (arguments, done)
            return done.stdout

        users(
            "invite",
            *ANNA,
            "--role",
            "contributor",
            "--organisation",
            "skogsstyrelsen",
            "--organisation",
            "SCB",
        )
        row = [
            "Anna Ek",
            "anna@skogen.se",
            "Bidragsgivare",
            "skogsstyrelsen, statistiska-centralbyran",
            "tvåsteg: nej",
            "senast: aldrig",
            "Inbjuden",
        ]
        assert users("list").strip().split("\t") == row
        users("role", "Anna@skogen.se", "moderator")
        users("organisations", "anna@skogen.se", "boverket")
        assert "Granskare\tboverket\t" in users("list")
        users("organisations", "anna@skogen.se")
        users("disable", "anna@skogen.se")
        assert "Granskare\t–\t" in users("list")
        assert "\tAvstängd" in users("list")
        users("enable", "anna@skogen.se")
        assert LINK.findall(users("invite-again", "anna@skogen.se"))
        users("remove-second-factor", "anna@skogen.se")
        users("erase", "anna@skogen.se", "--yes")
        assert "anna" not in users("list").lower()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (
                ("invite", "anna", "--name", "", "--role", "contributor"),
                ("namn@myndighet.se", "minst en org", "Skriv ett namn"),
            ),
            (
                ("invite", *ANNA, "--role", "admin", "--organisation", "skogsstyrelse"),
                ("Menade du ”Skogsstyrelsen”",),
            ),
            (("role", "bo@skogen.se", "admin"), ("inget konto",)),
            (("disable", "bo@skogen.se"), ("inget konto",)),
            (("code", "bo@skogen.se"), ("demonstrationskonton",)),
        ],
    )
    def test_what_is_wrong_is_said_in_words(
        self, seeded_instance: Path, run_in: Run, arguments: tuple[str, ...], words: tuple[str, ...]
    ) -> None:
        done = run_in(seeded_instance, "users", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert all(word in done.stderr for word in words), done.stderr
        assert emails(seeded_instance) == {}

    def test_erasing_asks_first(self, instance: Path, run_in: Run) -> None:
        run_in(instance, "users", "invite", *ANNA, "--role", "admin")
        done = run_in(instance, "users", "erase", "anna@skogen.se")
        assert done.returncode == 1
        assert list(emails(instance)) == ["anna@skogen.se"]


class TestDemoAccounts:
    @pytest.fixture
    def demo(self, seeded_instance: Path, run_in: Run) -> Path:
        done = run_in(seeded_instance, "seed", "--demo")
        assert done.returncode == 0, done.stderr
        return seeded_instance

    def test_each_role_and_organisation_that_a_newcomer_needs(self, demo: Path) -> None:
        with running(demo):
            rows = db.session.scalars(select(User).order_by(User.email)).all()
            assert [(row.role.value, [one.slug for one in row.organisations]) for row in rows] == [
                ("admin", []),
                ("contributor", ["skogsstyrelsen"]),
                ("contributor", ["lantmateriet", "skatteverket"]),
                ("moderator", []),
            ]
            assert {people.state_of(row).value for row in rows} == {"active"}

    def test_what_is_printed_signs_in(self, demo: Path, run_in: Run) -> None:
        printed = run_in(demo, "users", "demo").stdout
        found = re.findall(r"(\S+@demo\.example)\s+lösenord (\S+)", printed)
        assert len(found) == 4
        with running(demo):
            for email, password in found:
                passed = signing_in.with_password(email, password, Actor(address="192.0.2.7"))
                user = people.by_email(email, Actor(is_system=True))
                assert (passed.user_id, passed.needs_code) == (user.id, user.role is not Role.CONTRIBUTOR)
                passwords.check(password, about=(user.name, user.email))
        code = run_in(demo, "users", "code", "administrator@demo.example").stdout.strip()
        with running(demo):
            admin = people.by_email("administrator@demo.example", Actor(is_system=True))
            signing_in.with_code(admin.id, code, Actor(address="192.0.2.7"))

    def test_the_setup_key_is_the_secret_of_the_code(self, demo: Path, run_in: Run) -> None:
        printed = run_in(demo, "users", "demo").stdout
        keys = re.findall(r"nyckeln (\S+)", printed)
        assert len(set(keys)) == 2
        at = 1_790_000_000
        with running(demo):
            codes = {
                demo_accounts.code(f"{name}@demo.example", at)[0] for name in ("administrator", "granskare")
            }
        assert codes == {pyotp.TOTP(key).at(at) for key in keys}

    def test_seeding_again_leaves_them_as_they_are(self, demo: Path, run_in: Run) -> None:
        run_in(demo, "users", "disable", "granskare@demo.example")
        run_in(demo, "users", "role", "annan@demo.example", "moderator")
        with running(demo):
            before = {
                row.email: (row.role, row.disabled_at, row.password_hash)
                for row in db.session.scalars(select(User))
            }
        run_in(demo, "seed", "--demo")
        with running(demo):
            assert {
                row.email: (row.role, row.disabled_at, row.password_hash)
                for row in db.session.scalars(select(User))
            } == before
        assert "granskare@" not in run_in(demo, "users", "demo").stdout

    def test_another_installation_has_other_passwords(self, demo: Path, tmp_path: Path, run_in: Run) -> None:
        first = run_in(demo, "users", "demo").stdout
        other = run_in(demo, "users", "demo", KB_SECRET_KEY="en annan nyckel som är lång nog för alla").stdout
        words = re.compile(r"lösenord (\S+)|nyckeln (\S+)")
        assert not {*words.findall(first)} & {*words.findall(other)}

    def test_never_in_production(self, seeded_instance: Path, run_in: Run) -> None:
        production = {
            "KB_ENVIRONMENT": "production",
            "KB_SECRET_KEY": "k" * 40,
            "KB_BASE_URL": "https://erfarenhetsbanken.example",
        }
        done = run_in(seeded_instance, "seed", "--demo", **production)
        assert (done.returncode, "finns inte i produktion" in done.stderr) == (1, True)
        assert emails(seeded_instance) == {}
        run_in(seeded_instance, "seed", "--demo")
        assert run_in(seeded_instance, "users", "demo", **production).stdout.startswith("Det finns inga")
        done = run_in(seeded_instance, "users", "code", "administrator@demo.example", **production)
        assert (done.returncode, done.stdout) == (1, "")
        served = run_in(seeded_instance, "serve", "--port", "18999", **production)
        assert (served.returncode, "demonstrationskonton" in served.stderr) == (1, True)

    def test_neither_a_password_nor_a_secret_stands_in_the_code(self, demo: Path, run_in: Run) -> None:
        printed = run_in(demo, "users", "demo").stdout
        secrets = [*re.findall(r"lösenord (\S+)", printed), *re.findall(r"nyckeln (\S+)", printed)]
        source = "".join(path.read_text() for path in (resource("templates").parent / "kb").rglob("*.py"))
        assert secrets
        assert not [secret for secret in secrets if secret in source]
