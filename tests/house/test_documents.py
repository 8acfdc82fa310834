"""The documents say what the product does, and keep saying it: a failure names the file and what to write.

The lock files hold every dependency with its hash (S-42).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from kb import config
from kb.cli import cli
from tests.shared import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"
LOCKS = (
    "requirements.lock",
    "requirements-build.lock",
    "requirements-dev.lock",
    "tests/tools/package-lock.json",
    "tests/tools/lighthouse/package-lock.json",
)
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "docs",
    "instance",
    "kb",
    "publiccode.yml",
    "pyproject.toml",
    "requirements-build.lock",
    "requirements-dev.lock",
    "requirements.lock",
    "seed",
    "static",
    "templates",
    "tests",
}
# What git, tools and `make` leave beside the code, all of it ignored by git.
LEFT_BEHIND = {
    ".git",
    ".venv",
    "dist",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}


def read(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(name: str | Path) -> set[str]:
    return {line.lstrip("#").strip().strip("`") for line in read(name).splitlines() if line.startswith("#")}


def commands(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path


@pytest.mark.parametrize("name", config.names())
def test_every_setting_is_documented(name: str) -> None:
    assert name in headings(OPERATIONS), f"docs/operations.md: write '### `{name}`' and what it does"


@pytest.mark.parametrize("name", sorted(commands(cli, "kb")))
def test_every_command_is_documented(name: str) -> None:
    assert name in headings(OPERATIONS), f"docs/operations.md: write '### `{name}`' and what it does"


def test_no_document_names_a_setting_or_command_that_is_gone() -> None:
    known = set(config.names()) | set(commands(cli, "kb"))
    gone = {name for name in headings(OPERATIONS) if re.match(r"KB_|kb ", name)} - known
    assert not gone, f"docs/operations.md: take away the headings {sorted(gone)}"


def records() -> list[Path]:
    return sorted((ROOT / "docs" / "adr").glob("*.md"))


@pytest.mark.parametrize("path", records(), ids=lambda path: path.name)
def test_every_decision_record_has_its_sections(path: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), f"{path.name}: name it NNNN-words.md"
    text = read(path)
    title = f"# ADR {int(path.name[:4])}: "
    assert text.startswith(title), f"{path.name}: begin with '{title}'"
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE), f"{path.name}: say the date"
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sections == ["Context", "Decision", "Status", "Consequences"], f"{path.name}: {sections}"


def test_decision_records_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in records()]
    assert len(numbers) == len(set(numbers)), f"docs/adr: two records share a number: {numbers}"


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_names_the_command(command: str) -> None:
    assert re.search(rf"^{command} ", read("README.md"), re.MULTILINE)


def test_make_help_names_every_command() -> None:
    makefile = read("Makefile")
    phony = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()
    silent = [name for name in phony if not re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)]
    assert silent == ["test-tools"], f"Makefile: say after ## what {silent} are for, in Swedish"


def test_ci_runs_the_test_command_of_the_readme_and_then_the_soak() -> None:
    steps = [line for line in read(".ci/run").splitlines() if line.startswith("make ")]
    assert steps == ["make test", "make soak"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_host(name: str) -> None:
    """But in ``funding`` of an npm package, where its makers say how to thank them."""
    text = re.sub(r'"funding": (?:\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", read(name))
    assert "://" not in text, f"{name}: an address of a registry belongs to the machine, not to the lock file"


def test_the_locks_hold_every_declared_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    groups = project["dependency-groups"]
    declared = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": groups["build"],
        "requirements-dev.lock": [line for line in groups["dev"] if isinstance(line, str)],
    }
    for name, lines in declared.items():
        locked = set(re.findall(r"^([a-z0-9-]+)==", read(name), re.MULTILINE))
        wanted = {re.split(r"[^A-Za-z0-9_.-]", line)[0].replace("_", "-").lower() for line in lines}
        assert wanted <= locked, f"{name}: {sorted(wanted - locked)} are not locked; run make lock"


@pytest.mark.parametrize("name", LOCKS[:3])
def test_every_locked_package_has_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", read(name).strip())
    bare = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert not bare, f"{name}: {bare} lack hashes; run make lock"


@pytest.mark.parametrize("name", LOCKS[3:])
def test_an_npm_lock_has_hashes(name: str) -> None:
    packages = json.loads(read(name))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("name", LOCKS[:2])
def test_every_shipped_package_has_its_licence_named(name: str) -> None:
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", read(name), re.MULTILINE))
    named = set(re.findall(r"^\| ([a-z0-9._-]+) \|", read("docs/licences.md"), re.MULTILINE))
    assert locked <= named, f"docs/licences.md: add {sorted(locked - named)}"


def test_the_top_level_holds_the_agreed_names_only() -> None:
    found = {path.name for path in ROOT.iterdir()} - LEFT_BEHIND
    assert found <= TOP_LEVEL, (
        f"{sorted(found - TOP_LEVEL)} at the top: docs/architecture.md says where things live"
    )


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.relative_to(ROOT)} -> {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(document))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert not broken, f"links that lead nowhere: {broken}"


def test_publiccode_describes_this_version() -> None:
    described = yaml.safe_load(read("publiccode.yml"))
    project = re.search(r'^version = "(.+)"$', read("pyproject.toml"), re.MULTILINE)
    assert project
    assert described["softwareVersion"] == project[1]
    assert described["publiccodeYmlVersion"] == "0.4"
    assert described["legal"]["license"] == "EUPL-1.2"
    required = {"name", "url", "platforms", "categories", "developmentStatus", "softwareType", "description"}
    assert required <= described.keys()
    for text in described["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_the_changelog_speaks_to_users() -> None:
    """A reader of the changelog runs, reads or writes; module names and class names say nothing to them."""
    changes = read("CHANGELOG.md")
    assert re.search(r"^## ", changes, re.MULTILINE)
    inside = re.findall(r"\bkb/\S+|\b\w+\.py\b|\b[a-z]+_[a-z_]+\b|\b[A-Z][a-z]+[A-Z]\w+\b", changes)
    inside = [word for word in inside if word != "JavaScript"]
    assert not inside, f"CHANGELOG.md: say it in users' words, not {inside}"
