"""What the search box understands, as a table; anything else is text."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.domain.errors import QueryRefused
from kb.search.index import Facet
from kb.search.query_language import InField, ParsedQuery, Prefix, Section, Words, Years, parse, value_key


def shown(query: ParsedQuery) -> tuple[list[list[str]], list[str]]:
    """A parsed query as short text: groups, and what is excluded."""
    return [[_shown(clause) for clause in group] for group in query.groups], [
        _shown(clause) for clause in query.excluded
    ]


def _shown(clause: object) -> str:
    match clause:
        case Words(words, phrase):
            text = " ".join(word.text for word in words)
            return f'"{text}"' if phrase else text
        case Prefix(start):
            return f"{start}*"
        case InField(field, value):
            return f"{field.value}={value}"
        case Years(first, last):
            return f"{first}-{last}"
    raise AssertionError(clause)


@pytest.mark.parametrize(
    ("text", "groups", "excluded"),
    [
        ("", [], []),
        ("   ", [], []),
        ("upphandling av system", [["upphandling"], ["av"], ["system"]], []),
        ('"effekthemtagning"', [['"effekthemtagning"']], []),
        ("”agil utveckling” nu", [['"agil utveckling"'], ["nu"]], []),
        ('utan partner "slut', [["utan"], ["partner"], ["slut"]], []),
        ('""', [], []),
        ('a"b"c', [["a"], ['"b"'], ["c"]], []),
        ("kostnad -region", [["kostnad"]], ["region"]),
        ('-"två ord" kvar', [["kvar"]], ['"två ord"']),
        ("-region", [], ["region"]),
        ("IT - ett hot", [["IT"], ["ett"], ["hot"]], []),
        ("e-tjänst", [["e-tjänst"]], []),
        ("--x", [], ["x"]),
        ("-", [], []),
        ("upph*", [["upph*"]], []),
        ("Öve*", [["öve*"]], []),
        ("up*", [["up"]], []),
        ("*handling", [["handling"]], []),
        ("a*b", [["a"], ["b"]], []),
        ("-upph*", [], ["upph*"]),
        ("EU:s regler", [["EU:s"], ["regler"]], []),
        ("titel:journal", [["title=journal"]], []),
        ('titel:"två ord"', [["title=två ord"]], []),
        ("Lärdom:tid lardom:tid", [["lessons=tid"], ["lessons=tid"]], []),
        ("myndighet:Skatteverket", [["myndighet=Skatteverket"]], []),
        ("område:hälsa omrade:hälsa", [["omrade=hälsa"], ["omrade=hälsa"]], []),
        ("-slag:good_example", [], ["slag=good_example"]),
        ("okänt:värde", [["okänt:värde"]], []),
        ("titel:", [["titel"]], []),
        ('titel:"', [["titel"]], []),
        ("http://a.se/b", [["http"], ["a.se"], ["b"]], []),
        ("år:2015", [["2015-2015"]], []),
        ("år:2015..2020", [["2015-2020"]], []),
        ("ar:2015-2020", [["2015-2020"]], []),
        ("år:2015..", [["2015-None"]], []),
        ("år:..2020", [["None-2020"]], []),
        ("år:2020..2015", [["2015-2020"]], []),
        ("år:..", [["år"]], []),
        ("år:20155", [["år:20155"]], []),
        ("år:tolv", [["år:tolv"]], []),
        ("skola OR vård", [["skola", "vård"]], []),
        ("a OR b OR c d", [["a", "b", "c"], ["d"]], []),
        ('"x y" OR år:2015', [['"x y"', "2015-2015"]], []),
        ("OR skola", [["OR"], ["skola"]], []),
        ("skola OR", [["skola"], ["OR"]], []),
        ("skola OR OR vård", [["skola", "OR"], ["vård"]], []),
        ("skola or vård", [["skola"], ["or"], ["vård"]], []),
        ("((((", [], []),
        ("/.*/", [], []),
        ("????~", [], []),
        ("fel~2", [["fel"], ["2"]], []),
        ("[a TO b]", [["a"], ["TO"], ["b"]], []),
    ],
)
def test_what_is_understood(text: str, groups: list[list[str]], excluded: list[str]) -> None:
    assert shown(parse(text)) == (groups, excluded)


def test_words_know_their_places() -> None:
    query = parse("  två  ord")
    places = [clause.words[0] for (clause,) in query.groups if isinstance(clause, Words)]
    assert [query.text[word.start : word.end] for word in places] == ["två", "ord"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 1001, "1000 tecken"),
        ("ord " * 65, "högst 64"),
        ('"' + "ord " * 65 + '"', "högst 64"),
        ("noll\0byte", "styrtecken"),
        ("\x1b[31m", "styrtecken"),
        ("\ud800", "styrtecken"),
    ],
)
def test_what_is_refused(text: str, says: str) -> None:
    with pytest.raises(QueryRefused, match=says):
        parse(text)


@pytest.mark.parametrize("text", ["x" * 1000, "ord " * 64, "rad\nbryt\tflik\r\n"])
def test_what_is_just_within_the_limits(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("one", "other"), [("good_example", "Good example"), ("e-hälsa", "E-Hälsa"), ("10-50 mnkr", "10 50 MNKR")]
)
def test_values_are_compared_by_letters_and_digits(one: str, other: str) -> None:
    assert value_key(one) == value_key(other)


def test_every_facet_but_the_years_has_a_field_name() -> None:
    from kb.search.query_language import FIELDS

    assert {field for field in FIELDS.values() if isinstance(field, Facet)} == set(Facet) - {Facet.YEAR}
    assert {field for field in FIELDS.values() if isinstance(field, Section)} == set(Section)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=1000) | st.text(alphabet='"-*:()~?/\\ ORår.a1\n', max_size=1000))
def test_any_text_is_read_or_refused(text: str) -> None:
    started = time.process_time()
    with suppress(QueryRefused):
        parse(text)
    assert time.process_time() - started < 0.5
