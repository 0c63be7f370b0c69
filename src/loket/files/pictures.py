"""Small, harmless copies of pictures: decoded within limits and encoded anew, so that nothing hidden is left in them."""

import logging
from io import BytesIO

from PIL import Image, ImageOps

from loket.files.contents import RASTERS

EDGE = 1600
PREVIEW_TYPE = "image/webp"
# A decoded pixel takes four bytes. JPEG is decoded at an eighth to a half of its size, so it may be larger.
MOST_PIXELS = 25_000_000
MOST_JPEG_PIXELS = 60_000_000
LONGEST_EDGE = 20_000

log = logging.getLogger(__name__)


class TooManyPixels(Exception):
    """The picture would take too much memory to decode."""


class Unreadable(Exception):
    """The decoder gave up: not a picture, or a damaged one."""


def preview(stream, content_type):
    """WebP bytes of the picture in ``stream``, at most 1600 pixels an edge, without metadata; b"" when there is none.

    A picture without preview is still a file, so no fault of a decoder is more than a line in the log.
    """
    if content_type not in RASTERS:
        return b""
    try:
        return encoded(stream, content_type)
    except TooManyPixels:
        return b""
    except Unreadable:
        log.info("A picture could not be decoded for its preview", exc_info=True)
        return b""


def encoded(stream, content_type, *, edge=EDGE, form="WEBP"):
    """Bytes of the picture in ``stream`` (one of ``RASTERS``), at most ``edge`` pixels an edge, without metadata.

    ``form`` is "WEBP" or "PNG". Raises ``TooManyPixels`` and ``Unreadable``: pictures come from anyone, and decoders
    fail in many ways.
    """
    try:
        return _encoded(stream, RASTERS[content_type], edge, form)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except TooManyPixels:
        raise
    except Exception as error:
        raise Unreadable from error


def _encoded(stream, kind, edge, form):
    with Image.open(stream, formats=[kind]) as picture:
        _refuse_large(picture.size, MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS)
        picture.draft("RGB", (edge, edge))
        _refuse_large(picture.size, MOST_PIXELS)
        picture.thumbnail((edge, edge), Image.Resampling.BICUBIC)
        upright = ImageOps.exif_transpose(picture)
        clear = "A" in upright.getbands() or "transparency" in upright.info
        small = upright.convert("RGBA" if clear else "RGB")
    small.info.clear()
    target = BytesIO()
    options = {"quality": 80, "method": 2, "xmp": b""} if form == "WEBP" else {"optimize": True}
    small.save(target, form, exif=b"", icc_profile=b"", **options)
    return target.getvalue()


def _refuse_large(size, most):
    if max(size) > LONGEST_EDGE or size[0] * size[1] > most:
        raise TooManyPixels
