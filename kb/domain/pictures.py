"""Pictures of a story: their limits, their addresses, and the text that stands in for them (A-27, S-36)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kb.domain.errors import Invalid
from kb.domain.text import translatable as _

UPLOAD_BYTES: Final = 5_000_000
"""Of one picture as it is sent."""
PIXELS_MAX: Final = 25_000_000
"""Of one picture as it is sent: more than the camera of a telephone makes, and far less than a bomb."""
EDGE_MAX: Final = 2_000
"""Pixels: the longest edge of a picture as it is kept."""
PICTURES_MAX: Final = 50
"""Of one entry."""
ENTRY_BYTES_MAX: Final = 100_000_000
"""Of all pictures of one entry, as they are kept."""
ALT_MAX: Final = 300

ADDRESS: Final = re.compile(r"/bilder/([0-9A-HJKMNP-TV-Z]{26})\.(png|jpg|webp)", re.ASCII)
"""The only addresses of pictures that a text may have: those of our own, by id and format."""

KEY: Final = "nyckel"
"""The part of an address that carries the secret of a link by which someone may read a draft."""

_FILE_NAME = re.compile(
    r".*\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|svg|heic|heif|avif|pdf|pptx?)", re.IGNORECASE
)
_CAMERA_NAME = re.compile(
    r"(img|dsc[fn]?|image|bild|picture|photo|foto|scan|pxl|skärm(bild|klipp|avbild)|screen ?shot)"
    r"[\s_.()-]*[\d\s_.:()-]*",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[\W\d_]*")
_MARKS = re.compile(r"([\\\[\]`*_<>&!~])")
_ESCAPED = r"\\\1"
_HASH_NAME = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]{4,})*", re.IGNORECASE)


def address_of(image_id: str, file_format: str) -> str:
    return f"/bilder/{image_id}.{file_format}"


def checked_alt(text: str, *, decorative: bool) -> str:
    """The alternative text of a picture, on one line; nothing for one that only decorates.

    Raises ``Invalid`` (field ``alt``) for nothing at all, the name of a file, and what is too long (A-27).
    """
    alt = " ".join(text.split())
    if decorative:
        if alt:
            raise _refused(
                _("Skriv en bildbeskrivning eller kryssa i att bilden bara är dekoration, inte båda.")
            )
        return ""
    if not alt:
        raise _refused(
            _(
                "Skriv vad bilden visar, eller kryssa i att den bara är dekoration. "
                "Den som inte ser bilden får texten."
            )
        )
    if any(unicodedata.category(character) == "Cc" for character in alt):
        raise _refused(_("Bildbeskrivningen har tecken som inte går att visa. Skriv den på nytt."))
    if len(alt) > ALT_MAX:
        raise _refused(
            _("Bildbeskrivningen får vara högst %(limit)s tecken. Korta den och skriv resten i texten."),
            limit=ALT_MAX,
        )
    if is_like_file_name(alt):
        raise _refused(_("Det ser ut som namnet på en fil. Skriv i stället vad bilden visar."))
    return alt


def is_like_file_name(alt: str) -> bool:
    """Whether a text says what the file is called, or nothing at all, and not what the picture shows."""
    text = alt.strip()
    return any(
        pattern.fullmatch(text) is not None for pattern in (_FILE_NAME, _CAMERA_NAME, _NO_WORDS, _HASH_NAME)
    )


def markdown_of(address: str, alt: str) -> str:
    """The Markdown that shows a picture, whatever its alternative text holds."""
    return f"![{_MARKS.sub(_ESCAPED, alt)}]({address})"


def _refused(message: str, **params: object) -> Invalid:
    return Invalid(message, field="alt", **params)
