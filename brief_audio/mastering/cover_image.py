"""A show's cover: decode within limits, rotate upright, and re-encode, so that only its pixels remain.

Metadata can reveal places and people, a file can be both a picture and a page or an archive, and a header alone doesn't
make a picture. Pillow is imported on first use, because few commands handle pictures.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from brief_audio.domain.cover_picture import MOST_BYTES, CoverPicture, read_cover
from brief_audio.domain.errors import InvalidInputError, MasteringError
from brief_audio.mastering.ffmpeg import Ffmpeg, bundled_ffmpeg
from brief_audio.mastering.stop_check import StopCheck, never_stop

if TYPE_CHECKING:
    from PIL.Image import Image

READ_AS = ("PNG", "JPEG")  # of a JPEG with several pictures, as phones make them, the first is read
QUALITIES = (92, 85, 75, 60, 45, 30)
FINEST = 90  # from this quality on, colours are stored at full resolution
CHECK_SECONDS = 20.0
_ONE_AT_A_TIME = Lock()  # a large picture needs about 150 MB of memory
# What Pillow raises for malformed files; its own errors are subclasses of these.
_MALFORMED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_DAMAGED = "the picture is damaged or incomplete: export it again and upload the new file"


@dataclass(frozen=True, slots=True)
class CoverImage:
    """A cover as stored: an upright RGB picture without metadata; `suffix` is `png` or `jpg`."""

    suffix: str
    content: bytes


def clean_cover(content: bytes, folder: Path, ffmpeg: Path | None = None) -> CoverImage:
    """Return only the pixels of an uploaded picture, in sRGB, with white in place of transparency.

    A PNG stays a PNG if that fits in `MOST_BYTES`. Temporary files go to `folder`. Raise `InvalidInputError` if the
    file can't be a cover or can't be decoded completely.
    """
    told = read_cover(content)
    picture = content[: told.end]
    if told.suffix == "jpg":
        _refuse_incomplete(picture, folder, ffmpeg or bundled_ffmpeg())
    with _ONE_AT_A_TIME:
        return _encoded(_decoded(picture, told), told.suffix)


def _refuse_incomplete(picture: bytes, folder: Path, ffmpeg: Path) -> None:
    """Refuse a JPEG with missing or damaged pixels: Pillow's library would fill them with grey."""
    strict = ["-xerror", "-err_detect", "explode", "-f", "jpeg_pipe", "-i", "pipe:0", "-f", "null", "-"]
    log = folder / "cover-check.log"
    try:
        with Ffmpeg(ffmpeg, strict, log=log, seconds=CHECK_SECONDS, pace=StopCheck(never_stop)) as run:
            run.write(memoryview(picture))
            run.finish()
    except MasteringError as error:
        raise InvalidInputError(_DAMAGED) from error


def _decoded(picture: bytes, told: CoverPicture) -> "Image":
    from PIL import Image, ImageOps  # noqa: PLC0415  see the module's docstring

    try:
        with Image.open(io.BytesIO(picture), formats=READ_AS) as image:
            if image.size != (told.width, told.height):
                raise InvalidInputError(_DAMAGED)
            if told.suffix == "png" and getattr(image, "n_frames", 1) > 1:
                raise InvalidInputError("the picture is animated: save one frame as a still picture")
            image.load()
            return _painted(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise InvalidInputError(_DAMAGED) from error
    except _MALFORMED as error:
        raise InvalidInputError(_DAMAGED) from error


def _painted(image: "Image") -> "Image":
    """Return the pixels on white, in a new picture that carries nothing else from the file."""
    from PIL import Image  # noqa: PLC0415

    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = _in_eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in {"RGB", "L", "CMYK"}:
        image = image.convert("RGB")
    coloured = _in_srgb(image, profile)
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(coloured, mask=coloured.getchannel("A") if coloured.mode == "RGBA" else None)
    return canvas


def _in_eight_bits(image: "Image") -> "Image":
    """Return a 16-bit grey picture with 8 bits per pixel: Pillow's own conversion turns everything white."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))


def _in_srgb(image: "Image", profile: bytes | None) -> "Image":
    """Return the picture converted to sRGB; an unreadable profile is ignored."""
    from PIL import ImageCms  # noqa: PLC0415

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile is not None:
        try:
            described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            seen = ImageCms.profileToProfile(image, described, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            seen = None
        if seen is not None:
            return seen
    return image.convert(mode)


def _encoded(image: "Image", suffix: str) -> CoverImage:
    if suffix == "png" and len(content := _saved(image, "PNG")) <= MOST_BYTES:
        return CoverImage("png", content)
    for quality in QUALITIES:
        content = _saved(image, "JPEG", quality=quality, optimize=True, subsampling=0 if quality >= FINEST else 2)
        if len(content) <= MOST_BYTES:
            return CoverImage("jpg", content)
    raise InvalidInputError(f"the picture is too detailed to fit in {MOST_BYTES / 1e6:.0f} MB: use a simpler one")


def _saved(image: "Image", kind: str, **how: int) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()
