"""The page of a story shows how much is told, and stands a tip that has no text of its own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from kb.domain.vocabulary import EntrySize
from tests import factories


def page(app: Flask, **changes: Any) -> LexborHTMLParser:
    entry = factories.published("Fråga först", advice={"lardom-1": "Fråga först."}, **changes)
    answer = app.test_client().get(f"/erfarenheter/{entry.id}/{entry.slug}")
    assert answer.status_code == 200
    return LexborHTMLParser(answer.get_data(as_text=True))


def tags(tree: LexborHTMLParser) -> list[str]:
    return [node.text(strip=True) for node in tree.css(".story-head .tag")]


def test_a_tip_has_its_lesson_and_no_empty_text(app: Flask) -> None:
    tree = page(app, size=EntrySize.TIP, body="", body_plain="", sources=[])
    assert tags(tree)[-1] == "Tips"
    assert tree.css(".story-text > .prose") == []
    assert tree.css_first(".story-toc a").text(strip=True) == "Lärdomar"
    assert "Fråga först." in tree.css_first("section[aria-labelledby=lardomar]").text()


def test_a_story_says_nothing_of_its_size_and_an_in_depth_one_does(app: Flask) -> None:
    assert "Berättelse" not in tags(page(app))
    assert tags(page(app, size=EntrySize.IN_DEPTH))[-1] == "Fördjupning"


@pytest.mark.parametrize(
    ("changes", "is_said"),
    [
        ({"contact_role": "Förvaltningsledare", "open_to_contact": True}, True),
        ({"contact_role": "Förvaltningsledare"}, False),
        ({"open_to_contact": True}, False),
        ({"contact_role": "Förvaltningsledare", "open_to_contact": True, "anonymised": True}, False),
    ],
)
def test_it_says_whom_one_may_talk_to(app: Flask, changes: dict[str, Any], is_said: bool) -> None:
    tree = page(app, **changes)
    assert ("höra av dig för ett samtal" in tree.css_first("main").text()) is is_said
