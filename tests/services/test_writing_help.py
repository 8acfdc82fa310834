"""Help beside the text: LIX, masked warnings by field, advice, and all of it in little time (A-40, L-02)."""

from __future__ import annotations

import time

import pytest

from kb.domain.personal_data import PersonalKind
from kb.domain.vocabulary import EntrySize
from kb.services.writing_help import WARNINGS_SHOWN, help_for, together

PROSE = (
    "Vi bytte system på ett år. Det blev dyrare än vi trodde. Nästa gång börjar vi med ett litet försök. " * 3
)
NUMBER = "811218-9876"


def test_an_empty_draft_has_points_and_nothing_else() -> None:
    found = help_for({}, EntrySize.STORY)
    assert found.points
    assert found.met == 0
    assert found.lix is None
    assert found.longest == found.long_words == found.warnings == found.advice == ()


def test_warnings_are_masked_name_their_field_and_the_stop_comes_first() -> None:
    fields = {
        "title": "Anna Svensson byter system",
        "lessons": "a",
        "lesson.a.advice": f"Ring 070-174 06 05 och fråga efter {NUMBER}.",
        "contact_role": "Förvaltningsledare",
    }
    found = help_for(fields, EntrySize.STORY)
    assert [(one.kind, one.field, one.is_hard) for one in found.warnings] == [
        (PersonalKind.IDENTITY_NUMBER, "lesson.a.advice", True),
        (PersonalKind.NAME, "title", False),
        (PersonalKind.TELEPHONE, "lesson.a.advice", False),
    ]
    assert found.warnings_total == 3
    for one in found.warnings:
        assert NUMBER not in one.excerpt_masked
        assert "174 06 05" not in one.excerpt_masked
        assert one.label
        assert one.advice


def test_a_source_may_name_who_wrote_it_but_no_number() -> None:
    fields = {"sources": "a", "source.a.title": f"Anna Svensson: Slutrapport {NUMBER}"}
    assert [one.kind for one in help_for(fields, EntrySize.STORY).warnings] == [PersonalKind.IDENTITY_NUMBER]


def test_what_the_size_hides_and_what_was_removed_is_not_judged() -> None:
    fields = {"body": NUMBER, "lessons": "b", "lesson.a.advice": NUMBER}
    assert help_for(fields, EntrySize.TIP).warnings == ()
    assert len(help_for(fields, EntrySize.STORY).warnings) == 1


def test_lix_is_of_the_prose_and_not_of_code_tables_headings_or_addresses() -> None:
    bare = help_for({"body": PROSE}, EntrySize.STORY)
    heading, code = "# Informationssäkerhetsklassificering", "```\nverksamhetsutvecklingsprogram\n```"
    more = f"\n\n{heading}\n\n{code}\n\n| långtabellrubrik |\n|---|\n| x |\n"
    assert bare.lix is not None
    assert help_for({"body": PROSE + more}, EntrySize.STORY).lix == bare.lix
    in_lesson = {"lessons": "a", "lesson.a.situation": PROSE}
    assert help_for(in_lesson, EntrySize.TIP).lix == bare.lix


def test_the_longest_sentences_and_words_are_told() -> None:
    long = "Vi " + "skrev och " * 20 + "verksamhetsutvecklingsprogrammet."
    found = help_for({"summary": PROSE + long}, EntrySize.TIP)
    assert found.longest == (long,)
    assert found.long_words == ("verksamhetsutvecklingsprogrammet",)


def test_advice_names_its_field() -> None:
    fields = {"body": "Läs [här](https://exempel.se).", "summary": "Se https://exempel.se/a"}
    found = {(one.field, one.advice.code) for one in help_for(fields, EntrySize.STORY).advice}
    assert found == {("body", "empty_link"), ("summary", "bare_address")}


def test_what_is_typed_stands_before_what_is_saved_and_only_fields_count() -> None:
    assert together({"title": "a", "summary": "b"}, {"title": "c", "nonsense": "d"}) == {
        "title": "c",
        "summary": "b",
    }


def test_a_text_that_cannot_be_shown_is_still_searched() -> None:
    found = help_for({"body": "[" * 6_000 + f" {NUMBER}"}, EntrySize.STORY)
    assert found.warnings_total == 1
    assert found.lix is None


@pytest.mark.parametrize(
    "part", [f"{NUMBER} ", "Anna Svensson ", "a@b.se ", "ord ", "t.ex. ", "[", "# a\n\n", "1"]
)
def test_a_hundred_thousand_signs_take_little_time(part: str) -> None:
    text = (part * 100_000)[:100_000]
    fields = {"body": text, "lessons": "a", "lesson.a.why": text * 8}
    started = time.process_time()
    found = help_for(fields, EntrySize.IN_DEPTH)
    assert time.process_time() - started < 5
    assert len(found.warnings) <= WARNINGS_SHOWN
