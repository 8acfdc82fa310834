"""A field that chooses one of several, beside those that are written in."""

from __future__ import annotations

from dataclasses import dataclass

from kb.web.forms.fields import FormField

_FEW = 5


@dataclass(frozen=True, slots=True)
class ChoiceField(FormField):
    """``choices`` are (value, text); ``any`` is what the empty choice says, if it may be empty.

    A few are all seen at once; many are in a list that opens.
    """

    choices: tuple[tuple[str, str], ...] = ()
    any: str = ""

    @property
    def is_few(self) -> bool:
        return len(self.choices) < _FEW and not self.any
