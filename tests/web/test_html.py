"""The tests' own eyes: each rule that ``Html.faults`` knows is broken once here, and seen."""

from __future__ import annotations

import pytest

from tests.web.html import Html

GOOD = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Sök – Erfarenhetsbanken</title>
<link rel="stylesheet" href="/static/css/base.css"><script src="/static/js/site.js"></script></head>
<body><a href="#innehall">Hoppa till innehållet</a>
<header><nav aria-label="Huvudmeny"><a href="/om">Om</a></nav>
<form role="search" action="/sok"><label for="q">Sök</label><input id="q" name="q"></form></header>
<main id="innehall" tabindex="-1"><h1>Sök</h1><h2>Träffar</h2></main>
<footer>Sidfot</footer></body></html>"""


def test_a_good_page_has_no_faults() -> None:
    assert Html(GOOD).faults() == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h2>", "<h2><p><div></p>", "not valid HTML"),
        ("<!doctype html>", "", "not valid HTML"),
        ("<h1>Sök</h1>", "", "a page has one h1"),
        ("<h2>Träffar</h2>", "<h1>Sök</h1>", "a page has one h1"),
        ("<title>Sök –", "<title>Hem –", "the title is the h1"),
        ("<h2>Träffar</h2>", "<h4>Träffar</h4>", "a heading of level 4 follows one of level 1"),
        ("<h2>", '<h2 id="q">', "the id 'q' is used 2 times"),
        ("<h2>", '<h2 aria-labelledby="finns-inte">', "points at 'finns-inte'"),
        ("Träffar", '<a href="#borta">Borta</a>', "goes to #borta"),
        ('<label for="q">Sök</label>', "", "the field 'q' has no label"),
        ('<label for="q">', '<label for="p">', "the field 'q' has no label"),
        ('lang="sv"', 'lang="en"', 'lang="sv"'),
        ('<a href="#innehall">Hoppa till innehållet</a>', "", "first stop of the Tab key"),
        (' tabindex="-1"', "", "does not move the focus"),
        ("<footer>Sidfot</footer>", "", "0 <footer>"),
        (' aria-label="Huvudmeny"', "", "every <nav> has a name"),
        (' role="search"', "", "no search"),
        ('src="/static/js', 'src="https://cdn.example/js', "asked from another host"),
        ('src="/static/js', 'src="//cdn.example/js', "asked from another host"),
        ('action="/sok"', 'action="https://evil.example/sok"', "asked from another host"),
        (' src="/static/js/site.js">', ">alert(1)", "an inline script"),
        ("<h2>", '<h2 style="color:red">', "<h2 style> is inline code"),
        ("<h2>", '<h2 onclick="x()">', "<h2 onclick> is inline code"),
        ('<a href="/om">Om</a>', '<a href="/om">Klicka här</a>', "say where it goes"),
        ('<a href="/om">Om</a>', '<a href="/om"></a>', "say where it goes"),
    ],
)
def test_a_broken_rule_is_seen(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    broken = GOOD.replace(good, bad, 1)
    assert any(fault in found for found in Html(broken).faults()), Html(broken).faults()
