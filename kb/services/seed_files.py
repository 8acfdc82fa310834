"""Read and check the files of a seed folder before anything is written; a fault has file, line, reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from kb.domain import content
from kb.domain.vocabulary import OrganisationSize, OrganisationType
from kb.services import seed_yaml
from kb.services.seed_yaml import SeedError

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SeedEntry:
    """A story's front matter, as its schema says, and its Markdown, which begins on line ``body_line``."""

    path: Path
    header_text: str
    header: dict[str, Any]
    body: str
    body_line: int

    @property
    def key(self) -> str:
        return self.path.stem

    def line_of(self, *keys: str | int) -> int:
        """The line of a part of the front matter, or of a heading in the body, for messages."""
        if keys[:1] != ("body",):
            return seed_yaml.line_of(self.header_text, keys, offset=1)
        lines = self.body.splitlines()
        found = [number for number, line in enumerate(lines) if line.lstrip("#").strip() in keys[1:]]
        return self.body_line + (found[-1] if found else 0)

    def error(self, reason: str, *keys: str | int) -> SeedError:
        return SeedError(self.path, self.line_of(*keys), reason)


@dataclass(frozen=True, slots=True)
class SeedOrganisation:
    path: Path
    line: int
    slug: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    type: str
    size: str
    successor: str


def read_entry(path: Path) -> SeedEntry:
    """One story. Raises ``SeedError``."""
    text = seed_yaml.read(path)
    header_text, body = split(path, text)
    header = seed_yaml.parse(path, header_text, offset=1)
    seed_yaml.validate(path, "entry", header, header_text, offset=1)
    before = text[: len(text) - len(body.lstrip())]
    entry = SeedEntry(path, header_text, header, body.strip() + "\n", body_line=before.count("\n") + 1)
    _check_entry(entry)
    return entry


def read_entries(folder: Path) -> list[SeedEntry]:
    if not folder.is_dir():
        raise SeedError(folder, 1, "mappen med berättelser finns inte")
    return [read_entry(path) for path in sorted(folder.glob("*.md"))]


def read_vocabularies(path: Path) -> list[dict[str, Any]]:
    text = seed_yaml.read(path)
    data = seed_yaml.parse(path, text, offset=0)
    seed_yaml.validate(path, "vocabularies", data, text, offset=0)
    vocabularies: list[dict[str, Any]] = data
    for keys, reason in _faults_of_vocabularies(vocabularies):
        raise SeedError(path, seed_yaml.line_of(text, keys, offset=0), reason)
    return vocabularies


