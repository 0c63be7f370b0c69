"""A portal's looks (H1): one theme that its customers see, and the draft of the next."""

import hashlib
import json
import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxValueValidator, URLValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from loket.files.models import File
from loket.guard.text import storable
from loket.history.models import record
from loket.history.settable import Settable
from loket.portals.contrasts import pairs, values_of
from loket.portals.palettes import DARK, LIGHT, Palette
from loket.portals.texts import own_text
from loket.ui.fonts import DEFAULT, FONTS

COLOUR = re.compile(r"#[0-9a-f]{6}")
PICTURES = ("logo", "logo_dark", "favicon")
MOST_LINKS = {"header_links": 4, "footer_links": 8}
LONGEST_URL = 500
MOST_RADIUS = 20
KEPT_STEPS = 100
FONT_CHOICES = [(slug, font.name) for slug, font in FONTS.items()]


def refuse_other_colours(value):
    """Raise for all that is not ``#rrggbb``: these values stand in a stylesheet (trap 27)."""
    if not COLOUR.fullmatch(value):
        words = _("“%(value)s” is not a colour. Write # and six digits from 0 to f, such as #14595c.")
        raise ValidationError(words, "colour", {"value": value[:40]})


def refuse_other_links(links):
    """Raise unless this is ``[{"text": {language: text}, "url": …}]`` with harmless addresses."""
    if not isinstance(links, list):
        raise ValidationError(_("This is not a list of links."), "links")
    for link in links:
        refuse_other_addresses(link["url"])
        if not any(link["text"].values()):
            raise ValidationError(_("Give “%(url)s” a text."), "text", {"url": link["url"]})


def refuse_other_addresses(url):
    """Raise for an address that is not of the web or of mail: no ``javascript:``, no ``data:`` (trap 27)."""
    try:
        if not storable(url) or len(url) > LONGEST_URL:
            raise ValidationError("")
        if url.lower().startswith("mailto:"):
            EmailValidator()(urlsplit(url).path)
        else:
            URLValidator(schemes=["http", "https"])(url)
    except (ValidationError, ValueError):
        words = _("“%(url)s” is not an address. Begin with https://, http:// or mailto:.")
        raise ValidationError(words, "address", {"url": url[:80]}) from None


class Density(models.TextChoices):
    """How much room rows and controls take."""

    COMPACT = "compact", _("Compact")
    COMFORTABLE = "comfortable", _("Comfortable")
    SPACIOUS = "spacious", _("Spacious")


# Heights of controls and of a list's rows, in pixels.
HEIGHTS = {Density.COMPACT: (32, 44), Density.COMFORTABLE: (36, 52), Density.SPACIOUS: (42, 62)}


def colour():
    """A field for ``#rrggbb``; "" where the colour follows from others."""
    return models.CharField(max_length=7, blank=True, validators=[refuse_other_colours])


def picture():
    """A field for a picture of the portal, encoded anew (see pictures.py)."""
    return models.ForeignKey(File, models.PROTECT, null=True, blank=True, related_name="+")


class Look(models.Model):
    """What a theme says. Colours that are not set follow from the brand, dark ones from the light."""

    brand, brand_dark = colour(), colour()
    background, background_dark = colour(), colour()
    text, text_dark = colour(), colour()
    link, link_dark = colour(), colour()
    button, button_dark = colour(), colour()
    heading_font = models.CharField(max_length=20, choices=FONT_CHOICES, default=DEFAULT)
    body_font = models.CharField(max_length=20, choices=FONT_CHOICES, default=DEFAULT)
    radius = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(MOST_RADIUS)])
    density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    logo, logo_dark, favicon = picture(), picture(), picture()
    header_links = models.JSONField(default=list, blank=True, validators=[refuse_other_links])
    footer_links = models.JSONField(default=list, blank=True, validators=[refuse_other_links])
    announcement = models.JSONField(default=dict, blank=True)
    announces = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def clean(self):
        for name, most in MOST_LINKS.items():
            if len(getattr(self, name)) > most:
                raise ValidationError({name: ValidationError(_("At most %(most)d links."), params={"most": most})})

    @property
    def values(self):
        """``{field: value}`` of all that a theme says; a picture as its file."""
        return {name: getattr(self, name) for name in SAID}

    @property
    def colours(self):
        """``{field: "#rrggbb" or ""}``."""
        return values_of(self)

    @property
    def contrasts(self):
        """Every pair of colours with its ratio."""
        return pairs(self.colours)

    @property
    def failing(self):
        """The pairs that WCAG AA does not let pass."""
        return [pair for pair in self.contrasts if not pair.passes]

    @property
    def css(self):
        """The stylesheet: custom properties and nothing else, each value from a closed set or ``#rrggbb``."""
        return _css(tuple(self.colours.items()), self.heading_font, self.body_font, self.radius, self.density)

    @property
    def version(self):
        """Twelve hexadecimal digits that are other ones when the stylesheet is another."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:12]

    @property
    def is_set(self):
        """Whether there is more to show than what every page has."""
        return bool(self.pk)

    @property
    def fingerprint(self):
        """Like ``version``, of all that it says."""
        said = json.dumps([getattr(self, field.attname) for field in Look._meta.local_fields])
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def font_sheets(self):
        """The static files with the faces of its fonts, apart from what every page has."""
        return list(dict.fromkeys(filter(None, (FONTS[self.body_font].sheet, FONTS[self.heading_font].sheet))))

    @property
    def base(self):
        """The path below which stylesheet and pictures of this look are served."""
        raise NotImplementedError

    @property
    def sheet_address(self):
        return f"{self.base}theme-{self.version}.css"

    @property
    def logo_address(self):
        return self._address_of(self.logo_id)

    @property
    def logo_dark_address(self):
        """The logo for dark pages; "" when it is the same."""
        return self._address_of(self.logo_dark_id if self.logo_id else None)

    @property
    def favicon_address(self):
        return self._address_of(self.favicon_id)

    def _address_of(self, file_id):
        return f"{self.base}theme/{file_id}/" if file_id else ""

    def picture(self, pk):
        """The file ``pk`` if it is a picture of this look, else None."""
        return File.objects.filter(pk=pk).first() if pk in self.picture_ids else None

    @property
    def picture_ids(self):
        """The ids of its pictures."""
        return {self.logo_id, self.logo_dark_id, self.favicon_id} - {None}

    @property
    def header(self):
        """Links above every page: [(text, address)]."""
        return [(own_text(link["text"]), link["url"]) for link in self.header_links]

    @property
    def footer(self):
        """Links below every page: [(text, address)]."""
        return [(own_text(link["text"]), link["url"]) for link in self.footer_links]

    @property
    def announced(self):
        """The announcement in the reader's language, "" while it is off."""
        return own_text(self.announcement) if self.announces else ""


