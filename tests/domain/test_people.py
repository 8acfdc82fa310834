"""Names and e-mail addresses have one form, and what is none is refused."""

from __future__ import annotations

import pytest

from kb.domain.errors import Invalid
from kb.domain.people import checked_email, checked_name, email_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("asa.oberg@exempel.se", "asa.oberg@exempel.se"),
        ("  Asa.Oberg@Exempel.SE\n", "asa.oberg@exempel.se"),
        ("a+b@under.exempel.se", "a+b@under.exempel.se"),
        ("åsa@exempel.se", "åsa@exempel.se"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert checked_email(typed) == email_key(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "asa",
            "asa@",
            "@exempel.se",
            "asa@exempel",
            "a b@exempel.se",
            "a@b@exempel.se",
            "a@exempel..se",
        ),
        *("a@exempel.se, b@exempel.se", "a@exempel.se\nBcc: b@exempel.se", "<a@exempel.se>"),
        *("a\x00@exempel.se", "a\ud800@exempel.se", "a\u200b@exempel.se"),
        *("a" * 65 + "@exempel.se", "a@" + "b" * 250 + ".se"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked_email(typed)
    assert raised.value.field == "email"


def test_anything_has_a_key_that_a_database_takes() -> None:
    email_key("a\x00\ud800@exempel.se").encode()
    assert email_key("a\x00@exempel.se") != email_key("a@exempel.se")


def test_a_name_has_single_spaces() -> None:
    assert checked_name("  Åsa \n Öberg ") == "Åsa Öberg"
    assert checked_name("x" * 200) == "x" * 200


@pytest.mark.parametrize("typed", ["", "  \n", "x" * 201, "Åsa\x00", "Åsa\u202eÖberg"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked_name(typed)
    assert raised.value.field == "name"
