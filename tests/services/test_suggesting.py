"""What the index offers, as the database lets readers see it."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from kb.db import db, writing
from kb.models import Organisation
from kb.search import sync
from kb.search.index import CompletionKind, NullIndex
from kb.services import suggesting
from tests import factories
from tests.factories import TODAY


def titles(typed: str) -> list[str]:
    return [
        offer.text
        for group in suggesting.suggest(typed, TODAY)
        if group.kind is CompletionKind.TITLE
        for offer in group.offers
    ]


def hide_from_index(change: object) -> None:
    """Make a change that the index does not hear of."""
    real = sync.of(db.engine)
    sync.attach(replace(real, stories=NullIndex()))
    assert callable(change)
    change()
    sync.attach(real)


def test_a_title_is_offered(app: Flask) -> None:
    factories.published("Diarium för alla")
    assert titles("diar") == ["Diarium för alla"]


def test_a_story_withdrawn_is_not_though_the_index_has_it(app: Flask) -> None:
    entry = factories.published("Diarium för alla")
    hide_from_index(lambda: factories.withdraw(entry))
    assert sync.of(db.engine).stories.suggest("diar", 8)
    assert titles("diar") == []


def test_an_organisation_has_its_name_of_today(app: Flask) -> None:
    with writing(db.session):
        named = factories.organisation("Fyrverket")
    owner = factories.published("Något", owner=named).owner_id

    def rename() -> None:
        with writing(db.session):
            db.session.get_one(Organisation, owner).name = "Fyr- och båkverket"

    hide_from_index(rename)
    assert sync.of(db.engine).stories.suggest("fyrv", 8)
    [group] = [g for g in suggesting.suggest("fyrv", TODAY) if g.kind is CompletionKind.ORGANISATION]
    assert [offer.text for offer in group.offers] == ["Fyr- och båkverket"]


def test_a_long_text_is_not_completed(app: Flask) -> None:
    factories.published("Diarium för alla")
    assert suggesting.suggest("diar" + " " * suggesting.MOST_CHARACTERS, TODAY) == ()
