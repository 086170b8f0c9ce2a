"""A show's cover: decoded within bounds, turned upright, and encoded again, so that nothing but its pixels is kept.

Metadata names places and people; a file can be a picture and a page or an archive at once; a header alone is no
picture. Pillow is loaded on first use, because few commands touch a picture.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from brief_audio.domain.errors import InvalidInputError, MasteringError
from brief_audio.domain.pictures import MOST_BYTES, Picture, read_cover
from brief_audio.mastering.ffmpeg import Ffmpeg, bundled_ffmpeg
from brief_audio.mastering.pace import Pace, never_stop

if TYPE_CHECKING:
    from PIL.Image import Image

READ_AS = ("PNG", "JPEG")  # a JPEG with several pictures in it, as phones make them, is read as its first
QUALITIES = (92, 85, 75, 60, 45, 30)
FINEST = 90  # from here on colours are stored at full resolution
CHECK_SECONDS = 20.0
_ONE_AT_A_TIME = Lock()  # a large one needs some 150 MB of memory
# What Pillow raises for files that are malformed, beside its own errors, which are kinds of these.
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
    """A cover as it is stored: an upright RGB picture without metadata; `suffix` is `png` or `jpg`."""

    suffix: str
    content: bytes


def clean_cover(content: bytes, folder: Path, ffmpeg: Path | None = None) -> CoverImage:
    """Return an uploaded picture as pixels alone, in sRGB, on white where it was transparent.

    A PNG stays one where that fits in `MOST_BYTES`. `folder` takes temporary files. Raise `InvalidInputError` for what
    cannot be a cover or cannot be decoded whole.
    """
    told = read_cover(content)
    picture = content[: told.end]
    if told.suffix == "jpg":
        _refuse_incomplete(picture, folder, ffmpeg or bundled_ffmpeg())
    with _ONE_AT_A_TIME:
        return _encoded(_decoded(picture, told), told.suffix)


def _refuse_incomplete(picture: bytes, folder: Path, ffmpeg: Path) -> None:
    """Refuse a JPEG with missing or damaged pixels: the library that Pillow uses would fill them with grey."""
    strict = ["-xerror", "-err_detect", "explode", "-f", "jpeg_pipe", "-i", "pipe:0", "-f", "null", "-"]
    log = folder / "cover-check.log"
    try:
        with Ffmpeg(ffmpeg, strict, log=log, seconds=CHECK_SECONDS, pace=Pace(never_stop)) as run:
            run.write(memoryview(picture))
            run.finish()
    except MasteringError as error:
        raise InvalidInputError(_DAMAGED) from error


def _decoded(picture: bytes, told: Picture) -> "Image":
    from PIL import Image, ImageOps  # noqa: PLC0415  see the module's docstring

    try:
        with Image.open(io.BytesIO(picture), formats=READ_AS) as image:
            if image.size != (told.width, told.height):
                raise InvalidInputError(_DAMAGED)
            if told.suffix == "png" and getattr(image, "n_frames", 1) > 1:
                raise InvalidInputError("the picture is animated: save one frame of it as a still picture")
            image.load()
            return _painted(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise InvalidInputError(_DAMAGED) from error
    except _MALFORMED as error:
        raise InvalidInputError(_DAMAGED) from error


def _painted(image: "Image") -> "Image":
    """Return the pixels on white, in a picture that has never seen the file and so carries nothing of it."""
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
    """Return a grey picture of 16 bits a pixel in eight: Pillow's own conversion makes everything white."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))


def _in_srgb(image: "Image", profile: bytes | None) -> "Image":
    """Return the picture in the colours that one without a profile has; a profile that cannot be read is ignored."""
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
