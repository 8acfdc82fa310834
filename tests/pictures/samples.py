"""Pictures as people and attackers send them, made here byte by byte."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

GPS = b"\x25\x88"
"""The tag of EXIF that leads to the place where a picture was taken, in big-endian order: ``8825``."""
SCRIPT = b"<?php system($_GET['c']); ?><script>alert(document.domain)</script>"


def picture(sort: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose upper left quarter is red and the rest green, as far as its mode has colours."""
    image = Image.new("RGB", size, (0, 160, 0))
    image.paste((200, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.convert(mode).save(out, sort, **options)
    return out.getvalue()


def noise(edge: int) -> bytes:
    """A PNG that cannot be packed: three bytes and more for each pixel."""
    image = Image.frombytes("RGB", (edge, edge), random.Random(7).randbytes(edge * edge * 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_place(orientation: int = 6) -> bytes:
    """A JPEG as a telephone makes it: turned on its side, with the place, the owner and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "Gunvor Åkesson"
    exif[0x8825] = {1: "N", 2: (59.0, 19.0, 46.0), 3: "E", 4: (18.0, 4.0, 7.0)}
    return picture("JPEG", exif=exif, comment=b"hemlig kommentar", icc_profile=b"profil av mig" * 20)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_saying(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that says that it has so many pixels, whatever it holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", pixels or zlib.compress(b"\x00" * 99))
        + chunk(b"IEND", b"")
    )


def bomb() -> bytes:
    """A hundred megapixels of nothing in some hundred kB: every byte of it is a true PNG."""
    row = b"\x00" * (1 + 3 * 10_000)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(10_000)) + packer.flush()
    return png_saying(10_000, 10_000, packed)


def two_heads() -> bytes:
    """The first head says one pixel and the second a bomb; decoders believe the last one."""
    small = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    large = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", small)
        + chunk(b"IHDR", large)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 99))
        + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A comment that is a kilobyte packed and fifty megabytes unpacked."""
    whole = picture()
    comment = b"Comment\x00\x00" + zlib.compress(b"a" * 50_000_000, 9)
    return whole[:33] + chunk(b"zTXt", comment) + whole[33:]


def many_scans() -> bytes:
    """A progressive JPEG whose last scan stands there ten thousand times: each costs a walk."""
    whole = picture("JPEG", (400, 300), progressive=True)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * 10_000 + whole[-2:]


def polyglots() -> dict[str, bytes]:
    """True pictures that are also something else, as PayloadsAllTheThings and others describe them."""
    png, jpeg, gif_head = picture(), picture("JPEG"), b"GIF89a/*"
    return {
        "php after the end of a png": png + SCRIPT,
        "script after the end of a jpeg": jpeg + SCRIPT,
        "script in a text chunk": png[:33] + chunk(b"tEXt", b"Comment\x00" + SCRIPT) + png[33:],
        "script in a comment of a jpeg": picture("JPEG", comment=SCRIPT),
        "script in exif": picture("JPEG", exif=_exif_of(SCRIPT)),
        "script in an icc profile": picture(icc_profile=SCRIPT * 4),
        "zip after the end": png + b"PK\x03\x04" + SCRIPT + b"PK\x05\x06" + b"\x00" * 18,
        "script in a chunk of its own": png[:33] + chunk(b"xSSa", SCRIPT) + png[33:],
        "webp with xmp": picture("WEBP", xmp=SCRIPT),
        "javascript in a comment, jpeg head": jpeg[:2]
        + b"\xff\xfe"
        + struct.pack(">H", 2 + len(SCRIPT))
        + SCRIPT
        + jpeg[2:],
        "gif that is javascript": gif_head + SCRIPT + b"*/=1",
    }


def impostors() -> dict[str, bytes]:
    """What is called a picture and is none, or is one that no page of ours may hold."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    return {
        "svg": svg,
        "svg behind a mark of utf-8": b"\xef\xbb\xbf" + svg,
        "html": b"<!doctype html><script>alert(1)</script>",
        "html behind the magic of a png": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>" * 9,
        "php": SCRIPT,
        "magic of jpeg and nothing": b"\xff\xd8\xff\xe0" + SCRIPT,
        "gif": picture("GIF"),
        "bmp": picture("BMP"),
        "tiff": picture("TIFF"),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file",
        "pdf": b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>",
        "xml with an entity": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "empty": b"",
        "one byte": b"\x89",
        "riff that is no webp": b"RIFF\x00\x00\x00\x00WAVE" + b"\x00" * 60,
        "webp head alone": b"RIFF\x1e\x00\x00\x00WEBPVP8X" + b"\x0a\x00\x00\x00" + b"\x00" * 12,
        "noise": random.Random(6).randbytes(4_000),
    }


def bombs() -> dict[str, bytes]:
    vp8x = struct.pack("<I", 10) + b"\x00\x00\x00\x00" + (16_382).to_bytes(3, "little") * 2
    return {
        "png of 20 000 x 20 000": png_saying(20_000, 20_000),
        "png of the largest size there is": png_saying(2**31 - 1, 2**31 - 1),
        "true png of 10 000 x 10 000": bomb(),
        "png with two heads": two_heads(),
        "png with a packed comment": text_bomb(),
        "webp of the largest size there is": b"RIFF\x1e\x00\x00\x00WEBPVP8X" + vp8x + b"\x00" * 40,
        "jpeg of the largest size there is": _jpeg_saying(65_500, 65_500),
        "jpeg of ten thousand scans": many_scans(),
        "jpeg whose second frame is large": _jpeg_saying(10, 10)[:-2] + _jpeg_saying(65_500, 65_500)[2:],
    }


def moving(sort: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, sort, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def _jpeg_saying(width: int, height: int) -> bytes:
    whole = picture("JPEG")
    at = whole.index(b"\xff\xc0")
    return whole[: at + 5] + struct.pack(">HH", height, width) + whole[at + 9 :]


def _exif_of(text: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = text.decode()
    return exif
