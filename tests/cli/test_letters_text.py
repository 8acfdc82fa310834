"""The words of letters: each kind in each language, with links and addresses that are ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from kb.cli import letters_text
from kb.config import resource
from kb.domain.letters import LetterKind
from kb.domain.vocabulary import Role
from kb.mail import Post
from kb.mail.post import Sender, message_of
from kb.services.posting import Taken, Unwritable

ANNA = "anna@exempel.example"
UNTIL = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
LINK = "https://erfarenhetsbanken.example/lank/01M84YENKVXXY7H07B4BSFWBX0.1AiytsLFAiLx1cDmBodNxw8V0DHZQ"


def a_letter(kind: LetterKind, language: str = "sv", **values: str) -> Taken:
    given = {"role": Role.MODERATOR.value, "case_number": "EB-2026-0001", "entry_id": "01E"} | values
    return Taken("id", "lease", "m@x.example", kind, ANNA, language, given, 1, UNTIL, UNTIL)


@pytest.mark.usefixtures("app")
class TestWords:
    @pytest.mark.parametrize("kind", LetterKind)
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_every_kind_of_letter(self, kind: LetterKind, language: str) -> None:
        text = letters_text.render(a_letter(kind, language), LINK)
        assert "\n" not in text.subject
        assert 10 < len(text.subject) < 80
        lines = text.body.splitlines()
        assert "&" not in text.body
        assert "  " not in text.body
        assert "\n\n\n" not in text.body
        assert not re.search(r"[{}%<>]|None", text.body)
        assert lines.count(LINK) == (1 if kind in letters_text.WITH_LINK else 0), "on a line of its own"
        assert "https://erfarenhetsbanken.example/" in text.body
        assert lines[0] == ("Hej!" if language == "sv" else lines[0])
        assert message_of(Post("m@x", ANNA, text.subject, text.body, UNTIL), Sender("B", "b@x.example"))

    @pytest.mark.parametrize("kind", sorted(letters_text.WITH_LINK))
    def test_how_long_a_link_works_is_told_in_swedish_time(self, kind: LetterKind) -> None:
        assert "2026-11-23 kl. 23.30" in letters_text.render(a_letter(kind), LINK).body.replace("\xa0", " ")

    def test_the_role_in_words(self) -> None:
        assert "granskare" in letters_text.render(a_letter(LetterKind.ROLE_CHANGED), "").body

    def test_a_letter_without_what_it_needs_is_not_written(self) -> None:
        with pytest.raises(Unwritable):
            letters_text.render(a_letter(LetterKind.RESET), "")
        with pytest.raises(Unwritable):
            letters_text.render(a_letter(LetterKind.ROLE_CHANGED, role="hövding"), "")

    def test_addresses_come_from_the_settings_alone(self, app: Flask) -> None:
        """Asked for over another host, the letter has ours (S-14)."""
        with app.test_request_context("/", base_url="https://ond.example"):
            text = letters_text.render(a_letter(LetterKind.RESET_IMPOSSIBLE), "")
        assert "ond.example" not in text.body
        assert "https://erfarenhetsbanken.example/logga-in" in text.body

    def test_every_kind_has_a_template_and_no_template_is_left_over(self) -> None:
        there = {path.stem for path in (resource("templates") / "emails").glob("*.txt")} - {"_letter"}
        assert there == {kind.value for kind in LetterKind}
