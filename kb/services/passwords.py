"""Passwords: chosen, hashed with argon2id, and verified in the same time whether there is one or not."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from kb.domain import passwords as rules
from kb.domain.errors import Invalid
from kb.services import site_settings

_SHA1_LINE = re.compile(rb"[0-9A-Fa-f]{40}(?::\d+)?\s*")
_LINE_MAX = 2_000
_TYPED_MAX = 4 * rules.LENGTH_MAX
"""A letter may be typed as several signs; more than this is nobody's password and not worked on."""


def check(password: str, *, about: Sequence[str] = ()) -> None:
    """Raise ``Invalid`` for a password that may not be chosen: by our rules, or by the site's own file."""
    rules.check(password, about=about)
    file = site_settings.current().passwords_file
    if file is not None and is_listed(file, rules.normal(password)):
        raise Invalid("Lösenordet finns i listor över läckta lösenord. Välj något annat.", field="password")


def hash_password(password: str) -> str:
    """The argon2id hash, with the site's parameters and a salt of its own."""
    return _hasher().hash(_bytes(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the one of the hash. Without a hash it takes as long, and is not."""
    hasher = _hasher()
    nobody = _hash_of_nobody(hasher)
    fits = len(password) <= _TYPED_MAX
    candidate = _bytes(password) if fits else b""
    try:
        same = hasher.verify(stored or nobody, candidate)
    except (VerificationError, InvalidHashError):
        return False
    return same and fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return _hasher().check_needs_rehash(stored)


def is_listed(file: Path, password: str) -> bool:
    """Whether a file of leaked passwords has it.

    The file has a password on each line, or is sorted SHA-1 hashes in hex as Have I Been Pwned gives them
    (``HASH:count``); such a file may be of any size, for only a few places of it are read.
    """
    with file.open("rb") as lines:
        first = lines.readline(_LINE_MAX)
        if _SHA1_LINE.fullmatch(first):
            digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
            return _has_line(lines, digest.encode("ascii"))
        lines.seek(0)
        wanted = password.encode()
        return any(line.rstrip(b"\r\n") == wanted for line in lines)


def _bytes(password: str) -> bytes:
    return rules.normal(password).encode("utf-8", "surrogatepass")


def _has_line(lines: BinaryIO, prefix: bytes) -> bool:
    """Whether a line of the sorted file begins with the prefix, by halving."""
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        lines.seek(middle)
        if middle:
            lines.readline(_LINE_MAX)  # the rest of a line that began before
        line = lines.readline(_LINE_MAX).upper()
        if line.startswith(prefix):
            return True
        if line and line < prefix:
            low = middle + 1
        else:
            high = middle
    lines.seek(0)
    return lines.readline(_LINE_MAX).upper().startswith(prefix)


def _hasher() -> PasswordHasher:
    settings = site_settings.current()
    return _made(settings.argon2_memory_kib, settings.argon2_rounds, settings.argon2_lanes)


@functools.lru_cache(maxsize=4)
def _made(memory_kib: int, rounds: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory_kib, time_cost=rounds, parallelism=lanes, type=Type.ID)


@functools.lru_cache(maxsize=4)
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("the password of nobody")
