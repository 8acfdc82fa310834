"""Addresses that come from outside and may only lead to a page of this site (S-25)."""

from __future__ import annotations

import re
from urllib.parse import unquote

LONGEST = 500
_RAW = re.compile(r"/(?![/\\])[^\\\s\x00-\x20\x7f-\x9f]*")
_READ = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f-\x9f]*")
_TIMES_READ = 2


def local_path(address: str) -> str:
    """The address if it is a path of ours, with or without a query; else nothing.

    Neither ``//host`` nor ``/\\host`` is such a path, not even when parts of it are written with ``%``.
    """
    if len(address) > LONGEST or not _RAW.fullmatch(address):
        return ""
    read = address
    for _ in range(_TIMES_READ):
        read = unquote(read)
        if not _READ.fullmatch(read):
            return ""
    return address
