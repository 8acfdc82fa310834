"""Stories as text (O-10): what is written is read back the same, and every fault has its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

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
from kb.services import story_files, story_rows
from kb.services.story_files import StoryFile
from tests.services.seed_folder import STORY

HOSTILE = (
    *("---", "--- ", "# Läget", "a: b", "- c", "{d: e}", "[f]", "&g", "*g", "!!python/object:os.system"),
    *("%TAG", "null", "ja", "2017", "2017-01-01", "~", "'", '"', "\\", "|", ">", "`", "@x", "=1+1", "\t"),
    *(
        "😀",
        "e\u0301",
        "\u2028",
        "\u2029",
        "\u0085",
        "\ufeff",
        "\N{NO-BREAK SPACE}",
        "\u200f",
        "\ufffe",
        "\0",
    ),
    *("<script>alert(1)</script>", "Ö" * 30, "\r\n", "...", "{{ 7*7 }}", "$(reboot)", ": ", " #"),
)
pieces = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), min_size=1, max_size=5)
days = st.none() | st.dates(date(1990, 1, 1), date(2099, 12, 31))
codes = st.lists(st.sampled_from(("a", "b_c", "d1")), unique=True).map(tuple)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)


def texts(joint: str = "\n", *, limit: int = 110) -> st.SearchStrategy[str]:
    """Something that a person could have typed, however odd, in the form that drafts give it."""
    typed = pieces.map(joint.join).map(cleaned)
    if joint != "\n":
        typed = typed.map(lambda text: " ".join(text.split()))
    return typed.filter(bool).map(lambda text: text[:limit].strip()).filter(bool)


def lines() -> st.SearchStrategy[str]:
    return texts(" ").filter(lambda text: cleaned(text) == text)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    found = []
    for name in draw(st.lists(st.sampled_from(FactName), unique=True)):
        state = draw(st.sampled_from(FactState))
        low, high = (None, None) if state is FactState.UNKNOWN else draw(spans(name))
        found.append(
            Fact(
                name,
                state,
                low,
                high,
                year=draw(st.none() | st.integers(1950, 2100)),
                note=draw(st.just("") | lines()),
                publish_from=draw(days) if name in MONEY_FACTS else None,
            )
        )
    return tuple(sorted(found, key=lambda fact: list(FactName).index(fact.name)))


@st.composite
def spans(draw: st.DrawFn, name: FactName) -> tuple[int | None, int | None]:
    if name in DATE_FACTS:
        first = draw(st.tuples(st.integers(1950, 2100), st.integers(1, 12)))
        last = draw(
            st.tuples(st.integers(first[0], 2100), st.integers(1, 12)).filter(lambda one: one >= first)
        )
        return first[0] * 100 + first[1], last[0] * 100 + last[1]
    low = draw(st.integers(0 if name in COUNT_FACTS else 1, 10**9))
    return draw(st.sampled_from([(low, low), (low, draw(st.integers(low, 10**9))), (low, None), (None, low)]))


@st.composite
def contents(draw: st.DrawFn) -> StoryContent:
    """Stories as a draft or a file can give them, with everything that a file may hold."""
    keys = draw(st.lists(slugs, min_size=1, max_size=3, unique=True))
    boxes = st.booleans()
    return story_files.normalised(
        StoryContent(
            title=draw(lines()),
            summary=draw(lines()),
            kind=draw(st.sampled_from(EntryKind)),
            outcomes=tuple(draw(st.lists(st.sampled_from(Outcome), unique=True))),
            size=draw(st.sampled_from(EntrySize)),
            body=draw(texts(limit=400)),
            language=draw(st.sampled_from(("sv", "en"))),
            partners=tuple(draw(st.lists(slugs, unique=True, max_size=3))),
            terms={name: draw(codes) for name in ("domain", "investment_type", "phase", "technology")},
            facts=draw(facts()),
            lessons=tuple(
                LessonContent(
                    key,
                    situation=draw(texts()),
                    why=draw(st.just("") | texts()),
                    advice=draw(texts()),
                    phase=draw(codes),
                    basis=draw(st.sampled_from(LessonBasis)),
                )
                for key in keys
            ),
            benefits=tuple(
                BenefitContent(stage, "time", draw(texts()), draw(st.just("") | lines()))
                for stage in draw(st.lists(st.sampled_from(BenefitStage), max_size=2))
            ),
            sources=tuple(
                SourceContent(draw(lines()), "https://exempel.se/?a=1#b", draw(st.just("") | lines()), day)
                for day in draw(st.lists(days, max_size=2))
            ),
            contact_role=draw(st.just("") | lines()),
            open_to_contact=draw(boxes),
            anonymised=draw(boxes),
            editorial=draw(boxes),
            note_to_reviewer=draw(st.just("") | texts()),
        )
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(contents())
def test_a_story_is_read_back_as_it_was_written(content: StoryContent) -> None:
    # What looks like text and is none when it has been cleaned twice is no title.
    names = (content.title, content.summary, *(one.title for one in content.sources))
    assume(all(map(str.strip, (*names, *(one.description for one in content.benefits)))))
    story = StoryFile(content, "skogsstyrelsen", "01JD0000000000000000000000")
    text = story_files.dumps(story, {"version": 2, "on": date(2026, 1, 2)})
    read = story_files.loads("a.md", text)
    assert read.story == story, [(fault.line, str(fault.problem)) for fault in read.faults]
    assert story_files.loads("a.md", text.replace("\n", "\r\n")).story == story
    assert story_files.dumps(read.story, {"version": 2, "on": date(2026, 1, 2)}) == text


def test_a_seed_file_is_a_file_of_ours() -> None:
    read = story_files.loads("a.md", STORY)
    assert [(fault.line, fault.problem.field) for fault in read.faults] == []
    assert read.story is not None
    assert read.story.organisation == "skogsstyrelsen"
    assert read.story.content.facts[0] == Fact(FactName.OUTCOME_COST, FactState.KNOWN, 9000, 9000)


FAULTS = {
    "no front matter": ("---\ntitle", "title", 1, "ska börja med ---"),
    "missing": ("language: sv\n", "", 2, "language saknas"),
    "misspelt": ("kind: good_example", "kidn: good_example", 2, "kidn finns inte i mallen"),
    "word": ("kind: good_example", "kind: bra", 4, "good_example, lesson_learned"),
    "long": ("Nytt ärendesystem för", "N" * 130, 2, "högst 120 tecken"),
    "big number": ("low: 9000, high: 9000", f"low: 9000, high: {10**30}", 14, "högst 1000000000"),
    "deep": ("[succeeded]", "[" * 5000 + "]" * 5000, 5, "för många nivåer"),
    "alias": ("[succeeded]", "&a [*a, *a]", 5, "används inte"),
    "key": ("kind: good_example", "[kind]: good_example", 4, "ett namn ska vara ett ord"),
    "number as key": ("kind: good_example", "kind: good_example\n2017: 1", 2, "2017 finns inte"),
    "object": ("[succeeded]", "!!python/object/apply:os.getcwd []", 5, "går inte att läsa"),
    "huge int": ("low: 9000, high: 9000", "low: " + "9" * 5000, 2, "går inte att läsa"),
    "dates": ('low: "2021-04", high: "2021-04"', 'low: "2018-04", high: "2018-04"', 16, "före starten"),
    "same key": ("key: borja-smatt", "key: testa-varje-vecka", 23, "två lärdomar"),
    "identity number": ("Handläggarna skrev", "8112289874 skrev", 33, "personnummer"),
    "not an address": ("https://exempel.se/slutrapport", "javascript:alert(1)", 29, "fel form"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_line(name: str) -> None:
    old, new, line, said = FAULTS[name]
    assert old in STORY
    read = story_files.loads("a.md", STORY.replace(old, new, 1))
    assert {fault.line for fault in read.faults} == {line}, [str(fault.problem) for fault in read.faults]
    assert said in str(read.faults[0].problem)


def test_every_fault_is_told_at_once() -> None:
    text = (
        STORY.replace("good_example", "bra").replace("language: sv", "language: fi").replace("low:", "lov:")
    )
    assert [fault.line for fault in story_files.loads("a.md", text).faults] == [4, 8, 14, 15, 16]


@pytest.mark.parametrize(
    "text", ["", "---", "---\n---\n", "---\n- a\n---\n", "---\n5\n---\n", "---\n\0\n---\n"]
)
def test_what_is_no_story_is_a_fault(text: str) -> None:
    assert story_files.loads("a.md", text).faults


HEAD = "organisation;title;summary;kind;outcomes;domain;investment_type;phase;source_title;source_url"
ROW = "Tullverket;En titel;Kort.;Lärdom;Avbruten|delayed;D;i;p;Rapport;https://a.se"
TERMS = {("domain", "d"): "domain_code"}


def rows(text: str) -> list[story_files.ReadFile]:
    return story_rows.loads("a.csv", text, TERMS)


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_a_row_is_a_story(sign: str) -> None:
    text = f"{HEAD};first_budget;start;anonymised\r\n{ROW};12 500 000;mars 2017;Ja\r\n"
    (read,) = rows("\ufeff" + text.replace(";", sign))
    assert (read.line, read.faults) == (2, ())
    assert read.story is not None
    content = read.story.content
    assert (content.kind, content.outcomes) == (EntryKind.LESSON_LEARNED, (Outcome.STOPPED, Outcome.DELAYED))
    assert content.terms["domain"] == ("domain_code",)
    assert content.anonymised
    assert content.facts == (
        Fact(FactName.FIRST_BUDGET, FactState.KNOWN, 12500, 12500),
        Fact(FactName.START, FactState.KNOWN, 2017_03, 2017_03),
    )


def test_a_fault_has_its_row_and_column() -> None:
    text = (
        f'{HEAD};outcome_cost;open_to_contact\n"{ROW.replace(";", chr(34) + ";" + chr(34))}";12;kanske\n;;\n'
    )
    (read,) = rows(text.replace("Kort.", "Kort\noch gott."))
    assert [(fault.line, fault.column) for fault in read.faults] == [
        (2, "open_to_contact"),
        (2, "outcome_cost"),
    ]
    (_first, second) = rows(f"{HEAD}\n{ROW.replace('Kort.', chr(34) + 'K' + chr(10) + chr(34))}\n{ROW};9\n")
    assert (second.line, len(second.faults)) == (4, 1)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a;b\n1;2", f"{HEAD};pris\n{ROW};1", f"{HEAD};title\n{ROW};1", f'{HEAD}\n"' + "x" * 200_000],
)
def test_a_table_that_cannot_be_read_is_one_fault(text: str) -> None:
    assert [len(read.faults) for read in rows(text)] == [1]


def test_a_formula_is_text() -> None:
    (read,) = rows(f"{HEAD}\n{ROW.replace('En titel', '=HYPERLINK(1)')}")
    assert read.title == "=HYPERLINK(1)"
    (read,) = rows(f"{HEAD}\n{ROW.replace('En titel', chr(39) + '=1+1')}")
    assert read.title == "=1+1"
