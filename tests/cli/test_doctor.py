"""``kb doctor`` on each fault: what is wrong in plain words, how to mend it; looking changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.db import db
from kb.services import migrating
from tests.cli.conftest import Run
from tests.installation import DATABASE, kb, running
from tests.seed.stories import STORIES
from tests.storage.indexes import tamper

SECRET = "x" * 48


def sql(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute(statement)
    connection.close()


def without_database(folder: Path) -> None:
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()


def garbage(folder: Path) -> None:
    without_database(folder)
    (folder / DATABASE).write_bytes(b"inte en databas " * 4096)


def one_version_back(folder: Path) -> None:
    with running(folder):
        migrating.downgrade(db.engine, "-1")


def dangling(folder: Path) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("INSERT INTO lesson VALUES ('L1', 'finns inte', 'ankare')")
    connection.close()


FAULTS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no database": (without_database, "FEL     Databasen: ", "Kör kb db upgrade."),
    "empty database": (
        lambda folder: (without_database(folder), sqlite3.connect(folder / DATABASE).close()),
        "Databasen är tom",
        "Kör kb db upgrade.",
    ),
    "old version": (
        one_version_back,
        f"men koden väntar sig version {migrating.newest()}.",
        "Kör kb db upgrade.",
    ),
    "newer version": (
        lambda folder: sql(folder, "UPDATE alembic_version SET version_num = '9999'"),
        "har version 9999",
        "Installera en version av programmet som är minst lika ny",
    ),
    "no database at all": (garbage, "Databasen går inte att läsa", "Kontrollera KB_DATABASE_URL"),
    "dangling row": (dangling, "Databasen är skadad", "återställ den senaste säkerhetskopian"),
    "no index": (
        lambda folder: shutil.rmtree(folder / "index"),
        "Sökindexet saknas eller går inte att läsa",
        "Kör kb search rebuild.",
    ),
    "tampered index": (
        lambda folder: tamper(folder / "index"),
        "Sökindexet saknas eller går inte att läsa",
        "Kör kb search rebuild.",
    ),
    "stale index": (
        lambda folder: sql(folder, "UPDATE organisation SET name = name || ' (ny)'"),
        f"{len(STORIES)} berättelser skiljer sig från databasen",
        "Kör kb search verify.",
    ),
}


def test_a_healthy_installation(seeded_instance: Path) -> None:
    done = kb(seeded_instance, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    *of_the_installation, of_the_site, _ = done.stdout.splitlines()
    assert [line[:8] for line in of_the_installation] == ["OK      "] * 8
    assert of_the_site.startswith("VARNING Uppgifter om webbplatsen: "), "an operator says those"


@pytest.mark.parametrize("fault", list(FAULTS))
def test_each_fault_is_said_and_its_remedy(run_seeded: Run, seeded_instance: Path, fault: str) -> None:
    break_it, says, remedy = FAULTS[fault]
    break_it(seeded_instance)
    done = run_seeded("doctor")
    assert done.returncode == 1
    assert says in done.stdout
    assert f"→ {remedy}" in done.stdout.replace("→ Stoppa tjänsten och ", "→ ")
    assert "Traceback" not in done.stderr


ANEW = (("db", "upgrade"), ("seed",), ("search", "verify"))
"""The log of what was done before is gone with the database, and the anchor still tells of it."""


@pytest.mark.parametrize(
    ("fault", "commands"),
    [
        ("newer version", ()),
        ("old version", ()),
        ("old version", (*ANEW, ("audit", "anchor", "--renew"))),
        ("no database", (*ANEW, ("audit", "anchor", "--renew"))),
        ("no index", (("search", "rebuild"),)),
        ("tampered index", (("search", "rebuild"),)),
        ("stale index", (("search", "verify"),)),
    ],
)
def test_the_remedy_helps(
    run_seeded: Run, seeded_instance: Path, fault: str, commands: tuple[tuple[str, ...], ...]
) -> None:
    FAULTS[fault][0](seeded_instance)
    for command in commands:
        assert run_seeded(*command).returncode == 0
    assert run_seeded("doctor").returncode == (0 if commands else 1)


def test_a_log_that_is_lost_with_its_database_is_told(run_seeded: Run, seeded_instance: Path) -> None:
    without_database(seeded_instance)
    for command in ANEW:
        assert run_seeded(*command).returncode == 0
    done = run_seeded("doctor")
    assert done.returncode == 1
    assert (
        "FEL     Loggen över vad som har gjorts: Loggen är inte hel. Första felet är vid rad " in done.stdout
    )
    assert "kör kb audit verify" in done.stdout


def test_an_anchor_that_is_not_ours_is_told(run_seeded: Run, seeded_instance: Path) -> None:
    anchor = seeded_instance / "audit.anchor"
    anchor.write_text(anchor.read_text().replace('"signature": "', '"signature": "0'))
    done = run_seeded("doctor")
    assert done.returncode == 1
    assert "ankaret är inte skrivet med webbplatsens nyckel" in done.stdout
    anchor.unlink()
    assert "ankaret saknas" in run_seeded("doctor").stdout
    assert run_seeded("audit", "anchor", "--renew").returncode == 0
    assert run_seeded("doctor").returncode == 0


def test_looking_changes_nothing(run_in: Run, tmp_path: Path) -> None:
    done = run_in(tmp_path / "finns-inte", "doctor")
    assert done.returncode == 1
    assert "finns inte än" in done.stdout
    assert "→ Kör kb db upgrade." in done.stdout
    assert not (tmp_path / "finns-inte").exists()
    (tmp_path / "tom").mkdir()
    assert run_in(tmp_path / "tom", "doctor").returncode == 1
    assert list((tmp_path / "tom").iterdir()) == []


def test_a_folder_that_cannot_be_written(run_in: Run, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("i vägen")
    done = run_in(tmp_path / "fil" / "instance", "doctor")
    assert done.returncode == 1
    assert "FEL     Datamappen: Det går inte att skriva i" in done.stdout
    assert "KB_INSTANCE" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({}, "KB_SECRET_KEY"),
        ({"KB_SECRET_KEY": "kort"}, "KB_SECRET_KEY"),
        ({"KB_SECRET_KEY": SECRET}, "KB_BASE_URL"),
        ({"KB_SECRET_KEY": SECRET, "KB_BASE_URL": "http://erfarenhetsbanken.example"}, "KB_BASE_URL"),
    ],
)
def test_production_without_what_it_needs(run_seeded: Run, environ: dict[str, str], variable: str) -> None:
    done = run_seeded("doctor", KB_ENVIRONMENT="production", **environ)
    assert done.returncode == 1
    assert f"FEL     Inställningar: {variable}" in done.stdout
    assert "OK      Sökindexet" in done.stdout, "the other parts are looked at all the same"


def test_production_as_it_should_be(run_seeded: Run) -> None:
    environ = {
        "KB_ENVIRONMENT": "production",
        "KB_SECRET_KEY": SECRET,
        "KB_BASE_URL": "https://erfarenhetsbanken.example",
    }
    # The stories were loaded under another key.
    assert run_seeded("audit", "anchor", "--renew", **environ).returncode == 0
    done = run_seeded("doctor", **environ)
    assert done.returncode == 0
    assert SECRET not in done.stdout + done.stderr


def test_an_installation_without_stories_is_warned_of(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert "VARNING Berättelserna" in done.stdout
    assert "→ Kör kb seed" in done.stdout


def test_a_setting_that_is_wrong(run_seeded: Run) -> None:
    done = run_seeded("doctor", KB_WORKERS="0")
    assert done.returncode == 1
    assert "KB_WORKERS" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_address_that_is_wrong(run_seeded: Run) -> None:
    done = run_seeded("doctor", KB_DATABASE_URL="mysql+nagot://värd/databas")
    assert done.returncode == 1
    assert "KB_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_it_expects_is_named(run_seeded: Run, seeded_instance: Path) -> None:
    sql(seeded_instance, "DELETE FROM alembic_version")
    assert f"version {migrating.newest()}" in run_seeded("doctor").stdout
