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


def preview(stream, content_type):
    """WebP bytes of the picture in ``stream``, at most 1600 pixels an edge, without metadata; b"" when there is none.

    Pictures come from anyone and decoders fail in many ways; a picture without preview is still a file, so no fault
    of a decoder is more than a line in the log.
    """
    kind = RASTERS.get(content_type)
    if not kind:
        return b""
    try:
        return _encoded(stream, kind)
    except TooManyPixels:
        return b""
    except Exception:
        log.info("A picture could not be decoded for its preview", exc_info=True)
        return b""


def _encoded(stream, kind):
    with Image.open(stream, formats=[kind]) as picture:
        _refuse_large(picture.size, MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS)
        picture.draft("RGB", (EDGE, EDGE))
        _refuse_large(picture.size, MOST_PIXELS)
        picture.thumbnail((EDGE, EDGE), Image.Resampling.BICUBIC)
        upright = ImageOps.exif_transpose(picture)
        clear = "A" in upright.getbands() or "transparency" in upright.info
        small = upright.convert("RGBA" if clear else "RGB")
    small.info.clear()
    target = BytesIO()
    small.save(target, "WEBP", quality=80, method=2, exif=b"", xmp=b"", icc_profile=b"")
    return target.getvalue()


def _refuse_large(size, most):
    if max(size) > LONGEST_EDGE or size[0] * size[1] > most:
        raise TooManyPixels
