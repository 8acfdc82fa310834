"""How the rows of the audit log hold together, and what shows that one has been touched (S-38).

Each row holds ``SHA-256(hash of the row before ‖ canonical JSON of its own fields)``. A chain cannot show
that its newest rows are gone: for that a signed note of its head lies beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

GENESIS = "0" * 64
"""What the first row has for the hash of the one before."""

VALUE_MAX = 300
"""Characters of a value in the detail of an event; the rest is cut off."""

SUBJECT_MAX = 100

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

Detail = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFields:
    """All of an event that its hash holds, as it is stored."""

    seq: int
    at: datetime
    action: str
    actor_id: str | None
    by_system: bool
    subject_kind: str
    subject_id: str
    detail: str
    origin_hash: str


@dataclass(frozen=True, slots=True)
class Origin:
    """From where something was done; kept apart, so that it can be deleted while the chain stays whole."""

    address: str
    salt: str

    @property
    def hash(self) -> str:
        """What the chain holds of it: without the salt it says nothing."""
        return _sha256(self.salt + self.address)


@dataclass(frozen=True, slots=True)
class Link:
    """A row as it is stored."""

    fields: AuditFields
    prev_hash: str
    hash: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row at some moment. ``seq`` is 0 before the first row."""

    seq: int
    hash: str
    at: datetime

    def as_text(self) -> str:
        """What is signed."""
        return canonical({"seq": self.seq, "hash": self.hash, "at": _moment(self.at)})


class Fault(StrEnum):
    """What is wrong with the first row that is."""

    CHANGED = "changed"
    MISSING = "missing"
    OUT_OF_PLACE = "out_of_place"
    NOT_CHAINED = "not_chained"
    ORIGIN_CHANGED = "origin_changed"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rows`` were whole from the first on. ``seq`` is the row that ``fault`` is about."""

    rows: int
    fault: Fault | None = None
    seq: int = 0

    @property
    def whole(self) -> bool:
        return self.fault is None


def canonical(value: object) -> str:
    """JSON in one form only: keys in order, no spaces, nothing but ASCII."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained(prev_hash: str, event: AuditFields) -> str:
    """The hash of an event after the row with ``prev_hash``, in hex."""
    return _sha256(prev_hash + canonical({**asdict(event), "at": _moment(event.at)}))


def verify(rows: Iterable[Link], known: Iterable[Head] = ()) -> Verdict:
    """Follow the chain from its first row, by ``seq``, and name the first row that is not as it was written.

    ``known`` are heads kept elsewhere: in an anchor, in a log. Rows that are gone from the end show by them
    alone, and so does a chain that was written anew from some row on.
    """
    noted: dict[int, set[str]] = {}
    for head in known:
        noted.setdefault(head.seq, set()).add(head.hash)
    count, before = 0, GENESIS
    for row in rows:
        expected = count + 1
        if row.fields.seq != expected:
            fault = Fault.MISSING if row.fields.seq > expected else Fault.OUT_OF_PLACE
            return Verdict(count, fault, min(expected, row.fields.seq))
        fault_found = _fault_of(row, before)
        if fault_found is None and noted.get(expected, {row.hash}) != {row.hash}:
            fault_found = Fault.REWRITTEN
        if fault_found is not None:
            return Verdict(count, fault_found, expected)
        count, before = expected, row.hash
    if max(noted, default=0) > count:
        return Verdict(count, Fault.CUT_OFF, count + 1)
    return Verdict(count)


def _fault_of(row: Link, before: str) -> Fault | None:
    is_own = row.hash == chained(row.prev_hash, row.fields)
    if row.prev_hash == before:
        if not is_own:
            return Fault.CHANGED
        whole = row.origin is None or row.origin.hash == row.fields.origin_hash
        return None if whole else Fault.ORIGIN_CHANGED
    if is_own or row.hash == chained(before, row.fields):
        return Fault.NOT_CHAINED
    return Fault.OUT_OF_PLACE


def sign(head: Head, key: str) -> str:
    """A signature that only a holder of the site's key can make."""
    return hmac.new(key.encode(), f"audit-anchor:{head.as_text()}".encode(), hashlib.sha256).hexdigest()


def is_signed(head: Head, signature: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys made the signature."""
    return any(hmac.compare_digest(sign(head, key).encode(), signature.encode()) for key in keys)


def detail_text(detail: Detail) -> str:
    """The detail as it is stored. Values from outside become one harmless line of limited length (S-39)."""
    return canonical(
        {key: one_line(value) if isinstance(value, str) else value for key, value in detail.items()}
    )


def one_line(text: str, limit: int = VALUE_MAX) -> str:
    r"""The text with line breaks, other control characters and invisible ones written out as ``\u000a``."""
    safe = "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in _UNSAFE else character
        for character in text[: limit + 1]
    )
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
