"""Messages and votes are stored once each, about the version that was read, without a trace of from where."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db
from kb.domain.errors import InvalidFields, NotFound, TooManyAttempts
from kb.domain.reader_messages import ReaderMessage as Message
from kb.domain.reader_messages import Vote
from kb.domain.vocabulary import MessageKind, MessageState
from kb.models import ReaderMessage, ReaderVote, Revision
from kb.services import reader_inbox, reader_messages
from kb.services.rate_limits import Limit, Place
from kb.services.reader_messages import AlreadySent
from tests import factories
from tests.installation import running
from tests.shared import ROOT

ADDRESS = "192.0.2.77"
HERE = Place(ADDRESS, "n" * 40)

pytestmark = pytest.mark.usefixtures("app")


def message(text: str = "Sökrutan är bra.", **changes: Any) -> Message:
    return Message(**{"kind": MessageKind.FEEDBACK, "message": text, "page": "/sok", **changes})


def receive(what: Message, key: str = "nyckel") -> reader_messages.Receipt:
    return reader_messages.receive(what, key, HERE)


def stored() -> list[ReaderMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReaderMessage)))


def stored_votes() -> list[ReaderVote]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReaderVote)))


class TestMessages:
    def test_a_message_is_stored_as_it_was_written(self) -> None:
        receipt = receive(message(" Bra.\r\nMen liten. ", email="a@exempel.se", language="en"))
        (row,) = stored()
        assert (row.id, row.received_at) == (receipt.id, receipt.received_at)
        assert (row.kind, row.state, row.language) == (MessageKind.FEEDBACK, MessageState.RECEIVED, "en")
        assert (row.message, row.page, row.email) == ("Bra.\nMen liten.", "/sok", "a@exempel.se")
        assert row.entry_id is None

    def test_a_correction_names_the_version_that_was_read(self) -> None:
        entry = factories.published()
        first = entry.published_revision_id
        factories.new_version(entry)
        receive(message(kind=MessageKind.CORRECTION, proposal="190 miljoner", entry_id=entry.id, version=1))
        (row,) = stored()
        assert (row.entry_id, row.revision_id) == (entry.id, first)

    @pytest.mark.parametrize("version", [0, 2, 99])
    def test_a_version_that_never_was_cannot_be_corrected(self, version: int) -> None:
        entry = factories.published()
        factories.revision(entry)
        db.session.commit()
        with pytest.raises(NotFound):
            receive(message(kind=MessageKind.CORRECTION, proposal="x", entry_id=entry.id, version=version))
        assert stored() == []

    def test_the_same_form_sent_twice_is_one_row_and_one_receipt(self) -> None:
        assert receive(message()) == receive(message(" Sökrutan är bra. "))
        assert len(stored()) == 1

    def test_other_words_in_the_same_form_are_not_lost_in_silence(self) -> None:
        receive(message())
        with pytest.raises(AlreadySent):
            receive(message("Sökrutan är dålig."))
        assert [row.message for row in stored()] == ["Sökrutan är bra."]

    def test_the_same_words_in_another_form_are_another_message(self) -> None:
        assert receive(message()).id != receive(message(), "annan").id
        assert len(stored()) == 2

    def test_what_is_wrong_is_neither_stored_nor_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader_messages, "MESSAGES_PER_PLACE", (Limit(1, 3600),))
        for _ in range(3):
            with pytest.raises(InvalidFields):
                receive(message(""))
        receive(message())
        assert len(stored()) == 1

    def test_over_the_limit_nothing_is_stored_and_other_doors_are_open(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader_messages, "MESSAGES_PER_PLACE", (Limit(2, 3600),))
        first = receive(message(), "1")
        receive(message(), "2")
        with pytest.raises(TooManyAttempts):
            receive(message(), "3")
        assert len(stored()) == 2
        assert receive(message(), "1") == first, "what has been sent keeps its receipt"
        receive(message(kind=MessageKind.STORY_REQUEST), "4")

    def test_the_limits_are_generous(self) -> None:
        for number in range(30):
            receive(message(), str(number))
        with pytest.raises(TooManyAttempts):
            receive(message(), "30")

    def test_nothing_tells_from_where(self) -> None:
        receive(message())
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert "Sökrutan är bra." in dump
        assert ADDRESS not in dump


class TestVotes:
    def test_a_vote_belongs_to_the_version_that_was_read(self) -> None:
        entry = factories.published()
        first = entry.published_revision_id
        factories.new_version(entry)
        reader_messages.vote(Vote(entry.id, 1, helped=True, language="en"), "nyckel", HERE)
        (row,) = stored_votes()
        assert (row.entry_id, row.revision_id, row.helped, row.why, row.language) == (
            entry.id,
            first,
            True,
            "",
            "en",
        )

    def test_one_form_is_one_vote_and_its_last_answer_holds(self) -> None:
        entry = factories.published()
        receipts = {
            reader_messages.vote(Vote(entry.id, 1, helped), "nyckel", HERE).id
            for helped in (True, True, False)
        }
        (row,) = stored_votes()
        assert receipts == {row.id}
        assert row.helped is False

    def test_a_reason_is_added_to_the_same_vote(self) -> None:
        entry = factories.published()
        receipt = reader_messages.vote(Vote(entry.id, 1, helped=True), "nyckel", HERE)
        reader_messages.add_why(receipt.id, " Vi slapp samma fel. ")
        (row,) = stored_votes()
        assert (row.helped, row.why) == (True, "Vi slapp samma fel.")

    def test_a_reason_for_no_vote_is_nothing(self) -> None:
        reader_messages.add_why(reader_messages.not_kept().id, "Därför.")
        assert stored_votes() == []

    def test_a_reason_that_is_too_long_is_refused(self) -> None:
        with pytest.raises(InvalidFields):
            reader_messages.add_why("x", "x" * 1001)

    def test_votes_have_a_limit_of_their_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader_messages, "VOTES_PER_PLACE", (Limit(1, 3600),))
        entry = factories.published()
        reader_messages.vote(Vote(entry.id, 1, helped=True), "1", HERE)
        with pytest.raises(TooManyAttempts):
            reader_messages.vote(Vote(entry.id, 1, helped=True), "2", HERE)
        receive(message())


class TestInbox:
    def test_the_newest_comes_first_and_a_kind_can_be_chosen(self) -> None:
        entry = factories.published("Nytt ärendesystem")
        receive(message("Ett"), "1")
        receive(message("Två", kind=MessageKind.CORRECTION, proposal="x", entry_id=entry.id, version=1), "2")
        receive(message("Tre"), "3")
        assert [row.texts["message"] for row in reader_inbox.messages()] == ["Tre", "Två", "Ett"]
        (correction,) = reader_inbox.messages(MessageKind.CORRECTION)
        assert (correction.story, correction.version) == ("Nytt ärendesystem", 1)
        assert correction.texts == {"message": "Två", "proposal": "x", "source": "", "email": ""}

    def test_a_message_is_found_by_its_id_and_by_the_number_of_its_receipt(self) -> None:
        receipt = receive(message())
        for wanted in (receipt.id, receipt.reference, receipt.reference.lower(), f" {receipt.id[-8:]} "):
            assert reader_inbox.message(wanted).id == receipt.id

    @pytest.mark.parametrize("wanted", ["", "%", "________", "ABCD", "ZZZZ-ZZZZ", "'; --"])
    def test_a_number_that_nothing_has_is_not_found(self, wanted: str) -> None:
        receive(message())
        with pytest.raises(NotFound):
            reader_inbox.message(wanted)

    def test_votes_are_added_up_by_story(self) -> None:
        often, seldom = factories.published("Ofta läst"), factories.published("Sällan läst")
        for number, (entry, helped, why) in enumerate(
            [(often, True, "Bra."), (often, False, "Kort."), (often, True, ""), (seldom, False, "")]
        ):
            receipt = reader_messages.vote(Vote(entry.id, 1, helped), str(number), HERE)
            reader_messages.add_why(receipt.id, why)
        first, second = reader_inbox.votes()
        assert (first.story, first.yes, first.no) == ("Ofta läst", 2, 1)
        assert first.reasons == ((False, "Kort."), (True, "Bra."))
        assert (second.story, second.yes, second.no, second.reasons) == ("Sällan läst", 0, 1, ())


def test_threads_that_send_the_same_form_make_one_row(app: Flask) -> None:
    def send(_number: int) -> str:
        with app.app_context():
            return receive(message()).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(16)))) == 1
    assert len(stored()) == 1


_PROCESS = """
import sys
from pathlib import Path
from kb.domain.reader_messages import ReaderMessage
from kb.domain.vocabulary import MessageKind
from kb.services import reader_messages
from kb.services.rate_limits import Place
from tests.installation import running
with running(Path(sys.argv[1])):
    for number in range(20):
        message = ReaderMessage(kind=MessageKind.FEEDBACK, message=f"Meddelande {number}")
        print(reader_messages.receive(message, f"nyckel-{number}", Place("192.0.2.1", "n" * 40)).id)
"""


def test_processes_that_send_the_same_forms_make_one_row_each(instance: Path) -> None:
    command = [sys.executable, "-c", _PROCESS, str(instance)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=100)[0].split() for process in started]
    assert len(told[0]) == 20
    assert told[0] == told[1]
    with running(instance):
        assert len(stored()) == 20


def test_a_vote_on_a_draft_is_refused() -> None:
    entry = factories.entry()
    factories.revision(entry)
    db.session.commit()
    assert db.session.scalar(select(Revision.number)) == 1
    with pytest.raises(NotFound):
        reader_messages.vote(Vote(entry.id, 1, helped=True), "nyckel", HERE)
