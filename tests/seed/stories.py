"""The seed content as the tests read it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kb.domain.plain_language import words
from tests.shared import ROOT, shared_path

SEED = ROOT / "seed"
TEXT_FIELDS = ("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when")


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that is written twice, where YAML itself silently keeps the last."""


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]  # type: ignore[no-untyped-call]
    if len(keys) != len(set(keys)):
        raise yaml.constructor.ConstructorError(None, None, f"duplicate key among {keys}", node.start_mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True)
class Story:
    """One file of ``seed/entries``: its front matter with dates as text, and its Markdown."""

    slug: str
    meta: dict[str, Any]
    body: str

    def prose(self) -> Iterator[str]:
        """Every text that a reader sees, field by field, but the sources."""
        yield from (self.meta["title"], self.meta["summary"], self.body)
        for lesson in self.meta["lessons"]:
            yield from (lesson[field] for field in TEXT_FIELDS if field in lesson)
        for benefit in self.meta.get("benefits", []):
            yield from (benefit[field] for field in ("description", "note") if field in benefit)
        yield from (fact["note"] for fact in self.meta["facts"].values() if "note" in fact)

    def headings(self) -> list[str]:
        return re.findall(r"^# (.+)$", self.body, flags=re.MULTILINE)

    def text(self) -> str:
        """The body without its headings."""
        return re.sub(r"^#.*$", "", self.body, flags=re.MULTILINE).strip()

    def words(self) -> list[str]:
        return words(self.text())


def read_story(path: Path) -> Story:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = yaml.load(front, StrictLoader)
    return Story(path.stem, json.loads(json.dumps(meta, default=str)), body.strip())


STORIES = tuple(read_story(path) for path in sorted((SEED / "entries").glob("*.md")))


def vocabularies() -> list[dict[str, Any]]:
    loaded = yaml.load((SEED / "vocabularies.yaml").read_text(encoding="utf-8"), StrictLoader)
    assert isinstance(loaded, list)
    return loaded


def organisations() -> list[dict[str, str]]:
    with (SEED / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def records() -> dict[tuple[str, str], dict[str, Any]]:
    """The records of facts by authority and project."""
    lines = shared_path("domain/project_facts.jsonl").read_text(encoding="utf-8").splitlines()
    return {(record["authority"], record["project"]): record for record in map(json.loads, lines)}


def record_of(story: Story) -> dict[str, Any]:
    """The record of facts that the story says it stands on."""
    named = story.meta["fact_record"]
    return records()[named["authority"], named["project"]]
