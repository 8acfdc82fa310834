"""What the head of a picture says, read by ourselves before any library touches the pixels.

A file of some kilobytes can say that it has billions of pixels, and a decoder would believe it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.domain.vocabulary import ImageFormat

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG without a length."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a picture and say its size."""
_SCAN, _END = 0xDA, 0xD9
_SCANS_MAX = 100
"""A decoder goes through all pixels once for each: real pictures have about ten."""


@dataclass(frozen=True, slots=True)
class Head:
    file_format: ImageFormat
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def head(data: bytes) -> Head | None:
    """The format and size that a file says it has; None for what is no PNG, JPEG or WebP."""
    for file_format, is_such, size in _FORMATS:
        if is_such(data):
            found = size(data)
            return Head(file_format, *found) if found and min(found) > 0 else None
    return None


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _png(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """The largest size that any of its frames has before the first scan."""
    if data.count(bytes((0xFF, _SCAN))) > _SCANS_MAX:
        return None
    largest: tuple[int, int] | None = None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in (_SCAN, _END):
            return largest
        else:
            if marker in _FRAMES and at + 9 <= len(data):
                height, width = (int.from_bytes(data[at + n : at + n + 2], "big") for n in (5, 7))
                largest = max(largest or (0, 0), (width, height), key=lambda size: size[0] * size[1])
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(
                data[28:30], "little"
            ) & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


_FORMATS: tuple[
    tuple[ImageFormat, Callable[[bytes], bool], Callable[[bytes], tuple[int, int] | None]], ...
] = (
    (ImageFormat.PNG, lambda data: data.startswith(_PNG), _png),
    (ImageFormat.JPEG, lambda data: data.startswith(_JPEG), _jpeg),
    (ImageFormat.WEBP, _is_webp, _webp),
)
