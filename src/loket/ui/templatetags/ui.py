"""Tags of every template (registered as builtins): icons, people, dates, fields, states."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from lucide.jinja import lucide

from loket.ui import dates

register = template.Library()

STATE_ICONS = {
    "open": "circle-dot",
    "closed": "circle-check",
    "waiting": "hourglass",
    "success": "check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
    "error": "circle-alert",
    "info": "info",
    "note": "sticky-note",
}
FILE_ICONS = (
    ("image/", "image"),
    ("audio/", "music"),
    ("video/", "film"),
    ("application/pdf", "file-text"),
    ("text/csv", "file-spreadsheet"),
    ("text/", "file-text"),
    ("application/zip", "file-archive"),
    ("application/vnd.ms-excel", "file-spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.spreadsheet", "file-spreadsheet"),
    ("application/", "file-text"),
)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name, size=16):
    """The SVG of Lucide's icon ``name``, hidden from screen readers; ``size`` is 14, 16, 20 or 28 pixels."""
    css = "icon" if size == 16 else f"icon icon-{size}"
    # str() of both: a template hands over SafeStrings, which the XML writer refuses.
    return mark_safe(lucide("" + name, size=size, **{"class": css, "aria-hidden": "true", "focusable": "false"}))


@register.simple_tag
def asset(path):
    """The address of a static file; unhashed when the manifest does not know it, so that an error page never fails."""
    try:
        return static(path)
    except ValueError:
        return settings.STATIC_URL + path


@register.filter
def initials(name):
    """Two letters for a name, one for a single word: "Ada Lovelace" → "AL", "ada@example.com" → "A"."""
    words = [word for word in str(name or "").partition("@")[0].split() if word[0].isalnum()]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "") if words else "?"
    return letters.upper()


@register.simple_tag
def avatar(name, kind="", size="", image=""):
    """A face for ``name``. ``kind``: "agent" or ""; ``size``: "small" 22, "medium" 28, "" 36, "large" 48 pixels."""
    inside = format_html('<img src="{}" alt="" loading="lazy">', image) if image else initials(name)
    css = " ".join(filter(None, ("avatar", kind, size)))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, inside)


@register.simple_tag
def pill(label, kind="", icon_name=""):
    """A state in icon and word. ``kind``: open, closed, waiting, success, warning, danger, info, note, accent or ""."""
    sign = icon_name or STATE_ICONS.get(kind)
    # Fifty of these stand on a list: no format_html, which is four times as slow.
    return mark_safe(f'<span class="pill {kind}">{icon(sign) if sign else ""}{conditional_escape(label)}</span>')


@register.simple_tag
def when(moment, long=False):
    """``<time>`` for a datetime: relative or short; ``long=True`` with the time of day. Nothing for None."""
    return dates.time_tag(moment, long=long) if moment else ""


@register.filter
def day(moment):
    """A day with its year: "16 Nov 2026"."""
    return dates.day(moment) if moment else ""


@register.filter
def filesize(size):
    """Bytes as people say them: "0 kB", "12 kB", "3.4 MB"; decimal units, as files are shown elsewhere."""
    size = int(size or 0)
    if size < 1_000_000:
        return gettext("%(size)s kB") % {"size": number_format(-(-size // 1000))}
    unit, text = (
        (1_000_000, gettext("%(size)s MB")) if size < 1_000_000_000 else (1_000_000_000, gettext("%(size)s GB"))
    )
    value = round(size / unit, 1)
    return text % {"size": number_format(value, decimal_pos=0 if value.is_integer() else 1)}


@register.filter
def file_icon(content_type):
    """The icon's name for a content type."""
    kind = str(content_type or "")
    return next((name for start, name in FILE_ICONS if kind.startswith(start)), "file")


@register.filter
def notice_icon(level):
    """The icon of a page message's level tag."""
    return STATE_ICONS.get(str(level).split()[-1] if level else "info", "info")


@register.simple_tag(takes_context=True)
def language_choices(context):
    """What a visitor can choose: ``languages`` are (code, name in itself, whether it is spoken now), ``address`` takes one.

    Nothing where there is one language only.
    """
    request = context.get("request")
    portal = getattr(request, "portal", None)
    if portal is None or len(portal.languages) < 2:
        return {}
    names, now = dict(settings.LANGUAGES), get_language()
    # By name of the portal's URLs: a portal that is off answers before Django has looked at them.
    address = reverse("language-choice", request.urlconf)
    return {"address": address, "languages": [(code, names[code], code == now) for code in portal.languages]}


@register.inclusion_tag("ui/field.html")
def field(bound, label="", help=""):
    """A form's field with label, help, control and errors; see ``ui/field.html``."""
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "is_checkbox": getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset,
    }
