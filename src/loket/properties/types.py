"""Types of property: how a value is cleaned, stored as text, shown, compared and asked for in a form.

The text form is HubSpot's: numbers and dates as strings, yes/no as "true"/"false", several choices joined by ";".
"""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField, DateTimeField, DecimalField, F, Func, Value
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from loket.guard.text import clean_block, clean_line

ANY = ("HAS_PROPERTY", "NOT_HAS_PROPERTY")
EQUAL = ("EQ", "NEQ", "IN", "NOT_IN")
ORDERED = ("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN")
LIMIT = 65_536
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class Bytewise(Func):
    """Text compared by code points, as Python compares it; PostgreSQL would go by the database's language."""

    arity = 1
    output_field = CharField()
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


class Moment(Func):
    """A stored moment (``DateTime.text``) as the database's own. SQLite's is text, in which Django leaves out ".000000"."""

    arity = 1
    output_field = DateTimeField()
    template = "(%(expressions)s)::timestamptz"

    def as_sqlite(self, compiler, connection, **context):
        template = "replace(replace(substr(%(expressions)s, 1, 26), 'T', ' '), '.000000', '')"
        return self.as_sql(compiler, connection, template=template, **context)


def text_key(expression):
    """A sort key for text: without regard to case, empty first."""
    return Bytewise(Coalesce(Lower(Cast(expression, CharField())), Value("")))


class Type:
    """Plain text of one line; the other types change what differs."""

    name = "string"
    label = _("Single-line text")
    operators = (*EQUAL, "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN", *ANY)
    lowest = ""

    def parse(self, raw):
        """The Python value of ``raw`` (a string, or such a value already), None when empty.

        Raises ValidationError for what is no such value.
        """
        return clean_line(str(raw), 1_000) or None if raw is not None else None

    def text(self, value):
        """The stored text of a parsed value."""
        return "" if value is None else str(value)

    def show(self, value):
        """The value in words for a person, in the active language and time zone."""
        return "" if value is None else str(value)

    def export(self, value):
        """The value for a spreadsheet cell."""
        return self.show(value)

    def column(self, stored):
        """A text expression made comparable in the database: for properties that are stored as text."""
        return stored

    def sort_key(self, expression):
        """A never-null expression to sort by, compared alike by both databases and by Python."""
        return text_key(expression)

    def comparable(self, value):
        """What the database and ``matches`` compare: text without regard to case."""
        return value.lower() if isinstance(value, str) else value

    def compared(self, expression):
        """The expression to compare with ``comparable`` values."""
        return Lower(expression)

    def form_field(self, **options):
        """A form field for one such value."""
        return forms.CharField(max_length=1_000, **options)


class Text(Type):
    name = "text"
    label = _("Multi-line text")

    def parse(self, raw):
        value = clean_block(str(raw)).strip() if raw is not None else ""
        if len(value) > LIMIT:
            raise ValidationError(_("This text is too long: at most %(limit)d characters."), params={"limit": LIMIT})
        return value or None

    def form_field(self, **options):
        return forms.CharField(max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 6}), **options)


class Exactly(Type):
    """Values that compare as they are."""

    field = CharField()

    def compared(self, expression):
        return expression

    def comparable(self, value):
        return value

    def sort_key(self, expression):
        return Coalesce(expression, Value(self.lowest, output_field=self.field), output_field=self.field)


class Number(Exactly):
    name = "number"
    label = _("Number")
    operators = (*ORDERED, *ANY)
    field = DecimalField(max_digits=21, decimal_places=6)
    lowest = Decimal("-1e14")

    def parse(self, raw):
        text = str(raw).strip() if raw is not None else ""
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(_("“%(value)s” is not a number."), params={"value": text[:50]}) from error
        # The exponent first: a million digits cannot even be compared.
        is_small = value.is_finite() and (not value or -7 < value.adjusted() < 14)
        if not is_small or value != round(value, 6):
            raise ValidationError(_("Use a number below 100,000,000,000,000 with at most 6 decimals."))
        return value

    def text(self, value):
        return "" if value is None else format(Decimal(value).normalize() + 0, "f")

    def show(self, value):
        return "" if value is None else formats.number_format(Decimal(value).normalize() + 0, use_l10n=True)

    def export(self, value):
        return self.text(value)

    def column(self, stored):
        return Cast(stored, self.field)

    def form_field(self, **options):
        return forms.DecimalField(max_digits=21, decimal_places=6, **options)


