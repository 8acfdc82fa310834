"""YAML as our files have it: texts within quotation marks, lists of codes and small mappings on one line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import yaml

_PROSE = frozenset(
    {
        *("title", "summary", "note", "description", "publisher", "url", "contact_role", "note_to_reviewer"),
        *("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when"),
    }
)
"""The names whose values people write: always within quotation marks, so that no text is taken for more."""
_MONTHS = frozenset({"low", "high"})


class _Quoted(str):
    """A text that is written within quotation marks."""

    __slots__ = ()


class _OnOneLine(dict[str, Any]):
    """A mapping that is written within braces."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)
_Dumper.add_representer(
    _OnOneLine,
    lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True),
)
_Dumper.add_representer(
    tuple, lambda dumper, codes: dumper.represent_sequence("tag:yaml.org,2002:seq", codes, flow_style=True)
)


def dumps(header: Mapping[str, Any], body: str) -> str:
    """A file: the front matter within dashes, an empty line, and the text exactly as it is."""
    shown = _shown(header)
    for name in ("facts", "published"):
        if name in shown:
            value = shown[name]
            shown[name] = (
                {key: _OnOneLine(one) for key, one in value.items()} if name == "facts" else _OnOneLine(value)
            )
    text = yaml.dump(
        shown,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=math.inf,
        default_flow_style=False,
    )
    return f"---\n{text}---\n\n{body}"


def _shown(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return tuple(value) if value and isinstance(value[0], str) else [_shown(one) for one in value]
    if isinstance(value, str) and name in _PROSE | _MONTHS:
        return _Quoted(value)
    return value
