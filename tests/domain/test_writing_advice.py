"""Advice on links, headings and pictures (A-22, A-27, A-28), read from Markdown as it is typed."""

from __future__ import annotations

import pytest

from kb.domain import writing_advice
from kb.markdown.structure import structure


def codes(text: str) -> list[str]:
    read = structure(text)
    return [
        advice.code
        for advice in (
            *writing_advice.of_headings(read.headings),
            *writing_advice.of_links(read.links),
            *writing_advice.of_prose(read.prose, read.links),
            *writing_advice.of_pictures(read.pictures),
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Läs [här](https://exempel.se)", ["empty_link"]),
        ("[Läs mer …](https://exempel.se)", ["empty_link"]),
        ("[Läs mer.](https://exempel.se)", ["empty_link"]),
        ("[**Klicka här**](https://exempel.se)", ["empty_link"]),
        ("[Slutrapporten från 2019](https://exempel.se)", []),
        ("[https://exempel.se/a](https://exempel.se/a)", ["bare_address"]),
        ("<https://exempel.se/a>", ["bare_address"]),
        ("Se https://exempel.se/a för mer.", ["bare_address"]),
        ("Se www.exempel.se", ["bare_address"]),
        ("`https://exempel.se/a`", []),
        ("# Läget\n\n## Del\n\n### Mindre\n\n# Effekter", []),
        ("## Läget\n\n## Effekter", []),
        ("# Läget\n\n### Del", ["skipped_level"]),
        ("### Läget", ["skipped_level"]),
        ("# Läget\n\ntext\n\n# Läget", ["same_heading"]),
        ("![IMG_2031.jpg](/bilder/x.png)", ["file_name"]),
        ("![skärmbild 3](/bilder/x.png)", ["file_name"]),
        ("![](/bilder/x.png)", []),
        ("![Kurva över kostnaden per år](/bilder/x.png)", []),
    ],
)
def test_what_is_advised(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_prose_is_without_headings_tables_code_and_addresses() -> None:
    text = (
        "# Läget\n\nVi hade *papper* och <https://exempel.se>.\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        "```\nkod\n```\n\n- ett `x` råd\n\n## Vad som gick fel\n\nMycket."
    )
    read = structure(text)
    assert read.prose == "Vi hade papper och .\nett  råd\nMycket."
    assert dict(read.sections)["Vad som gick fel"] == "Mycket."
    assert read.headings == ((2, "Läget"), (3, "Vad som gick fel"))


def test_a_long_quotation_is_cut() -> None:
    (advice,) = writing_advice.of_headings([(6, "x" * 500)])
    assert len(advice.about) == 60
    assert advice.about.endswith("…")
