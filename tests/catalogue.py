"""The catalogue of the interface's words: Swedish in the sources, English in ``kb/translations``.

``make messages`` runs this file: it extracts, updates and compiles. What is new gets an empty translation and
never a guessed one, and ``tests/house/test_messages.py`` names it until it is translated.
"""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kb.domain import errors
from kb.domain.vocabulary import LABELS
from kb.services.choices import GROUP_LABELS
from tests.shared import ROOT

FOLDER = ROOT / "kb" / "translations"
PO = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")

TABLES: Mapping[str, Mapping[object, str]] = {
    "kb/domain/vocabulary.py": LABELS,
    "kb/services/choices.py": GROUP_LABELS,
}
"""Words that stand in a table of their module."""

ERRORS = tuple(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type)
    and issubclass(kind, errors.DomainError)
    and "message" in inspect.signature(kind).parameters
)
"""The message of an error is the first argument where it is raised, or where its class calls ``__init__``."""

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    **dict.fromkeys((*ERRORS, "__init__", "refused", "translatable")),
}


def extracted() -> Catalog:
    """What the sources say now."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        method_map, options_map = parse_mapping_cfg(mapping)
    found = Catalog(project="Erfarenhetsbanken", charset="utf-8")
    for file, _line, message, _comments, context in extract_from_dir(
        ROOT, method_map, options_map, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, locations=[(file, 0)], context=context)
    for file, table in TABLES.items():
        for label in table.values():
            found.add(label, locations=[(file, 0)])
    return found


def committed() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """What gettext reads: the same bytes for the same translations, whenever they are compiled."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def identities(catalogue: Catalog) -> set[tuple[str, ...]]:
    """The messages, each as its Swedish forms."""
    return {forms(message.id) for message in catalogue if message.id}


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def untranslated(catalogue: Catalog) -> Iterator[tuple[str, ...]]:
    for message in catalogue:
        if message.id and not all(forms(message.string or "")):
            yield forms(message.id)


def update() -> Catalog:
    """The committed catalogue with what the sources say now; translations that are not used are dropped."""
    template = extracted()
    current = committed() if PO.exists() else Catalog(locale="en")
    current.update(template, no_fuzzy_matching=True)
    current.obsolete.clear()
    write(current)
    return current


def write(catalogue: Catalog) -> None:
    text = io.BytesIO()
    write_po(text, catalogue, width=110, sort_by_file=True, include_lineno=False, omit_header=True)
    lines = text.getvalue().decode().strip()
    PO.write_text(f"{HEADER}\n{lines}\n", encoding="utf-8")
    MO.write_bytes(compiled(committed()))


HEADER = r"""# The English of the interface. make messages keeps it and its .mo in step with the sources.
# One word per thing: docs/glossary.md has the pairs.
msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""


def main() -> int:
    missing = sorted(untranslated(update()))
    for message in missing:
        print("saknar engelska:", " | ".join(message))
    print(f"{PO.relative_to(ROOT)}: {len(missing)} utan översättning")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
