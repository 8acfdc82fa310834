"""Templates: what may not be in them (S-02), and that all of them can be rendered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from kb.domain.vocabulary import LABELS
from kb.search.index import Facet
from kb.web import query_string
from kb.web.error_texts import OTHER, TEXTS
from tests.shared import ROOT
from tests.web.conftest import new_app, site
from tests.web.site import Site

__all__ = ["new_app", "site"]

TEMPLATES = ROOT / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
MAKES_MARKUP = {Path("kb/markdown/__init__.py")}
"""The only code that may declare text to be safe (invariant 6)."""

SEARCH_FIELDS = {
    query_string.TEXT,
    query_string.YEAR_FROM,
    query_string.YEAR_TO,
    query_string.SORT,
    *(facet.value for facet in Facet),
}


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def tree(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse(source(name), name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_with_the_helpers_that_exist(site: Site, name: str) -> None:
    """A filter or test that no one has written is an error here, not on the page that needs it."""
    site.app.jinja_env.compile(source(name), name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_turns_escaping_off_nowhere(site: Site, name: str) -> None:
    unsafe = [
        node.name
        for node in tree(site.app, name).find_all(nodes.Filter)
        if node.name in {"safe", "forceescape"}
    ]
    assert not unsafe, f"templates/{name}: text reaches a page through kb/markdown or escaping only (S-02)"
    assert not re.search(r"{%-?\s*autoescape", source(name)), (
        f"templates/{name}: escaping is never switched (S-02)"
    )


def test_escaping_is_on_for_every_template(site: Site) -> None:
    choose = site.app.jinja_env.autoescape
    assert callable(choose)
    assert all(choose(name) for name in NAMES)


def test_only_the_markdown_module_makes_markup() -> None:
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "kb").rglob("*.py"))
        if path.relative_to(ROOT) not in MAKES_MARKUP
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) in {"Markup", "render_template_string", "from_string"}
    ]
    assert not guilty, (
        f"{guilty}: text reaches a page through kb/markdown or Jinja's escaping only (invariant 6)"
    )


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_uses_every_macro_that_it_imports(site: Site, name: str) -> None:
    parsed = tree(site.app, name)
    imported = {
        alias[1] if isinstance(alias, tuple) else alias
        for node in parsed.find_all(nodes.FromImport)
        for alias in node.names
    }
    used = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}
    assert imported <= used, f"templates/{name}: take away the imports of {sorted(imported - used)}"


def test_every_component_is_used_or_shown() -> None:
    everything = "".join(source(name) for name in NAMES)
    unused = [name for name in NAMES if name.startswith("components/") and f'"{name}"' not in everything]
    assert not unused, f"{unused}: use them, show them in komponenter.html, or take them away"


def test_the_search_page_offers_fields_that_the_search_reads(site: Site) -> None:
    from tests.web.html import Html

    page = Html(site.app.test_client().get("/sok?q=system&sortering=nyast").get_data(as_text=True))
    offered = {node.attributes.get("name") for node in page.all("input[name], select[name], button[name]")}
    assert offered <= SEARCH_FIELDS, (
        f"kb/web/query_string.py does not read {sorted(map(str, offered - SEARCH_FIELDS))}"
    )
    assert {"q", "fran", "till", "utfall", "sortering"} <= offered


TEXT_OF_OURS = [
    *(source(name) for name in NAMES),
    *(str(words) for text in (*TEXTS.values(), OTHER) for words in (text.heading, text.explanation)),
    *LABELS.values(),
]


@pytest.mark.parametrize("phrase", ["klicka här", "läs mer", "vänligen", "ogiltig"])
def test_our_words_are_plain(phrase: str) -> None:
    visible = [re.sub(r"{[{%#].*?[}%#]}|<[^>]*>", " ", text, flags=re.DOTALL) for text in TEXT_OF_OURS]
    strings = [string for text in TEXT_OF_OURS for string in re.findall(r'_\(\s*"([^"]*)"', text)]
    guilty = [text.strip()[:80] for text in (*visible, *strings) if phrase in text.casefold()]
    assert not guilty, f"do not write '{phrase}': say what it is and what to do. {guilty}"
