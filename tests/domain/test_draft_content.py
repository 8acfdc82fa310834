"""What was typed in a draft: read, judged by its size with every problem at its field, and written back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain import draft_content, draft_fields
from kb.domain.content import BODY_MAX, LESSON_FIELD_MAX, is_blank
from kb.domain.draft_content import SectionState, content_of, fields_of, section_state, section_states
from kb.domain.draft_fields import LESSON_TEXTS, Section
from kb.domain.facts import Fact
from kb.domain.reader_messages import cleaned
from kb.domain.story_content import BenefitContent, LessonContent, SourceContent, StoryContent
from kb.domain.vocabulary import (
    COUNT_FACTS,
    DATE_FACTS,
    MONEY_FACTS,
    BenefitStage,
    EntryKind,
    EntrySize,
    FactName,
    FactState,
    LessonBasis,
    Outcome,
)

TIP = {
    "title": "Fråga först",
    "summary": "Fråga dem som ska använda det.",
    "kind": "lesson_learned",
    "term.domain": "health",
    "lessons": "lardom-1",
    "lesson.lardom-1.situation": "Ett byte av system.",
    "lesson.lardom-1.advice": "Fråga först.",
}
STORY = {
    **TIP,
    "body": "## Läget\n\nVi bytte.",
    "outcomes": "partly\ndelayed",
    "term.investment_type": "case_system",
    "term.phase": "development\nrollout",
    "sources": "s1",
    "source.s1.title": "Slutrapport",
    "source.s1.url": "https://exempel.se/rapport",
}
IN_DEPTH = {
    **STORY,
    "fact.first_budget.state": "known",
    "fact.first_budget.value": "12,5 Mkr",
    "fact.start.state": "estimated",
    "fact.start.value": "2017",
    "benefits": "b1",
    "benefit.b1.stage": "expected",
    "benefit.b1.type": "quality",
    "benefit.b1.description": "Färre fel.",
}
COMPLETE = {EntrySize.TIP: TIP, EntrySize.STORY: STORY, EntrySize.IN_DEPTH: IN_DEPTH}


def said(fields: Mapping[str, str], size: EntrySize) -> dict[str, str]:
    return {problem.field: str(problem) for problem in content_of(fields, size).problems}


def in_depth(**changes: str) -> dict[str, str]:
    """A complete draft with other texts in some fields; a double underscore is a dot."""
    return IN_DEPTH | {name.replace("__", "."): text for name, text in changes.items()}


@pytest.mark.parametrize("size", EntrySize)
def test_a_complete_draft_has_no_problems(size: EntrySize) -> None:
    checked = content_of(COMPLETE[size], size)
    assert checked.problems == ()
    assert checked.content is not None
    assert checked.content.size is size


@pytest.mark.parametrize("size", EntrySize)
def test_an_empty_draft_misses_what_its_size_must_have_and_nothing_else(size: EntrySize) -> None:
    checked = content_of({}, size)
    assert checked.content is None
    assert {problem.field for problem in checked.problems} == set(draft_content.must_haves(size))
    assert checked.missing == set(draft_content.must_haves(size))


@pytest.mark.parametrize(
    ("size", "name"), [(size, name) for size in EntrySize for name in draft_content.must_haves(size)]
)
def test_each_thing_that_a_size_must_have_is_missed(size: EntrySize, name: str) -> None:
    fields = dict(COMPLETE[size])
    fields.pop(name)
    fields.pop(name.replace(".value", ".state"), None)
    assert list(said(fields, size)) == [name]


def test_the_problems_stand_in_the_order_of_the_pages() -> None:
    fields = list(said({}, EntrySize.IN_DEPTH))
    sections = list(draft_fields.sections_of(EntrySize.IN_DEPTH))
    places = [sections.index(draft_fields.section_of(name)) for name in fields]
    assert places == sorted(places)
    assert fields[:2] == ["title", "summary"]


def test_what_a_size_does_not_have_is_left_out_and_kept() -> None:
    found = content_of(IN_DEPTH | {"fact.start.value": "fel"}, EntrySize.TIP).content
    assert found is not None
    assert (found.body, found.facts, found.benefits, found.sources) == ("", (), (), ())
    assert found.terms["phase"] == ("development", "rollout")


def test_a_role_to_ask_may_stand_instead_of_a_source() -> None:
    fields = {**STORY, "sources": "", "contact_role": "Förvaltningsledare"}
    assert said(fields, EntrySize.STORY) == {}


def test_it_is_enough_to_say_that_cost_and_dates_are_unknown() -> None:
    fields = in_depth(
        fact__first_budget__state="",
        fact__first_budget__value="",
        fact__outcome_cost__state="unknown",
        fact__start__state="withheld",
        fact__start__value="",
    )
    assert said(fields, EntrySize.IN_DEPTH) == {}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"title": "x" * 121}, "title", "högst 120"),
        ({"title": "\x00\x1f "}, "title", "Skriv en titel"),
        ({"title": "\u200b\u00a0\u202e\ufeff"}, "title", "Skriv en titel"),
        ({"body": "\u200b\n\u2060"}, "body", "minst ett stycke"),
        ({"source__s1__title": "\u200b"}, "source.s1.title", "vad källan heter"),
        ({"lesson__lardom-1__advice": "\u200b"}, "lesson.lardom-1.advice", "råder andra"),
        ({"summary": "x" * 401}, "summary", "högst 400"),
        ({"body": "ö" * (BODY_MAX // 2 + 1)}, "body", "för lång"),
        ({"kind": "roman"}, "kind", "Välj"),
        ({"outcomes": "succeeded\nlost"}, "outcomes", "Välj bland"),
        ({"contact_role": "x" * 121}, "contact_role", "högst 120"),
        ({"note_to_reviewer": "x" * 2_001}, "note_to_reviewer", "högst 2000"),
        ({"fact__first_budget__value": "12"}, "fact.first_budget.value", "12 tkr eller 12 Mkr"),
        ({"fact__first_budget__value": "cirka 5 Mkr"}, "fact.first_budget.value", "Ta bort ”cirka”"),
        ({"fact__first_budget__value": ""}, "fact.first_budget.value", "Fyll i ett värde"),
        ({"fact__first_budget__state": ""}, "fact.first_budget.state", "hur säker"),
        ({"fact__first_budget__state": "sure"}, "fact.first_budget.state", "Välj bland"),
        ({"fact__first_budget__state": "unknown"}, "fact.first_budget.value", "kan inte ha en siffra"),
        ({"fact__first_budget__note": "x" * 301}, "fact.first_budget.note", "högst 300"),
        ({"fact__first_budget__publish_from": "snart"}, "fact.first_budget.publish_from", "2027-01-31"),
        ({"fact__outcome_cost__note": "Löner"}, "fact.outcome_cost.state", "hur säker"),
        ({"fact__outcome_cost__publish_from": "2027-01-31"}, "fact.outcome_cost.state", "hur säker"),
        (
            {"fact__team_size__state": "known", "fact__team_size__value": "två"},
            "fact.team_size.value",
            "antal",
        ),
        (
            {"fact__actual_end__state": "known", "fact__actual_end__value": "2016"},
            "fact.actual_end.value",
            "före starten",
        ),
        (
            {"fact__first_end__state": "expected", "fact__first_end__value": "senast 2016-12"},
            "fact.first_end.value",
            "före starten",
        ),
        ({"source__s1__title": ""}, "source.s1.title", "vad källan heter"),
        ({"source__s1__url": ""}, "source.s1.url", "adressen till källan"),
        ({"source__s1__url": "javascript:alert(1)"}, "source.s1.url", "https://"),
        ({"source__s1__url": "ftp://exempel.se/a"}, "source.s1.url", "https://"),
        ({"source__s1__url": "https://"}, "source.s1.url", "https://"),
        ({"source__s1__url": "https://[fel"}, "source.s1.url", "https://"),
        ({"source__s1__url": "https://exempel.se/a b"}, "source.s1.url", "https://"),
        ({"source__s1__url": "https://exempel.se/" + "x" * 1_000}, "source.s1.url", "högst 1000"),
        ({"source__s1__accessed": "i går"}, "source.s1.accessed", "2027-01-31"),
        ({"benefit__b1__stage": ""}, "benefit.b1.stage", "väntad eller uppnådd"),
        ({"benefit__b1__type": ""}, "benefit.b1.type", "sorts nytta"),
        ({"benefit__b1__description": ""}, "benefit.b1.description", "Beskriv nyttan"),
        ({"lesson__lardom-1__advice": "x" * (LESSON_FIELD_MAX + 1)}, "lesson.lardom-1.advice", "högst 2000"),
        ({"lesson__lardom-1__advice": ""}, "lesson.lardom-1.advice", "råder andra"),
        ({"lesson__lardom-1__situation": ""}, "lesson.lardom-1.situation", "vilken situation"),
        ({"lessons": "lardom-1\nb", "lesson__b__why": "Därför."}, "lesson.b.advice", "Skriv ett råd"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], field: str, says: str) -> None:
    found = said(in_depth(**changes), EntrySize.IN_DEPTH)
    assert list(found) == [field]
    assert says in found[field]


def test_too_many_items_are_refused() -> None:
    keys = [f"k{number}" for number in range(31)]
    fields = {**TIP, "lessons": "\n".join(keys)}
    fields |= {f"lesson.{key}.{part}": "Text" for key in keys for part in ("situation", "advice")}
    assert "högst 30" in said(fields, EntrySize.TIP)["lessons"]


def test_an_item_with_nothing_in_it_is_left_out() -> None:
    fields = in_depth(
        lessons="tom\nlardom-1", benefits="tom\nb1\nb2", sources="s1\ntom", lesson__tom__advice=" \t"
    )
    checked = content_of(fields, EntrySize.IN_DEPTH)
    assert checked.content == content_of(IN_DEPTH, EntrySize.IN_DEPTH).content


def test_one_line_fields_lose_control_characters_and_breaks_and_nothing_else_does() -> None:
    fields = {
        **STORY,
        "title": " En\x00\x07\ttitel\r\nmed é 🌲\n",
        "body": "## Läget\n\n\tEtt  två\x0b\r\ntre\n",
    }
    content = content_of(fields, EntrySize.STORY).content
    assert content is not None
    assert content.title == "En titel med é 🌲"
    assert content.body == "## Läget\n\n\tEtt  två\ntre"


def test_the_first_problem_of_a_field_is_the_one_that_is_told() -> None:
    checked = content_of({**TIP, "lessons": "a", "lesson.a.why": "Därför."}, EntrySize.TIP)
    fields = [problem.field for problem in checked.problems]
    assert len(fields) == len(set(fields))


class TestSectionState:
    def test_the_states_of_an_empty_draft(self) -> None:
        states = section_states({"lessons": "lardom-1"}, EntrySize.STORY)
        assert tuple(states) == draft_fields.sections_of(EntrySize.STORY)
        assert set(states.values()) == {SectionState.EMPTY}

    def test_the_states_of_a_complete_draft(self) -> None:
        states = section_states(IN_DEPTH, EntrySize.IN_DEPTH)
        empty = {section for section, state in states.items() if state is SectionState.EMPTY}
        assert empty == {Section.SCOPE, Section.CONTACT}
        assert set(states.values()) == {SectionState.EMPTY, SectionState.DONE}

    @pytest.mark.parametrize(
        ("fields", "section", "state"),
        [
            ({"title": "Titel"}, Section.ABOUT, SectionState.STARTED),
            ({"title": "x" * 121}, Section.ABOUT, SectionState.WRONG),
            ({"title": " "}, Section.ABOUT, SectionState.EMPTY),
            ({"fact.start.state": "known"}, Section.TIME, SectionState.STARTED),
            ({"fact.start.value": "2017", "fact.start.state": "known"}, Section.TIME, SectionState.DONE),
            ({"fact.start.value": "fel", "fact.start.state": "known"}, Section.TIME, SectionState.WRONG),
            ({"contact_role": "Chef"}, Section.CONTACT, SectionState.DONE),
            ({"lessons": "a", "lesson.a.advice": "Råd."}, Section.LESSONS, SectionState.STARTED),
        ],
    )
    def test_a_section_that_is_on_its_way(
        self, fields: dict[str, str], section: Section, state: SectionState
    ) -> None:
        assert section_state(section, fields, EntrySize.IN_DEPTH) is state

    def test_the_problems_of_one_section_are_its_own(self) -> None:
        found = draft_content.problems_of(Section.CONTEXT, {}, EntrySize.STORY)
        assert [problem.field for problem in found] == ["term.domain", "term.investment_type", "term.phase"]


class TestSoFar:
    def test_whatever_can_be_read_is_there(self) -> None:
        fields = in_depth(title="", fact__first_budget__value="fel", source__s1__url="javascript:alert(1)")
        found = draft_content.so_far(fields, EntrySize.IN_DEPTH)
        assert (found.title, found.sources) == ("", ())
        assert [fact.name for fact in found.facts] == [FactName.START]
        assert found.lessons[0].advice == "Fråga först."

    def test_nothing_at_all_is_a_story_too(self) -> None:
        assert draft_content.so_far({}, EntrySize.STORY).title == ""


def test_what_no_form_asks_for_is_carried_over() -> None:
    before = StoryContent(
        "Titel",
        "Sammanfattning",
        EntryKind.LESSON_LEARNED,
        language="en",
        editorial=True,
        facts=(
            Fact(FactName.FIRST_BUDGET, FactState.KNOWN, 12_500, 12_500, year=2019),
            Fact(FactName.START, FactState.KNOWN, 2016_01, 2016_12, year=2020),
        ),
        lessons=(LessonContent("lardom-1", advice="Förr.", basis=LessonBasis.INFERRED),),
    )
    now = content_of(IN_DEPTH, EntrySize.IN_DEPTH).content
    assert now is not None
    found = draft_content.carried_over(now, before)
    assert (found.language, found.editorial) == ("en", True)
    assert [fact.year for fact in found.facts] == [2019, None]
    assert [lesson.basis for lesson in found.lessons] == [LessonBasis.INFERRED]
    assert found.title == now.title


def test_what_a_size_has_no_page_for_is_carried_over_unless_the_story_became_smaller() -> None:
    whole = content_of(
        in_depth(term__technology="cloud", fact__team_size__state="known", fact__team_size__value="12"),
        EntrySize.IN_DEPTH,
    ).content
    now = content_of(STORY, EntrySize.STORY).content
    assert whole is not None
    assert now is not None
    kept = draft_content.carried_over(now, replace(whole, size=EntrySize.STORY))
    assert kept.terms == whole.terms
    assert [fact.name for fact in kept.facts] == [FactName.TEAM_SIZE]
    assert kept.benefits == whole.benefits
    assert draft_content.carried_over(now, whole) == now


@pytest.mark.parametrize("size", EntrySize)
def test_who_chose_to_be_nameless_stays_so_in_every_size(size: EntrySize) -> None:
    found = content_of({**COMPLETE[size], "anonymised": "1"}, size).content
    assert found is not None
    assert found.anonymised


@pytest.mark.parametrize("size", EntrySize)
def test_fields_are_written_as_they_were_read(size: EntrySize) -> None:
    content = content_of(COMPLETE[size], size).content
    assert content is not None
    written = fields_of(content)
    assert content_of(written, size).content == content
    assert set(written.values()) == set(COMPLETE[size].values()) - {"s1", "b1"} | (
        {"1"} if size != "tip" else set()
    )


def _texts(limit: int) -> st.SearchStrategy[str]:
    cleaned_texts = st.text(max_size=limit).map(cleaned)
    return cleaned_texts.filter(lambda text: len(text) <= limit and not is_blank(text))


def _lines(limit: int) -> st.SearchStrategy[str]:
    return _texts(limit).map(lambda text: " ".join(text.split()))


CODES = st.lists(st.from_regex(r"[a-z]{1,8}(_[a-z]{1,4})?", fullmatch=True), max_size=4, unique=True).map(
    tuple
)
SOME_CODES = CODES.filter(bool)
KEYS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
MONTHS = st.builds(lambda year, month: year * 100 + month, st.integers(1960, 2100), st.integers(1, 12))


@st.composite
def facts(draw: st.DrawFn, name: FactName) -> Fact:
    state = draw(st.sampled_from(FactState))
    values = MONTHS if name in DATE_FACTS else st.integers(0, 1_000_000_000)
    low, high = sorted((draw(values), draw(values)))
    low, high = draw(st.sampled_from([(low, high), (low, low), (low, None), (None, high)]))
    if name in DATE_FACTS[1:]:
        low, high = 2100_01, 2100_12
    if state is FactState.UNKNOWN or (state is FactState.WITHHELD and draw(st.booleans())):
        low = high = None
    later = draw(st.none() | DAYS) if name in MONEY_FACTS else None
    return Fact(name, state, low, high, note=draw(st.just("") | _lines(20)), publish_from=later)


@st.composite
def contents(draw: st.DrawFn) -> StoryContent:
    """A valid content of any size, with what that size has."""
    size = draw(st.sampled_from(EntrySize))
    tip, whole = size is EntrySize.TIP, size is EntrySize.IN_DEPTH
    lessons = [
        LessonContent(key, *(draw(_texts(20)) for _ in LESSON_TEXTS), draw(CODES), draw(CODES))
        for key in draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
    ]
    vocabularies = ("domain", "investment_type", "phase")
    terms = {name: draw(SOME_CODES) for name in vocabularies}
    if whole and (codes := draw(CODES)):
        terms["technology"] = codes
    names = (*MONEY_FACTS, *DATE_FACTS, *(COUNT_FACTS if whole else ()))
    found = [] if tip else [draw(facts(name)) for name in names if whole or draw(st.booleans())]
    sources = st.builds(
        SourceContent,
        _lines(20),
        st.sampled_from(["https://exempel.se", "http://exempel.se/å?b=c#d"]),
        st.just("") | _lines(20),
        st.none() | DAYS,
    )
    benefits = st.builds(
        BenefitContent,
        st.sampled_from(BenefitStage),
        st.just("quality"),
        _texts(20),
        st.just("") | _lines(20),
    )
    return StoryContent(
        title=draw(_lines(120)),
        summary=draw(_lines(60)),
        kind=draw(st.sampled_from(EntryKind)),
        outcomes=tuple(draw(st.lists(st.sampled_from(Outcome), min_size=1, max_size=3, unique=True))),
        size=size,
        body="" if tip else draw(_texts(60)),
        partners=draw(CODES),
        terms=terms,
        facts=tuple(found),
        lessons=tuple(lessons),
        benefits=tuple(draw(st.lists(benefits, min_size=1, max_size=2))) if whole else (),
        sources=() if tip else tuple(draw(st.lists(sources, min_size=1, max_size=2))),
        contact_role="" if tip else draw(st.just("") | _lines(20)),
        open_to_contact=not tip and draw(st.booleans()),
        anonymised=draw(st.booleans()),
        note_to_reviewer="" if tip else draw(st.just("") | _texts(20)),
    )


@given(contents())
def test_every_content_is_read_back_from_its_fields(content: StoryContent) -> None:
    fields = fields_of(content)
    assert all(draft_fields.is_name(name) for name in fields)
    checked = content_of(fields, content.size)
    assert checked.problems == ()
    assert checked.content == content


NAMES = sorted({name for section in Section for name in draft_fields.names_of(section, IN_DEPTH)})


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20), max_size=12), st.sampled_from(EntrySize))
def test_anything_typed_is_content_or_problems_at_fields_of_the_draft(
    typed: dict[str, str], size: EntrySize
) -> None:
    for fields in (typed, {**IN_DEPTH, **typed}):
        checked = content_of(fields, size)
        assert (checked.content is None) == bool(checked.problems)
        for problem in checked.problems:
            assert draft_fields.is_name(problem.field)
            assert str(problem)
        section_states(fields, size)
        draft_content.so_far(fields, size)


def test_a_megabyte_in_every_sort_of_field_takes_no_time() -> None:
    long = "9 - å\x00" * 20_000
    fields = dict.fromkeys(NAMES, long) | {"lessons": "lardom-1", "benefits": "b1", "sources": "s1"}
    before = time.process_time()
    assert content_of(fields, EntrySize.IN_DEPTH).content is None
    assert time.process_time() - before < 5
