"""Every command: what it says, where, and its exit code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import click
import pytest

from kb.cli import cli
from kb.services import migrating
from tests.cli.conftest import Run, is_one_swedish_line
from tests.installation import kb
from tests.services.seed_folder import SeedFolder
from tests.shared import ROOT
from tests.storage.indexes import tamper


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [path]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        else:
            found.append((*path, name))
    return found


@pytest.mark.parametrize("command", commands(cli), ids=" ".join)
def test_help_is_given_and_says_something(command: tuple[str, ...]) -> None:
    found: click.Command = cli
    for name in command:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    with click.Context(found, info_name="kb") as context:
        text = found.get_help(context)
    assert len((found.help or "").split()) >= 3, f"kb {' '.join(command)} does not say what it does"
    for option in found.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert option.help, f"kb {' '.join(command)}: {option.opts[0]} has no help"
    assert "Usage" in text


class TestCalls:
    def test_help_and_version(self, tmp_path: Path) -> None:
        helped, version = kb(tmp_path / "i", "--help"), kb(tmp_path / "i", "--version")
        assert (helped.returncode, version.returncode) == (0, 0)
        assert "doctor" in helped.stdout
        assert version.stdout.startswith("kb, version ")
        assert not (tmp_path / "i").exists(), "help made an installation"

    @pytest.mark.parametrize(
        "arguments",
        [("finnsinte",), ("search", "query"), ("serve", "--port", "0"), ("seed", "--folder", "finns-inte")],
    )
    def test_a_call_that_is_wrong_ends_with_2(
        self, run_in: Run, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        done = run_in(tmp_path / "i", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        ("variable", "value"),
        [("KB_ENVIRONMENT", "prod"), ("KB_WORKERS", "många"), ("KB_DATABASE_URL", "ingen adress")],
    )
    def test_a_setting_that_is_wrong_is_named(self, run: Run, variable: str, value: str) -> None:
        done = run("db", "upgrade", **{variable: value})
        assert is_one_swedish_line(done)
        assert variable in done.stderr


class TestUpgrade:
    def test_a_new_database_and_again(self, run_in: Run, tmp_path: Path) -> None:
        first, second = (run_in(tmp_path / "ny", "db", "upgrade") for _ in range(2))
        assert first.stdout == f"Databasen har nu version {migrating.newest()}.\n"
        assert second.stdout == f"Databasen har redan version {migrating.newest()}.\n"
        assert (first.returncode, second.returncode) == (0, 0)

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "fil").write_text("i vägen")
        done = kb(tmp_path / "fil" / "instance", "db", "upgrade")
        assert is_one_swedish_line(done)
        assert "kb doctor" in done.stderr


class TestSeed:
    def test_what_it_did_on_stdout_and_progress_on_stderr(self, run: Run, tmp_path: Path) -> None:
        files = SeedFolder(tmp_path / "seed")
        done = run("seed", "--folder", files.folder)
        assert done.returncode == 0
        assert done.stdout == (
            "3 myndigheter, 5 termer. Berättelser: 1 nya, 0 ändrade, 0 oförändrade, 0 tillbakadragna, "
            "0 som någon själv skriver på.\n"
        )
        assert "Läser in berättelser" in done.stderr
        assert "1 oförändrade" in run("seed", "--folder", files.folder).stdout

    def test_a_broken_file(self, run: Run, tmp_path: Path) -> None:
        files = SeedFolder(tmp_path / "seed")
        files.replace(files.story, "[case_system]", "[tidsmaskin]")
        done = run("seed", "--folder", files.folder)
        assert is_one_swedish_line(done)
        assert (
            "Fel: arendesystem.md:11: termen ”tidsmaskin” finns inte i ordlistan investment_type"
            in done.stderr
        )
        assert run("search", "query", "avverkningar").stdout == "0 träffar\n"

    def test_before_the_tables_are_there(self, run_in: Run, tmp_path: Path) -> None:
        done = run_in(tmp_path / "tom", "seed")
        assert is_one_swedish_line(done)
        assert "kb doctor" in done.stderr

    def test_it_makes_the_index_of_a_new_installation(self, tmp_path: Path) -> None:
        files = SeedFolder(tmp_path / "seed")
        kb(tmp_path / "ny", "db", "upgrade")
        kb(tmp_path / "ny", "seed", "--folder", files.folder)
        assert kb(tmp_path / "ny", "search", "query", "avverkningar").stdout.startswith("1 träffar\n")


class TestSearch:
    def test_a_query(self, run_seeded: Run) -> None:
        done = run_seeded("search", "query", "polisen nedlagt")
        assert done.returncode == 0
        lines = done.stdout.splitlines()
        assert re.fullmatch(r"[1-9][0-9]* träffar", lines[0])
        assert "Pust Siebel" in lines[1]
        assert "Rikspolisstyrelsen · 2011–2014" in lines[2]

    def test_a_misspelt_query(self, run_seeded: Run) -> None:
        assert "Menade du: upphandling" in run_seeded("search", "query", "uphandling").stdout

    def test_a_query_that_is_refused(self, run_seeded: Run) -> None:
        assert is_one_swedish_line(run_seeded("search", "query", "a" * 1001))

    def test_a_query_without_an_index(self, run_seeded: Run, seeded_instance: Path) -> None:
        shutil.rmtree(seeded_instance / "index")
        done = run_seeded("search", "query", "polisen")
        assert is_one_swedish_line(done)
        assert "byggs om" in done.stderr

    def test_verify_in_step(self, run_seeded: Run) -> None:
        for arguments in ((), ("--dry-run",)):
            done = run_seeded("search", "verify", *arguments)
            assert (done.returncode, "stämmer med databasen" in done.stdout) == (0, True)
            assert "Jämför" in done.stderr
            assert "Jämför" not in done.stdout

    @pytest.mark.parametrize("fault", ["gone", "tampered"])
    def test_verify_looks_then_repairs(self, run_seeded: Run, seeded_instance: Path, fault: str) -> None:
        if fault == "gone":
            shutil.rmtree(seeded_instance / "index")
        else:
            tamper(seeded_instance / "index")
        dry = run_seeded("search", "verify", "--dry-run")
        assert (dry.returncode, "gick inte att läsa" in dry.stdout) == (1, True)
        assert "kb search verify utan --dry-run" in dry.stdout
        repaired = run_seeded("search", "verify")
        assert (repaired.returncode, "Indexet är rättat." in repaired.stdout) == (0, True)
        assert run_seeded("search", "verify", "--dry-run").returncode == 0

    def test_rebuild(self, run_seeded: Run, seeded_instance: Path) -> None:
        shutil.rmtree(seeded_instance / "index")
        done = run_seeded("search", "rebuild")
        assert done.returncode == 0
        assert re.fullmatch(r"Indexet är ombyggt med \d+ berättelser och \d+ lärdomar\.\n", done.stdout)
        assert "Bygger index" in done.stderr
        assert run_seeded("search", "query", "polisen nedlagt").returncode == 0

    def test_evaluate(self, run: Run, tmp_path: Path) -> None:
        docs, queries, qrels, morph, figures = (
            tmp_path / name for name in ("d.jsonl", "q.jsonl", "r.jsonl", "m.tsv", "figures.json")
        )
        lines(docs, [("d1", "Journalsystem", "vården"), ("d2", "Diarium", "arkivet")])
        queries.write_text('{"id": "q1", "set": "faq", "coll": "c", "text": "journalsystem"}\n')
        qrels.write_text('{"qid": "q1", "docid": "d1", "rel": 1}\n')
        morph.write_text("infl\tjournal\tjournaler\n")
        arguments = ("--docs", docs, "--queries", queries, "--qrels", qrels, "--morph", morph)
        done = run("search", "evaluate", *arguments, "--json", figures)
        assert done.returncode == 0, done.stderr
        assert "macro" in done.stdout
        measured = json.loads(figures.read_text())
        assert measured["macro"] == {"ndcg@10": 1.0, "mrr@10": 1.0, "recall@100": 1.0}
        assert measured["sets"]["faq"]["queries"] == 1
        assert measured["morph"] == {"infl": 1.0}


def lines(path: Path, rows: list[tuple[str, str, str]]) -> None:
    documents = [{"id": name, "coll": "c", "title": title, "text": text} for name, title, text in rows]
    path.write_text("".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents))


def test_the_commands_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^### `kb ([a-z -]+)`$", text, flags=re.MULTILINE))
    names = {" ".join(path) for path in commands(cli)}
    groups = {name for name in names if any(other.startswith(f"{name} ") for other in names)}
    assert documented == names - groups - {""}
