"""A picture that someone sent becomes a new one of ours: its pixels, upright, and nothing else."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageOps

from kb.domain.errors import Invalid
from kb.domain.pictures import EDGE_MAX, PIXELS_MAX, UPLOAD_BYTES
from kb.domain.text import translatable as _
from kb.domain.vocabulary import ImageFormat
from kb.pictures.heads import Head, head

_PILLOW = {ImageFormat.PNG: "PNG", ImageFormat.JPEG: "JPEG", ImageFormat.WEBP: "WEBP"}
_QUALITY = 85
_PNG_MAX = 1_000_000
"""Bytes: a PNG above it is a photograph, and becomes a WebP if that is smaller."""
_DEEP = ("I", "F")
_one_at_a_time = threading.Lock()
"""A picture at the limit takes some hundred MB while it is made anew."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of ours; ``width`` and ``height`` in pixels."""

    file_format: ImageFormat
    width: int
    height: int
    data: bytes


def remade(data: bytes) -> Picture:
    """The picture as a new file without EXIF, place, comments, thumbnail, profile or anything after its end.

    Raises ``Invalid`` (field ``file``) for what is too large, is no picture, is not the picture it says, or
    moves.
    """
    if not data:
        raise _refused(_("Välj en bild. Filen var tom."))
    if len(data) > UPLOAD_BYTES:
        raise _refused(
            _("Bilden får vara högst %(limit)s MB. Gör den mindre och försök igen."),
            limit=UPLOAD_BYTES // 1_000_000,
        )
    found = head(data)
    if found is None:
        raise _refused(
            _(
                "Filen är ingen bild som går att använda. "
                "Spara bilden som PNG, JPEG eller WebP och försök igen."
            )
        )
    _check_size(found.width, found.height)
    with _one_at_a_time:
        try:
            return _made_anew(data, found)
        except Invalid:
            raise
        except Exception as error:  # a decoder that is fed rubbish may raise anything
            raise _refused(
                _("Bilden är trasig eller inte hel. Öppna den, spara den på nytt och försök igen.")
            ) from error


def _made_anew(data: bytes, found: Head) -> Picture:
    with Image.open(io.BytesIO(data), formats=[_PILLOW[found.file_format]]) as sent:
        _check_size(*sent.size)
        # A telephone puts a second picture for depth into its JPEG; that is no film.
        if found.file_format is not ImageFormat.JPEG and getattr(sent, "is_animated", False):
            raise _refused(_("Bilden rör sig. Spara den som en stillbild och försök igen."))
        sent.load()
        upright = ImageOps.exif_transpose(sent)
    pixels = _in_eight_bits(upright)
    pixels.thumbnail((EDGE_MAX, EDGE_MAX), Image.Resampling.LANCZOS)
    pixels.info = {}  # what is written is what stands here: profile, comment and the like would follow
    return _written(pixels, found.file_format)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """RGB, RGBA, or grey; 16 bits of a channel become 8."""
    if image.mode.startswith(_DEEP):
        grey = image.convert("I").point(lambda value: value * (1 / 257))
        return grey.convert("L")
    if image.mode in ("1", "L"):
        return image.convert("L") if "transparency" not in image.info else image.convert("RGBA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _written(pixels: Image.Image, file_format: ImageFormat) -> Picture:
    made = _encoded(pixels, file_format)
    if file_format is ImageFormat.PNG and len(made) > _PNG_MAX:
        smaller = _encoded(pixels, ImageFormat.WEBP)
        if len(smaller) < len(made):
            file_format, made = ImageFormat.WEBP, smaller
    return Picture(file_format, *pixels.size, made)


def _encoded(pixels: Image.Image, file_format: ImageFormat) -> bytes:
    out = io.BytesIO()
    if file_format is ImageFormat.JPEG:
        pixels.convert("RGB" if pixels.mode != "L" else "L").save(
            out, "JPEG", quality=_QUALITY, optimize=True, progressive=True
        )
    elif file_format is ImageFormat.WEBP:
        pixels.save(out, "WEBP", quality=_QUALITY)
    else:
        pixels.save(out, "PNG", optimize=False)
    return out.getvalue()


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX:
        raise _refused(
            _(
                "Bilden har för många bildpunkter: %(width)s × %(height)s. "
                "Den får ha högst %(limit)s miljoner. Gör den mindre och försök igen."
            ),
            width=width,
            height=height,
            limit=PIXELS_MAX // 1_000_000,
        )


def _refused(message: str, **params: object) -> Invalid:
    return Invalid(message, field="file", **params)
