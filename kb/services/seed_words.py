"""The word lists of a seed folder: synonyms and abbreviations, and exceptions from the splitting of words.

Rows that came from the seed follow its files; rows that administrators made are left alone. A folder
without one of the files says nothing about that list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kb.db import db
from kb.domain.wordlists import SynonymRole, SynonymSet, WordLists
from kb.models import CompoundException, Synonym, SynonymWord
from kb.services import seed_yaml
from kb.services.seed_yaml import SeedError

_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SeedSynonym:
    """A row of ``synonyms.yaml``. ``key`` tells it from every other."""

    key: str
    words: tuple[tuple[SynonymRole, str], ...]
    case_sensitive: bool
    oneway: bool
    context: str
    why: str


@dataclass(frozen=True, slots=True)
class SeedCompound:
    """A row of ``compounds.yaml``."""

    word: str
    parts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class SeedWords:
    """None where the folder has no such file."""

    synonyms: list[SeedSynonym] | None
    compounds: list[SeedCompound] | None

    def as_lists(self) -> WordLists:
        """What the search makes of the files, for an index without a database."""
        return WordLists(
            tuple(SynonymSet(row.words, row.case_sensitive, row.oneway) for row in self.synonyms or ()),
            {row.word: row.parts for row in self.compounds or ()},
        )


def read(folder: Path) -> SeedWords:
    """Read and check both files. Raises ``SeedError``."""
    synonyms, compounds = folder / "synonyms.yaml", folder / "compounds.yaml"
    return SeedWords(
        _read_synonyms(synonyms) if synonyms.exists() else None,
        _read_compounds(compounds) if compounds.exists() else None,
    )


def put(words: SeedWords) -> None:
    """Make the rows of the seed those of the files, in the running transaction."""
    if words.synonyms is not None:
        _put_synonyms(words.synonyms)
    if words.compounds is not None:
        _put_compounds(words.compounds)
    db.session.flush()


def _read_synonyms(path: Path) -> list[SeedSynonym]:
    text = seed_yaml.read(path)
    data = seed_yaml.parse(path, text, offset=0)
    seed_yaml.validate(path, "synonyms", data, text, offset=0)
    found: dict[str, SeedSynonym] = {}
    for place, row in _synonym_rows(data):
        if row.key in found:
            raise SeedError(path, seed_yaml.line_of(text, place, offset=0), f"”{row.key}” finns två gånger")
        texts = [word for _, word in row.words]
        if len(set(texts)) < len(texts):
            reason = f"ett ord står två gånger i raden ”{row.key}”"
            raise SeedError(path, seed_yaml.line_of(text, place, offset=0), reason)
        found[row.key] = row
    return list(found.values())


def _synonym_rows(data: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[_Place, SeedSynonym]]:
    for number, row in enumerate(data["abbreviations"]):
        words = [(SynonymRole.SHORT, row["short"]), (SynonymRole.LONG, row["long"])]
        words += [(SynonymRole.ALSO, word) for word in row.get("also", ())]
        words += [(SynonymRole.READING, word) for word in row.get("readings", ())]
        yield ("abbreviations", number), _synonym(f"{row['short']}: {row['long']}", words, row)
    for number, row in enumerate(data["groups"]):
        words = [(SynonymRole.WORD, word) for word in row["words"]]
        sign = ">" if row.get("oneway") else "="
        yield ("groups", number), _synonym(f"{row['words'][0]} {sign} {row['words'][1]}", words, row)


def _synonym(key: str, words: list[tuple[SynonymRole, str]], row: dict[str, Any]) -> SeedSynonym:
    return SeedSynonym(
        key,
        tuple(words),
        case_sensitive=row.get("case_sensitive", False),
        oneway=row.get("oneway", False),
        context=row.get("context", ""),
        why=row["why"],
    )


def _read_compounds(path: Path) -> list[SeedCompound]:
    text = seed_yaml.read(path)
    data = seed_yaml.parse(path, text, offset=0)
    seed_yaml.validate(path, "compounds", data, text, offset=0)
    found: dict[str, SeedCompound] = {}
    for number, row in enumerate(data):
        if row["word"] in found:
            line = seed_yaml.line_of(text, (number,), offset=0)
            raise SeedError(path, line, f"”{row['word']}” finns två gånger")
        found[row["word"]] = SeedCompound(row["word"], tuple(row["parts"]), row["why"])
    return list(found.values())


def _put_synonyms(rows: list[SeedSynonym]) -> None:
    held = {row.seed_key: row for row in db.session.scalars(select(Synonym)) if row.seed_key is not None}
    for position, row in enumerate(rows):
        synonym = held.pop(row.key, None) or Synonym(seed_key=row.key)
        synonym.position = position
        synonym.case_sensitive, synonym.oneway = row.case_sensitive, row.oneway
        synonym.context, synonym.why = row.context, row.why
        if [(word.role, word.text) for word in synonym.words] != list(row.words):
            synonym.words.clear()
            db.session.add(synonym)
            db.session.flush()
            synonym.words.extend(
                SynonymWord(position=place, role=role, text=text)
                for place, (role, text) in enumerate(row.words)
            )
    for gone in held.values():
        db.session.delete(gone)


def _put_compounds(rows: list[SeedCompound]) -> None:
    held = {row.word: row for row in db.session.scalars(select(CompoundException))}
    for row in rows:
        exception = held.pop(row.word, None)
        if exception is None:
            exception = CompoundException(word=row.word, from_seed=True)
            db.session.add(exception)
        if exception.from_seed:
            exception.parts, exception.why = " ".join(row.parts), row.why
    for gone in held.values():
        if gone.from_seed:
            db.session.delete(gone)
