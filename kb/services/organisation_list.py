"""The list of organisations as readers look through it: by type, by letter, by a part of a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb.domain.content import slugify
from kb.domain.published import OrganisationRef
from kb.domain.vocabulary import OrganisationType
from kb.services import organisations
from kb.services.organisations import OrganisationRow

TEXT_MAX = 100
_TYPES = (
    OrganisationType.STATE_AUTHORITY,
    OrganisationType.UNIVERSITY,
    OrganisationType.REGION,
    OrganisationType.MUNICIPALITY,
    OrganisationType.MUNICIPAL_FEDERATION,
    OrganisationType.MINISTRY,
    OrganisationType.COLLABORATION,
)
_LAST_LETTERS = str.maketrans("åäö", "{|}")
"""Å, Ä and Ö follow Z, in this order."""


@dataclass(frozen=True, slots=True)
class TypeGroup:
    type: OrganisationType
    rows: tuple[OrganisationRow, ...]


@dataclass(frozen=True, slots=True)
class OrganisationList:
    """``telling`` have stories of their own, or from one that they took over from; ``silent`` have none yet.

    ``letters`` are those that some name begins with, whatever was asked for.
    """

    text: str
    letter: str
    letters: tuple[str, ...]
    telling: tuple[TypeGroup, ...]
    silent: tuple[TypeGroup, ...]
    found: int
    total: int


def find(text: str = "", letter: str = "") -> OrganisationList:
    """The organisations whose name begins with a letter, and one of whose names holds each word of a text."""
    text = " ".join(text.split())[:TEXT_MAX]
    rows = sorted(organisations.index(), key=lambda row: _swedish(row.organisation.name))
    letters = tuple(dict.fromkeys(_initial(row.organisation) for row in rows))
    letter = letter.upper() if letter.upper() in letters else ""
    found = [
        row
        for row in rows
        if letter in ("", _initial(row.organisation)) and _is_called(row.organisation, text)
    ]
    return OrganisationList(
        text=text,
        letter=letter,
        letters=letters,
        telling=_grouped(row for row in found if row.stories or row.inherited),
        silent=_grouped(row for row in found if not (row.stories or row.inherited)),
        found=len(found),
        total=len(rows),
    )


def grouped(found: OrganisationList) -> tuple[TypeGroup, ...]:
    """Those with stories and those without, together by type."""
    rows = [row for group in (*found.telling, *found.silent) for row in group.rows]
    return _grouped(sorted(rows, key=lambda row: _swedish(row.organisation.name)))


def _grouped(rows: Iterable[OrganisationRow]) -> tuple[TypeGroup, ...]:
    by_type: dict[OrganisationType, list[OrganisationRow]] = {word: [] for word in _TYPES}
    for row in rows:
        by_type[row.organisation.type].append(row)
    return tuple(TypeGroup(word, tuple(group)) for word, group in by_type.items() if group)


def _is_called(organisation: OrganisationRef, text: str) -> bool:
    """Letters without their dots count too: a reader without a Swedish keyboard looks for 'Malmo'."""
    names = (organisation.name, organisation.short_name, *organisation.aliases)
    said = " ".join(names).casefold()
    plain = " ".join(slugify(name) for name in names if name)
    return all(word in said or slugify(word) in plain for word in text.casefold().split())


def _initial(organisation: OrganisationRef) -> str:
    return organisation.name[:1].upper()


def _swedish(name: str) -> str:
    return name.casefold().translate(_LAST_LETTERS)
