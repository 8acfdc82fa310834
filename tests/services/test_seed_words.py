"""The word lists of the seed: loaded as written, followed when changed, refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from kb.config import resource
from kb.db import db, transaction
from kb.domain.wordlists import SynonymRole, SynonymSet
from kb.models import CompoundException, Synonym, SynonymWord
from kb.models.synonym import load_word_lists
from kb.services import seed_words, seeding
from kb.services.seed_yaml import SeedError

SYNONYMS = """\
abbreviations:
  - {short: AV, long: Arbetsmiljöverket, case_sensitive: true, why: "Kortform i föreskrifter."}
  - {short: EBM, long: Ekobrottsmyndigheten, also: [Eko], readings: [medicin], why: "Två betydelser finns."}
groups:
  - {words: [agil, scrum, kanban], oneway: true, why: "Metoderna är agila."}
  - {words: [mejl, e-post], why: "Två skrivsätt för samma sak."}
"""
COMPOUNDS = """\
- {word: genombrott, parts: [], why: "Det är inget brott."}
- {word: glasskål, parts: [glas, skål], why: "Inte glass och kål."}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "synonyms.yaml").write_text(SYNONYMS, encoding="utf-8")
    (tmp_path / "compounds.yaml").write_text(COMPOUNDS, encoding="utf-8")
    return tmp_path


@transaction
def load(folder: Path) -> None:
    seed_words.put(seed_words.read(folder))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_search_reads_from_the_table_what_the_files_say(app: Flask, folder: Path) -> None:
    load(folder)
    lists = load_word_lists(db.session)
    assert lists == seed_words.read(folder).as_lists()
    assert lists.synonyms[1] == SynonymSet(
        (
            (SynonymRole.SHORT, "EBM"),
            (SynonymRole.LONG, "Ekobrottsmyndigheten"),
            (SynonymRole.ALSO, "Eko"),
            (SynonymRole.READING, "medicin"),
        )
    )
    assert [(each.case_sensitive, each.oneway) for each in lists.synonyms] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert lists.compounds == {"genombrott": (), "glasskål": ("glas", "skål")}


def test_the_second_time_nothing_is_written(app: Flask, folder: Path) -> None:
    load(folder)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    load(folder)
    event.remove(db.engine, "before_cursor_execute", note)
    assert written == []


def test_a_changed_file_is_followed_and_own_rows_are_left_alone(app: Flask, folder: Path) -> None:
    load(folder)
    own = Synonym(why="Vårt eget.", words=[SynonymWord(position=0, role=SynonymRole.WORD, text="x")])
    db.session.add_all([own, CompoundException(word="vår", parts="v år", why="Vårt eget.")])
    db.session.commit()
    change(folder / "synonyms.yaml", "scrum, kanban", "kanban")
    change(folder / "synonyms.yaml", "agil, kanban", "agil, kanban, lean")
    change(folder / "synonyms.yaml", "  - {words: [mejl", "  # - {words: [mejl")
    change(folder / "compounds.yaml", '- {word: genombrott, parts: [], why: "Det är inget brott."}\n', "")
    load(folder)
    lists = load_word_lists(db.session)
    texts = [each.of(SynonymRole.WORD) for each in lists.synonyms]
    assert ("agil", "kanban", "lean") in texts
    assert ("mejl", "e-post") not in texts
    assert ("x",) in texts
    assert lists.compounds == {"glasskål": ("glas", "skål"), "vår": ("v", "år")}


def test_a_folder_without_lists_changes_none(app: Flask, folder: Path, tmp_path: Path) -> None:
    load(folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    load(empty)
    assert len(load_word_lists(db.session).synonyms) == 4


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "reason"),
    [
        ("synonyms", "short: AV, ", "", 2, "uppgiften saknas"),
        ("synonyms", "short: EBM, long: Eko", "short: AV, long: Arbetsmiljöverket, x: Eko", 3, "finns inte"),
        ("synonyms", "[agil, scrum, kanban]", "[agil]", 5, "listan är för kort"),
        (
            "synonyms",
            "short: EBM, long: Ekobrottsmyndigheten",
            "short: AV, long: Arbetsmiljöverket",
            3,
            "två",
        ),
        ("synonyms", "also: [Eko]", "also: [EBM]", 3, "ett ord står två gånger"),
        ("synonyms", 'why: "Metoderna är agila."', "why: kort", 5, "why"),
        ("compounds", "word: glasskål", "word: genombrott", 2, "”genombrott” finns två gånger"),
        ("compounds", "[glas, skål]", "[glas, Skål]", 2, "värdet har fel form"),
        ("compounds", "parts: [], ", "", 1, "uppgiften saknas"),
    ],
)
def test_a_broken_row_is_refused_with_file_and_line(
    folder: Path, name: str, old: str, new: str, line: int, reason: str
) -> None:
    change(folder / f"{name}.yaml", old, new)
    with pytest.raises(SeedError, match=reason) as refused:
        seed_words.read(folder)
    assert str(refused.value).startswith(f"{name}.yaml:{line}: ")


def test_the_product_s_lists_are_loaded_with_its_seed(seeded: Flask) -> None:
    assert load_word_lists(db.session) == seed_words.read(resource("seed")).as_lists()
    assert db.session.scalars(select(CompoundException)).first() is not None
    assert seeding.load(resource("seed")).changed == 0
