"""``kb messages``: the secretariat reads what readers have sent (A-02)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.domain.reader_messages import ReaderMessage, Vote
from kb.domain.vocabulary import MessageKind
from kb.services import reader_messages
from kb.services.rate_limits import Place
from tests import factories
from tests.cli.conftest import Run, is_one_swedish_line
from tests.installation import running

HERE = Place("192.0.2.1", "n" * 40)


@pytest.fixture
def receipts(instance: Path) -> list[str]:
    """A correction, and after it a report on accessibility."""
    with running(instance):
        entry = factories.published("Nytt ärendesystem")
        sent = [
            ReaderMessage(
                kind=MessageKind.CORRECTION,
                message="Det kostade mer.\nMycket mer.",
                proposal="190 miljoner",
                entry_id=entry.id,
                version=1,
                email="asa@exempel.se",
            ),
            ReaderMessage(kind=MessageKind.ACCESSIBILITY, message="Bilden " * 20, page="/om", language="en"),
        ]
        found = [reader_messages.receive(one, str(number), HERE) for number, one in enumerate(sent)]
        vote = reader_messages.vote(Vote(entry.id, 1, helped=True), "röst", HERE)
        reader_messages.add_why(vote.id, "Vi slapp\nsamma fel.")
        return [receipt.reference for receipt in found]


def test_the_newest_is_first_on_a_line_of_its_own(run: Run, receipts: list[str]) -> None:
    done = run("messages", "list")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith(receipts[1])
    assert "Anmälan om bristande tillgänglighet: Bilden Bilden" in first
    assert first.endswith("…")
    assert second.endswith("Förslag till rättelse: Det kostade mer. Mycket mer.")


def test_one_kind_can_be_asked_for(run: Run, receipts: list[str]) -> None:
    (line,) = run("messages", "list", "--kind", "correction").stdout.splitlines()
    assert line.startswith(receipts[0])
    assert run("messages", "list", "--kind", "praise").returncode == 2


def test_machines_get_everything(run: Run, receipts: list[str]) -> None:
    newest, oldest = json.loads(run("messages", "list", "--json").stdout)
    assert (newest["kind"], newest["language"], newest["reference"]) == ("accessibility", "en", receipts[1])
    assert oldest["texts"]["message"] == "Det kostade mer.\nMycket mer."
    assert oldest["story"] == "Nytt ärendesystem"
    assert json.loads(run("messages", "show", receipts[0], "--json").stdout) == oldest


def test_a_message_is_shown_whole(run: Run, receipts: list[str]) -> None:
    shown = run("messages", "show", receipts[0]).stdout
    for part in (
        f"Förslag till rättelse {receipts[0]}",
        "Gäller: Nytt ärendesystem, version 1 (/erfarenheter/",
        "Meddelande:\nDet kostade mer.\nMycket mer.",
        "Ska stå:\n190 miljoner",
        "E-post:\nasa@exempel.se",
    ):
        assert part in shown
    assert "Källa" not in shown


def test_a_number_that_no_message_has(run: Run, receipts: list[str]) -> None:
    assert is_one_swedish_line(run("messages", "show", "AAAA-AAAA"))


@pytest.mark.usefixtures("receipts")
def test_votes_with_their_reasons(run: Run) -> None:
    head, reason = run("messages", "votes").stdout.splitlines()
    assert head.startswith("Ja 1, nej 0  Nytt ärendesystem (/erfarenheter/")
    assert reason == "    Ja: Vi slapp samma fel."
    (row,) = json.loads(run("messages", "votes", "--json").stdout)
    assert (row["yes"], row["no"], row["reasons"]) == (1, 0, [[True, "Vi slapp\nsamma fel."]])


def test_where_nothing_has_come_it_says_so(run: Run) -> None:
    assert run("messages", "list").stdout == "Inget meddelande har kommit.\n"
    assert run("messages", "list", "--json").stdout == "[]\n"
    assert run("messages", "votes").stdout == "Ingen har svarat.\n"
