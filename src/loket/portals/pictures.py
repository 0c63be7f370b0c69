"""A portal's own pictures: logo and favicon. Only rasters, decoded within limits and encoded anew."""

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from loket.files.contents import RASTERS, sniff
from loket.files.models import HEAD, File
from loket.files.pictures import TooManyPixels, Unreadable, encoded

MOST_BYTES = 2_000_000
# Edges in pixels: a logo is shown 40 high at most, sharp on screens with three pixels to one.
EDGES = {"logo": 720, "logo_dark": 720, "favicon": 192}
FORMATS = {"favicon": "PNG"}


def store_picture(upload, kind, portal):
    """Store an uploaded logo or favicon for ``portal``; returns its File. ``kind`` is a field of the theme.

    Raises ValidationError that says what is wrong with the picture and what to do.
    """
    if upload.size > MOST_BYTES:
        words = _("This picture is larger than %(limit)s. Choose a smaller one.")
        raise ValidationError(words, "too_large", {"limit": filesizeformat(MOST_BYTES)})
    head = upload.read(HEAD)
    content_type = sniff(head, upload.name)
    if content_type not in RASTERS:
        raise ValidationError(refusal(head), "type")
    upload.seek(0)
    form = FORMATS.get(kind, "WEBP")
    try:
        content = encoded(upload, content_type, edge=EDGES[kind], form=form)
    except TooManyPixels:
        raise ValidationError(_("This picture has too many pixels. Save a smaller one."), "pixels") from None
    except Unreadable:
        raise ValidationError(_("This picture is damaged. Save it anew and try again."), "damaged") from None
    return File.objects.keep(content, f"{kind}.{form.lower()}", uploader=portal)


def refusal(head):
    """Why this is not taken."""
    if b"<svg" in head.lower():
        return _("SVG pictures can carry scripts and are not taken. Save it as PNG, about 700 pixels wide.")
    return _("This is not a picture that browsers show. Choose a PNG, JPEG, GIF or WebP file.")
