"""What the operator may say, and which page waits for what (A-01, L-08)."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.errors import Invalid
from kb.domain.site_information import (
    RULES,
    Fault,
    Form,
    Passage,
    SiteInformation,
    SitePage,
    clean,
    faults_in,
    is_stale,
)
from kb.domain.vocabulary import Conformity, Licence, SiteField, UserSituation

FAULT = "without_sight | Diagram saknar text. | De är gamla."

GOOD = {
    Form.LINE: "Skogsstyrelsen",
    Form.TEXT: "Första stycket.\n\nAndra stycket.",
    Form.EMAIL: "kansliet@exempel.se",
    Form.EMAIL_OR_LINK: "https://exempel.se/sakerhet",
    Form.ORGANISATION_NUMBER: "202100-5612",
    Form.DATE: "2026-11-23",
    Form.FAULTS: FAULT,
}


def value_for(field: SiteField) -> str:
    rule = RULES[field]
    return next(iter(rule.words)).value if rule.words else GOOD[rule.form]


def filled(**changes: str | None) -> SiteInformation:
    """Every field answered in Swedish, with changes; None takes an answer away."""
    values = {field: value_for(field) for field in SiteField} | {SiteField.CONFORMITY: "partly"}
    values |= {SiteField(name): value for name, value in changes.items() if value is not None}
    gone = {SiteField(name) for name, value in changes.items() if value is None}
    return SiteInformation({(field, "sv"): value for field, value in values.items() if field not in gone})


@pytest.mark.parametrize("field", SiteField)
def test_every_field_has_a_rule_and_takes_a_good_value(field: SiteField) -> None:
    assert clean(field, f"  {value_for(field)} \n") == value_for(field)


@pytest.mark.parametrize("field", SiteField)
def test_only_a_field_that_may_be_nothing_takes_nothing(field: SiteField) -> None:
    if RULES[field].may_be_nothing:
        assert clean(field, "  ") == ""
    else:
        with pytest.raises(Invalid, match="måste ha ett värde"):
            clean(field, "  ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (SiteField.EMAIL, "kansliet"),
        (SiteField.EMAIL, "kansliet@exempel"),
        (SiteField.EMAIL, "a@exempel.se, b@exempel.se"),
        (SiteField.SECURITY_CONTACT, "http://exempel.se"),
        (SiteField.SECURITY_CONTACT, "javascript:alert(1)"),
        (SiteField.ORGANISATION_NUMBER, "202100-5613"),
        (SiteField.ORGANISATION_NUMBER, "2021005612"),
        (SiteField.ASSESSED_ON, "23 november 2026"),
        (SiteField.ASSESSED_ON, "2026-02-30"),
        (SiteField.CONFORMITY, "nästan"),
        (SiteField.LICENCE, "gpl"),
        (SiteField.AUTHORITY, "Skogs\nstyrelsen"),
        (SiteField.AUTHORITY, "Skogs\x00styrelsen"),
        (SiteField.ASSESSMENT_METHOD, "a" * 10_001),
        (SiteField.KNOWN_FAULTS, "Diagram saknar text."),
        (SiteField.KNOWN_FAULTS, "without_sight | Diagram saknar text."),
        (SiteField.KNOWN_FAULTS, "without_sight | Diagram saknar text. |"),
        (SiteField.KNOWN_FAULTS, "without_legs | Trappor. | De är gamla."),
    ],
)
def test_a_value_that_a_field_cannot_take_is_refused_by_name(field: SiteField, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean(field, value)
    assert refused.value.field == field
    assert str(refused.value).endswith((".", "varför.", value))


def test_a_fault_has_a_situation_a_what_and_a_why() -> None:
    assert list(faults_in(FAULT)) == [
        Fault(UserSituation.WITHOUT_SIGHT, "Diagram saknar text.", "De är gamla.")
    ]


@pytest.mark.parametrize("page", SitePage)
def test_a_page_misses_each_field_that_it_needs_and_no_other(page: SitePage) -> None:
    assert filled().missing(page) == ()
    for field, rule in RULES.items():
        expected = (field,) if page in rule.pages else ()
        assert filled(**{field.value: None}).missing(page) == expected


def test_that_there_is_none_is_an_answer() -> None:
    information = filled(unreasonable_burden="", outside_the_law="")
    assert information.missing(SitePage.STATEMENT) == ()
    assert information.text(SiteField.UNREASONABLE_BURDEN) is None


@pytest.mark.parametrize(
    ("conformity", "faults", "agree"),
    [
        ("full", "", True),
        ("full", FAULT, False),
        ("partly", FAULT, True),
        ("partly", "", False),
        ("not", FAULT, True),
        ("not", "", False),
    ],
)
def test_the_word_on_conformity_agrees_with_the_known_faults(
    conformity: str, faults: str, agree: bool
) -> None:
    information = filled(conformity=conformity, known_faults=faults)
    assert information.contradicts_itself is not agree
    assert information.missing(SitePage.STATEMENT) == (() if agree else (SiteField.CONFORMITY,))


def test_values_are_read_as_what_they_are() -> None:
    information = filled(conformity="not", licence="cc_by", assessed_on="2026-11-23")
    assert information.conformity is Conformity.NOT
    assert information.licence is Licence.CC_BY
    assert information.day(SiteField.ASSESSED_ON) == date(2026, 11, 23)
    empty = SiteInformation({})
    assert (empty.conformity, empty.licence, empty.day(SiteField.UPDATED_ON), empty.faults()) == (
        None,
        None,
        None,
        (),
    )


def test_english_falls_back_on_swedish_and_says_so() -> None:
    values = {(SiteField.ASSESSMENT_METHOD, "sv"): "Själva.", (SiteField.AUTHORITY, "sv"): "Skogsstyrelsen"}
    information = SiteInformation(values)
    assert information.text(SiteField.ASSESSMENT_METHOD, "en") == Passage("Själva.", "sv")
    assert information.text(SiteField.AUTHORITY, "en") == Passage("Skogsstyrelsen", "")
    assert information.untranslated() == (SiteField.ASSESSMENT_METHOD,)
    both = SiteInformation(values | {(SiteField.ASSESSMENT_METHOD, "en"): "Ourselves."})
    assert both.text(SiteField.ASSESSMENT_METHOD, "en") == Passage("Ourselves.", "en")
    assert both.untranslated() == ()


def test_only_a_translated_field_has_a_value_in_english() -> None:
    assert clean(SiteField.ASSESSMENT_METHOD, "Ourselves.", "en") == "Ourselves."
    with pytest.raises(Invalid, match="samma värde på alla språk"):
        clean(SiteField.AUTHORITY, "The Forest Agency", "en")


def test_a_text_falls_into_paragraphs_and_lines() -> None:
    passage = Passage("Gatan 1\n123 45 Staden\n\nSlut.", "sv")
    assert passage.paragraphs == ("Gatan 1\n123 45 Staden", "Slut.")
    assert passage.lines == ("Gatan 1", "123 45 Staden", "Slut.")


@pytest.mark.parametrize(
    ("today", "stale"),
    [(date(2026, 11, 23), False), (date(2027, 11, 23), False), (date(2027, 11, 25), True)],
)
def test_an_assessment_grows_old_after_a_year(today: date, stale: bool) -> None:
    assert is_stale(date(2026, 11, 23), today) is stale
