"""The fields of a draft as a form shows them. What is typed is kept character for character (ADR 16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from kb.domain import draft_fields
from kb.domain.errors import Invalid
from kb.web.errors import sentence
from kb.web.forms.fields import SEND

VERSION = "version"
"""The field that says which version of the draft a form was made of."""

Text: TypeAlias = LazyString | str


class Control(StrEnum):
    """How a field is filled in. The last three may hold several choices, or none."""

    LINE = "line"
    LINES = "lines"
    EDITOR = "editor"
    RADIO = "radio"
    SELECT = "select"
    SELECTS = "selects"
    CHECKS = "checks"
    TICK = "tick"


_SEVERAL = frozenset({Control.SELECTS, Control.CHECKS, Control.TICK})
_UNTICKED_IS_SILENT = frozenset({Control.CHECKS, Control.TICK})
"""A browser says nothing of a box that is not ticked."""


@dataclass(frozen=True, slots=True)
class DraftField:
    """``choices`` are (value, text); ``any`` is what the empty choice says."""

    name: str
    label: Text
    hint: Text | None = None
    control: Control = Control.LINE
    rows: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    any: Text = ""
    is_short: bool = False

    @property
    def id(self) -> str:
        return f"falt-{self.name.replace('.', '-').replace('_', '-')}"

    def read(self, sent: MultiDict[str, str], saved: str) -> str:
        """What was sent of it; what stood there if nothing was said."""
        if self.name not in sent and self.control not in _UNTICKED_IS_SILENT:
            return saved
        if self.control in _SEVERAL:
            return "\n".join(dict.fromkeys(each for each in sent.getlist(self.name) if each))
        return sent[self.name].replace("\r\n", "\n")

    def chosen(self, value: str) -> tuple[str, ...]:
        return draft_fields.choices(value)

    def unknown(self, value: str) -> tuple[str, ...]:
        """Choices that the draft has and no list offers, as a file may bring: they are not lost."""
        known = {each for each, _ in self.choices}
        return tuple(each for each in self.chosen(value) if each not in known)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading of their own if they have one."""

    fields: tuple[DraftField, ...]
    legend: Text = ""
    hint: Text = ""


@dataclass(slots=True)
class DraftForm:
    """``values`` are what was typed; ``version`` the version of the draft that the page was made of."""

    groups: tuple[Group, ...]
    values: dict[str, str]
    version: int
    errors: dict[str, str] = field(default_factory=dict)
    alert: str = ""

    @classmethod
    def of(cls, groups: tuple[Group, ...], saved: Mapping[str, str], version: int) -> DraftForm:
        return cls(groups, {one.name: saved.get(one.name, "") for one in _fields(groups)}, version)

    @classmethod
    def read(
        cls, groups: tuple[Group, ...], sent: MultiDict[str, str], saved: Mapping[str, str]
    ) -> DraftForm:
        """What was sent to these fields; anything else that came is not looked at (S-06)."""
        values = {one.name: one.read(sent, saved.get(one.name, "")) for one in _fields(groups)}
        return cls(groups, values, version_of(sent))

    @property
    def fields(self) -> tuple[DraftField, ...]:
        return tuple(_fields(self.groups))

    def changes(self, saved: Mapping[str, str]) -> dict[str, str]:
        """The fields whose text is another than the one that is saved."""
        return {name: text for name, text in self.values.items() if text != saved.get(name, "")}

    def refuse(self, problems: Iterable[Invalid]) -> None:
        """Say what is wrong: at its field, or about the whole form where there is no such field."""
        for problem in problems:
            if problem.field in self.values:
                self.errors.setdefault(problem.field, sentence(problem))
            else:
                self.alert = self.alert or sentence(problem)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Where each fault is mended, and how: the rows of the error summary."""
        faults = [(one.id, self.errors[one.name]) for one in self.fields if one.name in self.errors]
        return [(SEND, self.alert), *faults] if self.alert else faults


def version_of(sent: Mapping[str, str]) -> int:
    """0 where it is missing or no number: then all that others have saved counts as newer."""
    text = sent.get(VERSION, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _fields(groups: Iterable[Group]) -> Iterator[DraftField]:
    for group in groups:
        yield from group.fields