SAID = tuple(field.name for field in Look._meta.local_fields)


@lru_cache(maxsize=256)
def _css(colours, heading_font, body_font, radius, density):
    values, (control, row) = dict(colours), HEIGHTS[density]
    said = Palette(values, LIGHT).served() | Palette(values, DARK).served()
    said |= {
        "--theme-font": FONTS[body_font].family,
        "--theme-heading-font": FONTS[heading_font].family,
        "--theme-font-features": FONTS[body_font].features,
        "--theme-radius": f"{radius:d}px",
        "--theme-control": f"{control}px",
        "--theme-row": f"{row}px",
    }
    return "@layer theme {\n:root {\n" + "".join(f"{name}: {value};\n" for name, value in said.items()) + "}\n}\n"


class Theme(Look, Settable):
    """The theme that customers see. A portal without one has the looks that every portal begins with."""

    portal = models.OneToOneField("portals.Portal", models.CASCADE, related_name="theme")

    def __str__(self):
        return f"Theme {self.portal}"

    @property
    def base(self):
        return f"/{self.portal.slug}/"

    @property
    def history_subject(self):
        """A theme is told of in its portal's history."""
        return self.portal

    def _tell(self, verb, changed, by):
        record(self.portal, "theme_published", changed, by=by)


class ThemeDraft(Look):
    """The theme that is being made. ``earlier`` holds what each change replaced, the newest last."""

    portal = models.OneToOneField("portals.Portal", models.CASCADE, related_name="theme_draft")
    earlier = models.JSONField(default=list, blank=True)
    base = ""  # set by the door that shows drafts

    def __str__(self):
        return f"Draft of {self.portal}"

    @classmethod
    def of(cls, portal, *, lock=False):
        """The portal's draft; when there is none, one that is not saved yet and says what customers see."""
        drafts = cls.objects.select_for_update() if lock else cls.objects
        return drafts.filter(portal=portal).first() or cls(portal=portal, **portal.looks.values)

    @property
    def is_set(self):
        return bool(self.pk or self.portal.looks.pk)

    @property
    def differs(self):
        """Whether customers do not see this yet."""
        return self.values != self.portal.looks.values

    def change(self, values):
        """Change fields from ``{name: value}``, to be undone one change at a time. Raises ValidationError."""
        before = self._plain(values)
        for name, value in values.items():
            setattr(self, name, value)
        self.full_clean(exclude=["portal"])
        now = self._plain(values)
        replaced = {name: value for name, value in before.items() if value != now[name]}
        if replaced:
            self.earlier = [*self.earlier, replaced][-KEPT_STEPS:]
            self.save()

    def undo(self):
        """Take the last change back. Does nothing when there is none."""
        if self.earlier:
            for name, value in self.earlier.pop().items():
                setattr(self, name, value)
            self.save()

    def discard(self):
        """Give the draft up: the next begins as what customers see."""
        if self.pk:
            self.delete()
        self._drop_pictures()

    def publish(self, *, by):
        """Show it to customers. Pairs that are hard to read are written to history too."""
        with transaction.atomic():
            hard = [f"{pair.label} ({pair.scheme}) {pair.shown} : 1" for pair in self.failing]
            theme = self.portal.looks
            if theme.values != self.values:
                theme.set(self.values, by=by)
                if hard:
                    record(self.portal, "theme_hard_to_read", {"pairs": ", ".join(hard)}, by=by)
            self.discard()

    def _plain(self, names):
        """Values as JSON holds them, by the names under which ``setattr`` takes them back."""
        attributes = [self._meta.get_field(name).attname for name in names]
        return {name: getattr(self, name) for name in attributes}

    def _drop_pictures(self):
        """Erase the portal's pictures that neither its theme nor its draft has."""
        forget_pictures(self.portal, but=self.portal.looks.picture_ids)


def forget_pictures(portal, but=()):
    """Erase the stored pictures of ``portal`` apart from those with the ids ``but``."""
    for file in File.objects.filter(uploader_kind="portal", uploader_id=portal.pk).exclude(pk__in=but):
        file.erase()


def copy_theme(original, portal):
    """Give ``portal``, which has no theme yet, the theme of ``original``, with its own copies of the pictures."""
    if original.looks.pk:
        Theme.objects.create(portal=portal, **values_for(portal, original.looks))


def values_for(portal, look):
    """The values of another portal's look for ``portal``: pictures are copied."""
    copies = {name: own_copy(getattr(look, name), portal) for name in PICTURES}
    return look.values | copies


def own_copy(file, portal):
    """A copy of a stored picture that belongs to ``portal``; None for none."""
    if file is None:
        return None
    with file.open() as stream:
        return File.objects.keep(stream, file.name, uploader=portal)
