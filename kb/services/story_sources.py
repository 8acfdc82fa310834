"""Files as they come: their bytes as text, by what sort of file they are, and whether we wrote them."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from kb.domain.clock import swedish_date
from kb.domain.errors import Gone, Invalid, NotFound
from kb.domain.story_content import StoryContent
from kb.models import Entry, now
from kb.services import exporting, stories, story_files, story_rows
from kb.services.known import Known
from kb.services.story_files import Fault, ReadFile
from kb.services.story_rows import Terms

FILE_MAX_BYTES = 1_000_000
_NAME_MAX = 200


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as someone sent it or as it lies on a disk."""

    name: str
    data: bytes


def read(files: Iterable[SourceFile], known: Known) -> Iterator[ReadFile]:
    """Every story of every file, and why for a file that cannot be read."""
    terms = _labels(known)
    for file in files:
        name = PurePath(file.name.replace("\\", "/")).name[:_NAME_MAX]
        try:
            yield from _stories(name, file.data, terms)
        except Invalid as error:
            yield ReadFile(name, 1, "", None, (Fault(1, error),))


def was_exported(entry: Entry, content: StoryContent) -> bool:
    """Whether a version of an entry goes out as this content, or went."""
    today = swedish_date(now())
    try:
        versions = [row.version for row in stories.versions(entry.id)]
        return any(_as_exported(entry.id, version, today) == content for version in versions)
    except (Gone, NotFound):
        return False


def _as_exported(entry_id: str, version: int, today: date) -> StoryContent:
    return story_files.normalised(exporting.content_of(stories.read_version(entry_id, version, today).story))


def _stories(name: str, data: bytes, terms: Terms) -> list[ReadFile]:
    """Raises ``Invalid`` for what is not a file of ours."""
    if len(data) > FILE_MAX_BYTES:
        raise Invalid("Filen är för stor. Den får vara högst %(limit)s kB.", limit=FILE_MAX_BYTES // 1_000)
    sort = PurePath(name).suffix.lower()
    if sort == ".md":
        return [story_files.loads(name, _text(data, guess=False))]
    if sort == ".csv":
        return story_rows.loads(name, _text(data, guess=True), terms)
    raise Invalid("Filens namn ska sluta på .md eller .csv.")


def _text(data: bytes, *, guess: bool) -> str:
    """UTF-8, with or without a mark; else, if ``guess``, what Swedish spreadsheets save."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if guess and wide else ["utf-8-sig", *(["cp1252"] if guess else [])]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("Filen är inte text i UTF-8. Spara den som CSV UTF-8 eller som text i UTF-8.")


def _labels(known: Known) -> Terms:
    return {(vocabulary, term.label.casefold()): code for (vocabulary, code), term in known.terms.items()}
