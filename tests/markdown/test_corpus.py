"""Every row of the attack corpus, as Markdown and as HTML, before four judges (T1, T4, usefulness)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt
from structlog.testing import capture_logs

from kb.domain.errors import ContentRefused
from kb.markdown import outline, render, sanitize
from kb.markdown.cleaning import clean
from kb.markdown.parsing import parse, to_html
from kb.markdown.policy import url_allowed
from tests.markdown import judges

Corpus = list[dict[str, str]]
Judge = Callable[[str], list[str]]
PLAIN_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def undecorated(text: str) -> str:
    """``render`` up to and with the sanitisers."""
    return clean(to_html(parse(text)))


def acceptable(corpus: Corpus) -> Corpus:
    """The rows without NUL; the test below says that those with it are refused."""
    return [row for row in corpus if "\0" not in row["payload"]]


def test_rows_with_nul_are_refused_and_nothing_else_is(corpus: Corpus) -> None:
    refused = 0
    for row in corpus:
        for entry_point in (render, sanitize):
            try:
                entry_point(row["payload"])
            except ContentRefused:
                assert "\0" in row["payload"], row["id"]
                refused += 1
    assert refused == 2 * (len(corpus) - len(acceptable(corpus))) > 0


@pytest.mark.parametrize("entry_point", [undecorated, sanitize])
def test_nothing_outside_the_policy_passes_the_sanitisers(
    corpus: Corpus, strict: Judge, entry_point: Callable[[str], str]
) -> None:
    bad = {row["id"]: strict(entry_point(row["payload"])) for row in acceptable(corpus)}
    assert {row: reasons for row, reasons in bad.items() if reasons} == {}


def test_decoration_adds_fixed_values_only(corpus: Corpus, decorated: Judge) -> None:
    bad = {row["id"]: decorated(str(render(row["payload"]))) for row in acceptable(corpus)}
    assert {row: reasons for row, reasons in bad.items() if reasons} == {}


def test_decoration_keeps_every_word(corpus: Corpus) -> None:
    for row in acceptable(corpus):
        marked = str(render(row["payload"])).replace(" (extern webbplats)", "")
        assert judges.words(marked) == judges.words(undecorated(row["payload"])), row["id"]


def test_the_judge_flags_the_raw_payloads(corpus: Corpus, strict: Judge, decorated: Judge) -> None:
    """Positive control: a judge that says yes to everything proves nothing."""
    flagged = sum(bool(strict(row["payload"])) for row in corpus)
    assert flagged >= 1_200
    for attack in (
        '<h2 id="avsnitt-x" onclick="x()">x</h2>',
        '<h2 id="main">x</h2>',
        '<h2 id="avsnitt-a">x</h2><h2 id="avsnitt-a">x</h2>',
        '<div class="page">x</div>',
        '<a href="/x" rel="opener">x</a>',
        '<img src="https://evil.example/x.png" alt="">',
        '<div class="table-scroll" role="dialog">x</div>',
    ):
        assert decorated(attack), attack


def test_sanitising_twice_changes_nothing(corpus: Corpus) -> None:
    for row in acceptable(corpus):
        for once in (sanitize(row["payload"]), undecorated(row["payload"])):
            assert sanitize(once) == once, row["id"]


def test_the_second_sanitiser_agrees(corpus: Corpus) -> None:
    rows = acceptable(corpus)
    with capture_logs() as logs:
        for row in rows:
            sanitize(row["payload"])
            undecorated(row["payload"])
    differing = [entry for entry in logs if entry["event"] == "sanitisers_differ"]
    assert len(differing) <= 0.001 * 2 * len(rows)


def test_a_browser_that_parses_again_sees_the_same(corpus: Corpus) -> None:
    """Mutation: html5lib with and without scripting, and after writing and reading once more."""
    for row in acceptable(corpus)[::3]:
        for html in (sanitize(row["payload"]), str(render(row["payload"]))):
            shape, written = judges.html5lib_shape(html, scripting=True)
            assert judges.html5lib_shape(html, scripting=False)[0] == shape, row["id"]
            assert judges.html5lib_shape(written, scripting=True)[0] == shape, row["id"]


def specification_rows(corpus: Corpus) -> Corpus:
    sources = ("CommonMark-spec", "GFM-spec", "cmark")
    return [r for r in corpus if r["kind"] == "markdown" and r["source"].split("/")[0] in sources]


def test_words_survive(corpus: Corpus) -> None:
    """Usefulness: a sanitiser that gives back nothing would pass all tests above."""
    rows = specification_rows(corpus)
    same = [
        judges.words(undecorated(row["payload"])) == judges.words(PLAIN_PARSER.render(row["payload"]))
        for row in rows
    ]
    assert len(rows) >= 100
    assert sum(same) >= 0.99 * len(rows)


def test_allowed_links_survive(corpus: Corpus) -> None:
    before_and_after = []
    for row in specification_rows(corpus):
        before = [
            node.attributes.get("href")
            for node in judges.nodes(PLAIN_PARSER.render(row["payload"]))
            if node.tag == "a" and judges.words(node.html or "")
        ]
        after = [n.attributes.get("href") for n in judges.nodes(str(render(row["payload"]))) if n.tag == "a"]
        before_and_after.append(
            ([url for url in before if url_allowed(url or "")], [url for url in after if url is not None])
        )
    assert sum(len(before) for before, _ in before_and_after) >= 30
    assert [pair for pair in before_and_after if pair[0] != pair[1]] == []


def test_the_outline_names_what_render_anchors(corpus: Corpus) -> None:
    for row in acceptable(corpus):
        text = f"# {row['payload']}\n\n## Läget\n\n{row['payload']}\n\n## Läget\n"
        anchored = [
            (int((node.tag or "")[1]), node.attributes.get("id"))
            for node in judges.nodes(str(render(text)))
            if (node.tag or "") in {"h2", "h3", "h4", "h5", "h6"}
        ]
        assert [(heading.level, heading.id) for heading in outline(text)] == anchored, row["id"]
