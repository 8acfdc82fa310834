"""``kb entries``: files in with every fault by its line, and out to a folder or a zip."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path
from zipfile import ZipFile

import pytest

from kb.cli import main
from tests.cli.conftest import Run
from tests.installation import environment
from tests.services.seed_folder import STORY


def test_out_to_a_folder_and_in_again(run_seeded: Run, tmp_path: Path) -> None:
    done = run_seeded("entries", "export", "--out", tmp_path / "ut")
    files = sorted((tmp_path / "ut").glob("*.md"))
    assert done.returncode == 0
    assert f"{len(files)} erfarenheter är skrivna" in done.stdout
    assert files[0].read_text(encoding="utf-8").startswith("---\nid: ")
    again = run_seeded("entries", "import", *files[:3])
    assert (again.returncode, again.stdout.splitlines()[-1]) == (
        0,
        "0 inlästa och publicerade. 3 fanns redan.",
    )


def test_faults_are_lines_and_nothing_is_taken_in(run_seeded: Run, tmp_path: Path) -> None:
    right, wrong = tmp_path / "ratt.md", tmp_path / "fel.md"
    right.write_text(STORY.replace("environment", "natural_resources"), encoding="utf-8")
    wrong.write_text(STORY.replace("kind: good_example", "kind: bra"), encoding="utf-8")
    done = run_seeded("entries", "import", right, wrong)
    assert done.returncode == 1
    assert "fel.md:4: kind: skriv något av good_example, lesson_learned." in done.stdout
    assert "Inget är inläst." in done.stderr


def test_a_dry_run_changes_nothing(run_seeded: Run, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        "organisation;title;summary;kind;outcomes;domain;investment_type;phase;contact_role\n"
        "Tullverket;En titel;Kort.;Lärdom;Avbruten;labour_market;case_system;idea;Projektledare\n",
        encoding="cp1252",
    )
    for _time in range(2):
        done = run_seeded("entries", "import", "--dry-run", table)
        assert (done.returncode, done.stdout) == (0, "1 skulle läsas in. 0 finns redan.\n")
    done = run_seeded("entries", "import", "--as", "submitted", table)
    assert "1 inlästa och lämnade till granskning." in done.stdout
    assert "a.csv:2: finns redan" in run_seeded("entries", "import", "--dry-run", table).stdout
    assert run_seeded("entries", "import", tmp_path / "finns-inte.md").returncode == 2


def test_out_as_a_zip(seeded_instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "ut.zip"
    with archive.open("wb") as out, io.TextIOWrapper(out) as stdout, redirect_stdout(stdout):
        for name, value in environment(seeded_instance).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["kb", "entries", "export", "--out", "-"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None)
    with ZipFile(archive) as files:
        names = files.namelist()
        assert files.read(names[0]).startswith(b"---\nid: ")
    assert len(names) == len(set(names)) > 10
