"""Uploaded covers: only the pixels are kept, and only of pictures that can be decoded whole, within bounds."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, PngImagePlugin

from brief_audio.domain.cover_picture import MOST_BYTES
from brief_audio.domain.errors import InvalidInputError
from brief_audio.mastering.cover_image import CoverImage, clean_cover
from brief_audio.sample.cover import SAMPLE_COVER

SIDE = 1400
GPS, ORIENTATION, COMMENT, COPYRIGHT = 0x8825, 0x0112, 0x9286, 0x8298
SECRETS = (b"51 30 26", b"Ann Onymous", b"<script>", b"http://ns.adobe.com", b"Exif", b"ICC_PROFILE", b"iCCP", b"tEXt")


def drawn(mode: str = "RGB") -> Image.Image:
    """A picture whose left top corner is red, the rest blue."""
    picture = Image.new("RGB", (SIDE, SIDE), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, SIDE // 2, SIDE // 2), fill="red")
    return picture.convert(mode)


def noise(side: int = SIDE) -> Image.Image:
    return Image.effect_noise((side, side), 60).convert("RGB")


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def opened(cover: CoverImage) -> Image.Image:
    picture = Image.open(io.BytesIO(cover.content), formats=["PNG" if cover.suffix == "png" else "JPEG"])
    picture.load()
    return picture


def colours(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of each quarter, rounded to what a JPEG keeps."""
    near, far = SIDE // 4, 3 * SIDE // 4
    found = [picture.getpixel(at) for at in ((near, near), (far, near), (near, far), (far, far))]
    return [tuple(round(value / 32) for value in pixel) for pixel in found]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG with another chunk behind its header."""
    return png[:33] + chunk(kind, content) + png[33:]


def described_jpeg() -> bytes:
    exif = Image.Exif()
    exif[COPYRIGHT] = "Ann Onymous"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 30.0, 26.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>51 30 26</place></x:xmpmeta>'
    return saved(drawn(), "JPEG", exif=exif, comment=b"<script>alert(1)</script>", icc_profile=profile, xmp=xmp)


def described_png() -> bytes:
    exif = Image.Exif()
    exif[COPYRIGHT] = "Ann Onymous"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    text.add_itxt("XML:com.adobe.xmp", "http://ns.adobe.com 51 30 26")
    return saved(drawn(), "PNG", exif=exif, pnginfo=text)


@pytest.mark.parametrize("content", [described_jpeg(), described_png()], ids=["jpeg", "png"])
def test_nothing_but_the_pixels_is_kept(tmp_path: Path, content: bytes) -> None:
    cover = clean_cover(content, tmp_path)

    picture = opened(cover)
    assert [secret for secret in SECRETS if secret in content] != []
    assert [secret for secret in SECRETS if secret in cover.content] == []
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(picture.getexif()) == {}
    assert colours(picture) == colours(drawn())


@pytest.mark.parametrize("tail", [b"PK\x03\x04 an archive PK\x05\x06", b"<html>" * 100, b"\xff\xd9"])
def test_what_follows_a_jpeg_is_not_kept(tmp_path: Path, tail: bytes) -> None:
    picture = saved(drawn(), "JPEG")

    assert clean_cover(picture + tail, tmp_path) == clean_cover(picture, tmp_path)


def test_a_page_inside_a_segment_is_not_kept(tmp_path: Path) -> None:
    page = b"<html><script>alert(1)</script></html>"
    jpeg = saved(drawn(), "JPEG")
    polyglot = jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page + jpeg[2:]

    assert b"script" not in clean_cover(polyglot, tmp_path).content


@pytest.mark.parametrize(("orientation", "red_at"), [(1, 0), (2, 1), (3, 3), (4, 2), (6, 1), (8, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_turned_upright_before_its_orientation_is_dropped(
    tmp_path: Path, kind: str, orientation: int, red_at: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    picture = opened(clean_cover(saved(drawn(), kind, exif=exif), tmp_path))

    red, blue = colours(drawn())[0], colours(drawn())[3]
    assert colours(picture) == [red if at == red_at else blue for at in range(4)]


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("LA", "PNG")]
)
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str, kind: str) -> None:
    cover = clean_cover(saved(drawn(mode), kind), tmp_path)

    assert (opened(cover).mode, cover.suffix) == ("RGB", "jpg" if kind == "JPEG" else "png")
    assert colours(opened(cover)) == colours(drawn(mode).convert("RGB"))


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path) -> None:
    picture = Image.new("I;16", (SIDE, SIDE), 0x8000)

    assert opened(clean_cover(saved(picture, "PNG"), tmp_path)).getpixel((9, 9)) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_is_transparent_becomes_white_and_hides_nothing(tmp_path: Path, mode: str) -> None:
    picture = drawn(mode)
    if mode == "RGBA":
        picture.putalpha(Image.new("L", picture.size, 0))
        content = saved(picture, "PNG")
    else:
        content = saved(picture, "PNG", transparency=bytes(256))

    assert opened(clean_cover(content, tmp_path)).getcolors() == [(SIDE * SIDE, (255, 255, 255))]


def test_a_profile_that_cannot_be_read_is_ignored(tmp_path: Path) -> None:
    cover = clean_cover(saved(drawn(), "JPEG", icc_profile=b"no profile at all" * 20), tmp_path)

    assert colours(opened(cover)) == colours(drawn())


def test_a_phones_picture_of_several_pictures_is_read_as_its_first(tmp_path: Path) -> None:
    content = saved(drawn(), "MPO", save_all=True, append_images=[Image.new("RGB", (SIDE, SIDE), "lime")])

    assert colours(opened(clean_cover(content, tmp_path))) == colours(drawn())


def animation() -> bytes:
    return saved(drawn(), "PNG", save_all=True, append_images=[Image.new("RGB", (SIDE, SIDE), "lime")])


def bomb() -> bytes:
    """A header that is within bounds, and behind it another one that is not."""
    plain = saved(Image.new("RGB", (SIDE, SIDE)), "PNG")
    return with_chunk(plain, b"IHDR", struct.pack(">II", 60_000, 60_000) + b"\x08\x02\x00\x00\x00")


def headers_alone() -> bytes:
    header = struct.pack(">II", SIDE, SIDE) + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def cut_png() -> bytes:
    """Half of the pixels, and an end all the same."""
    whole = saved(drawn(), "PNG")
    at = whole.index(b"IDAT") - 4
    data = whole[at + 8 : at + 8 + struct.unpack(">I", whole[at : at + 4])[0]]
    return whole[:at] + chunk(b"IDAT", data[: len(data) // 2]) + chunk(b"IEND", b"")


JPEG = saved(noise(), "JPEG", quality=50)
PROGRESSIVE = saved(noise(), "JPEG", quality=50, progressive=True)
SCAN = JPEG.index(b"\xff\xda") + 14


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(headers_alone(), id="a PNG without pixels"),
        pytest.param(cut_png(), id="a PNG with half of its pixels"),
        pytest.param(bomb(), id="a PNG with two headers"),
        pytest.param(
            with_chunk(saved(drawn(), "PNG"), b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)), id="text bomb"
        ),
        pytest.param(
            b"\xff\xd8\xff\xc0\x00\x0b\x08\x05\x78\x05\x78\x01\x01\x11\x00" + b"\xff\xda\x00\x04\x01\x00\xff\xd9",
            id="a JPEG of 23 bytes",
        ),
        pytest.param(JPEG[:SCAN] + b"\xff\xd9", id="a JPEG without pixels"),
        pytest.param(JPEG[: len(JPEG) // 2] + b"\xff\xd9", id="a JPEG with half of its pixels"),
        pytest.param(PROGRESSIVE[: len(JPEG) // 2] + b"\xff\xd9", id="a progressive one"),
        pytest.param(JPEG[:SCAN] + bytes(100_000) + b"\xff\xd9", id="a JPEG of zeros"),
    ],
)
def test_a_picture_that_cannot_be_decoded_whole_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="damaged or incomplete"):
        clean_cover(content, tmp_path)


def test_an_animation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="animated"):
        clean_cover(animation(), tmp_path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    with pytest.raises(InvalidInputError, match="is incomplete"):
        clean_cover(JPEG[: int(len(JPEG) * kept)], tmp_path)


def test_a_cover_that_grows_too_large_as_a_png_becomes_a_jpeg_that_fits(tmp_path: Path) -> None:
    content = saved(noise(1400).quantize(64), "PNG", optimize=True)

    cover = clean_cover(content, tmp_path)

    assert len(content) <= MOST_BYTES < len(saved(Image.open(io.BytesIO(content)).convert("RGB"), "PNG"))
    assert (cover.suffix, len(cover.content) <= MOST_BYTES) == ("jpg", True)


def test_the_cover_of_the_sample_holds_nothing_but_pixels(tmp_path: Path) -> None:
    cover = clean_cover(SAMPLE_COVER.read_bytes(), tmp_path)

    sample = Image.open(SAMPLE_COVER)
    assert sample.info == {}
    assert ImageChops.difference(opened(cover), sample.convert("RGB")).getbbox() is None


def test_pillow_is_loaded_where_a_picture_is_decoded_and_not_before() -> None:
    code = (
        "import sys; import brief_audio.app, brief_audio.cli.main, brief_audio.services.shows.editing;"
        " print('PIL' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"
