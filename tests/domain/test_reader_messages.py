"""What a reader sends is cleaned, and all that is wrong with it is said at once (S-31, S-34, A-23, L-01)."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from kb.domain.errors import InvalidFields
from kb.domain.reader_messages import FIELDS, LIMITS, WHY_MAX, ReaderMessage, checked, checked_why, cleaned
from kb.domain.vocabulary import MessageKind

VALID = {
    "message": "Det står att systemet kostade 160 miljoner.",
    "proposal": "Det kostade 190 miljoner.",
    "source": "Slutrapporten, sidan 4",
    "purpose": "Vi ska upphandla.",
    "page": "/sok",
    "assistive_technology": "NVDA",
    "email": "asa.oberg@exempel.se",
}


def message(kind: MessageKind, **changes: str) -> ReaderMessage:
    texts = {name: VALID[name] for name in FIELDS[kind]}
    return ReaderMessage(kind=kind, **{**texts, **changes})  # type: ignore[arg-type]


def problems(kind: MessageKind, **changes: str) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        checked(message(kind, **changes))
    return {problem.field: str(problem) for problem in refused.value.problems}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_whole_message_passes_unchanged(kind: MessageKind) -> None:
    whole = message(kind)
    assert checked(whole) == whole


@pytest.mark.parametrize("kind", MessageKind)
def test_texts_that_the_kind_has_no_place_for_are_left_out(kind: MessageKind) -> None:
    everything = ReaderMessage(kind=kind, **VALID)  # type: ignore[arg-type]
    assert checked(everything) == message(kind)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (MessageKind.CORRECTION, ["message", "proposal"]),
        (MessageKind.STORY_REQUEST, ["message"]),
        (MessageKind.FEEDBACK, ["message"]),
        (MessageKind.CONTACT, ["message", "email"]),
        (MessageKind.ACCESSIBILITY, ["message", "page"]),
    ],
)
def test_what_is_missing_is_said_in_the_order_of_the_form(kind: MessageKind, needed: list[str]) -> None:
    found = problems(kind, **dict.fromkeys(FIELDS[kind], " \r\n\t "))
    assert list(found) == needed
    assert all(text.startswith("Skriv ") for text in found.values())


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(name: str) -> None:
    kind = next(kind for kind, fields in FIELDS.items() if name in fields)
    fitting = "a" * (LIMITS[name] - len("@exempel.se")) + "@exempel.se"
    assert getattr(checked(message(kind, **{name: fitting})), name) == fitting
    told = problems(kind, **{name: "a" + fitting})
    assert list(told) == [name]
    assert f"{LIMITS[name] + 1} tecken" in told[name]
    assert f"högst {LIMITS[name]} tecken" in told[name]


def test_a_line_end_counts_as_one_character_however_the_browser_sends_it() -> None:
    lines = "\r\n".join(["x"] * (LIMITS["message"] // 2))
    assert len(checked(message(MessageKind.FEEDBACK, message=lines)).message) == LIMITS["message"] - 1


@pytest.mark.parametrize("name", sorted(set(LIMITS) - {"email"}))
@pytest.mark.parametrize("number", ["19811218-9876", "811218 9876", "701063-2391"])
def test_a_personal_identity_number_is_refused_with_words_on_what_to_do(name: str, number: str) -> None:
    kind = next(kind for kind, fields in FIELDS.items() if name in fields)
    told = problems(kind, **{name: f"Ärendet gällde {number} och blev fel."})
    assert list(told) == [name]
    assert "personnummer" in told[name]
    assert "Ta bort det" in told[name]


def test_an_address_in_the_text_is_the_senders_own_affair() -> None:
    checked(message(MessageKind.FEEDBACK, message="Skriv till asa.oberg@exempel.se."))


@pytest.mark.parametrize(
    "address",
    ["a@b.se", "åsa.öberg@exempel.se", "a+b@sub.exempel.se", "o'brien@exempel.ie", "a@xn--exmple-cua.se"],
)
def test_an_address_of_the_usual_shape_passes(address: str) -> None:
    assert checked(message(MessageKind.CONTACT, email=f" {address} ")).email == address


@pytest.mark.parametrize(
    "address", ["a", "a@", "@b.se", "a@b", "a b@c.se", "a@b..se", "a@b.se.", "<a@b.se>", "a@b.se, c@d.se"]
)
def test_an_address_that_cannot_be_one_is_shown_how(address: str) -> None:
    assert problems(MessageKind.CONTACT, email=address) == {
        "email": "Skriv e-postadressen som i namn@exempel.se."
    }


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("  a  ", "a"),
        ("a\x00b\x1b[31mc\x07", "ab[31mc"),
        ("a\x85\x9fb\x7f", "ab"),
        ("a\tb", "a\tb"),
        ("a\ud800b", "ab"),
        ("A\u030a", "Å"),
        ('"><img src=x onerror=alert(1)> {{7*7}} %(x)s', '"><img src=x onerror=alert(1)> {{7*7}} %(x)s'),
        ("🚀 \u202eabc", "🚀 \u202eabc"),
    ],
)
def test_a_text_is_kept_as_it_was_written_but_for_what_no_text_has(written: str, kept: str) -> None:
    assert cleaned(written) == kept


def test_the_reason_for_a_vote_may_be_nothing_but_not_everything() -> None:
    assert checked_why("  ") == ""
    assert checked_why("x" * WHY_MAX) == "x" * WHY_MAX
    for wrong in ("x" * (WHY_MAX + 1), "19811218-9876"):
        with pytest.raises(InvalidFields) as refused:
            checked_why(wrong)
        assert [problem.field for problem in refused.value.problems] == ["why"]


@pytest.mark.parametrize(
    "text", ["a" * 900_000, "1" * 900_000, "1-1-1-" * 150_000, "(" * 900_000, " " * 900_000, "a@" * 450_000]
)
def test_a_text_as_large_as_a_request_is_judged_at_once(text: str) -> None:
    started = time.thread_time()
    with pytest.raises(InvalidFields):
        checked(replace(message(MessageKind.CONTACT), message=text, email=text))
    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize("text", ["1" * 4000, "a@" * 2000, "1-1-1-" * 666, "811218 " * 500, "a." * 2000])
def test_a_text_within_the_limit_is_judged_at_once(text: str) -> None:
    started = time.thread_time()
    checked(message(MessageKind.FEEDBACK, message=text))
    assert time.thread_time() - started < 0.1