class Date(Exactly):
    name = "date"
    label = _("Date")
    operators = (*ORDERED, *ANY)

    def parse(self, raw):
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        text = str(raw).strip() if raw is not None else ""
        if not text:
            return None
        try:
            return from_milliseconds(text).date() if text.isdigit() and len(text) > 8 else date.fromisoformat(text[:10])
        except (ValueError, OverflowError, OSError) as error:
            raise ValidationError(_("“%(value)s” is not a date (2026-12-31)."), params={"value": text[:50]}) from error

    def text(self, value):
        return "" if value is None else value.isoformat()

    def show(self, value):
        return "" if value is None else formats.date_format(value)

    def export(self, value):
        return self.text(value)

    def comparable(self, value):
        return self.text(value)  # custom dates are stored as ISO text, which sorts as dates do

    def form_field(self, **options):
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **options)


class DateTime(Exactly):
    name = "datetime"
    label = _("Date and time")
    operators = (*ORDERED, *ANY)
    field = DateTimeField()
    lowest = FIRST

    def parse(self, raw):
        text = str(raw).strip() if raw is not None else ""
        if not text:
            return None
        try:
            value = raw if isinstance(raw, datetime) else self._read(text)
            value = value if timezone.is_aware(value) else timezone.make_aware(value)
            return within_a_day(value.astimezone(UTC))
        except (ValueError, OverflowError, OSError) as error:
            why = _("“%(value)s” is not a date and time (2026-12-31 15:30).")
            raise ValidationError(why, params={"value": text[:50]}) from error

    @staticmethod
    def _read(text):
        return from_milliseconds(text) if text.isdigit() and len(text) > 8 else datetime.fromisoformat(text)

    def text(self, value):
        return "" if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def show(self, value):
        return "" if value is None else formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")

    def export(self, value):
        return "" if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")

    def column(self, stored):
        return Moment(stored)

    def form_field(self, **options):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        return forms.DateTimeField(widget=widget, **options)


class Choice(Exactly):
    """One of the property's options, by value; the property knows the options and their labels."""

    name = "choice"
    label = _("Choice")
    operators = (*EQUAL, *ANY)

    def parse(self, raw):
        return (str(raw).strip() or None) if raw is not None else None

    def sort_key(self, expression):
        return text_key(expression)

    def compared(self, expression):
        return Cast(expression, CharField())


class MultiChoice(Choice):
    name = "multichoice"
    label = _("Several choices")
    operators = ("IN", "NOT_IN", *ANY)


class YesNo(Choice):
    name = "bool"
    label = _("Yes or no")
    operators = ("EQ", "NEQ", *ANY)


TYPES = {kind.name: kind() for kind in (Type, Text, Number, Date, DateTime, Choice, MultiChoice, YesNo)}
STRING, TEXT, NUMBER, DATE, DATETIME, CHOICE, MULTICHOICE, YES_NO = TYPES.values()


def from_milliseconds(text):
    """HubSpot writes moments as milliseconds since 1970."""
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def within_a_day(moment):
    """``moment``, if it is one in every time zone. Raises OverflowError."""
    if not FIRST <= moment <= LAST:
        raise OverflowError("Not a moment everywhere")
    return moment


def as_expression(path_or_expression):
    """A path as F(), an expression as it is."""
    return F(path_or_expression) if isinstance(path_or_expression, str) else path_or_expression