def _faults_of_vocabularies(
    vocabularies: list[dict[str, Any]],
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where a code stands twice, or a parent is not a term that stands above."""
    codes: set[str] = set()
    for address, place in _same_address(vocabularies):
        yield (place, "label"), f"adressen ”{address}” har redan en annan ordlista"
    for number, vocabulary in enumerate(vocabularies):
        if vocabulary["code"] in codes:
            yield (number, "code"), f"ordlistan ”{vocabulary['code']}” finns två gånger"
        codes.add(vocabulary["code"])
        terms: set[str] = set()
        for place, term in enumerate(vocabulary["terms"]):
            keys = (number, "terms", place)
            if term["code"] in terms:
                yield (*keys, "code"), f"termen ”{term['code']}” finns två gånger i ordlistan"
            if term.get("parent") is not None and term["parent"] not in terms:
                yield (*keys, "parent"), f"den överordnade termen ”{term['parent']}” finns inte ovanför"
            terms.add(term["code"])
        for address, place in _same_address(vocabulary["terms"]):
            yield (
                (number, "terms", place, "label"),
                f"adressen ”{address}” har redan en annan term i ordlistan",
            )


def _same_address(rows: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """Each address that a row shares with one above it, with the place of the row."""
    taken: set[str] = set()
    for place, row in enumerate(rows):
        address = row.get("slug") or content.slugify(row["label"])
        if address in taken:
            yield address, place
        taken.add(address)


def _check_entry(entry: SeedEntry) -> None:
    """What a schema cannot say of a story."""
    header = entry.header
    if header["organisation"] in header.get("partners", []):
        raise entry.error("den som äger berättelsen kan inte också vara samverkanspart", "partners")
    keys = [lesson["key"] for lesson in header["lessons"]]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise entry.error(f"ankaret ”{key}” används av två lärdomar", "lessons", place, "key")


def read_organisations(path: Path) -> list[SeedOrganisation]:
    """Every row. Raises ``SeedError``, also where two rows claim one name."""
    found: dict[str, SeedOrganisation] = {}
    owner_of: dict[str, str] = {}
    for row in _organisation_rows(path):
        if row.slug in found:
            raise SeedError(path, row.line, f"myndigheten ”{row.slug}” finns redan på en tidigare rad")
        found[row.slug] = row
        for name in dict.fromkeys((row.name, row.short_name, *row.aliases)):
            if name and owner_of.setdefault(name.casefold(), row.slug) != row.slug:
                raise SeedError(
                    path, row.line, f"namnet ”{name}” används redan av {owner_of[name.casefold()]}"
                )
    for row in found.values():
        if row.successor and (row.successor not in found or row.successor == row.slug):
            raise SeedError(path, row.line, f"efterträdaren ”{row.successor}” är ingen annan rad i listan")
    return list(found.values())


def _organisation_rows(path: Path) -> Iterator[SeedOrganisation]:
    rows = csv.DictReader(seed_yaml.read(path).splitlines())
    wanted = ["slug", "name", "short_name", "aliases", "type", "size", "successor"]
    try:
        if rows.fieldnames != wanted:
            raise SeedError(path, 1, f"första raden ska vara {','.join(wanted)}")
        for row in rows:
            if None in row or None in row.values():
                raise SeedError(path, rows.line_num, f"raden ska ha {len(wanted)} fält")
            yield _organisation(path, rows.line_num, {name: row[name].strip() for name in wanted})
    except csv.Error as error:
        raise SeedError(path, rows.line_num + 1, f"raden går inte att läsa: {error}") from error


def _organisation(path: Path, line: int, values: dict[str, str]) -> SeedOrganisation:
    aliases = tuple(alias.strip() for alias in values.pop("aliases").split("|") if alias.strip())
    if not values["slug"] or not values["name"]:
        raise SeedError(path, line, "slug och name måste fyllas i")
    if not _SLUG.fullmatch(values["slug"]):
        raise SeedError(path, line, f"slug ”{values['slug']}” får bara ha a–z, siffror och bindestreck")
    if values["type"] not in set(OrganisationType):
        raise SeedError(path, line, f"typen ”{values['type']}” är inte en av {', '.join(OrganisationType)}")
    if values["size"] and values["size"] not in set(OrganisationSize):
        raise SeedError(
            path, line, f"storleken ”{values['size']}” är inte en av {', '.join(OrganisationSize)}"
        )
    return SeedOrganisation(path=path, line=line, aliases=aliases, **values)


def month_span(value: int | str | None, *, end: bool) -> int | None:
    """A date of the front matter (2017, "2017-03") as YYYYMM; a bare year is its January, or December."""
    if value is None:
        return None
    year, _, month = str(value).partition("-")
    return int(year) * 100 + (int(month) if month else (12 if end else 1))


def split(path: Path, text: str) -> tuple[str, str]:
    """The front matter of a story, without its dashes, and the text below it. Raises ``SeedError``.

    The text begins after the line of dashes and one empty line, and is exactly what stands there.
    """
    handler = YAMLHandler()
    if not handler.detect(text):
        raise SeedError(path, 1, "filen ska börja med --- och uppgifter om berättelsen")
    try:
        header, after = handler.split(text)
    except ValueError as error:
        raise SeedError(path, 1, "uppgifterna ska avslutas med en rad ---") from error
    # The handler takes the empty lines below the dashes for a part of them.
    dashes = text[: len(text) - len(after)].rstrip()
    body = text[len(dashes) :].partition("\n")[2]
    return str(header).removeprefix("\n"), body.removeprefix("\n")
