"""What is kept of a picture is its pixels, whatever was sent as one (S-36)."""

from __future__ import annotations

import struct
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.domain.errors import Invalid
from kb.domain.pictures import EDGE_MAX, UPLOAD_BYTES
from kb.domain.vocabulary import ImageFormat
from kb.pictures import remade
from kb.pictures.heads import head
from tests.pictures import samples
from tests.pictures.samples import SCRIPT, opened, picture

POLYGLOTS = samples.polyglots()
IMPOSTORS = samples.impostors()
BOMBS = samples.bombs()


@pytest.mark.parametrize(
    ("sent", "kept"), [("PNG", ImageFormat.PNG), ("JPEG", ImageFormat.JPEG), ("WEBP", ImageFormat.WEBP)]
)
def test_a_picture_stays_what_it_shows(sent: str, kept: ImageFormat) -> None:
    made = remade(picture(sent))
    assert (made.file_format, made.width, made.height) == (kept, 60, 40)
    image = opened(made.data).convert("RGB")
    red, green = image.getpixel((5, 5)), image.getpixel((50, 35))
    assert red[0] > 150 > red[1]
    assert green[1] > 120 > green[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_can_be_read(mode: str) -> None:
    made = remade(picture(mode=mode))
    assert opened(made.data).mode in ("L", "RGB", "RGBA")


def test_sixteen_bits_of_grey_do_not_become_white() -> None:
    from PIL import Image

    grey = Image.new("I;16", (4, 4), 0x8000)
    import io

    out = io.BytesIO()
    grey.save(out, "PNG")
    assert opened(remade(out.getvalue()).data).getpixel((1, 1)) in range(126, 131)


def test_what_is_transparent_stays_so() -> None:
    from PIL import Image

    clear = Image.new("RGBA", (9, 9), (0, 0, 0, 0))
    import io

    out = io.BytesIO()
    clear.save(out, "PNG")
    assert opened(remade(out.getvalue()).data).getpixel((4, 4))[3] == 0


def test_the_place_and_the_owner_of_a_photograph_are_gone() -> None:
    sent = samples.with_place()
    assert b"Exif" in sent
    assert 0x8825 in opened(sent).getexif()
    made = remade(sent)
    image = opened(made.data)
    assert not image.getexif()
    for word in (b"Exif", b"Gunvor", b"hemlig kommentar", b"profil av mig", b"ICC_PROFILE"):
        assert word not in made.data
    assert set(image.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_lies_down_stands_up(orientation: int) -> None:
    made = remade(samples.with_place(orientation))
    assert (made.width, made.height) == ((60, 40) if orientation < 5 else (40, 60))


def test_a_large_picture_is_made_to_fit_a_page() -> None:
    made = remade(picture(size=(4_000, 3_000)))
    assert (made.width, made.height) == (EDGE_MAX, EDGE_MAX * 3 // 4)


def test_a_photograph_that_came_as_png_does_not_weigh_as_one() -> None:
    import io

    from PIL import Image

    noise = Image.effect_noise((900, 800), 90).convert("RGB")
    out = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((900, 800), 90) for _ in range(3)]).save(out, "PNG")
    made = remade(out.getvalue())
    assert made.file_format is ImageFormat.WEBP
    assert len(made.data) < len(out.getvalue()) / 2
    assert noise.size == (made.width, made.height)


@pytest.mark.parametrize("name", POLYGLOTS)
def test_what_is_two_things_at_once_becomes_one(name: str) -> None:
    """A true picture comes out with nothing of its other half; a half one is refused."""
    if name == "gif that is javascript":
        with pytest.raises(Invalid):
            remade(POLYGLOTS[name])
        return
    made = remade(POLYGLOTS[name])
    for part in (b"<?php", b"<script", b"alert(", b"PK\x03\x04", SCRIPT):
        assert part not in made.data
    assert opened(made.data).size == (60, 40)


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_is_no_picture_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        remade(IMPOSTORS[name])
    assert caught.value.field == "file"
    assert str(caught.value).endswith("."), "a sentence that says what to do"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_costs_anything(name: str) -> None:
    """No memory and no time is spent on pixels that a file says it has."""
    data = BOMBS[name]
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(Invalid):
            remade(data)
        assert time.process_time() - began < 2
        assert tracemalloc.get_traced_memory()[1] < 90_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("sort", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(sort: str) -> None:
    with pytest.raises(Invalid, match="rör sig"):
        remade(samples.moving(sort))


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP"])
def test_half_a_picture_is_refused(sort: str) -> None:
    whole = picture(sort, (300, 200), **({"quality": 95} if sort != "PNG" else {}))
    for share in (0.3, 0.6, 0.9):
        with pytest.raises(Invalid):
            remade(whole[: int(len(whole) * share)])


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(Invalid, match="högst 5 MB"):
        remade(picture() + b"\x00" * UPLOAD_BYTES)


def test_a_picture_at_the_limit_of_pixels_is_taken() -> None:
    made = remade(picture("JPEG", (5_000, 5_000)))
    assert made.width == EDGE_MAX


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_picture_with_spoilt_bytes_is_taken_or_refused_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(picture(data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = remade(bytes(whole))
    except Invalid:
        return
    assert max(made.width, made.height) <= EDGE_MAX
    opened(made.data)


@given(st.binary(max_size=200))
def test_a_head_is_read_from_any_bytes(data: bytes) -> None:
    for start in (
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x00\x00\x00\x00WEBPVP8L",
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
    ):
        found = head(start + data)
        assert found is None or found.pixels > 0


def test_the_size_is_that_of_the_file() -> None:
    for sort in ("PNG", "JPEG", "WEBP"):
        found = head(picture(sort, (321, 123)))
        assert found is not None
        assert (found.width, found.height) == (321, 123)
    lossless = head(picture("WEBP", (321, 123), lossless=True))
    assert lossless is not None
    assert (lossless.width, lossless.height) == (321, 123)
    assert head(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\x00" * 8) is None
