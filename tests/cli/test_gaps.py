"""``kb search gaps``: what readers asked for and did not find."""

from __future__ import annotations

from pathlib import Path

from kb.domain.clock import today
from kb.services import zero_hits
from tests.cli.conftest import Run
from tests.installation import running


def test_the_most_asked_comes_first_with_its_days(run: Run, instance: Path) -> None:
    with running(instance):
        for words in ("blockkedja", "Kvantdator", "blockkedja"):
            zero_hits.note(words, today())
    done = run("search", "gaps")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["2", "blockkedja"],
        ["1", "kvantdator"],
    ]
    assert f"({today()} – {today()})" in done.stdout
    assert len(run("search", "gaps", "--limit", "1").stdout.splitlines()) == 1


def test_when_nothing_is_missing_it_says_so(run: Run) -> None:
    assert run("search", "gaps").stdout == "Ingen sökning har blivit utan träff de senaste 90 dagarna.\n"


def test_the_commands_own_searches_are_not_counted(run: Run) -> None:
    assert run("search", "query", "blockkedja").stdout == "0 träffar\n"
    assert "blockkedja" not in run("search", "gaps").stdout
