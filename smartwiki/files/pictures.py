"""Pictures are made anew from their pixels: nothing else of the file that was sent survives."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
CONTENT_TYPE = "image/webp"  # what every browser of the last five years shows
WIDTHS = (480, 960, 1600)  # pixels: a phone, a page's column, the same on a sharp screen
LARGEST = 2400  # pixels
MAX_PIXELS = 40_000_000
QUALITY = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at several widths (pixels), each encoded as WebP."""

    width: int
    height: int
    by_width: dict[int, bytes]


def read_picture(file: IO[bytes]) -> Picture:
    """Return the picture in `file`, turned upright, in sRGB, without any metadata.

    Raises ValidationError for what is no picture of a format that we take, and for one of more
    than MAX_PIXELS, before its pixels are unpacked.
    """
    try:
        with Image.open(file, formats=FORMATS) as image:
            _refuse_too_many_pixels(image.width * image.height)
            pixels = _pixels(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError, OverflowError) as error:
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(
            _("This file cannot be read as a picture. JPEG, PNG, WebP and AVIF work."),
            code="unreadable",
        ) from error
    pixels.thumbnail((LARGEST, LARGEST))
    widths = {*(width for width in WIDTHS if width < pixels.width), pixels.width}
    return Picture(
        pixels.width, pixels.height, {width: _encoded(pixels, width) for width in sorted(widths)}
    )


def _pixels(image: Image.Image) -> Image.Image:
    """The upright pixels of a picture, as sRGB."""
    profile = image.info.get("icc_profile")
    transparent = image.has_transparency_data
    upright = ImageOps.exif_transpose(image)
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        upright = _in_srgb(upright, profile)
    clean = upright.convert("RGBA" if transparent else "RGB")
    clean.info.clear()
    return clean


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The same colours in sRGB; a profile that is none, or of other pixels, counts as absent."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, srgb, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):
        return image


def _encoded(pixels: Image.Image, width: int) -> bytes:
    height = max(1, round(pixels.height * width / pixels.width))
    resized = pixels if width == pixels.width else pixels.resize((width, height))
    resized.save(encoded := BytesIO(), "WEBP", quality=QUALITY)
    return encoded.getvalue()


def _refuse_too_many_pixels(number: int) -> None:
    if number > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture is too large: at most {number} million pixels.").format(
            number=MAX_PIXELS // 1_000_000
        ),
        code="too_many_pixels",
    )
