"""A form as a page shows it: fields in order, what was typed, and an error for each that is wrong (A-23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel.speaklater import LazyString

from kb.domain.errors import Invalid
from kb.domain.reader_messages import cleaned
from kb.web.errors import sentence

SEND = "skicka"
"""The id of the button: what is wrong with the whole form leads there."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A line, or ``rows`` lines; ``autocomplete`` is the word of HTML for what the browser may fill in.

    The type ``password`` is for what no page may show again; it is taken as it was typed.
    """

    name: str
    label: LazyString
    hint: LazyString | None = None
    rows: int = 0
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""

    @property
    def id(self) -> str:
        return f"falt-{self.name}"


@dataclass(slots=True)
class Form:
    """``values`` are what was typed, kept whatever is wrong with it; ``alert`` is about the whole form."""

    fields: tuple[FormField, ...]
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    alert: str = ""

    @classmethod
    def read(cls, fields: tuple[FormField, ...], sent: Mapping[str, str]) -> Form:
        """What was sent to these fields; anything else that came is not looked at (S-06)."""
        return cls(fields, {one.name: _read(one, sent.get(one.name, "")) for one in fields})

    def shown(self, one: FormField) -> str:
        """What the field is shown with: what was typed, but for passwords."""
        return "" if one.type == "password" else self.values[one.name]

    def refuse(self, problems: Iterable[Invalid]) -> None:
        """Say what is wrong: at its field, or about the whole form where there is no such field."""
        own = {one.name for one in self.fields}
        for problem in problems:
            if problem.field in own:
                self.errors[problem.field] = sentence(problem)
            else:
                self.alert = self.alert or sentence(problem)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Where each fault is mended, and how: the rows of the error summary."""
        faults = [(one.id, self.errors[one.name]) for one in self.fields if one.name in self.errors]
        return [(SEND, self.alert), *faults] if self.alert else faults


def _read(one: FormField, sent: str) -> str:
    return sent if one.type == "password" else cleaned(sent)
